import type { AnyStateMachine } from "xstate";
import { inWords } from "../../device/words.js";
import { type RawNode, type RawTransition, raw } from "../../engine/internals.js";

/** A transition of a chart as the drawings and exports show it. */
export interface OutlineTransition {
  /** The event's type; "always" of one without. */
  readonly event: string;
  /** The guard's name. */
  readonly guard?: string;
  /** The actions' names, in order. */
  readonly actions: readonly string[];
  /** The states that it enters, by their ids; none where it stays. */
  readonly targets: readonly OutlineState[];
  readonly description: string;
  readonly rules: readonly string[];
  readonly raw: RawTransition;
}

/** A state of a chart as the exports show it, with what is within. */
export interface OutlineState {
  /** Its path, "receiveFifo.holding"; the chart's id of the whole chart. */
  readonly id: string;
  readonly key: string;
  readonly type: RawNode["type"];
  readonly description: string;
  readonly rules: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  /** The state within in which it begins; none of a state without others within, and of regions. */
  readonly initial?: OutlineState;
  readonly states: readonly OutlineState[];
  readonly transitions: readonly OutlineTransition[];
}

type Described = { readonly description?: string; readonly meta?: { readonly rules?: readonly string[] } };

const nameOf = (action: unknown): string =>
  typeof action === "string" ? action : ((action as { type?: string }).type ?? "(inline)");

/** The definition of a chart: regions, states, transitions, the names of guards and actions, rules. */
export function outlineOf(machine: AnyStateMachine): OutlineState {
  const known = new Map<RawNode, OutlineState>();
  const read = (node: RawNode): OutlineState => {
    const states = Object.values(node.states).map(read);
    const { description = "", meta } = node as Described;
    const { initial } = node;
    const state: OutlineState = {
      id: node.path.join(".") || node.id,
      key: node.key,
      type: node.type,
      description,
      rules: meta?.rules ?? [],
      entry: node.entry.map(nameOf),
      exit: node.exit.map(nameOf),
      ...(node.type === "compound"
        ? {
            get initial() {
              return known.get(initial.target[0] as RawNode) as OutlineState;
            },
          }
        : {}),
      states,
      // A target may stand further down: it is looked up when it is asked for.
      get transitions() {
        return [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map(transition);
      },
    };
    known.set(node, state);
    return state;
  };
  const transition = (one: RawTransition): OutlineTransition => {
    const { event, guard, actions, description, rules } = inWords(one as never);
    return {
      event,
      ...(guard === undefined ? {} : { guard }),
      actions,
      targets: (one.target ?? []).map((node) => known.get(node) as OutlineState),
      description,
      rules,
      raw: one,
    };
  };
  return read(raw(machine).root);
}

/** A state and all within it, in document order. */
export const withinOutline = (state: OutlineState): OutlineState[] => [
  state,
  ...state.states.flatMap(withinOutline),
];

/** A transition on one line: "write.LCR [writeSetsDLAB] / storeLCR (S12 S14)". */
export function transitionLine({ event, guard, actions, rules }: OutlineTransition): string {
  const parts = [
    event,
    ...(guard === undefined ? [] : [`[${guard}]`]),
    ...(actions.length === 0 ? [] : [`/ ${actions.join(", ")}`]),
    ...(rules.length === 0 ? [] : [`(${rules.join(" ")})`]),
  ];
  return parts.join(" ");
}

/** A state on one line: "holding (S16 S25)", and what is done on the way in and out. */
export function stateLines({ key, rules, entry, exit }: OutlineState): string[] {
  return [
    rules.length === 0 ? key : `${key} (${rules.join(" ")})`,
    ...(entry.length === 0 ? [] : [`entry / ${entry.join(", ")}`]),
    ...(exit.length === 0 ? [] : [`exit / ${exit.join(", ")}`]),
  ];
}

/** Arrows between the same two states, as one with several lines. */
export function arrowsOf(
  state: OutlineState,
): { readonly to: OutlineState; readonly stays: boolean; readonly lines: readonly string[] }[] {
  const arrows = new Map<string, { to: OutlineState; stays: boolean; lines: string[] }>();
  for (const transition of state.transitions) {
    const targets = transition.targets.length > 0 ? transition.targets : [state];
    const stays = transition.targets.length === 0;
    for (const to of targets) {
      const key = `${stays} ${to.id}`;
      const arrow = arrows.get(key) ?? { to, stays, lines: [] };
      arrow.lines.push(transitionLine(transition));
      arrows.set(key, arrow);
    }
  }
  return [...arrows.values()];
}
