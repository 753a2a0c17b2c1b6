import { coversType, isWildcard } from "../ir/event-descriptors.js";
import type { Program, ProgramNode } from "../ir/program.js";

/** Returns the transitions of a node for an event type, in the order in which they are tried. */
const candidateTransitions = (program: Program, stateNode: ProgramNode, eventType: string): number[] => {
  const candidates = [
    ...stateNode.on.filter(({ event }) => event === eventType),
    ...stateNode.on
      .filter(({ event }) => event !== eventType && isWildcard(event) && coversType(event, eventType))
      .sort((a, b) => b.event.length - a.event.length),
  ].flatMap(({ transitions }) => transitions);
  return reachableTransitions(program, candidates);
};

/** Drops the transitions after one without a guard: they are never tried. */
const reachableTransitions = (program: Program, transitions: readonly number[]): number[] => {
  const lastReachable = transitions.findIndex(
    (transitionIndex) => program.transitions[transitionIndex]?.guard === undefined,
  );
  return lastReachable < 0 ? [...transitions] : transitions.slice(0, lastReachable + 1);
};

/** The nodes to search for transitions: only those that have some, or whose descendants do. */
export interface SelectionTree {
  readonly nodeIndex: number;
  /** The children worth visiting. */
  readonly childSelections: readonly SelectionTree[];
  /** Transitions tried in order if the children select none. */
  readonly ownTransitions: readonly number[];
  /** The largest number of transitions that can be selected here at once. */
  readonly slotCount: number;
}

/** Returns the selection tree of an event type; undefined if no state handles it. */
export const selectionFor = (program: Program, eventType: string): SelectionTree | undefined => {
  const visit = (nodeIndex: number): SelectionTree | undefined => {
    const stateNode = program.nodes[nodeIndex] as ProgramNode;
    const childSelections = stateNode.children.map(visit).filter((found) => found !== undefined);
    const ownTransitions = candidateTransitions(program, stateNode, eventType);
    if (childSelections.length === 0 && ownTransitions.length === 0) return undefined;
    const widths = childSelections.map(({ slotCount }) => slotCount);
    const width =
      stateNode.type === "parallel"
        ? widths.reduce((sum, childWidth) => sum + childWidth, 0)
        : Math.max(1, ...widths);
    return { nodeIndex, childSelections, ownTransitions, slotCount: Math.max(1, width) };
  };
  return visit(0);
};

/**
 * Returns the selection tree of eventless transitions. Each active leaf selects its own, upwards, so a leaf without any is
 * included if an ancestor has some.
 */
export const eventlessSelection = (program: Program): SelectionTree | undefined => {
  const visit = (nodeIndex: number, isRequired: boolean): SelectionTree | undefined => {
    const stateNode = program.nodes[nodeIndex] as ProgramNode;
    const ownTransitions = reachableTransitions(program, stateNode.always);
    const isWanted = isRequired || ownTransitions.length > 0;
    const childSelections = stateNode.children
      .map((child) => visit(child, isWanted))
      .filter((found) => found !== undefined);
    if (!isWanted && childSelections.length === 0) return undefined;
    const widths = childSelections.map(({ slotCount }) => slotCount);
    const width =
      stateNode.type === "parallel"
        ? widths.reduce((sum, childWidth) => sum + childWidth, 0)
        : Math.max(1, ...widths);
    return { nodeIndex, childSelections, ownTransitions, slotCount: Math.max(1, width) };
  };
  return visit(0, false);
};

/** Returns every transition of a selection, those of descendants first. */
export const transitionsOf = ({ childSelections, ownTransitions }: SelectionTree): number[] => [
  ...childSelections.flatMap(transitionsOf),
  ...ownTransitions,
];
