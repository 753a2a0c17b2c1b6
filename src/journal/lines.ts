import { JournalError } from "./journal-error.js";
import { MAX_LINE } from "./text-format.js";

const NEWLINE = 0x0a;

/** Parts bytes, as they come, into lines of UTF-8. Only what follows the last line end is held. */
export class LineSplitter {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #pending: Uint8Array[] = [];
  #length = 0;
  /** How many lines are complete. */
  count = 0;

  /**
   * Takes bytes; they may change afterwards.
   *
   * @returns the lines that they complete, without line ends; undefined for one that is no UTF-8.
   * @throws JournalError if a line grows too long.
   */
  push(bytes: Uint8Array): (string | undefined)[] {
    const first = bytes.indexOf(NEWLINE);
    if (this.#length + (first < 0 ? bytes.length : first) > MAX_LINE) {
      // An error keeps what was at work where it arose.
      this.#take();
      throw new JournalError(this.count + 1, `expected a line end within ${MAX_LINE} bytes, got none`);
    }
    if (first < 0) {
      this.#hold(bytes.slice());
      return [];
    }
    const last = bytes.lastIndexOf(NEWLINE);
    this.#hold(bytes.subarray(0, last));
    const lines = this.#decode(this.#take());
    this.count += lines.length;
    this.#hold(bytes.slice(last + 1));
    return lines;
  }

  /** What follows the last line end, even if it is cut within a character; undefined if nothing does. */
  rest(): string | undefined {
    return this.#length === 0 ? undefined : new TextDecoder().decode(this.#take());
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

  #decode(block: Uint8Array): (string | undefined)[] {
    try {
      return this.#utf8.decode(block).split("\n");
    } catch {
      return this.#decodeEach(block);
    }
  }

  /** Line by line, to find the one that is no UTF-8. */
  #decodeEach(block: Uint8Array): (string | undefined)[] {
    const lines: (string | undefined)[] = [];
    for (let start = 0; start <= block.length; ) {
      const found = block.indexOf(NEWLINE, start);
      const end = found < 0 ? block.length : found;
      try {
        lines.push(this.#utf8.decode(block.subarray(start, end)));
      } catch {
        lines.push(undefined);
      }
      start = end + 1;
    }
    return lines;
  }
}
