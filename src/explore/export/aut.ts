import { inputInWords } from "../../device/index.js";
import type { Graph, GraphState, GraphTransition } from "../graph.js";
import { emissionInWords } from "../shown.js";

/** What happens, as an observer sees it: the input, what a read gave, and what left, in order. */
function label<TState>({ chart, states }: Graph<TState>, transition: GraphTransition<TState>): string {
  const { input, emissions, from } = transition;
  const { divisorLatchOpen } = (states[from] as GraphState<TState>).at;
  const value = emissions.find(({ type }) => type === "data")?.value;
  return [inputInWords(input, divisorLatchOpen, value, chart), ...emissions.flatMap(emissionInWords)].join(
    "; ",
  );
}

/**
 * What was explored, in the Aldebaran format (.aut) that CADP and mCRL2 read: `des (first, transitions, states)`, and a line for each
 * transition. Its label says in words what happens, as whoever watches the device sees it: the same label, the same behaviour.
 */
export function toAut<TState>(graph: Graph<TState>): string {
  const transitions = graph.transitions.filter(({ to }) => to >= 0);
  const lines = transitions.map(
    (transition) =>
      `(${transition.from}, "${label(graph, transition).replaceAll('"', "'")}", ${transition.to})`,
  );
  return `${[`des (0, ${transitions.length}, ${graph.states.length})`, ...lines].join("\n")}\n`;
}
