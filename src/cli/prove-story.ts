import { type CheckResult, journalOf, showRun } from "../explore/index.js";
import type { Story } from "../journal/index.js";
import { deviceInWords } from "./devices.js";

/** Returns a counterexample as a story, which the inspector opens at the breach; undefined if the claim is not refuted. */
export async function storyOf({
  claim,
  verdict,
  graph,
  inputs,
  repeats,
}: CheckResult): Promise<Story | undefined> {
  if (verdict !== "refuted" || !inputs) return undefined;
  const { chart } = graph;
  const run = showRun(chart, inputs);
  const rows = run.steps.map(({ number, text, changes }, i) => {
    const inputType = run.inputs[i]?.type;
    // The mark at which a counterexample begins to repeat is an entry of its own.
    const index = repeats === undefined || i < repeats ? i : i + 1;
    return {
      ...{ number, text, effects: changes, index, handler: false },
      by: inputType === "read" || inputType === "write" ? "driver" : "environment",
    };
  });
  return {
    ...{ format: "vm-superio-story", version: 1, subject: deviceInWords(chart.id, chart.options), rows },
    claim: {
      ...{ id: claim.id, sentence: claim.sentence },
      detail:
        repeats === undefined
          ? `refuted in ${inputs.length} inputs`
          : `refuted: from input ${repeats + 1} on it repeats`,
    },
    journal: await journalOf(chart, inputs, repeats),
  };
}
