import type { Device } from "../../device/index.js";
import { definitionHash, type JournalHeader, type JournalReading } from "../../journal/index.js";
import { quote, RecordingError, type Step } from "./step.js";

/** Lines before a journal's first entry: its header. */
const HEADER_LINES = 1;

/** Of a stranger's options, how much a warning repeats. */
const LONGEST_OPTIONS = 200;

/** Whether this is how one of our own journals starts. */
export function isJournal(firstLine: string): boolean {
  return /^\uFEFF?\s*\{\s*"format"\s*:\s*"vm-superio-journal"/.test(firstLine);
}

/** A journal's inputs as steps. It records no answers, so there is nothing to compare; its notes are passed over. */
export async function* journalSteps({
  header,
  entries,
}: JournalReading): AsyncGenerator<Step, void, undefined> {
  for await (const { index, entry } of entries) {
    if (entry.type === "failed" || entry.type === "mark") continue;
    yield { line: index - header.first + HEADER_LINES + 1, input: entry };
  }
}

/**
 * Takes a device to where a journal begins.
 *
 * @returns what may make the replay differ from what was recorded, a sentence each.
 * @throws RecordingError if the journal is another chart's, or its first state is none.
 */
export function beginJournal(device: Device, header: JournalHeader): string[] {
  const { chart } = device;
  if (header.chart !== chart.id)
    throw new RecordingError(
      `a journal of ${chart.id} was expected, not of ${quote(header.chart)}`,
      HEADER_LINES,
    );
  try {
    device.apply({ type: "restore", state: header.state });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RecordingError(`the journal's first state cannot be restored: ${why}`, HEADER_LINES);
  }
  const recorded = JSON.stringify(header.options);
  if (recorded !== JSON.stringify(chart.options))
    return [`the journal was recorded with ${recorded.slice(0, LONGEST_OPTIONS)}: the replay may differ`];
  if (header.definition !== definitionHash(chart.machine))
    return ["the journal was recorded with another definition of this chart: the replay may differ"];
  return [];
}
