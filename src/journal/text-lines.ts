import { formatValue } from "./format-value.js";
import { GzipReader } from "./gunzip.js";
import { checkReadable, isTransferred } from "./hostile.js";
import { asyncItemsOf, itemsOf } from "./iteration.js";
import { type LineFailure, LineSplitter } from "./line-splitter.js";
import { MemberSalvager } from "./member-salvager.js";

const PIECE_LENGTH = 65_536;
const textEncoder = new TextEncoder();
const SOURCE = { name: "source", expected: "a string, a Uint8Array, or an iterable of these" };

/** A text: the whole, or chunks of it, cut anywhere; as bytes, plain or gzip, or as strings. */
export type TextSource =
  | string
  | Uint8Array
  | Iterable<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/** The lines of a text of JSON Lines that is being read. */
export interface TextLines extends AsyncIterable<readonly string[]> {
  /** The text after the last line, once all have been iterated: the beginning of one that is cut off. */
  readonly rest: string | undefined;
  /** Where the text is cut off, in words; undefined if it is complete, and until all lines have been iterated. */
  readonly cut: string | undefined;
  /** True if the last line has no end, once all have been iterated. */
  readonly lacksLineEnd: boolean;
}

/** Options for reading lines. */
export interface LinesOptions {
  /**
   * True to read on after damage: bytes that are no UTF-8 become U+FFFD, and damaged members of a gzip file are passed over, if it was
   * written by this package.
   */
  readonly salvage?: boolean;
}

/**
 * Reads JSON Lines as a stream, in memory that does not grow with it: the lines, without their ends, in batches, to be iterated once.
 * A compressed text is recognised by its first bytes; a byte order mark is skipped.
 *
 * A last line without an end is a line if it is JSON. Otherwise it is `rest`, and the text is cut off there.
 *
 * @param failure - makes the error for a line that cannot be read: one that is no UTF-8 or longer than 16 MiB, or
 *   where compressed data are damaged. The lines before it come first.
 * @throws TypeError if it is no source.
 */
export function textLines(
  textSource: TextSource,
  failure: LineFailure,
  options: LinesOptions = {},
): TextLines {
  const { name, expected } = SOURCE;
  if (!checkReadable(textSource, name, expected, () => isSource(textSource)))
    throw new TypeError(`${name}: expected ${expected}, got ${formatValue(textSource)}`);
  return new SourceLines(textSource, failure, options.salvage ?? false);
}

class SourceLines implements TextLines {
  readonly #source: TextSource;
  readonly #failure: LineFailure;
  readonly #salvages: boolean;
  rest: string | undefined;
  cut: string | undefined;
  lacksLineEnd = false;

  constructor(textSource: TextSource, failure: LineFailure, salvages: boolean) {
    this.#source = textSource;
    this.#failure = failure;
    this.#salvages = salvages;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly string[], undefined> {
    const splitter = new LineSplitter(this.#failure, this.#salvages);
    let gzip: GzipReader | MemberSalvager | undefined;
    let hasStarted = false;
    for await (const sourceChunk of startingWithTwoBytes(chunksOf(this.#source))) {
      if (!hasStarted && sourceChunk[0] === 0x1f && sourceChunk[1] === 0x8b)
        gzip = this.#salvages ? new MemberSalvager() : new GzipReader();
      hasStarted = true;
      for (const part of gzip ? this.#decompressed(gzip, sourceChunk, splitter) : [sourceChunk])
        for (const piece of piecesOf(part)) yield* splitter.push(piece);
    }
    let whole = true;
    if (gzip instanceof GzipReader) whole = this.#isWhole(gzip, splitter);
    else if (gzip) {
      const last = gzip.end();
      let step = last.next();
      for (; !step.done; step = last.next()) yield* splitter.push(step.value);
      whole = step.value;
    }
    const restText = splitter.rest();
    let lineCount = splitter.lineCount;
    this.lacksLineEnd = restText !== undefined;
    if (restText !== undefined && isJson(restText)) {
      lineCount++;
      yield [restText];
    } else if (restText !== undefined && restText.trim() !== "") {
      this.rest = restText;
      this.cut = `the file ends in the middle of line ${lineCount + 1}`;
    }
    if (!whole) this.cut ??= `the file ends after line ${lineCount}, before the end of the gzip data`;
  }

  *#decompressed(
    gzip: GzipReader | MemberSalvager,
    sourceChunk: Uint8Array,
    lineSplitter: LineSplitter,
  ): Generator<Uint8Array> {
    try {
      yield* gzip.push(sourceChunk);
    } catch (cause) {
      throw this.#damaged(cause, lineSplitter.lineCount);
    }
  }

  #isWhole(gzip: GzipReader, lineSplitter: LineSplitter): boolean {
    try {
      return gzip.end();
    } catch (cause) {
      throw this.#damaged(cause, lineSplitter.lineCount);
    }
  }

  #damaged(cause: unknown, lineCount: number): Error {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return this.#failure(lineCount + 1, `the gzip data are damaged: ${reason}`, { cause });
  }
}

const isSource = (textSource: unknown): textSource is TextSource =>
  typeof textSource === "string" ||
  (textSource instanceof Uint8Array && !isTransferred(textSource.buffer)) ||
  (typeof textSource === "object" &&
    textSource !== null &&
    !ArrayBuffer.isView(textSource) &&
    (Symbol.iterator in textSource || Symbol.asyncIterator in textSource));

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** An encoder of strings that keeps half a character for the next string. */
class StringBytes {
  #highSurrogate = "";

  next(text: string): Uint8Array {
    const whole = this.#highSurrogate + text;
    const last = whole.charCodeAt(whole.length - 1);
    const cut = last >= 0xd800 && last < 0xdc00 ? whole.length - 1 : whole.length;
    this.#highSurrogate = whole.slice(cut);
    return textEncoder.encode(whole.slice(0, cut));
  }
}

async function* chunksOf(textSource: TextSource): AsyncGenerator<Uint8Array, undefined> {
  const strings = new StringBytes();
  const bytesOf = (sourceChunk: unknown): Uint8Array => {
    if (typeof sourceChunk === "string") return strings.next(sourceChunk);
    if (isChunk(sourceChunk)) return sourceChunk;
    throw new TypeError(`chunk: expected a string or a Uint8Array, got ${formatValue(sourceChunk)}`);
  };
  if (typeof textSource === "string" || textSource instanceof Uint8Array) yield bytesOf(textSource);
  else if (Symbol.asyncIterator in textSource)
    for await (const sourceChunk of asyncItemsOf(textSource, SOURCE)) yield bytesOf(sourceChunk);
  else for (const sourceChunk of itemsOf(textSource, SOURCE)) yield bytesOf(sourceChunk);
}

const isChunk = (chunk: unknown): chunk is Uint8Array =>
  checkReadable(
    chunk,
    "chunk",
    "a string or a Uint8Array",
    () => chunk instanceof Uint8Array && !isTransferred(chunk.buffer),
  );

/** Yields chunks of which the first has at least two bytes, if there are so many: enough to recognise gzip. */
async function* startingWithTwoBytes(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  let start: number[] | undefined = [];
  for await (const sourceChunk of chunks) {
    if (!start) yield sourceChunk;
    else if (start.length + sourceChunk.length >= 2) {
      yield start.length === 0 ? sourceChunk : Uint8Array.of(...start, ...sourceChunk.subarray(0, 1));
      if (start.length > 0) yield sourceChunk.subarray(1);
      start = undefined;
    } else start.push(...sourceChunk);
  }
  if (start) yield Uint8Array.from(start);
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array, undefined> {
  for (let pieceStart = 0; pieceStart < bytes.length; pieceStart += PIECE_LENGTH)
    yield bytes.subarray(pieceStart, pieceStart + PIECE_LENGTH);
}
