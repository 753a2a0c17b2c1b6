import type { JournalHeader, Recorded } from "./entry.js";
import { GzipReader } from "./gunzip.js";
import { Journal } from "./journal.js";
import { JournalError } from "./journal-error.js";
import { LineSplitter } from "./lines.js";
import { TextParser } from "./text-parse.js";

const PIECE = 65_536;
const utf8 = new TextEncoder();

/** A journal's text: the whole, or chunks of it, cut anywhere; as bytes, plain or gzip, or as strings. */
export type JournalSource =
  | string
  | Uint8Array
  | Iterable<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/** A journal's text that is being read. */
export interface JournalReading {
  /** The first line. */
  readonly header: JournalHeader;
  /**
   * The entries, to be gone through once. Not going through them, or not calling `return()` on their iterator, leaves the source open.
   *
   * @throws JournalError at a line that is broken, after all entries before it.
   */
  readonly entries: AsyncIterableIterator<Recorded>;
  /** Where the file was cut off, in words; undefined if it is complete, and until all entries have been gone through. */
  readonly cut: string | undefined;
}

/** A string's bytes, with half a character left for the next string. */
class StringBytes {
  #half = "";

  next(text: string): Uint8Array {
    const whole = this.#half + text;
    const last = whole.charCodeAt(whole.length - 1);
    const cut = last >= 0xd800 && last < 0xdc00 ? whole.length - 1 : whole.length;
    this.#half = whole.slice(cut);
    return utf8.encode(whole.slice(0, cut));
  }
}

async function* chunksOf(source: JournalSource): AsyncGenerator<Uint8Array, undefined> {
  const strings = new StringBytes();
  const chunks = typeof source === "string" || source instanceof Uint8Array ? [source] : source;
  for await (const chunk of chunks) {
    if (typeof chunk === "string") yield strings.next(chunk);
    else if (chunk instanceof Uint8Array) yield chunk;
    else throw new TypeError(`expected a chunk of a journal's text, bytes or a string, got ${typeof chunk}`);
  }
}

/** Chunks of which the first has two bytes at least, if there are so many: enough to tell gzip by. */
async function* startingWithTwo(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let start: number[] | undefined = [];
  for await (const chunk of chunks) {
    if (!start) yield chunk;
    else if (start.length + chunk.length >= 2) {
      yield start.length === 0 ? chunk : Uint8Array.of(...start, ...chunk.subarray(0, 1));
      if (start.length > 0) yield chunk.subarray(1);
      start = undefined;
    } else start.push(...chunk);
  }
  if (start) yield Uint8Array.from(start);
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array, undefined> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/**
 * The entries in batches. The first batch comes as soon as the header has been read, whether it has entries or not.
 * What came before an error is given before it is thrown.
 */
async function* batchesOf(source: JournalSource, parser: TextParser): AsyncGenerator<Recorded[], undefined> {
  const lines = new LineSplitter();
  let gzip: GzipReader | undefined;
  let started = false;
  for await (const chunk of startingWithTwo(chunksOf(source))) {
    if (!started && chunk[0] === 0x1f && chunk[1] === 0x8b) gzip = new GzipReader();
    started = true;
    try {
      for (const part of gzip ? gzip.push(chunk) : [chunk]) {
        for (const piece of piecesOf(part)) {
          const batch = parser.take(lines.push(piece));
          if (batch) yield batch;
          if (parser.failure) throw parser.failure;
        }
      }
    } catch (error) {
      throw gzip ? damaged(error, lines.count) : error;
    }
  }
  const rest = lines.rest();
  let whole = true;
  try {
    whole = gzip?.end() ?? true;
  } catch (error) {
    throw damaged(error, lines.count);
  }
  const batch = parser.end(rest, whole);
  if (batch) yield batch;
  if (parser.failure) throw parser.failure;
}

function damaged(error: unknown, lines: number): unknown {
  if (error instanceof JournalError || !(error instanceof Error)) return error;
  return new JournalError(lines + 1, `the gzip data are damaged: ${error.message}`, { cause: error });
}

/** Goes through batches one entry at a time: by hand, since an async generator takes several times as long for each. */
class Entries implements AsyncIterableIterator<Recorded, undefined> {
  readonly #batches: AsyncGenerator<readonly Recorded[], undefined>;
  /** The batch being gone through; undefined at the end. */
  #batch: readonly Recorded[] | undefined;
  #at = 0;
  #loading: Promise<void> | undefined;
  #stopped = false;

  constructor(first: readonly Recorded[], batches: AsyncGenerator<readonly Recorded[], undefined>) {
    this.#batch = first;
    this.#batches = batches;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Recorded, undefined>> {
    const value = this.#batch?.[this.#at];
    if (value === undefined) return this.#nextOfLater();
    this.#at++;
    return Promise.resolve({ done: false, value });
  }

  async return(): Promise<IteratorResult<Recorded, undefined>> {
    this.#stopped = true;
    this.#batch = undefined;
    await this.#batches.return(undefined);
    return { done: true, value: undefined };
  }

  async #nextOfLater(): Promise<IteratorResult<Recorded, undefined>> {
    while (this.#batch && this.#at >= this.#batch.length) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
    const value = this.#batch?.[this.#at++];
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  async #load(): Promise<void> {
    try {
      const { value } = await this.#batches.next();
      this.#batch = this.#stopped ? undefined : value;
      this.#at = 0;
    } finally {
      this.#loading = undefined;
    }
  }
}

/** Reads as far as the header. */
async function begin(source: JournalSource) {
  const parser = new TextParser();
  const batches = batchesOf(source, parser);
  const { value: first = [] } = await batches.next();
  return { parser, batches, first, header: parser.header as JournalHeader };
}

/**
 * Reads a journal's text as a stream, in memory that does not grow with it. Whether it is compressed is seen from its
 * first bytes.
 *
 * A file that is cut off gives everything up to the cut, and `cut` then says where it was. Without even a whole header
 * there is nothing to give: that is an error.
 *
 * @throws JournalError if the first line is no header that can be read.
 */
export async function readJournal(source: JournalSource): Promise<JournalReading> {
  const { parser, batches, first, header } = await begin(source);
  return {
    header,
    entries: new Entries(first, batches),
    get cut() {
      return parser.cut;
    },
  };
}

/** A journal that has been read. */
export interface LoadedJournal {
  /** All entries; nothing falls off, and what is appended is kept as well. */
  readonly journal: Journal;
  /** Where the file was cut off, in words; absent if it is complete. */
  readonly cut?: string;
}

/**
 * Reads a journal's text into memory, where it takes one or two bytes an access.
 *
 * @throws JournalError at the first line that is broken.
 */
export async function loadJournal(source: JournalSource): Promise<LoadedJournal> {
  const { parser, batches, first, header } = await begin(source);
  const journal = new Journal(header, { keep: "all" });
  const add = (batch: readonly Recorded[]): void => {
    for (const { index, entry } of batch) {
      try {
        journal.append(entry);
      } catch (error) {
        // Nested so deeply that it can be read but not written.
        throw new JournalError(index - header.first + 2, `the entry cannot be held: ${error}`, {
          cause: error,
        });
      }
    }
  };
  add(first);
  for await (const batch of batches) add(batch);
  return parser.cut === undefined ? { journal } : { journal, cut: parser.cut };
}
