/** The journal of a device's inputs: kept in memory, written and read as text. */

export { definitionHash } from "./definition.js";
export type { Character, Entry, Input, JournalHeader, Note, Recorded } from "./entry.js";
export { Journal } from "./journal.js";
export { JournalError } from "./journal-error.js";
export type { JournalOptions, JournalSink, JournalStart } from "./journal-options.js";
export type { Checkpoint, JournalView, Recorder } from "./journal-view.js";
export type { LineFailure } from "./line-splitter.js";
export { type JournalOption, openJournal } from "./open-journal.js";
export { packEntries, unpackEntries } from "./pack-entries.js";
export { isJournalText } from "./text-format.js";
export { type TextLines, type TextSource, textLines } from "./text-lines.js";
export { type JournalReading, type LoadedJournal, loadJournal, readJournal } from "./text-read.js";
export { journalSink, type TextSink, type WriteOptions, writeJournal } from "./text-write.js";
