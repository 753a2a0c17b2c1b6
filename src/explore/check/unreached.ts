import type { AnyStateNode } from "xstate";
import { activeStates, statesOf, transitionsOf } from "../../device/index.js";
import { describeTransition } from "../../device/internal.js";
import { exploredSpaceOf } from "../space/graph.js";
import type { Graph } from "../space/types.js";

/** The states and transitions of a chart that no run in the scope reaches. */
export interface Unreached {
  /** States of the chart, in document order: "receiveFifo.full". */
  readonly states: readonly string[];
  /** Transitions of the chart by their ids, in document order. */
  readonly transitions: readonly string[];
}

/** Returns the states and transitions of the chart that no run reaches. A state that is left at once is reached by entering it. */
export function unreached<TState>(graph: Graph<TState>): Unreached {
  const { space, takenTransitions } = exploredSpaceOf(graph);
  const reachedStates = new Set(space.states.stateValues.flatMap(activeStates));
  for (const { target } of takenTransitions)
    for (const stateNode of (target ?? []).flatMap(initialLeavesOf))
      reachedStates.add(stateNode.path.join("."));
  const takenIds = new Set([...takenTransitions].map((transition) => describeTransition(transition).id));
  return {
    // A machine without states has its root.
    states: statesOf(graph.chart.machine).filter((state) => state !== "" && !reachedStates.has(state)),
    transitions: [...new Set(transitionsOf(graph.chart.machine).map(({ id }) => id))].filter(
      (id) => !takenIds.has(id),
    ),
  };
}

/** Returns the innermost states that are entered with a state. */
function initialLeavesOf(stateNode: AnyStateNode): readonly AnyStateNode[] {
  const children = Object.values(stateNode.states);
  if (children.length === 0) return [stateNode];
  if (stateNode.type === "parallel") return children.flatMap(initialLeavesOf);
  return stateNode.initial.target.flatMap(initialLeavesOf);
}

/** Returns the ids of the dead ends: states that no input of the scope leaves. A state whose inputs were not all taken is none. */
export const deadEnds = <TState>(graph: Graph<TState>): number[] => [...exploredSpaceOf(graph).deadEnds];
