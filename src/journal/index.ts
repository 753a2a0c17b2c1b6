/** The journal of a device's inputs: kept in memory, written and read as text. */

export { definitionHash } from "./definition.js";
export type { Character, Entry, Input, JournalHeader, Note, Recorded } from "./entry.js";
export { Journal } from "./journal.js";
export { JournalError } from "./journal-error.js";
export type { JournalOptions, JournalSink, JournalStart } from "./journal-options.js";
export type { JournalCheckpoint, JournalView, Recorder } from "./journal-view.js";
export type { LineFailure } from "./line-splitter.js";
export type { MissingEntries } from "./missing-entries.js";
export { type JournalOption, openJournal } from "./open-journal.js";
export { packEntries, unpackEntries } from "./pack-entries.js";
export { isStoryText, parseStory, type Story, type StoryRow } from "./story.js";
export { isJournalText } from "./text-format.js";
export { type LinesOptions, type TextLines, type TextSource, textLines } from "./text-lines.js";
export {
  type JournalPart,
  type JournalReading,
  type LoadedJournal,
  loadJournal,
  type ReadOptions,
  readJournal,
  type SalvagedJournal,
} from "./text-read.js";
export {
  type FlushInterval,
  JournalSinkError,
  journalSink,
  type SinkOptions,
  type TextSink,
} from "./text-sink.js";
export { type WriteOptions, writeJournal } from "./text-write.js";
