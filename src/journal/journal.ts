import { type Chunk, entriesOfChunks } from "./chunk.js";
import { ADVANCE_SHORT, encode, encodeBytes, WRITE } from "./codec.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { checkEntry, checkHeader, isObject, tickAfter } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import type { JournalOptions, JournalSink, JournalStart } from "./journal-options.js";
import type { JournalCheckpoint, Recorder } from "./journal-view.js";
import { withKnownNames } from "./nearest.js";

/** The options of {@link Journal.entries}. */
export const RANGE_NAMES = ["from", "until"];

/** Bytes of a chunk. Entries are dropped a chunk at a time. */
const CHUNK_LENGTH = 16_384;
/** Bytes of a journal's first chunk; each later one has four times as many, up to {@link CHUNK_LENGTH}. */
const FIRST_CHUNK_LENGTH = 256;
const DEFAULT_KEEP = 1_000_000;
/** Bytes of entries that are kept at least, however few entries are asked for. */
const LEAST_BYTES = 65_536;
const BYTES_PER_ENTRY = 16;

/**
 * The journal of a device's inputs: append-only, one or two bytes an access, bounded unless it keeps all.
 *
 * Entries lie encoded in chunks of 16 KiB, and each chunk knows the state before its first entry. When the oldest
 * chunk is dropped, the header moves to the next: `header` and `entries()` together always give the present state. Indexes
 * count from the device's beginning and never shift.
 *
 * A journal that holds nothing (`keep: false`, or a `sink`) still counts: `first` equals `next`, and the header is that
 * of the present moment.
 */
export class Journal implements Recorder {
  readonly #keepCount: number;
  /** True if any entries are held. */
  readonly #holdsEntries: boolean;
  readonly #readState: (() => unknown) | undefined;
  #sink: JournalSink | undefined;
  #header: JournalHeader;
  readonly #chunks: Chunk[] = [];
  #heldBytes = 0;
  #sinkIsActive = false;
  /** The number of entries that the sink had lost when it was closed. */
  #lostBySink = 0;
  // What an access uses is private to TypeScript only: V8 puts less code into its callers where fields have plain names.
  /** The chunk that is being filled. */
  private chunk = new Uint8Array(0);
  /** The offset of the next entry in the chunk. */
  private writeOffset = 0;
  /** The number of bytes in the chunk that are not the first of an entry: without them {@link writeOffset} counts the entries. */
  private extraBytes = 0;
  /** The end for the short ways: one byte is spared, so that a write fits wherever a read does. */
  private fastEnd = -1;
  private countStart: number;
  private elapsedTicks: number;
  /** The ticks that will have passed after the staged entry. */
  private stagedTick = 0;
  /** True if the sink has the staged entry. */
  private sinkHasStaged = false;

  /** @throws TypeError or RangeError if the header or an option is none, or if `keep` is false without a `checkpoint`. */
  constructor(start: JournalStart, options: JournalOptions = {}) {
    const header: JournalHeader = { ...start, first: start.first ?? 0, tick: start.tick ?? 0 };
    checkHeader(header);
    if (!isObject(options)) throw new TypeError(`options: expected an object, got ${formatValue(options)}`);
    const { sink, checkpoint, keep = sink ? false : DEFAULT_KEEP } = options;
    if (keep !== "all" && keep !== false && !(Number.isSafeInteger(keep) && keep >= 0)) {
      throw new RangeError(`keep: expected a whole number from 0, "all" or false, got ${formatValue(keep)}`);
    }
    if (keep === false && !checkpoint) {
      throw new TypeError("checkpoint: expected a function where nothing is kept, got nothing");
    }
    this.#keepCount = keep === "all" || !checkpoint ? Number.POSITIVE_INFINITY : Number(keep);
    this.#holdsEntries = keep !== false;
    this.#readState = checkpoint;
    this.#sink = sink;
    this.#header = header;
    this.countStart = header.first;
    this.elapsedTicks = header.tick;
    sink?.header(header, checkpoint && (() => this.#presentHeader));
  }

  /** The chart and the state before the oldest entry. A new object whenever entries have been dropped. */
  get header(): JournalHeader {
    return this.#holdsEntries ? this.#header : this.#presentHeader;
  }

  get #presentHeader(): JournalHeader {
    return { ...this.#header, first: this.next, tick: this.elapsedTicks, state: this.#readState?.() };
  }

  /** True if entries are held, for some time at least. */
  get keepsEntries(): boolean {
    return this.#holdsEntries;
  }

  /** Index of the oldest entry held; that of the next where none is. */
  get first(): number {
    return this.#holdsEntries ? this.#header.first : this.next;
  }

  /** Index that the next entry gets. */
  get next(): number {
    return this.countStart + this.writeOffset - this.extraBytes;
  }

  /** Index of the last entry appended. */
  get last(): number {
    return this.countStart + this.writeOffset - this.extraBytes - 1;
  }

  /** The number of entries held. */
  get length(): number {
    return this.next - this.first;
  }

  /** Ticks that have passed, those of all entries included. */
  get tick(): number {
    return this.elapsedTicks;
  }

  /** Bytes of memory that the encoded entries take. The checkpoints, one every 16 KiB, come on top. */
  get bytes(): number {
    return this.#heldBytes;
  }

  /** The number of entries that the sink has lost, as a write failed and it stopped; 0 while all is well, and without a sink. */
  get lost(): number {
    return this.#sink?.lost ?? this.#lostBySink;
  }

  /**
   * Appends a copy of an entry.
   *
   * @returns its index.
   * @throws TypeError or RangeError if it is none, or if its ticks are too many to count; nothing has changed then.
   */
  append(entry: Entry): number {
    const entryIndex = this.next;
    this.commitEntry(this.stage(entry));
    return entryIndex;
  }

  /** Appends a read. @throws RangeError unless offset is 0 to 255. */
  read(offset: number): void {
    this.commitAccess(this.stageRead(offset));
  }

  /** Appends a write. @throws RangeError unless offset and value are 0 to 255. */
  write(offset: number, value: number): void {
    this.commitAccess(this.stageWrite(offset, value));
  }

  /** Appends that characters were received. @throws TypeError or RangeError if they are none. */
  receive(characters: Extract<Entry, { type: "receive" }>["characters"]): void {
    this.commitEntry(this.stageReceive(characters));
  }

  /** Appends an advance. @throws RangeError unless ticks is a whole number from 0, and the sum below 2^53. */
  advance(ticks: number): void {
    const byteOffset = this.writeOffset;
    const tick = this.elapsedTicks + ticks;
    if (byteOffset < this.fastEnd && ticks === (ticks & 0x7f) && tick <= Number.MAX_SAFE_INTEGER) {
      this.chunk[byteOffset] = ADVANCE_SHORT | ticks;
      this.writeOffset = byteOffset + 1;
      this.elapsedTicks = tick;
    } else this.commitEntry(this.#stageChecked({ type: "advance", ticks }));
  }

  stage(entry: Entry): number {
    // Nothing guarantees in JavaScript that there is an entry.
    if (entry?.type === "read") return this.stageRead(entry.offset);
    if (entry?.type === "write") return this.stageWrite(entry.offset, entry.value);
    return this.#stageChecked(entry);
  }

  stageRead(offset: number): number {
    const { writeOffset: byteOffset } = this;
    if (byteOffset >= this.fastEnd || typeof offset !== "number" || (offset & 7) !== offset)
      return this.stageLongRead(offset);
    this.chunk[byteOffset] = offset;
    return byteOffset + 1;
  }

  stageWrite(offset: number, value: number): number {
    const { writeOffset: byteOffset } = this;
    if (byteOffset >= this.fastEnd || !isShortAccess(offset, value))
      return this.stageLongWrite(offset, value);
    const { chunk } = this;
    chunk[byteOffset] = WRITE | offset;
    chunk[byteOffset + 1] = value;
    return byteOffset + 2;
  }

  stageReceive(characters: Extract<Entry, { type: "receive" }>["characters"]): number {
    const { writeOffset: byteOffset } = this;
    if (characters instanceof Uint8Array && byteOffset < this.fastEnd) {
      const endOffset = encodeBytes(characters, this.chunk, byteOffset);
      if (endOffset >= 0) {
        this.stagedTick = this.elapsedTicks;
        return endOffset;
      }
    }
    return this.#stageChecked({ type: "receive", characters });
  }

  commitAccess(endOffset: number): void {
    this.extraBytes += endOffset - this.writeOffset - 1;
    this.writeOffset = endOffset;
    this.sinkHasStaged = false;
  }

  commitEntry(endOffset: number): void {
    this.commitAccess(endOffset);
    this.elapsedTicks = this.stagedTick;
  }

  takeBack(): void {
    if (!this.sinkHasStaged) return;
    this.sinkHasStaged = false;
    this.#sink?.takeBack?.();
  }

  // Apart, so that the short ways are short for V8, too.
  private stageLongRead(offset: number): number {
    return this.#stageChecked({ type: "read", offset });
  }

  private stageLongWrite(offset: number, value: number): number {
    return this.#stageChecked({ type: "write", offset, value });
  }

  /**
   * Returns the entries from index `from` up to, not including, `until`: by default all that are held.
   *
   * Entries appended after this call are not among them; entries dropped after it are.
   *
   * @throws RangeError if an index lies outside `first` to `next`, or `until` before `from`; it names the index.
   */
  entries(range: { readonly from?: number; readonly until?: number } = {}): IterableIterator<Recorded> {
    const { from = this.first, until = this.next } = withKnownNames(range, RANGE_NAMES, "entries");
    this.#checkIndex(from, "from");
    this.#checkIndex(until, "until");
    if (until < from) throw new RangeError(`until: expected an index from ${from}, got ${until}`);
    return entriesOfChunks(from === until ? [] : this.#chunks.slice(this.#chunkOf(from)), from, until);
  }

  /**
   * Returns the nearest position at or before `index` whose state is known.
   *
   * @throws RangeError if `index` lies outside `first` to `next`; it names the index.
   */
  checkpoint(entryIndex: number): JournalCheckpoint {
    this.#checkIndex(entryIndex, "checkpoint");
    const chunk = this.#readState && this.#chunks[this.#chunkOf(entryIndex)];
    const { first, tick, state } = chunk ?? this.header;
    return { index: first, tick, state };
  }

  get hasSink(): boolean {
    return this.#sink !== undefined;
  }

  /** Closes the sink, if there is one. Later entries are counted but not passed to it. */
  close(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    if (this.chunk.length > 0) this.fastEnd = this.chunk.length - 1;
    try {
      sink?.close?.();
    } finally {
      this.#lostBySink = sink?.lost ?? 0;
    }
  }

  #checkIndex(entryIndex: number, indexName: string): void {
    if (!Number.isSafeInteger(entryIndex) || entryIndex < this.first || entryIndex > this.next) {
      throw new RangeError(
        `${indexName}: expected an index from ${this.first} to ${this.next}, got ${formatValue(entryIndex)}`,
      );
    }
  }

  /** Returns the chunk that holds an index: the last that begins at or before it. */
  #chunkOf(entryIndex: number): number {
    let low = 0;
    for (let high = this.#chunks.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle] as Chunk).first <= entryIndex) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Stages an entry the long way: of any kind, in a full chunk, with a sink. */
  #stageChecked(entry: Entry): number {
    checkEntry(entry);
    this.stagedTick = tickAfter(entry, this.elapsedTicks);
    if (this.#sinkIsActive) throw new Error("a journal's sink used the device that it records");
    if (!this.#holdsEntries) {
      this.#passToSink(entry);
      this.#restartCount();
      return 1;
    }
    let endOffset = encode(entry, this.chunk, this.writeOffset);
    if (endOffset < 0) {
      this.#openChunk(-endOffset);
      endOffset = encode(entry, this.chunk, 0);
    }
    this.#passToSink(entry);
    return endOffset;
  }

  #passToSink(entry: Entry): void {
    if (!this.#sink) return;
    this.#sinkIsActive = true;
    try {
      this.#sink.append({ index: this.next, tick: this.elapsedTicks, entry });
      this.sinkHasStaged = true;
    } finally {
      this.#sinkIsActive = false;
    }
  }

  /** Adds the entries of the chunk to the count, and starts a new chunk. */
  #restartCount(): void {
    this.countStart = this.next;
    this.writeOffset = 0;
    this.extraBytes = 0;
  }

  /** Opens a chunk that holds at least `neededSize` bytes. */
  #openChunk(neededSize: number): void {
    const isOldest = this.#chunks.length === 0;
    const state = isOldest ? this.#header.state : this.#readState?.();
    const usualSize = isOldest ? FIRST_CHUNK_LENGTH : Math.min(4 * this.chunk.length, CHUNK_LENGTH);
    const chunk = {
      bytes: new Uint8Array(Math.max(neededSize, usualSize)),
      first: this.next,
      tick: this.elapsedTicks,
      state,
    };
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.bytes.length;
    this.#fillChunk(chunk.bytes);
    this.#dropOldChunks();
  }

  /** Drops the oldest chunks that need not be held. */
  #dropOldChunks(): void {
    const byteLimit = Math.max(this.#keepCount * BYTES_PER_ENTRY, LEAST_BYTES);
    for (let second = this.#chunks[1]; second; second = this.#chunks[1]) {
      if (this.next - second.first < this.#keepCount && this.#heldBytes <= byteLimit) return;
      this.#heldBytes -= (this.#chunks.shift() as Chunk).bytes.length;
      this.#header = { ...this.#header, first: second.first, tick: second.tick, state: second.state };
    }
  }

  /** Writes entries into `bytes` from its start. With a sink none may take a short way. */
  #fillChunk(bytes: Uint8Array<ArrayBuffer>): void {
    this.#restartCount();
    this.chunk = bytes;
    this.fastEnd = this.#sink ? -1 : bytes.length - 1;
  }
}

/** Returns true for an access that can be appended the short way: at an offset from 0 to 7, of a byte. */
export const isShortAccess = (offset: number, value: number): boolean =>
  typeof offset === "number" &&
  (offset & 7) === offset &&
  typeof value === "number" &&
  (value & 0xff) === value;
