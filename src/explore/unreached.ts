import { activeStates, statesOf, transitionsOf } from "../device/index.js";
import type { Graph } from "./graph.js";

/** What of a chart no run in the scope comes to. */
export interface Unreached {
  /** States of the chart, in document order: "receiveFifo.full". */
  readonly states: readonly string[];
  /** Transitions of the chart by their ids, in document order. */
  readonly transitions: readonly string[];
}

/** The states and transitions of the chart that nothing in the graph reaches. */
export function unreached<TState>({ chart, states, transitions }: Graph<TState>): Unreached {
  const values = new Set(transitions.map(({ after }) => after.value).concat(states[0]?.at.value));
  const active = new Set([...values].flatMap(activeStates));
  const taken = new Set(transitions.flatMap((transition) => transition.taken.map(({ id }) => id)));
  return {
    states: statesOf(chart.machine).filter((state) => !active.has(state)),
    transitions: [...new Set(transitionsOf(chart.machine).map(({ id }) => id))].filter(
      (id) => !taken.has(id),
    ),
  };
}

/** The places of the states that no input of the scope changes: dead ends. None is known of a state from which not all were followed. */
export function deadEnds<TState>({ scope, states, transitions, first }: Graph<TState>): number[] {
  const inputs = scope.inputs.length + (scope.restores ? 1 : 0);
  return [...states.keys()].filter((state) => {
    const leaving = transitions.slice(first[state], first[state + 1]);
    return leaving.length === inputs && leaving.every(({ to }) => to === state);
  });
}
