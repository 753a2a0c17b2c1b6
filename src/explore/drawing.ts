import type { IState, IStateMachine, ITransition } from "state-machine-cat";
import type { AnyStateMachine } from "xstate";
import { REGISTERS } from "../../machines/index.js";

type StateNode = AnyStateMachine["root"];
type Arrow = StateNode extends { transitions: Map<string, (infer T)[]> } ? T : never;

/** What a drawing of a chart shows. */
export interface DrawingOptions {
  /** Whether states list what happens in them without leaving them; without it only moves are drawn. */
  readonly stays?: boolean;
  /** Ids of states that are boxes here, as they have drawings of their own. */
  readonly apart?: readonly string[];
  /** Another edition of the same chart: arrows that it does not have are coloured. */
  readonly without?: AnyStateMachine;
}

/** The colour of arrows that {@link DrawingOptions.without} lacks. */
export const ADDED = "#0969da";

const NAMES = new Set([...Object.keys(REGISTERS), "FIFO", "FIFOS"]);

/** A name from the chart as words: `receiveFifo` is "receive FIFO", `thrEmpty` is "THR empty". */
export function words(name: string): string {
  const parts = name.split(/(?<=[a-z0-9])(?=[A-Z])/);
  return parts
    .map((part) => {
      const upper = part.toUpperCase();
      return part === upper || NAMES.has(upper) ? upper : part.toLowerCase();
    })
    .join(" ");
}

/** An event's type as words; an eventless transition has none. */
const eventWords = (type: string): string =>
  type === "" ? "always" : type.replace(".", " ").replace("_", "/");

const guardName = (arrow: Arrow): string => {
  const { guard } = arrow;
  return typeof guard === "object" && "type" in guard ? guard.type : typeof guard === "string" ? guard : "";
};

const label = (arrow: Arrow): string => {
  const guard = guardName(arrow);
  return guard ? `${eventWords(arrow.eventType)}\n[${words(guard)}]` : eventWords(arrow.eventType);
};

const arrowsOf = (node: StateNode): Arrow[] => [
  ...[...node.transitions.values()].flat(),
  ...((node.always ?? []) as Arrow[]),
];

const identity = (arrow: Arrow): string =>
  [arrow.source.id, arrow.eventType, guardName(arrow), arrow.target?.map(({ id }) => id)].join(" ");

function everyArrow(node: StateNode): Arrow[] {
  return [...arrowsOf(node), ...Object.values(node.states).flatMap(everyArrow)];
}

/** Where an arrow leads: nowhere, if it ends in the state that it begins in. */
const targets = (arrow: Arrow): StateNode[] =>
  (arrow.target ?? []).filter((target) => target !== arrow.source);

/** A state and all below it. */
export const everyState = (node: StateNode): StateNode[] => [
  node,
  ...Object.values(node.states).flatMap(everyState),
];

const isWithin = (node: StateNode, outer: StateNode): boolean =>
  node === outer || (node.parent !== undefined && isWithin(node.parent, outer));

/** The arrows that lead past a state's border, right to a state in it. */
const entering = (node: StateNode): Arrow[] =>
  everyArrow(node.machine.root).filter(
    ({ source, target = [] }) =>
      !isWithin(source, node) && target.some((it) => it !== node && isWithin(it, node)),
  );

/** What happens in a state without leaving it, a line each. */
export function stays(node: StateNode): string[] {
  return arrowsOf(node)
    .filter((arrow) => targets(arrow).length === 0)
    .map((arrow) => `${eventWords(arrow.eventType)}: ${arrow.description ?? words(guardName(arrow))}`);
}

/**
 * One compound state as a state-machine-cat model: its children, and every arrow that begins in it or leads right into them.
 *
 * Arrows with the same two ends are one arrow with a label a line; what the state itself takes, whichever child it
 * is in, leaves from "any".
 */
export function drawing(node: StateNode, options: DrawingOptions = {}): IStateMachine {
  const known = options.without ? new Set(everyArrow(options.without.root).map(identity)) : undefined;
  const states: IState[] = [];
  const joined = new Map<string, ITransition>();
  const draw = (from: string, to: string, text: string, added: boolean): void => {
    const key = `${from} ${to} ${added}`;
    const drawn = joined.get(key);
    if (drawn) drawn.label = `${drawn.label}\n${text}`;
    else joined.set(key, { id: joined.size, from, to, label: text, ...(added ? { color: ADDED } : {}) });
  };
  const isApart = (it: StateNode): boolean => it !== node && (options.apart?.includes(it.id) ?? false);
  const outside = new Map<string, IState>();
  /** A box at the border, for a state of another drawing. */
  const atBorder = (state: StateNode): string => {
    const name = `${state.id} outside`;
    outside.set(name, { name, type: "regular", label: words(state.key), class: "any" });
    return name;
  };
  /** What stands for a state: the box that it is in, or one at the border. */
  const placeOf = (target: StateNode): string => {
    if (!isWithin(target, node)) return atBorder(target);
    let place = target;
    for (let it: StateNode | undefined = target; it && it !== node; it = it.parent)
      if (isApart(it)) place = it;
    return place.id;
  };
  const moves = (from: string, arrows: readonly Arrow[]): void => {
    for (const arrow of arrows)
      for (const target of targets(arrow))
        draw(from, placeOf(target), label(arrow), known !== undefined && !known.has(identity(arrow)));
  };
  /** The arrows that leave a box. */
  const leaving = (child: StateNode): Arrow[] =>
    everyArrow(child).filter((arrow) => targets(arrow).some((target) => !isWithin(target, child)));
  const children = (parent: StateNode): IState[] =>
    Object.values(parent.states).map((child) => {
      moves(child.id, isApart(child) ? leaving(child) : arrowsOf(child));
      const lines = options.stays ? stays(child) : [];
      const inner = isApart(child) ? [] : children(child);
      return {
        name: child.id,
        label: words(child.key),
        type: child.type === "parallel" ? "parallel" : child.type === "final" ? "final" : "regular",
        ...(lines.length > 0 ? { actions: lines.map((body) => ({ type: "activity", body })) } : {}),
        ...(inner.length > 0 ? { statemachine: { states: inner } } : {}),
      };
    });

  const first = node.type === "compound" ? node.initial.target?.[0] : undefined;
  if (first) {
    const name = `${node.id} initial`;
    states.push({ name, type: "initial" });
    draw(name, placeOf(first), "", false);
  }
  if (arrowsOf(node).some((arrow) => targets(arrow).length > 0)) {
    const name = `${node.id} any`;
    states.push({ name, type: "regular", label: "any", class: "any" });
    moves(name, arrowsOf(node));
  }
  states.push(...children(node));
  for (const arrow of entering(node)) moves(atBorder(arrow.source), [arrow]);
  states.push(...outside.values());
  // Graphviz ranks states in the order in which it first meets them: let that be the chart's.
  const order = everyState(node).map(({ id }) => id);
  const transitions = [...joined.values()].sort((a, b) => order.indexOf(a.to) - order.indexOf(b.to));
  return { states, transitions };
}
