import { GzipReader } from "./gunzip.js";
import { type LineFailure, LineSplitter } from "./lines.js";
import { shown } from "./shown.js";

const PIECE = 65_536;
const utf8 = new TextEncoder();

/** A text: the whole, or chunks of it, cut anywhere; as bytes, plain or gzip, or as strings. */
export type TextSource =
  | string
  | Uint8Array
  | Iterable<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/** The lines of a text of JSON Lines that is being read. */
export interface TextLines extends AsyncIterable<readonly string[]> {
  /** What stands after the last line, once all have been gone through: the beginning of one that is cut off. */
  readonly rest: string | undefined;
  /** Where the text is cut off, in words; undefined if it is complete, and until all lines have been gone through. */
  readonly cut: string | undefined;
}

/**
 * Reads JSON Lines as a stream, in memory that does not grow with it: the lines, without their ends, in batches, to be gone
 * through once. Whether the text is compressed is seen from its first bytes; a byte order mark is passed over.
 *
 * A last line without an end is a line if it is JSON. Otherwise it is `rest`, and the text is cut off there.
 *
 * @param failure - makes the error for a line that cannot be read: one that is no UTF-8 or longer than 16 MiB, or
 *   where compressed data are damaged. The lines before it are given before it is thrown.
 * @throws TypeError if it is no source.
 */
export function textLines(source: TextSource, failure: LineFailure): TextLines {
  if (!isSource(source)) {
    throw new TypeError(
      `source: expected a string, a Uint8Array, or an iterable of these, got ${shown(source)}`,
    );
  }
  return new Lines(source, failure);
}

class Lines implements TextLines {
  readonly #source: TextSource;
  readonly #failure: LineFailure;
  rest: string | undefined;
  cut: string | undefined;

  constructor(source: TextSource, failure: LineFailure) {
    this.#source = source;
    this.#failure = failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly string[], undefined> {
    const splitter = new LineSplitter(this.#failure);
    let gzip: GzipReader | undefined;
    let started = false;
    for await (const chunk of startingWithTwo(chunksOf(this.#source))) {
      if (!started && chunk[0] === 0x1f && chunk[1] === 0x8b) gzip = new GzipReader();
      started = true;
      for (const part of gzip ? this.#decompressed(gzip, chunk, splitter) : [chunk])
        for (const piece of piecesOf(part)) yield* splitter.push(piece);
    }
    const rest = splitter.rest();
    const whole = gzip === undefined || this.#isWhole(gzip, splitter);
    let count = splitter.count;
    if (rest !== undefined && isJson(rest)) {
      count++;
      yield [rest];
    } else if (rest !== undefined && rest.trim() !== "") {
      this.rest = rest;
      this.cut = `the file ends in the middle of line ${count + 1}`;
    }
    if (!whole) this.cut ??= `the file ends after line ${count}, before the end of the gzip data`;
  }

  *#decompressed(gzip: GzipReader, chunk: Uint8Array, lines: LineSplitter): Generator<Uint8Array> {
    try {
      yield* gzip.push(chunk);
    } catch (cause) {
      throw this.#damaged(cause, lines.count);
    }
  }

  #isWhole(gzip: GzipReader, lines: LineSplitter): boolean {
    try {
      return gzip.end();
    } catch (cause) {
      throw this.#damaged(cause, lines.count);
    }
  }

  #damaged(cause: unknown, count: number): Error {
    const why = cause instanceof Error ? cause.message : String(cause);
    return this.#failure(count + 1, `the gzip data are damaged: ${why}`, { cause });
  }
}

const isSource = (source: unknown): source is TextSource =>
  typeof source === "string" ||
  source instanceof Uint8Array ||
  (typeof source === "object" &&
    source !== null &&
    (Symbol.iterator in source || Symbol.asyncIterator in source));

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
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

async function* chunksOf(source: TextSource): AsyncGenerator<Uint8Array, undefined> {
  const strings = new StringBytes();
  const chunks = typeof source === "string" || source instanceof Uint8Array ? [source] : source;
  for await (const chunk of chunks) {
    if (typeof chunk === "string") yield strings.next(chunk);
    else if (chunk instanceof Uint8Array) yield chunk;
    else throw new TypeError(`chunk: expected a string or a Uint8Array, got ${shown(chunk)}`);
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
