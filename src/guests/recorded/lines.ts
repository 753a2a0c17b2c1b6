import { GzipReader } from "../../journal/gunzip.js";
import { LineSplitter } from "../../journal/lines.js";
import { RecordingError } from "./step.js";

/** One line of a text. */
export interface Line {
  /** Its number, from 1. */
  readonly number: number;
  /** The text, without its end. */
  readonly text: string;
  /** Whether an end of line follows it. Only a last line can lack one. */
  readonly whole: boolean;
}

/** A text, plain or gzip, as numbered lines, in constant memory. It is read once, and may turn out to be cut off. */
export class Lines implements AsyncIterable<Line> {
  readonly #chunks: AsyncIterable<Uint8Array>;
  #cut: string | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** Where the text is cut off, in words; undefined where it is not, or is not read to its end yet. */
  get cut(): string | undefined {
    return this.#cut;
  }

  /** Says that a last line is not all there. */
  cutWithin(line: number): void {
    this.#cut = `the file ends in the middle of line ${line}`;
  }

  /** @throws RecordingError, or JournalError, at a line that cannot be read. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Line, void, undefined> {
    const splitter = new LineSplitter();
    let gzip: GzipReader | undefined;
    let started = false;
    let number = 0;
    try {
      for await (const chunk of startingWithTwo(this.#chunks)) {
        if (!started && chunk[0] === 0x1f && chunk[1] === 0x8b) gzip = new GzipReader();
        started = true;
        for (const bytes of gzip?.push(chunk) ?? [chunk])
          for (const text of splitter.push(bytes)) {
            number++;
            if (text === undefined) throw new RecordingError("UTF-8 was expected, not other bytes", number);
            yield { number, text, whole: true };
          }
      }
      const complete = gzip?.end() ?? true;
      if (!complete) this.#cut = `the file ends after line ${number}, before the end of the gzip data`;
    } catch (error) {
      if (!gzip || !(error instanceof Error) || "line" in error) throw error;
      throw new RecordingError(`the gzip data are damaged: ${error.message}`, number + 1);
    }
    const rest = splitter.rest();
    if (rest !== undefined) yield { number: number + 1, text: rest, whole: false };
  }
}

/** The same bytes, but the first chunk has two at least, if there are so many: enough to tell gzip by. */
async function* startingWithTwo(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let one: Uint8Array | undefined;
  let started = false;
  for await (const chunk of chunks) {
    const whole: Uint8Array = one ? Uint8Array.of(...one, ...chunk) : chunk;
    started ||= whole.length >= 2;
    one = started || whole.length === 0 ? undefined : whole;
    if (started) yield whole;
  }
  if (one) yield one;
}
