import type { SerialRevision } from "../../machines/index.js";
import { engineFor } from "../device/engines.js";
import { Fold, isInput } from "../device/fold.js";
import { type Chart, serialChart, uart16550Chart } from "../device/index.js";
import { inputFor } from "../device/input.js";
import { type JournalHeader, type JournalView, shown } from "../journal/index.js";

/**
 * The chart of a journal.
 *
 * @throws RangeError or TypeError if it is of no chart, revision or part that there is.
 */
export function chartOf({ chart, options }: Pick<JournalHeader, "chart" | "options">): Chart {
  if (chart === "serial") return serialChart((options["revision"] ?? "0.8.2") as SerialRevision);
  if (chart === "uart16550") return uart16550Chart(options);
  throw new RangeError(`chart: expected serial or uart16550, got ${shown(chart)}`);
}

/**
 * The state in which a journal's entry `from` finds the chart.
 *
 * @throws RangeError if `from` lies outside the journal.
 */
export function stateAt(chart: Chart, journal: JournalView, from: number) {
  const { index, tick, state } = journal.checkpoint(from);
  const fold = new Fold(chart, engineFor(chart), state);
  let ticks = tick;
  for (const { entry } of journal.entries({ from: index, until: from })) {
    if (!isInput(entry)) continue;
    fold.take(inputFor(chart, entry), []);
    if (entry.type === "advance") ticks += entry.ticks;
  }
  return { state: chart.stateOf(fold.context), first: from, tick: ticks };
}
