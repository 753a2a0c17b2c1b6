import type { Entry, JournalHeader, Recorded } from "./entry.js";

/** A position in a journal with its state, from which entries can be folded. */
export interface JournalCheckpoint {
  /** Index of the entry that comes next. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
  /** The device's state there: the object that is held, not a copy. */
  readonly state: unknown;
}

/** A read-only view of a journal. */
export interface JournalView {
  /** The chart and the state before the oldest entry. A new object whenever entries have been dropped. */
  readonly header: JournalHeader;
  /** True if entries are held, for some time at least; false of a journal with a sink, or of a device with `journal: false`. */
  readonly keepsEntries: boolean;
  /** Index of the oldest entry held; that of the next where none is. */
  readonly first: number;
  /** Index that the next entry gets. */
  readonly next: number;
  /** The number of entries held. */
  readonly length: number;
  /** Ticks that have passed, those of all entries included. */
  readonly tick: number;
  /** Bytes of memory that the encoded entries take. The checkpoints, one every 16 KiB, come on top. */
  readonly bytes: number;
  /** The number of entries that the sink has lost, as a write failed and it stopped; 0 while all is well, and without a sink. */
  readonly lost: number;
  /**
   * Returns the entries from index `from` up to, not including, `until`: by default all that are held.
   *
   * Entries appended after this call are not among them; entries dropped after it are.
   *
   * @throws RangeError if an index lies outside `first` to `next`, or `until` before `from`; it names the index.
   */
  entries(range?: { readonly from?: number; readonly until?: number }): IterableIterator<Recorded>;
  /**
   * Returns the nearest position at or before `index` whose state is known.
   *
   * @throws RangeError if `index` lies outside `first` to `next`; it names the index.
   */
  checkpoint(index: number): JournalCheckpoint;
}

/**
 * A journal to which a device appends. An input is staged before the chart takes it, and committed afterwards: one that the chart cannot
 * take, as a guard or action throws, is not there.
 */
export interface Recorder extends JournalView {
  /** Index of the last entry appended. */
  readonly last: number;
  /** True if there is a sink: what was staged there has to be taken back if it is not committed. */
  readonly hasSink: boolean;
  /**
   * Appends a copy of an entry.
   *
   * @returns its index.
   * @throws TypeError or RangeError if it is none, or if its ticks are too many to count; nothing has changed then.
   */
  append(entry: Entry): number;
  /** Appends a read. @throws RangeError unless offset is 0 to 255. */
  read(offset: number): void;
  /** Appends a write. @throws RangeError unless offset and value are 0 to 255. */
  write(offset: number, value: number): void;
  /** Appends that characters were received. @throws TypeError or RangeError if they are none. */
  receive(characters: Extract<Entry, { type: "receive" }>["characters"]): void;
  /**
   * Stages a copy of an entry: it will be the next, once it is committed.
   *
   * @returns what {@link commitEntry} needs; for a read or write {@link commitAccess} does as well.
   * @throws TypeError or RangeError if it is none, or if its ticks are too many to count; nothing has changed then.
   */
  stage(entry: Entry): number;
  /** Stages a read. @throws RangeError unless offset is 0 to 255. */
  stageRead(offset: number): number;
  /** Stages a write. @throws RangeError unless offset and value are 0 to 255. */
  stageWrite(offset: number, value: number): number;
  /** Stages that characters were received. @throws TypeError or RangeError if they are none. */
  stageReceive(characters: Extract<Entry, { type: "receive" }>["characters"]): number;
  /** Commits the staged read or write. It takes less of the stack than any chart. */
  commitAccess(staged: number): void;
  /** Commits the staged entry. */
  commitEntry(staged: number): void;
  /** Takes the staged entry back from the sink, if it has it. */
  takeBack(): void;
  /** Closes the sink, if there is one. Later entries are counted but not passed to it. */
  close(): void;
}
