import { Gzip } from "fflate";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { checkEntry, checkHeader, isObject, tickAfter } from "./entry-checks.js";
import { advancesLine } from "./entry-line.js";
import { formatValue } from "./format-value.js";
import { checkReadable } from "./hostile.js";
import { asyncItemsOf, itemsOf } from "./iteration.js";
import { withKnownNames } from "./nearest.js";
import { checkLineStart, withChecksum } from "./text-check.js";
import { FORMAT, FORMAT_VERSION, MAX_LINE } from "./text-format.js";

const textEncoder = new TextEncoder();

/** Bytes of text that are collected before they are compressed or emitted. */
const PIECE_LENGTH = 65_536;
/** Bytes of lines in a block: a check line then adds 5 % at most, and a reader gets the entries of a block together. */
const BLOCK_LENGTH = 2048;
/** The same in compressed text, where a checksum takes more room than many lines. */
const COMPRESSED_BLOCK_LENGTH = 131_072;
/** Bytes of text in a member of a gzip file: a reader can begin again at each. */
const MEMBER_LENGTH = 1_048_576;

/** The lines of reads, which are most of a journal. */
const READ_LINES = Array.from({ length: 256 }, (_, offset) => `{"type":"read","offset":${offset}}`);

function entryText(entry: Entry): string {
  switch (entry.type) {
    case "read":
      return READ_LINES[entry.offset] as string;
    case "write":
      return `{"type":"write","offset":${entry.offset},"value":${entry.value}}`;
    case "receive":
      // An array; a Uint8Array would become an object.
      return JSON.stringify({ type: "receive", characters: Array.from<unknown>(entry.characters) });
    default:
      return JSON.stringify(entry);
  }
}

/** Reads an entry, which has been checked, for its text: advances have none by themselves. @throws TypeError if it has no JSON. */
function readEntry(entry: Entry, tick: number) {
  try {
    const ticks = entry.type === "advance" ? entry.ticks : undefined;
    const line = ticks === undefined ? `${entryText(entry)}\n` : "";
    return { line, ticks, tickAfterEntry: tickAfter(entry, tick) };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new TypeError(`entry: expected one that has JSON, got ${formatValue(entry)}`);
  }
}

/** Options for writing a journal's text. */
export interface WriteOptions {
  /** True to compress it with gzip. */
  readonly gzip?: boolean;
}

/** A writer of a journal's text: its header, its entries, its end, in this order. */
export class TextWriter {
  readonly #emit: (byteChunk: Uint8Array) => void;
  readonly #isCompressed: boolean;
  readonly #flushLength: number;
  #gzipMember: Gzip | undefined;
  /** Lines whose block has no check yet, without those of {@link #advances} and {@link #lastLine}, and the length of all. */
  #blockText = "";
  #blockLength = 0;
  #blockEntries = 0;
  /** The ticks of the advances after these lines, which share one. */
  #advances: number[] = [];
  /** The line of the last entry, unless it is an advance. */
  #lastLine = "";
  /** The tick before the last entry, which can be taken back; undefined if it cannot. */
  #lastTick: number | undefined;
  #pieces: Uint8Array[] = [];
  #pieceLength = 0;
  /** Bytes of text since the last flush, without the present block. */
  #flushableLength = 0;
  #checkedEntries = 0;
  #entryCount = 0;
  #nextIndex = 0;
  #tick = 0;
  /** The number of entries that have been emitted so far, so that a reader gets them. */
  emittedEntries = 0;

  /**
   * @param flushLength - bytes of text after which it is flushed. It is a member of a gzip file then.
   * @throws TypeError if the options are none.
   */
  constructor(emit: (byteChunk: Uint8Array) => void, options: WriteOptions, flushLength?: number) {
    if (!isObject(options)) throw new TypeError(`options: expected an object, got ${formatValue(options)}`);
    this.#emit = emit;
    const { gzip = false } = options;
    if (typeof gzip !== "boolean")
      throw new TypeError(`gzip: expected true or false, got ${formatValue(gzip)}`);
    this.#isCompressed = gzip;
    this.#flushLength = flushLength ?? (this.#isCompressed ? MEMBER_LENGTH : PIECE_LENGTH);
  }

  /** True if there is text that has not been emitted. */
  get hasPendingText(): boolean {
    return this.#blockEntries > 0 || this.#flushableLength > 0;
  }

  /** The number of entries so far. */
  get entryCount(): number {
    return this.#entryCount;
  }

  header(header: JournalHeader): void {
    checkHeader(header);
    const { chart, options, definition, package: version, first, tick, state } = header;
    const headerFields = { chart, options, definition, package: version, first, tick, state };
    const line = JSON.stringify({ format: FORMAT, version: FORMAT_VERSION, ...headerFields });
    checkLength(line, "header");
    this.#collect(withChecksum(line.slice(0, -1)));
    this.#nextIndex = first;
    this.#tick = tick;
  }

  append(recorded: Recorded): void {
    let [index, tick, entry]: [number, number, Entry | undefined] = [Number.NaN, Number.NaN, undefined];
    try {
      ({ index, tick, entry } = recorded);
    } catch {
      throw new TypeError(`entry: expected an entry with its index and tick, got ${formatValue(recorded)}`);
    }
    if (index !== this.#nextIndex || tick !== this.#tick) {
      throw new RangeError(
        `entry: expected index ${this.#nextIndex} at tick ${this.#tick}, got index ${index} at tick ${tick}`,
      );
    }
    checkEntry(entry);
    const { line, ticks, tickAfterEntry } = readEntry(entry, tick);
    checkLength(line, `entry ${index}`);
    // Before the entry is added, so that the last one can be taken back.
    if (this.#blockLength >= (this.#isCompressed ? COMPRESSED_BLOCK_LENGTH : BLOCK_LENGTH)) this.#endBlock();
    if (this.#flushableLength + this.#blockLength >= this.#flushLength) this.flush();
    if (this.#lastLine !== "") this.#settleLines();
    if (ticks === undefined) this.#lastLine = line;
    else this.#advances.push(ticks);
    this.#blockLength += ticks === undefined ? line.length : advanceLength(ticks, this.#advances.length);
    this.#lastTick = tick;
    this.#blockEntries++;
    this.#tick = tickAfterEntry;
    this.#nextIndex++;
    this.#entryCount++;
  }

  /** Takes back the last entry, unless it has been flushed or taken back. */
  takeBack(): void {
    if (this.#lastTick === undefined) return;
    if (this.#lastLine === "")
      this.#blockLength -= advanceLength(this.#advances.pop() as number, this.#advances.length + 1);
    else this.#blockLength -= this.#lastLine.length;
    this.#lastLine = "";
    this.#blockEntries--;
    this.#tick = this.#lastTick;
    this.#lastTick = undefined;
    this.#nextIndex--;
    this.#entryCount--;
  }

  /** Adds the last lines to those of the block: no entry joins them any more. */
  #settleLines(): void {
    if (this.#advances.length > 0) this.#blockText += `${advancesLine(this.#advances)}\n`;
    this.#blockText += this.#lastLine;
    this.#advances = [];
    this.#lastLine = "";
  }

  /**
   * Emits all text so far, so that a reader gets it. A gzip file may have several members: one ends here. (fflate 0.8.3 can flush within one, but what it writes then is not always valid.)
   */
  flush(): void {
    this.#endBlock();
    this.#emitPieces();
    this.#gzipMember?.push(new Uint8Array(0), true);
    this.#gzipMember = undefined;
    this.#flushableLength = 0;
    this.emittedEntries = this.#checkedEntries;
  }

  end(): void {
    this.#endBlock();
    this.#collect(withChecksum(`{"type":"end","entries":${this.#entryCount}`));
    this.flush();
  }

  #endBlock(): void {
    if (this.#blockEntries === 0) return;
    this.#settleLines();
    const check = { entries: this.#blockEntries, next: this.#nextIndex, tick: this.#tick };
    const bytes = withChecksum(this.#blockText + checkLineStart(check));
    this.#blockText = "";
    this.#blockLength = 0;
    this.#lastTick = undefined;
    this.#blockEntries = 0;
    this.#checkedEntries = this.#entryCount;
    this.#collect(bytes);
  }

  #collect(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#pieceLength += bytes.length;
    this.#flushableLength += bytes.length;
    if (this.#isCompressed && this.#pieceLength >= PIECE_LENGTH) this.#emitPieces();
  }

  #emitPieces(): void {
    if (this.#pieceLength === 0) return;
    const bytes = joined(this.#pieces, this.#pieceLength);
    this.#pieces = [];
    this.#pieceLength = 0;
    if (this.#isCompressed) {
      this.#gzipMember ??= this.#newMember();
      this.#gzipMember.push(bytes);
    } else this.#emit(bytes);
  }

  #newMember(): Gzip {
    // Without a time the same journal gives the same bytes.
    return new Gzip({ mtime: 0 }, (byteChunk) => {
      if (byteChunk.length > 0) this.#emit(byteChunk);
    });
  }
}

/** Returns the length that an advance adds to a block: of a line, or of its ticks in the line of the advances before it. */
const advanceLength = (ticks: number, position: number): number =>
  position === 1 ? advancesLine([ticks]).length + 1 : `,${ticks}`.length;

/** Checks the length of a line. @throws RangeError if a reader would refuse it. */
function checkLength(line: string, lineName: string): void {
  // A character takes three bytes at most; only lines near the limit need be measured.
  if (line.length > MAX_LINE / 3 && textEncoder.encode(line).length > MAX_LINE) {
    throw new RangeError(`${lineName}: expected at most ${MAX_LINE} bytes of text, got more`);
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

const ENTRIES = { name: "entries", expected: "an iterable of entries" };

/** Returns true for entries that come in time. @throws TypeError if they are no entries at all. */
function isAsyncIterable(
  entries: Iterable<Recorded> | AsyncIterable<Recorded>,
): entries is AsyncIterable<Recorded> {
  return checkReadable(entries, ENTRIES.name, ENTRIES.expected, () => {
    if (typeof entries === "object" && entries !== null && !ArrayBuffer.isView(entries)) {
      if (Symbol.asyncIterator in entries) return true;
      if (Symbol.iterator in entries) return false;
    }
    throw new TypeError(`entries: expected an iterable of entries, got ${formatValue(entries)}`);
  });
}

/**
 * Writes a journal as text, in memory that does not grow with it:
 * `writeJournal(journal.header, journal.entries(), { gzip: true })`.
 *
 * JSON Lines in UTF-8: the header, the entries in blocks with a check each, and a last line that counts these, so that each flipped bit
 * and each cut is detected. Advances that follow one another share a line. The same journal gives the same bytes.
 *
 * @throws TypeError or RangeError, while it is read, if something is no header or no entry, if entries do not follow
 * one another from the header's `first` and `tick` on, or if a line would take more than 16 MiB.
 */
export async function* writeJournal(
  header: JournalHeader,
  entries: Iterable<Recorded> | AsyncIterable<Recorded>,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array, undefined> {
  const writtenChunks: Uint8Array[] = [];
  const writer = new TextWriter(
    (byteChunk) => writtenChunks.push(byteChunk),
    withKnownNames(options, ["gzip"], "writeJournal"),
  );
  checkReadable(header, "header", "a journal's header", () => writer.header(header));
  if (isAsyncIterable(entries)) {
    for await (const recorded of asyncItemsOf(entries, ENTRIES)) {
      writer.append(recorded);
      if (writtenChunks.length > 0) yield* writtenChunks.splice(0);
    }
  } else {
    for (const recorded of itemsOf(entries, ENTRIES)) {
      writer.append(recorded);
      if (writtenChunks.length > 0) yield* writtenChunks.splice(0);
    }
  }
  writer.end();
  yield* writtenChunks;
}
