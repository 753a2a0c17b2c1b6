import { MAX_LINE } from "./text-format.js";

const NEWLINE = 0x0a;

/** Makes the error for a line that cannot be read; `problem` says what was expected there, and what was found. */
export type LineFailure = (line: number, problem: string, options?: ErrorOptions) => Error;

/** Parts bytes, as they come, into lines of UTF-8. Only what follows the last line end is held. */
export class LineSplitter {
  readonly #failure: LineFailure;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #pending: Uint8Array[] = [];
  #length = 0;
  /** How many lines are complete. */
  count = 0;

  constructor(failure: LineFailure) {
    this.#failure = failure;
  }

  /**
   * Takes bytes; they may change once the lines have been taken.
   *
   * @returns the lines that they complete, without line ends, perhaps none.
   * @throws what the failure is, at a line that grows too long or is no UTF-8, after all lines before it.
   */
  *push(bytes: Uint8Array): Generator<readonly string[], undefined> {
    const first = bytes.indexOf(NEWLINE);
    if (this.#length + (first < 0 ? bytes.length : first) > MAX_LINE) {
      // An error keeps what was at work where it arose.
      this.#take();
      throw this.#failure(this.count + 1, `text: expected a line end within ${MAX_LINE} bytes, got none`);
    }
    if (first < 0) {
      this.#hold(bytes.slice());
      return;
    }
    const last = bytes.lastIndexOf(NEWLINE);
    this.#hold(bytes.subarray(0, last));
    const block = this.#take();
    this.#hold(bytes.slice(last + 1));
    yield* this.#decode(block);
  }

  /** What follows the last line end, even if it is cut within a character; undefined if nothing does. */
  rest(): string | undefined {
    return this.#length === 0 ? undefined : this.#unmarked(new TextDecoder().decode(this.#take()));
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    this.#pending.push(bytes);
  }

  #take(): Uint8Array {
    const [only] = this.#pending;
    let whole = only ?? new Uint8Array(0);
    if (this.#pending.length > 1) {
      whole = new Uint8Array(this.#length);
      let at = 0;
      for (const part of this.#pending) {
        whole.set(part, at);
        at += part.length;
      }
    }
    this.#pending = [];
    this.#length = 0;
    return whole;
  }

  *#decode(block: Uint8Array): Generator<readonly string[], undefined> {
    let text: string;
    try {
      text = this.#utf8.decode(block);
    } catch {
      yield* this.#decodeEach(block);
      return;
    }
    const lines = this.#unmarked(text).split("\n");
    this.count += lines.length;
    yield lines;
  }

  /** Line by line, to find the one that is no UTF-8. */
  *#decodeEach(block: Uint8Array): Generator<readonly string[], undefined> {
    for (let start = 0; start <= block.length; ) {
      const found = block.indexOf(NEWLINE, start);
      const end = found < 0 ? block.length : found;
      let line: string;
      try {
        line = this.#unmarked(this.#utf8.decode(block.subarray(start, end)));
      } catch (cause) {
        throw this.#failure(this.count + 1, "text: expected UTF-8, got other bytes", { cause });
      }
      this.count++;
      yield [line];
      start = end + 1;
    }
  }

  /** A byte order mark at the start is no part of the text. */
  #unmarked(text: string): string {
    return this.count === 0 && text.startsWith("\uFEFF") ? text.slice(1) : text;
  }
}
