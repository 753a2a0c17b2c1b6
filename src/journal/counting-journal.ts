import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { checkEntry, checkHeader, tickAfter } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import { isShortAccess, RANGE_NAMES } from "./journal.js";
import type { JournalStart } from "./journal-options.js";
import type { JournalCheckpoint, Recorder } from "./journal-view.js";
import { withKnownNames } from "./nearest.js";

/** The number of entries from which {@link CountingJournal} counts anew: below it V8 needs no object for a number. */
const SHORT_COUNT = 2 ** 30;

/** A journal that holds no entries, but checks and counts them. */
export class CountingJournal implements Recorder {
  readonly #header: JournalHeader;
  readonly #readState: () => unknown;
  // What an access uses is private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  /** The entries before those of {@link shortCount}. */
  private longCount: number;
  /** A count below {@link SHORT_COUNT}. */
  private shortCount = 0;
  private elapsedTicks: number;
  private stagedTick = 0;

  /**
   * @param readState - returns the device's present state, as JSON.
   * @throws TypeError or RangeError if the header is none.
   */
  constructor(start: JournalStart, readState: () => unknown) {
    this.#header = { ...start, first: start.first ?? 0, tick: start.tick ?? 0 };
    checkHeader(this.#header);
    this.#readState = readState;
    this.longCount = this.#header.first;
    this.elapsedTicks = this.#header.tick;
  }

  get header(): JournalHeader {
    return { ...this.#header, first: this.next, tick: this.elapsedTicks, state: this.#readState() };
  }

  get keepsEntries(): boolean {
    return false;
  }

  get first(): number {
    return this.next;
  }

  get next(): number {
    return this.longCount + this.shortCount;
  }

  get last(): number {
    return this.longCount + this.shortCount - 1;
  }

  get length(): number {
    return 0;
  }

  get tick(): number {
    return this.elapsedTicks;
  }

  get bytes(): number {
    return 0;
  }

  get lost(): number {
    return 0;
  }

  append(entry: Entry): number {
    const entryIndex = this.next;
    this.commitEntry(this.stage(entry));
    return entryIndex;
  }

  read(offset: number): void {
    this.shortCount = this.stageRead(offset);
  }

  write(offset: number, value: number): void {
    this.shortCount = this.stageWrite(offset, value);
  }

  receive(characters: Extract<Entry, { type: "receive" }>["characters"]): void {
    this.shortCount = this.stageReceive(characters);
  }

  stage(entry: Entry): number {
    checkEntry(entry);
    this.stagedTick = tickAfter(entry, this.elapsedTicks);
    if (this.shortCount >= SHORT_COUNT) {
      this.longCount += this.shortCount;
      this.shortCount = 0;
    }
    return this.shortCount + 1;
  }

  stageRead(offset: number): number {
    const { shortCount: count } = this;
    return count < SHORT_COUNT && typeof offset === "number" && (offset & 7) === offset
      ? count + 1
      : this.stage({ type: "read", offset });
  }

  stageWrite(offset: number, value: number): number {
    const { shortCount: count } = this;
    return count < SHORT_COUNT && isShortAccess(offset, value)
      ? count + 1
      : this.stage({ type: "write", offset, value });
  }

  stageReceive(characters: Extract<Entry, { type: "receive" }>["characters"]): number {
    const { shortCount: count } = this;
    if (count >= SHORT_COUNT || !(characters instanceof Uint8Array))
      return this.stage({ type: "receive", characters });
    this.stagedTick = this.elapsedTicks;
    return count + 1;
  }

  commitAccess(count: number): void {
    this.shortCount = count;
  }

  commitEntry(count: number): void {
    this.shortCount = count;
    this.elapsedTicks = this.stagedTick;
  }

  takeBack(): void {}

  get hasSink(): boolean {
    return false;
  }

  entries(range: { readonly from?: number; readonly until?: number } = {}): IterableIterator<Recorded> {
    const { from = this.next, until = this.next } = withKnownNames(range, RANGE_NAMES, "entries");
    this.#checkIndex(from, "from");
    this.#checkIndex(until, "until");
    return [][Symbol.iterator]();
  }

  checkpoint(index: number): JournalCheckpoint {
    this.#checkIndex(index, "checkpoint");
    const { first, tick, state } = this.header;
    return { index: first, tick, state };
  }

  close(): void {}

  /** Checks an index: only that of the next entry exists. */
  #checkIndex(index: number, name: string): void {
    if (index !== this.next) {
      throw new RangeError(
        `${name}: expected ${this.next}, as this journal holds nothing, got ${formatValue(index)}`,
      );
    }
  }
}
