import type { JournalHeader, Recorded } from "./entry.js";
import type { JournalView } from "./journal-view.js";

/** The header with which a journal begins; `first` and `tick` are 0 unless given. */
export type JournalStart = Omit<JournalHeader, "first" | "tick"> & {
  readonly first?: number;
  readonly tick?: number;
};

/** A sink for a journal's entries, instead of memory. */
export interface JournalSink {
  /**
   * Called once, with the header, when the journal is made.
   *
   * @param present - returns the header with which a journal would begin now, with the device's present state; to be called in `append`,
   *   by a sink that begins a new file there. Absent where the journal does not know the state.
   */
  header(header: JournalHeader, present?: () => JournalHeader): void;
  /**
   * Called for each entry before the device takes it. If it throws, then so does the access, and nothing has changed.
   * It must not use the device. The entry is the caller's own object: copy what you hold on to.
   */
  append(recorded: Recorded): void;
  /**
   * Called right after {@link append} if the device could not take that entry after all, as a guard or action of a chart of yours threw:
   * the next entry has the same index. A sink without this keeps an entry that changed nothing.
   */
  takeBack?(): void;
  /** The number of entries that the sink was given and has lost: {@link JournalView.lost}. */
  readonly lost?: number;
  /** Called when the journal is closed; no entry follows. */
  close?(): void;
}

/** Options of a journal. */
export interface JournalOptions {
  /**
   * How many entries to hold at least, from 0: 1,000,000 unless given, or none with a `sink`. "all" drops nothing,
   * false holds nothing at all. A number is no exact bound: up to two chunks of 16 KiB more are held. Where entries are
   * long the bound is 16 bytes for each entry to keep, and at least 64 KiB; then fewer are held.
   */
  readonly keep?: number | "all" | false;
  /**
   * Returns the device's present state, as JSON, which is not copied. It is called before the first entry of each chunk, so the device
   * must append an entry before it takes it. Without it no entry is dropped, whatever `keep` says.
   */
  readonly checkpoint?: () => unknown;
  /** Receives each entry. */
  readonly sink?: JournalSink;
}
