import { Journal } from "./journal.js";
import type { JournalSink, JournalStart } from "./journal-options.js";

/**
 * How a device keeps its journal: the last `keep` entries (1,000,000 unless given), "all" of them, in a sink of the user's
 * instead of in memory, or (false) not at all.
 */
export type JournalOption = { readonly keep?: number } | "all" | JournalSink | false;

/**
 * Opens a journal for a device.
 *
 * @param checkpoint - gives the device's present state as JSON; see `JournalOptions`.
 * @throws TypeError or RangeError if the header or the option is none.
 */
export function openJournal(start: JournalStart, option: JournalOption, checkpoint: () => unknown): Journal {
  if (option === "all" || option === false) return new Journal(start, { keep: option, checkpoint });
  if (typeof option !== "object" || option === null) {
    throw new TypeError(`expected journal, { keep }, "all", a sink or false, got ${String(option)}`);
  }
  if ("append" in option) return new Journal(start, { sink: option, checkpoint });
  return new Journal(start, option.keep === undefined ? { checkpoint } : { keep: option.keep, checkpoint });
}
