import type { Device } from "../../device/index.js";
import { isEqualDefinition } from "../../device/internal.js";
import { definitionHash, type JournalHeader, type JournalReading } from "../../journal/index.js";
import { formatValue } from "../../journal/internal.js";
import { applyRecorded } from "./apply-recorded.js";
import { RecordingError, type Step } from "./step.js";

/** Lines before a journal's first entry: its header. */
const HEADER_LINES = 1;

/** A journal's inputs as steps. It records no answers, so there is nothing to compare; its notes are passed over. */
export async function* journalSteps(reading: JournalReading): AsyncGenerator<Step, void, undefined> {
  for await (const { index, entry } of reading.entries) {
    if (entry.type === "failed" || entry.type === "mark") continue;
    yield { line: reading.lineOf(index), input: entry, entryIndex: index };
  }
}

/**
 * Takes a device to where a journal begins.
 *
 * @returns what may make the replay differ from what was recorded, a sentence each.
 * @throws RecordingError if the journal is another chart's, or its first state is none, and what the device's surroundings throw.
 */
export function beginJournal(uartDevice: Device, header: JournalHeader): string[] {
  const { chart } = uartDevice;
  if (header.chart !== chart.id)
    throw new RecordingError(
      `chart: expected ${formatValue(chart.id)}, got ${formatValue(header.chart)}`,
      HEADER_LINES,
    );
  applyRecorded(uartDevice, { type: "restore", state: header.state }, { line: HEADER_LINES });
  const changedOptions = Object.entries(header.options).filter(
    ([optionName, value]) => value !== chart.options[optionName],
  );
  if (changedOptions.length > 0)
    return [
      `the journal was recorded with ${formatValue(Object.fromEntries(changedOptions))}: the replay may differ`,
    ];
  if (!isEqualDefinition(header.definition, definitionHash(chart.machine)))
    return ["the journal was recorded with another definition of this chart: the replay may differ"];
  return [];
}
