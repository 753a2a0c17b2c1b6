import { CountingJournal } from "./counting-journal.js";
import { isObject } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import { Journal } from "./journal.js";
import type { JournalSink, JournalStart } from "./journal-options.js";
import type { Recorder } from "./journal-view.js";

/**
 * The journal option of a device: keep the last `keep` entries (1,000,000 unless given), "all" of them, pass them to a sink instead of
 * keeping them, or (false) keep none.
 */
export type JournalOption = { readonly keep?: number } | "all" | JournalSink | false;

/**
 * Opens a journal for a device.
 *
 * @param checkpoint - returns the device's present state as JSON; see `JournalOptions`.
 * @throws TypeError or RangeError if the header or the option is none.
 */
export function openJournal(
  start: JournalStart,
  journalOption: JournalOption,
  checkpoint: () => unknown,
): Recorder {
  if (journalOption === false) return new CountingJournal(start, checkpoint);
  if (journalOption === "all") return new Journal(start, { keep: journalOption, checkpoint });
  if (isJournalSink(journalOption)) return new Journal(start, { sink: journalOption, checkpoint });
  if (!isKeepOption(journalOption)) {
    throw new TypeError(
      `journal: expected { keep }, "all", a sink with header and append, or false, got ${formatValue(journalOption)}`,
    );
  }
  return new Journal(
    start,
    journalOption.keep === undefined ? { checkpoint } : { keep: journalOption.keep, checkpoint },
  );
}

const isFunction = (value: unknown): boolean => typeof value === "function";

const isJournalSink = (journalOption: JournalOption): journalOption is JournalSink =>
  isObject(journalOption) &&
  "header" in journalOption &&
  isFunction(journalOption.header) &&
  isFunction(journalOption.append);

/** A journal, or a sink that lacks something, is an object as well. */
const isKeepOption = (journalOption: JournalOption): journalOption is { readonly keep?: number } =>
  isObject(journalOption) &&
  !("header" in journalOption || "append" in journalOption) &&
  Object.keys(journalOption).every((key) => key === "keep");
