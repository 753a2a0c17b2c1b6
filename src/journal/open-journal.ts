import { CountingJournal } from "./counting-journal.js";
import { isObject } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import { checkReadable } from "./hostile.js";
import { Journal } from "./journal.js";
import type { JournalSink, JournalStart } from "./journal-options.js";
import type { Recorder } from "./journal-view.js";
import { isRecord } from "./nearest.js";

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
  checkReadable(journalOption, "journal", JOURNAL_OPTIONS, () => {
    const isOption =
      journalOption === false ||
      journalOption === "all" ||
      isJournalSink(journalOption) ||
      isKeepOption(journalOption);
    if (!isOption)
      throw new TypeError(`journal: expected ${JOURNAL_OPTIONS}, got ${formatValue(journalOption)}`);
  });
  if (journalOption === false) return new CountingJournal(start, checkpoint);
  if (journalOption === "all") return new Journal(start, { keep: journalOption, checkpoint });
  if (isJournalSink(journalOption)) return new Journal(start, { sink: journalOption, checkpoint });
  return new Journal(
    start,
    journalOption.keep === undefined ? { checkpoint } : { keep: journalOption.keep, checkpoint },
  );
}

const JOURNAL_OPTIONS = '{ keep }, "all", a sink with header and append, or false';

const isFunction = (value: unknown): boolean => typeof value === "function";

const isJournalSink = (journalOption: JournalOption): journalOption is JournalSink =>
  isObject(journalOption) &&
  "header" in journalOption &&
  isFunction(journalOption.header) &&
  isFunction(journalOption.append);

/** A journal, or a sink that lacks something, is an object as well. */
const isKeepOption = (journalOption: JournalOption): journalOption is { readonly keep?: number } =>
  isRecord(journalOption) &&
  !("header" in journalOption || "append" in journalOption) &&
  Reflect.ownKeys(journalOption).every((key) => key === "keep");
