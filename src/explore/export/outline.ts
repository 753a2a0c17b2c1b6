import type { AnyStateMachine } from "xstate";
import { describeTransition } from "../../device/internal.js";
import { type RawNode, type RawTransition, raw } from "../../engine/internal.js";

/** A transition of a chart, as exports use it. */
export interface OutlineTransition {
  /** The event's type; "always" for an eventless transition. */
  readonly event: string;
  /** The guard's name. */
  readonly guard?: string;
  /** The actions' names, in order. */
  readonly actions: readonly string[];
  /** The target states; none if it stays. */
  readonly targets: readonly OutlineState[];
  readonly description: string;
  readonly rules: readonly string[];
  readonly raw: RawTransition;
}

/** A state of a chart with its children, as exports use it. */
export interface OutlineState {
  /** Its path, "receiveFifo.holding"; the chart's id for the root. */
  readonly id: string;
  readonly key: string;
  readonly type: RawNode["type"];
  readonly description: string;
  readonly rules: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  /** Its initial child; absent for atomic and parallel states. */
  readonly initial?: OutlineState;
  readonly states: readonly OutlineState[];
  readonly transitions: readonly OutlineTransition[];
}

type Described = { readonly description?: string; readonly meta?: { readonly rules?: readonly string[] } };

const actionNameOf = (action: unknown): string =>
  typeof action === "string" ? action : ((action as { type?: string }).type ?? "(inline)");

/** Returns the definition of a chart: regions, states, transitions, the names of guards and actions, rules. */
export function outlineOf(machine: AnyStateMachine): OutlineState {
  const outlineStates = new Map<RawNode, OutlineState>();
  const readState = (rawNode: RawNode): OutlineState => {
    const states = Object.values(rawNode.states).map(readState);
    const { description = "", meta } = rawNode as Described;
    const { initial } = rawNode;
    const state: OutlineState = {
      id: rawNode.path.join(".") || rawNode.id,
      key: rawNode.key,
      type: rawNode.type,
      description,
      rules: meta?.rules ?? [],
      entry: rawNode.entry.map(actionNameOf),
      exit: rawNode.exit.map(actionNameOf),
      ...(rawNode.type === "compound"
        ? {
            get initial() {
              return outlineStates.get(initial.target[0] as RawNode) as OutlineState;
            },
          }
        : {}),
      states,
      // A target may come later in the document, so targets are looked up on use.
      get transitions() {
        return [...[...rawNode.transitions.values()].flat(), ...(rawNode.always ?? [])].map(
          outlineTransitionOf,
        );
      },
    };
    outlineStates.set(rawNode, state);
    return state;
  };
  const outlineTransitionOf = (rawTransition: RawTransition): OutlineTransition => {
    const { event, guard, actions, description, rules } = describeTransition(rawTransition as never);
    return {
      event,
      ...(guard === undefined ? {} : { guard }),
      actions,
      targets: (rawTransition.target ?? []).map((rawNode) => outlineStates.get(rawNode) as OutlineState),
      description,
      rules,
      raw: rawTransition,
    };
  };
  return readState(raw(machine).root);
}

/** Returns a state and all its descendants, in document order. */
export const selfAndDescendants = (state: OutlineState): OutlineState[] => [
  state,
  ...state.states.flatMap(selfAndDescendants),
];

/** Returns a transition on one line: "write.LCR [writeSetsDLAB] / storeLCR (S12 S14)". */
function transitionLine({ event, guard, actions, rules }: OutlineTransition): string {
  const lineParts = [
    event,
    ...(guard === undefined ? [] : [`[${guard}]`]),
    ...(actions.length === 0 ? [] : [`/ ${actions.join(", ")}`]),
    ...(rules.length === 0 ? [] : [`(${rules.join(" ")})`]),
  ];
  return lineParts.join(" ");
}

/** Returns a state on one line, "holding (S16 S25)", then its entry and exit actions. */
export function stateLines({ key, rules, entry, exit }: OutlineState): string[] {
  return [
    rules.length === 0 ? key : `${key} (${rules.join(" ")})`,
    ...(entry.length === 0 ? [] : [`entry / ${entry.join(", ")}`]),
    ...(exit.length === 0 ? [] : [`exit / ${exit.join(", ")}`]),
  ];
}

/** Returns a state's arrows: transitions to the same target are one arrow with several lines. */
export function outlineArrowsOf(
  state: OutlineState,
): { readonly to: OutlineState; readonly stays: boolean; readonly transitionLines: readonly string[] }[] {
  const arrows = new Map<string, { to: OutlineState; stays: boolean; transitionLines: string[] }>();
  for (const transition of state.transitions) {
    const targets = transition.targets.length > 0 ? transition.targets : [state];
    const stays = transition.targets.length === 0;
    for (const to of targets) {
      const key = `${stays} ${to.id}`;
      const arrow = arrows.get(key) ?? { to, stays, transitionLines: [] };
      arrow.transitionLines.push(transitionLine(transition));
      arrows.set(key, arrow);
    }
  }
  return [...arrows.values()];
}
