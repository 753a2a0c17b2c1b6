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
   * The entries, to be iterated once. Unless they are iterated to the end, or their iterator is returned, the source stays open.
   *
   * @throws JournalError at a line that is broken, after all entries before it.
   */
  readonly entries: AsyncIterableIterator<Recorded>;
  /** Where the file was cut off, in words; undefined if it is complete, and until all entries have been iterated. */
  readonly cut: string | undefined;
}

/**
 * Yields the entries in batches. The first batch comes as soon as the header has been read, even without entries. The entries before an
 * error come first.
 */
async function* batchesOf(lines: TextLines, textParser: TextParser): AsyncGenerator<Recorded[], undefined> {
  for await (const lineBatch of lines) {
    const entryBatch = textParser.parseLines(lineBatch);
    if (entryBatch) yield entryBatch;
    if (textParser.failure) throw textParser.failure;
  }
  textParser.end(lines);
  if (textParser.failure) throw textParser.failure;
}

/** An iterator over the entries of batches. An async generator takes several times as long for each entry. */
class BatchedEntries implements AsyncIterableIterator<Recorded, undefined> {
  readonly #batches: AsyncGenerator<readonly Recorded[], undefined>;
  /** The present batch; undefined at the end. */
  #batch: readonly Recorded[] | undefined;
  #batchIndex = 0;
  #loading: Promise<void> | undefined;
  #isStopped = false;

  constructor(firstBatch: readonly Recorded[], batches: AsyncGenerator<readonly Recorded[], undefined>) {
    this.#batch = firstBatch;
    this.#batches = batches;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Recorded, undefined>> {
    const value = this.#batch?.[this.#batchIndex];
    if (value === undefined) return this.#nextOfLaterBatch();
    this.#batchIndex++;
    return Promise.resolve({ done: false, value });
  }

  async return(): Promise<IteratorResult<Recorded, undefined>> {
    this.#isStopped = true;
    this.#batch = undefined;
    await this.#batches.return(undefined);
    return { done: true, value: undefined };
  }

  async #nextOfLaterBatch(): Promise<IteratorResult<Recorded, undefined>> {
    while (this.#batch && this.#batchIndex >= this.#batch.length) {
      this.#loading ??= this.#loadBatch();
      await this.#loading;
    }
    const value = this.#batch?.[this.#batchIndex++];
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  async #loadBatch(): Promise<void> {
    try {
      const { value } = await this.#batches.next();
      this.#batch = this.#isStopped ? undefined : value;
      this.#batchIndex = 0;
    } finally {
      this.#loading = undefined;
    }
  }
}

/** Reads up to the header. */
async function readHeader(textSource: TextSource) {
  const textParser = new TextParser();
  const lines = textLines(textSource, (line, problem, options) => new JournalError(line, problem, options));
  const batches = batchesOf(lines, textParser);
  const { value: firstBatch = [] } = await batches.next();
  return { parser: textParser, batches, first: firstBatch, header: textParser.header as JournalHeader };
}

/**
 * Reads a journal's text as a stream, in memory that does not grow with it. A compressed text is recognised by its first bytes.
 *
 * A file that is cut off yields all entries up to the cut, which `cut` then describes. Without a whole header it is an error.
 *
 * @throws JournalError if the first line is no header that can be read, or TypeError if it is no source.
 */
export async function readJournal(textSource: TextSource): Promise<JournalReading> {
  const { parser, batches, first: firstBatch, header } = await readHeader(textSource);
  return {
    header,
    entries: new BatchedEntries(firstBatch, batches),
    get cut() {
      return parser.cut;
    },
  };
}

/** A journal that has been read. */
export interface LoadedJournal {
  /** All entries; none is dropped, and later ones are kept as well. */
  readonly journal: Journal;
  /** Where the file was cut off, in words; absent if it is complete. */
  readonly cut?: string;
}

/**
 * Reads a journal's text into memory, where it takes one or two bytes an access.
 *
 * @throws JournalError at the first line that is broken, or TypeError if it is no source.
 */
export async function loadJournal(textSource: TextSource): Promise<LoadedJournal> {
  const { parser, batches, first: firstBatch, header } = await readHeader(textSource);
  const journal = new Journal(header, { keep: "all" });
  const appendBatch = (entryBatch: readonly Recorded[]): void => {
    for (const { index, entry } of entryBatch) {
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
  appendBatch(firstBatch);
  for await (const entryBatch of batches) appendBatch(entryBatch);
  return parser.cut === undefined ? { journal } : { journal, cut: parser.cut };
}
