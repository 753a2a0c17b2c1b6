import { inputInWords } from "../../device/index.js";
import type { Graph, GraphTransition, Situation } from "../graph.js";
import { emissionInWords } from "../shown.js";

/** What happens, as an observer sees it: the input, what a read gave, and what left, in order. */
function label({ chart }: Pick<Graph, "chart">, before: Situation, transition: GraphTransition): string {
  const { input, emissions } = transition;
  const { divisorLatchOpen } = before;
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
  const states = [...graph.states].map(({ at }) => at);
  const lines = [`des (0, ${graph.transitions.length}, ${states.length})`];
  for (const transition of graph.transitions) {
    const { from, to } = transition;
    const text = label(graph, states[from] as Situation, transition).replaceAll('"', "'");
    lines.push(`(${from}, "${text}", ${to})`);
  }
  return `${lines.join("\n")}\n`;
}
