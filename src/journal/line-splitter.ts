import { MAX_LINE } from "./text-format.js";

const NEWLINE = 0x0a;

/** Makes the error for a line that cannot be read; `problem` has the expected and the actual text. */
export type LineFailure = (line: number, problem: string, options?: ErrorOptions) => Error;

/** Splits a stream of bytes into lines of UTF-8. Only the bytes after the last line end are held. */
export class LineSplitter {
  readonly #failure: LineFailure;
  readonly #salvages: boolean;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #pending: Uint8Array[] = [];
  #pendingLength = 0;
  /** The number of complete lines. */
  lineCount = 0;

  /** @param salvages - true to read on after a line that is broken: U+FFFD stands for bytes that are no UTF-8. */
  constructor(failure: LineFailure, salvages = false) {
    this.#failure = failure;
    this.#salvages = salvages;
  }

  /**
   * Takes bytes; they may change once the lines have been taken.
   *
   * @returns the lines that they complete, without line ends, perhaps none.
   * @throws the failure, at a line that grows too long or is no UTF-8, after all lines before it.
   */
  *push(byteChunk: Uint8Array): Generator<readonly string[], undefined> {
    const firstNewline = byteChunk.indexOf(NEWLINE);
    if (this.#pendingLength + (firstNewline < 0 ? byteChunk.length : firstNewline) > MAX_LINE) {
      this.#takePending();
      if (!this.#salvages)
        throw this.#failure(
          this.lineCount + 1,
          `text: expected a line end within ${MAX_LINE} bytes, got none`,
        );
    }
    if (firstNewline < 0) {
      this.#appendPending(byteChunk.slice());
      return;
    }
    const lastNewline = byteChunk.lastIndexOf(NEWLINE);
    this.#appendPending(byteChunk.subarray(0, lastNewline));
    const lineBlock = this.#takePending();
    this.#appendPending(byteChunk.slice(lastNewline + 1));
    yield* this.#decodeLines(lineBlock);
  }

  /** Returns the text after the last line end, even if it is cut within a character; undefined if there is none. */
  rest(): string | undefined {
    return this.#pendingLength === 0
      ? undefined
      : this.#withoutByteOrderMark(new TextDecoder().decode(this.#takePending()));
  }

  #appendPending(byteChunk: Uint8Array): void {
    if (byteChunk.length === 0) return;
    this.#pendingLength += byteChunk.length;
    this.#pending.push(byteChunk);
  }

  #takePending(): Uint8Array {
    const [onlyPart] = this.#pending;
    let joined = onlyPart ?? new Uint8Array(0);
    if (this.#pending.length > 1) {
      joined = new Uint8Array(this.#pendingLength);
      let writtenLength = 0;
      for (const part of this.#pending) {
        joined.set(part, writtenLength);
        writtenLength += part.length;
      }
    }
    this.#pending = [];
    this.#pendingLength = 0;
    return joined;
  }

  *#decodeLines(lineBlock: Uint8Array): Generator<readonly string[], undefined> {
    let decodedText: string;
    try {
      decodedText = this.#utf8.decode(lineBlock);
    } catch {
      yield* this.#decodeLineByLine(lineBlock);
      return;
    }
    const lines = this.#withoutByteOrderMark(decodedText).split("\n");
    this.lineCount += lines.length;
    yield lines;
  }

  /** Decodes line by line, to find the one that is no UTF-8. */
  *#decodeLineByLine(lineBlock: Uint8Array): Generator<readonly string[], undefined> {
    for (let lineStart = 0; lineStart <= lineBlock.length; ) {
      const newlineIndex = lineBlock.indexOf(NEWLINE, lineStart);
      const lineEnd = newlineIndex < 0 ? lineBlock.length : newlineIndex;
      let line: string;
      try {
        line = this.#withoutByteOrderMark(this.#utf8.decode(lineBlock.subarray(lineStart, lineEnd)));
      } catch (cause) {
        if (!this.#salvages)
          throw this.#failure(this.lineCount + 1, "text: expected UTF-8, got other bytes", { cause });
        line = new TextDecoder().decode(lineBlock.subarray(lineStart, lineEnd));
      }
      this.lineCount++;
      yield [line];
      lineStart = lineEnd + 1;
    }
  }

  /** Returns the text without a byte order mark at its start. */
  #withoutByteOrderMark(decodedText: string): string {
    return this.lineCount === 0 && decodedText.startsWith("\uFEFF") ? decodedText.slice(1) : decodedText;
  }
}
