import { inputInWords } from "../../device/index.js";
import { emissionInWords } from "../check/replay.js";
import { eventInWords } from "../check/replay-on.js";
import { isDevice } from "../space/scope.js";
import type { DeviceState, Graph, GraphTransition } from "../space/types.js";

/** Returns a transition as an observer sees it: the input, the byte read and the emissions, in order. */
function transitionLabel(
  { chart }: Pick<Graph, "chart">,
  before: DeviceState,
  transition: GraphTransition,
): string {
  const { input, emissions } = transition;
  if (!isDevice(chart)) return [input, ...emissions].map(eventInWords).join("; ");
  const { divisorLatchOpen } = before;
  const byteRead = emissions.find(({ type }) => type === "data")?.value;
  return [inputInWords(input, divisorLatchOpen, byteRead, chart), ...emissions.flatMap(emissionInWords)].join(
    "; ",
  );
}

/**
 * Returns an explored graph in the Aldebaran format (.aut) that CADP and mCRL2 read: `des (first, transitions, states)`, and a line for each
 * transition. Its label describes what an observer of the device sees: equal labels mean equal behaviour.
 */
export function toAut<TState>(graph: Graph<TState>): string {
  const deviceStates = [...graph.states].map(({ at }) => at);
  const lines = [`des (0, ${graph.transitions.length}, ${deviceStates.length})`];
  for (const transition of graph.transitions) {
    const { from, to } = transition;
    const labelText = transitionLabel(graph, deviceStates[from] as DeviceState, transition).replaceAll(
      '"',
      "'",
    );
    lines.push(`(${from}, "${labelText}", ${to})`);
  }
  return `${lines.join("\n")}\n`;
}
