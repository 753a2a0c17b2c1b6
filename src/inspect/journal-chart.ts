import type { SerialRevision } from "../../machines/index.js";
import { type Chart, serialChart, uart16550Chart } from "../device/index.js";
import { checkedInput, engineFor, Fold, isInput } from "../device/internal.js";
import type { JournalHeader, JournalView } from "../journal/index.js";
import { formatValue } from "../journal/internal.js";

/**
 * Returns the chart of a journal.
 *
 * @throws RangeError or TypeError if there is no such chart, revision or preset.
 */
export function chartOfJournal({ chart, options }: Pick<JournalHeader, "chart" | "options">): Chart {
  if (chart === "serial") return serialChart((options["revision"] ?? "0.8.2") as SerialRevision);
  if (chart === "uart16550") return uart16550Chart(options);
  throw new RangeError(`chart: expected serial or uart16550, got ${formatValue(chart)}`);
}

/**
 * Returns the chart's state before an entry of a journal.
 *
 * @throws RangeError if `entryIndex` lies outside the journal.
 */
export function stateBefore(chart: Chart, journal: JournalView, entryIndex: number) {
  const { index: checkpointIndex, tick: checkpointTick, state } = journal.checkpoint(entryIndex);
  const chartFold = new Fold(chart, engineFor(chart), state);
  let ticksPassed = checkpointTick;
  for (const { entry } of journal.entries({ from: checkpointIndex, until: entryIndex })) {
    if (!isInput(entry)) continue;
    chartFold.apply(checkedInput(chart, entry), []);
    if (entry.type === "advance") ticksPassed += entry.ticks;
  }
  return { state: chart.stateOf(chartFold.context), first: entryIndex, tick: ticksPassed };
}
