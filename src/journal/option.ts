import { isObject } from "./check.js";
import { Counter } from "./counter.js";
import { Journal } from "./journal.js";
import type { JournalSink, JournalStart } from "./journal-options.js";
import type { Recorder } from "./journal-view.js";
import { shown } from "./shown.js";

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
export function openJournal(start: JournalStart, option: JournalOption, checkpoint: () => unknown): Recorder {
  if (option === false) return new Counter(start, checkpoint);
  if (option === "all") return new Journal(start, { keep: option, checkpoint });
  if (isSink(option)) return new Journal(start, { sink: option, checkpoint });
  if (!isKeep(option)) {
    throw new TypeError(
      `journal: expected { keep }, "all", a sink with header and append, or false, got ${shown(option)}`,
    );
  }
  return new Journal(start, option.keep === undefined ? { checkpoint } : { keep: option.keep, checkpoint });
}

const isFunction = (value: unknown): boolean => typeof value === "function";

const isSink = (option: JournalOption): option is JournalSink =>
  isObject(option) && "header" in option && isFunction(option.header) && isFunction(option.append);

/** A journal, or a sink that lacks something, is an object as well. */
const isKeep = (option: JournalOption): option is { readonly keep?: number } =>
  isObject(option) &&
  !("header" in option || "append" in option) &&
  Object.keys(option).every((key) => key === "keep");
