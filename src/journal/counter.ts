import { checkEntry, checkHeader, tickAfter } from "./check.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { isAccess } from "./journal.js";
import type { JournalStart } from "./journal-options.js";
import type { Checkpoint, Recorder } from "./journal-view.js";
import { shown } from "./shown.js";

/** Up to where the short ways count: there V8 needs no large number. */
const SHORT = 2 ** 30;

/** A journal that holds nothing, but counts, and checks what it counts. */
export class Counter implements Recorder {
  readonly #header: JournalHeader;
  readonly #state: () => unknown;
  // What an access uses is private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  private count: number;
  private ticks: number;

  /**
   * @param state - gives the device's present state, as JSON.
   * @throws TypeError or RangeError if the header is none.
   */
  constructor(start: JournalStart, state: () => unknown) {
    this.#header = { ...start, first: start.first ?? 0, tick: start.tick ?? 0 };
    checkHeader(this.#header);
    this.#state = state;
    this.count = this.#header.first;
    this.ticks = this.#header.tick;
  }

  get header(): JournalHeader {
    return { ...this.#header, first: this.count, tick: this.ticks, state: this.#state() };
  }

  get first(): number {
    return this.count;
  }

  get next(): number {
    return this.count;
  }

  get last(): number {
    return this.count - 1;
  }

  get length(): number {
    return 0;
  }

  get tick(): number {
    return this.ticks;
  }

  get bytes(): number {
    return 0;
  }

  append(entry: Entry): number {
    checkEntry(entry);
    this.ticks = tickAfter(entry, this.ticks);
    return this.count++;
  }

  read(offset: number): void {
    const { count } = this;
    if (count < SHORT && typeof offset === "number" && (offset & 7) === offset) this.count = count + 1;
    else this.append({ type: "read", offset });
  }

  write(offset: number, value: number): void {
    const { count } = this;
    if (count < SHORT && isAccess(offset, value)) this.count = count + 1;
    else this.append({ type: "write", offset, value });
  }

  receive(characters: Extract<Entry, { type: "receive" }>["characters"]): void {
    if (characters instanceof Uint8Array) this.count++;
    else this.append({ type: "receive", characters });
  }

  entries({ from = this.count, until = this.count } = {}): IterableIterator<Recorded> {
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

  /** The one index that there is, is that of the next entry. */
  #checkIndex(index: number, name: string): void {
    if (index !== this.count) {
      throw new RangeError(
        `${name}: expected ${this.count}, as this journal holds nothing, got ${shown(index)}`,
      );
    }
  }
}
