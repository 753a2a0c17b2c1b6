import { checkEntry, checkHeader, isObject, tickAfter } from "./check.js";
import { type Chunk, recorded } from "./chunk.js";
import { ADVANCE_SHORT, encode, encodeBytes, WRITE } from "./codec.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import type { JournalOptions, JournalSink, JournalStart } from "./journal-options.js";
import type { Checkpoint, Recorder } from "./journal-view.js";
import { shown } from "./shown.js";

/** Bytes of a chunk. What falls off does so a chunk at a time. */
const CHUNK = 16_384;
/** Bytes of a journal's first chunk; each later one has four times as many, up to {@link CHUNK}. */
const FIRST_CHUNK = 256;
const DEFAULT_KEEP = 1_000_000;
/** However few entries are kept, so many bytes of them are. */
const LEAST_BYTES = 65_536;
const BYTES_PER_ENTRY = 16;

/**
 * What has entered a device: append-only, one or two bytes an access, bounded unless it is told to keep all.
 *
 * Entries lie encoded in chunks of 16 KiB, and each chunk knows the state before its first entry. When the oldest
 * chunk falls off, the header moves to the next: `header` and `entries()` together always give the present state. Indexes
 * count from the device's beginning and never shift.
 *
 * A journal that holds nothing (`keep: false`, or a `sink`) still counts: `first` equals `next`, and the header is that
 * of the present moment.
 */
export class Journal implements Recorder {
  readonly #keep: number;
  /** Whether anything is held at all. */
  readonly #holds: boolean;
  readonly #state: (() => unknown) | undefined;
  #sink: JournalSink | undefined;
  #header: JournalHeader;
  readonly #chunks: Chunk[] = [];
  #held = 0;
  #handing = false;
  // What an access uses is private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  /** The chunk that is being filled. */
  private chunk = new Uint8Array(0);
  /** Where the next entry goes. */
  private at = 0;
  /** How many bytes of the chunk's entries are not the first of theirs: without them {@link at} counts the entries. */
  private further = 0;
  /** Up to where the short ways may write: one byte is spared, so that a write fits wherever a read does. */
  private end = -1;
  private base: number;
  private ticks: number;

  /** @throws TypeError or RangeError if the header or an option is none, or if `keep` is false without a `checkpoint`. */
  constructor(start: JournalStart, options: JournalOptions = {}) {
    const header: JournalHeader = { ...start, first: start.first ?? 0, tick: start.tick ?? 0 };
    checkHeader(header);
    if (!isObject(options)) throw new TypeError(`options: expected an object, got ${shown(options)}`);
    const { sink, checkpoint, keep = sink ? false : DEFAULT_KEEP } = options;
    if (keep !== "all" && keep !== false && !(Number.isSafeInteger(keep) && keep >= 0)) {
      throw new RangeError(`keep: expected a whole number from 0, "all" or false, got ${shown(keep)}`);
    }
    if (keep === false && !checkpoint) {
      throw new TypeError("checkpoint: expected a function where nothing is kept, got nothing");
    }
    this.#keep = keep === "all" || !checkpoint ? Number.POSITIVE_INFINITY : Number(keep);
    this.#holds = keep !== false;
    this.#state = checkpoint;
    this.#sink = sink;
    this.#header = header;
    this.base = header.first;
    this.ticks = header.tick;
    sink?.header(header);
  }

  /** Whose journal it is, and the state before its oldest entry. A new object whenever something has fallen off. */
  get header(): JournalHeader {
    if (this.#holds) return this.#header;
    return { ...this.#header, first: this.next, tick: this.ticks, state: this.#state?.() };
  }

  /** Index of the oldest entry held; that of the next where none is. */
  get first(): number {
    return this.#holds ? this.#header.first : this.next;
  }

  /** Index that the next entry gets. */
  get next(): number {
    return this.base + this.at - this.further;
  }

  /** Index of the entry appended last. */
  get last(): number {
    return this.base + this.at - this.further - 1;
  }

  /** How many entries are held. */
  get length(): number {
    return this.next - this.first;
  }

  /** Ticks that have passed, those of all entries included. */
  get tick(): number {
    return this.ticks;
  }

  /** Bytes of memory that the encoded entries take. The checkpoints, one every 16 KiB, come on top. */
  get bytes(): number {
    return this.#held;
  }

  /**
   * Appends an entry, which is copied.
   *
   * @returns its index.
   * @throws TypeError or RangeError if it is none, or if its ticks are too many to count; nothing has changed then.
   */
  append(entry: Entry): number {
    const index = this.next;
    // Nothing guarantees in JavaScript that there is an entry.
    if (entry?.type === "read") this.read(entry.offset);
    else if (entry?.type === "write") this.write(entry.offset, entry.value);
    else this.#append(entry);
    return index;
  }

  /** Appends a read. @throws RangeError unless offset is 0 to 255. */
  read(offset: number): void {
    const { at } = this;
    if (at < this.end && typeof offset === "number" && (offset & 7) === offset) {
      this.chunk[at] = offset;
      this.at = at + 1;
    } else this.appendRead(offset);
  }

  /** Appends a write. @throws RangeError unless offset and value are 0 to 255. */
  write(offset: number, value: number): void {
    const { at } = this;
    if (at < this.end && isAccess(offset, value)) {
      const { chunk } = this;
      chunk[at] = WRITE | offset;
      chunk[at + 1] = value;
      this.at = at + 2;
      this.further++;
    } else this.appendWrite(offset, value);
  }

  /** Appends that characters were received. @throws TypeError or RangeError if they are none. */
  receive(characters: Extract<Entry, { type: "receive" }>["characters"]): void {
    const { at } = this;
    if (characters instanceof Uint8Array) {
      const end = at < this.end ? encodeBytes(characters, this.chunk, at) : -1;
      if (end >= 0) {
        this.#went(end);
        return;
      }
    }
    this.#append({ type: "receive", characters });
  }

  // Apart, so that the short ways are short for V8, too.
  private appendRead(offset: number): void {
    this.#append({ type: "read", offset });
  }

  private appendWrite(offset: number, value: number): void {
    this.#append({ type: "write", offset, value });
  }

  /** Appends an advance. @throws RangeError unless ticks is a whole number from 0, and the sum below 2^53. */
  advance(ticks: number): void {
    const at = this.at;
    const tick = this.ticks + ticks;
    if (at < this.end && ticks === (ticks & 0x7f) && tick <= Number.MAX_SAFE_INTEGER) {
      this.chunk[at] = ADVANCE_SHORT | ticks;
      this.at = at + 1;
      this.ticks = tick;
    } else this.#append({ type: "advance", ticks });
  }

  /**
   * The entries from index `from` up to, not including, `until`: all that are held unless told otherwise.
   *
   * What is appended after this call is not among them; what falls off after it is.
   *
   * @throws RangeError if an index lies outside `first` to `next`, or `until` before `from`; it names the index.
   */
  entries(range: { readonly from?: number; readonly until?: number } = {}): IterableIterator<Recorded> {
    const { from = this.first, until = this.next } = range;
    this.#checkIndex(from, "from");
    this.#checkIndex(until, "until");
    if (until < from) throw new RangeError(`until: expected an index from ${from}, got ${until}`);
    return recorded(from === until ? [] : this.#chunks.slice(this.#chunkOf(from)), from, until);
  }

  /**
   * The nearest place at or before `index` whose state is known.
   *
   * @throws RangeError if `index` lies outside `first` to `next`; it names the index.
   */
  checkpoint(index: number): Checkpoint {
    this.#checkIndex(index, "checkpoint");
    const chunk = this.#state && this.#chunks[this.#chunkOf(index)];
    const { first, tick, state } = chunk ?? this.header;
    return { index: first, tick, state };
  }

  /** Closes the sink, if there is one. Later entries are counted but no longer handed to it. */
  close(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    if (this.chunk.length > 0) this.end = this.chunk.length - 1;
    sink?.close?.();
  }

  #checkIndex(index: number, name: string): void {
    if (!Number.isSafeInteger(index) || index < this.first || index > this.next) {
      throw new RangeError(
        `${name}: expected an index from ${this.first} to ${this.next}, got ${shown(index)}`,
      );
    }
  }

  /** Which chunk holds an index: the last that begins at or before it. */
  #chunkOf(index: number): number {
    let low = 0;
    for (let high = this.#chunks.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle] as Chunk).first <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The long way: entries of any kind, a full chunk, a sink. */
  #append(entry: Entry): void {
    checkEntry(entry);
    const tick = tickAfter(entry, this.ticks);
    if (this.#handing) throw new Error("a journal's sink used the device that it records");
    if (this.#holds) this.#store(entry);
    else {
      this.#hand(entry);
      this.#count();
      this.at = 1;
    }
    this.ticks = tick;
  }

  #hand(entry: Entry): void {
    if (!this.#sink) return;
    this.#handing = true;
    try {
      this.#sink.append({ index: this.next, tick: this.ticks, entry });
    } finally {
      this.#handing = false;
    }
  }

  #store(entry: Entry): void {
    let end = encode(entry, this.chunk, this.at);
    if (end < 0) {
      this.#open(-end);
      end = encode(entry, this.chunk, 0);
    }
    // The sink comes last: if it fails, what was written is written over.
    this.#hand(entry);
    this.#went(end);
  }

  /** An entry goes up to `end`. */
  #went(end: number): void {
    this.further += end - this.at - 1;
    this.at = end;
  }

  /** Counts what was counted by {@link at}. */
  #count(): void {
    this.base = this.next;
    this.at = 0;
    this.further = 0;
  }

  /** Begins a chunk that holds at least `size` bytes. */
  #open(size: number): void {
    const oldest = this.#chunks.length === 0;
    const state = oldest ? this.#header.state : this.#state?.();
    const usual = oldest ? FIRST_CHUNK : Math.min(4 * this.chunk.length, CHUNK);
    const chunk = { bytes: new Uint8Array(Math.max(size, usual)), first: this.next, tick: this.ticks, state };
    this.#chunks.push(chunk);
    this.#held += chunk.bytes.length;
    this.#use(chunk.bytes);
    this.#drop();
  }

  /** Lets the oldest chunks fall off that need not be held. */
  #drop(): void {
    const most = Math.max(this.#keep * BYTES_PER_ENTRY, LEAST_BYTES);
    for (let second = this.#chunks[1]; second; second = this.#chunks[1]) {
      if (this.next - second.first < this.#keep && this.#held <= most) return;
      this.#held -= (this.#chunks.shift() as Chunk).bytes.length;
      this.#header = { ...this.#header, first: second.first, tick: second.tick, state: second.state };
    }
  }

  /** Lets entries go into `bytes` from its start. With a sink none may take a short way. */
  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#count();
    this.chunk = bytes;
    this.end = this.#sink ? -1 : bytes.length - 1;
  }
}

/** Whether an access is one that can be noted the short way: at an offset from 0 to 7, of a byte. */
export const isAccess = (offset: number, value: number): boolean =>
  typeof offset === "number" &&
  (offset & 7) === offset &&
  typeof value === "number" &&
  (value & 0xff) === value;
