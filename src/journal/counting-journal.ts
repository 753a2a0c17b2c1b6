import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { checkEntry, checkHeader, tickAfter } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import { isShortAccess } from "./journal.js";
import type { JournalStart } from "./journal-options.js";
import type { Checkpoint, Recorder } from "./journal-view.js";

/** The greatest count of the short ways: up to it V8 needs no large number. */
const GREATEST_SHORT_COUNT = 2 ** 30;

/** A journal that holds no entries, but checks and counts them. */
export class CountingJournal implements Recorder {
  readonly #header: JournalHeader;
  readonly #readState: () => unknown;
  // What an access uses is private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  private entryCount: number;
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
    this.entryCount = this.#header.first;
    this.elapsedTicks = this.#header.tick;
  }

  get header(): JournalHeader {
    return { ...this.#header, first: this.entryCount, tick: this.elapsedTicks, state: this.#readState() };
  }

  get first(): number {
    return this.entryCount;
  }

  get next(): number {
    return this.entryCount;
  }

  get last(): number {
    return this.entryCount - 1;
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
    const entryIndex = this.entryCount;
    this.commitEntry(this.stage(entry));
    return entryIndex;
  }

  read(offset: number): void {
    this.entryCount = this.stageRead(offset);
  }

  write(offset: number, value: number): void {
    this.entryCount = this.stageWrite(offset, value);
  }

  receive(characters: Extract<Entry, { type: "receive" }>["characters"]): void {
    this.entryCount = this.stageReceive(characters);
  }

  stage(entry: Entry): number {
    checkEntry(entry);
    this.stagedTick = tickAfter(entry, this.elapsedTicks);
    return this.entryCount + 1;
  }

  stageRead(offset: number): number {
    const { entryCount: count } = this;
    return count < GREATEST_SHORT_COUNT && typeof offset === "number" && (offset & 7) === offset
      ? count + 1
      : this.stage({ type: "read", offset });
  }

  stageWrite(offset: number, value: number): number {
    const { entryCount: count } = this;
    return count < GREATEST_SHORT_COUNT && isShortAccess(offset, value)
      ? count + 1
      : this.stage({ type: "write", offset, value });
  }

  stageReceive(characters: Extract<Entry, { type: "receive" }>["characters"]): number {
    return this.stage({ type: "receive", characters });
  }

  commitAccess(count: number): void {
    this.entryCount = count;
  }

  commitEntry(count: number): void {
    this.entryCount = count;
    this.elapsedTicks = this.stagedTick;
  }

  takeBack(): void {}

  get hasSink(): boolean {
    return false;
  }

  entries({ from = this.entryCount, until = this.entryCount } = {}): IterableIterator<Recorded> {
    this.#checkIndex(from, "from");
    this.#checkIndex(until, "until");
    return [][Symbol.iterator]();
  }

  checkpoint(index: number): Checkpoint {
    this.#checkIndex(index, "checkpoint");
    const { first, tick, state } = this.header;
    return { index: first, tick, state };
  }

  close(): void {}

  /** Checks an index: only that of the next entry exists. */
  #checkIndex(index: number, name: string): void {
    if (index !== this.entryCount) {
      throw new RangeError(
        `${name}: expected ${this.entryCount}, as this journal holds nothing, got ${formatValue(index)}`,
      );
    }
  }
}
