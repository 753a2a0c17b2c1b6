import type { AnyStateNode } from "xstate";
import { activeStates, statesOf, transitionsOf } from "../device/index.js";
import { inWords } from "../device/words.js";
import { exploredOf, type Graph } from "./graph.js";

/** What of a chart no run in the scope comes to. */
export interface Unreached {
  /** States of the chart, in document order: "receiveFifo.full". */
  readonly states: readonly string[];
  /** Transitions of the chart by their ids, in document order. */
  readonly transitions: readonly string[];
}

/** The states and transitions of the chart that nothing in the graph reaches. States that are left at once are reached by entering them. */
export function unreached<TState>(graph: Graph<TState>): Unreached {
  const { world, taken } = exploredOf(graph);
  const reached = new Set(world.stateValues.flatMap(activeStates));
  for (const { target } of taken)
    for (const node of (target ?? []).flatMap(enteredWith)) reached.add(node.path.join("."));
  const ids = new Set([...taken].map((transition) => inWords(transition).id));
  return {
    states: statesOf(graph.chart.machine).filter((state) => !reached.has(state)),
    transitions: [...new Set(transitionsOf(graph.chart.machine).map(({ id }) => id))].filter(
      (id) => !ids.has(id),
    ),
  };
}

/** The innermost states that are entered with a state. */
function enteredWith(node: AnyStateNode): readonly AnyStateNode[] {
  const below = Object.values(node.states);
  if (below.length === 0) return [node];
  if (node.type === "parallel") return below.flatMap(enteredWith);
  return node.initial.target.flatMap(enteredWith);
}

/** The places of the states that no input of the scope changes: dead ends. None is known of a state from which not all were followed. */
export function deadEnds<TState>(graph: Graph<TState>): number[] {
  const { world, to } = exploredOf(graph);
  const inputs = world.inputs.length;
  const found: number[] = [];
  for (let state = 0; (state + 1) * inputs <= to.length; state++) {
    let leads = false;
    for (let step = state * inputs; step < (state + 1) * inputs; step++) leads ||= to.at(step) !== state;
    if (!leads) found.push(state);
  }
  return found;
}
