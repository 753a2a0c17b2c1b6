import type { JournalHeader, Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import { JournalError } from "./journal-error.js";
import { type TextLines, type TextSource, textLines } from "./text-lines.js";
import { TextParser } from "./text-parse.js";

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

/**
 * The entries in batches. The first batch comes as soon as the header has been read, whether it has entries or not.
 * What came before an error is given before it is thrown.
 */
async function* batchesOf(lines: TextLines, parser: TextParser): AsyncGenerator<Recorded[], undefined> {
  for await (const some of lines) {
    const batch = parser.take(some);
    if (batch) yield batch;
    if (parser.failure) throw parser.failure;
  }
  parser.end(lines);
  if (parser.failure) throw parser.failure;
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
async function begin(source: TextSource) {
  const parser = new TextParser();
  const lines = textLines(source, (line, problem, options) => new JournalError(line, problem, options));
  const batches = batchesOf(lines, parser);
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
 * @throws JournalError if the first line is no header that can be read, or TypeError if it is no source.
 */
export async function readJournal(source: TextSource): Promise<JournalReading> {
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
 * @throws JournalError at the first line that is broken, or TypeError if it is no source.
 */
export async function loadJournal(source: TextSource): Promise<LoadedJournal> {
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
