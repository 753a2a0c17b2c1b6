import type { Entry, JournalHeader, Recorded } from "./entry.js";

/** A place in a journal from which its entries can be folded on. */
export interface Checkpoint {
  /** Index of the entry that comes next. */
  readonly index: number;
  /** Ticks that had passed. */
  readonly tick: number;
  /** The device's state there: the object that is held, not a copy. */
  readonly state: unknown;
}

/** A journal as its readers see it: all that it holds, and no way to add to it. */
export interface JournalView {
  /** Whose journal it is, and the state before its oldest entry. A new object whenever something has fallen off. */
  readonly header: JournalHeader;
  /** Index of the oldest entry held; that of the next where none is. */
  readonly first: number;
  /** Index that the next entry gets. */
  readonly next: number;
  /** How many entries are held. */
  readonly length: number;
  /** Ticks that have passed, those of all entries included. */
  readonly tick: number;
  /** Bytes of memory that the encoded entries take. The checkpoints, one every 16 KiB, come on top. */
  readonly bytes: number;
  /**
   * The entries from index `from` up to, not including, `until`: all that are held unless told otherwise.
   *
   * What is appended after this call is not among them; what falls off after it is.
   *
   * @throws RangeError if an index lies outside `first` to `next`, or `until` before `from`; it names the index.
   */
  entries(range?: { readonly from?: number; readonly until?: number }): IterableIterator<Recorded>;
  /**
   * The nearest place at or before `index` whose state is known.
   *
   * @throws RangeError if `index` lies outside `first` to `next`; it names the index.
   */
  checkpoint(index: number): Checkpoint;
}

/** A journal as the device that it records uses it. */
export interface Recorder extends JournalView {
  /** Index of the entry appended last. */
  readonly last: number;
  /**
   * Appends an entry, which is copied.
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
  /** Closes the sink, if there is one. Later entries are counted but no longer handed to it. */
  close(): void;
}
