import type { AnyStateMachine } from "xstate";
import { REGISTERS } from "../../machines/index.js";

type StateNode = AnyStateMachine["root"];
type TransitionDefinition = StateNode extends { transitions: Map<string, (infer T)[]> } ? T : never;

/** The options of a drawing of a chart. */
export interface DrawingOptions {
  /** True if states list their self-transitions; by default only arrows between states are drawn. */
  readonly showsSelfTransitions?: boolean;
  /** Ids of states that are boxes here, as they have their own drawings. */
  readonly apartIds?: readonly string[];
  /** Another revision of the same chart: arrows that it does not have are coloured. */
  readonly comparedTo?: AnyStateMachine;
}

/** A box of a drawing. */
export interface DrawnState {
  readonly id: string;
  readonly label: string;
  /** `border` is a state of another drawing, or any state of this one; `initial` is the dot in front of the first; `region` a parallel state's child. */
  readonly kind: "initial" | "regular" | "region" | "final" | "border";
  /** The lines below its name. */
  readonly lines: readonly string[];
  /** The boxes inside it. */
  readonly states: readonly DrawnState[];
}

/** An arrow of a drawing: all transitions from one box to another. */
export interface DrawnArrow {
  readonly source: string;
  readonly target: string;
  /** The lines of its label. */
  readonly lines: readonly string[];
  /** True if {@link DrawingOptions.comparedTo} lacks it. */
  readonly isAdded: boolean;
}

/** What a drawing shows, without positions. */
export interface DrawnChart {
  readonly states: readonly DrawnState[];
  readonly arrows: readonly DrawnArrow[];
}

const UPPER_CASE_NAMES = new Set([...Object.keys(REGISTERS), "FIFO", "FIFOS"]);

/** Returns a name from the chart as words: `receiveFifo` is "receive FIFO", `thrEmpty` is "THR empty". */
export function nameInWords(name: string): string {
  const parts = name.split(/(?<=[a-z0-9])(?=[A-Z])/);
  return parts
    .map((part) => {
      const upperCase = part.toUpperCase();
      return part === upperCase || UPPER_CASE_NAMES.has(upperCase) ? upperCase : part.toLowerCase();
    })
    .join(" ");
}

/** Returns an event's type as words; "always" for an eventless transition. */
const eventInWords = (type: string): string =>
  type === "" ? "always" : type.replace(".", " ").replace("_", "/");

const guardName = (arrow: TransitionDefinition): string => {
  const { guard } = arrow;
  return typeof guard === "object" && "type" in guard ? guard.type : typeof guard === "string" ? guard : "";
};

const arrowLines = (arrow: TransitionDefinition): string[] => {
  const guard = guardName(arrow);
  return [eventInWords(arrow.eventType), ...(guard ? [`[${nameInWords(guard)}]`] : [])];
};

const arrowsOf = (stateNode: StateNode): TransitionDefinition[] => [
  ...[...stateNode.transitions.values()].flat(),
  ...((stateNode.always ?? []) as TransitionDefinition[]),
];

const arrowIdentity = (arrow: TransitionDefinition): string =>
  [arrow.source.id, arrow.eventType, guardName(arrow), arrow.target?.map(({ id }) => id)].join(" ");

function allArrows(stateNode: StateNode): TransitionDefinition[] {
  return [...arrowsOf(stateNode), ...Object.values(stateNode.states).flatMap(allArrows)];
}

/** Returns the targets of an arrow, without its source. */
const otherTargets = (arrow: TransitionDefinition): StateNode[] =>
  (arrow.target ?? []).filter((target) => target !== arrow.source);

/** Returns a state and all its descendants. */
export const selfAndDescendants = (stateNode: StateNode): StateNode[] => [
  stateNode,
  ...Object.values(stateNode.states).flatMap(selfAndDescendants),
];

const isInside = (stateNode: StateNode, outerNode: StateNode): boolean =>
  stateNode === outerNode || (stateNode.parent !== undefined && isInside(stateNode.parent, outerNode));

/** Returns the arrows from outside a state to a state inside it. */
const enteringArrows = (stateNode: StateNode): TransitionDefinition[] =>
  allArrows(stateNode.machine.root).filter(
    ({ source, target = [] }) =>
      !isInside(source, stateNode) &&
      target.some((ancestor) => ancestor !== stateNode && isInside(ancestor, stateNode)),
  );

/** Returns a state's self-transitions, a line each. */
export function selfTransitionLines(stateNode: StateNode): string[] {
  return arrowsOf(stateNode)
    .filter((arrow) => otherTargets(arrow).length === 0)
    .map(
      (arrow) => `${eventInWords(arrow.eventType)}: ${arrow.description ?? nameInWords(guardName(arrow))}`,
    );
}

/**
 * Returns the drawing of one compound state: its children, and every arrow that begins in it or enters one of them.
 *
 * Arrows with the same two ends are one arrow with several lines of label; the state's own transitions, which it takes whichever child it
 * is in, leave from "any".
 */
export function modelOf(stateNode: StateNode, options: DrawingOptions = {}): DrawnChart {
  const comparedArrows = options.comparedTo
    ? new Set(allArrows(options.comparedTo.root).map(arrowIdentity))
    : undefined;
  const states: DrawnState[] = [];
  const arrowsByKey = new Map<string, DrawnArrow>();
  const addArrow = (source: string, target: string, lines: readonly string[], isAdded: boolean): void => {
    const arrowKey = `${source} ${target} ${isAdded}`;
    const sameEnds = arrowsByKey.get(arrowKey)?.lines ?? [];
    arrowsByKey.set(arrowKey, { source, target, lines: [...sameEnds, ...lines], isAdded });
  };
  const isApart = (ancestor: StateNode): boolean =>
    ancestor !== stateNode && (options.apartIds?.includes(ancestor.id) ?? false);
  const borderStates = new Map<string, DrawnState>();
  /** Returns the box at the border for a state of another drawing. */
  const borderStateFor = (state: StateNode): string => {
    const id = `${state.id} outside`;
    borderStates.set(id, { id, label: nameInWords(state.key), kind: "border", lines: [], states: [] });
    return id;
  };
  /** Returns the box that represents a state: one that contains it, or one at the border. */
  const boxIdOf = (target: StateNode): string => {
    if (!isInside(target, stateNode)) return borderStateFor(target);
    let outermost = target;
    for (
      let ancestor: StateNode | undefined = target;
      ancestor && ancestor !== stateNode;
      ancestor = ancestor.parent
    )
      if (isApart(ancestor)) outermost = ancestor;
    return outermost.id;
  };
  const addArrows = (sourceId: string, arrows: readonly TransitionDefinition[]): void => {
    for (const arrow of arrows)
      for (const target of otherTargets(arrow))
        addArrow(
          sourceId,
          boxIdOf(target),
          arrowLines(arrow),
          comparedArrows !== undefined && !comparedArrows.has(arrowIdentity(arrow)),
        );
  };
  /** Returns the arrows that leave a box. */
  const leavingArrows = (childNode: StateNode): TransitionDefinition[] =>
    allArrows(childNode).filter((arrow) =>
      otherTargets(arrow).some((target) => !isInside(target, childNode)),
    );
  const childStates = (parentNode: StateNode): DrawnState[] =>
    Object.values(parentNode.states).map((childNode) => {
      addArrows(childNode.id, isApart(childNode) ? leavingArrows(childNode) : arrowsOf(childNode));
      return {
        id: childNode.id,
        label: nameInWords(childNode.key),
        kind: childNode.type === "final" ? "final" : parentNode.type === "parallel" ? "region" : "regular",
        lines: options.showsSelfTransitions ? selfTransitionLines(childNode) : [],
        states: isApart(childNode) ? [] : childStates(childNode),
      };
    });

  const initialTarget = stateNode.type === "compound" ? stateNode.initial.target?.[0] : undefined;
  if (initialTarget) {
    const id = `${stateNode.id} initial`;
    states.push({ id, label: "", kind: "initial", lines: [], states: [] });
    addArrow(id, boxIdOf(initialTarget), [], false);
  }
  if (arrowsOf(stateNode).some((arrow) => otherTargets(arrow).length > 0)) {
    const id = `${stateNode.id} any`;
    states.push({ id, label: "any", kind: "border", lines: [], states: [] });
    addArrows(id, arrowsOf(stateNode));
  }
  states.push(...childStates(stateNode));
  for (const arrow of enteringArrows(stateNode)) addArrows(borderStateFor(arrow.source), [arrow]);
  states.push(...borderStates.values());
  return { states, arrows: [...arrowsByKey.values()] };
}
