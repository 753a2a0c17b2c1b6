import type { JournalHeader, Recorded } from "./entry.js";
import { checkHeader } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import { checkReadable } from "./hostile.js";
import { Journal } from "./journal.js";
import { JournalError } from "./journal-error.js";
import type { JournalView } from "./journal-view.js";
import type { MissingEntries } from "./missing-entries.js";
import { withKnownNames } from "./nearest.js";
import { type TextLines, type TextSource, textLines } from "./text-lines.js";
import { TextParser } from "./text-parse.js";

/** Options for reading a journal's text. */
export interface ReadOptions {
  /**
   * True to read all that is whole, before and after damage, where otherwise the first damage is an error. Versions 1 and 2 have no
   * checks: there only lines that cannot be read count as damaged, one entry each, and later ticks may be wrong.
   */
  readonly salvage?: boolean;
  /**
   * When salvaging, the header to use if that of the text is damaged: that of a journal of the same device, such as `device.journal.header` of a
   * new one with the same options. Its `state` and `first` count as those before the first entry. Versions 1 and 2 need their own header.
   */
  readonly header?: JournalHeader;
}

/** A journal's text that is being read. */
export interface JournalReading {
  /** The first line. */
  readonly header: JournalHeader;
  /**
   * The entries, to be iterated once. Unless they are iterated to the end, or their iterator is returned, the source stays open. None comes
   * before its block has been checked. When salvaging their indexes show what is missing.
   *
   * @throws JournalError at damage, after all entries of the blocks before it, unless salvaging.
   */
  readonly entries: AsyncIterableIterator<Recorded>;
  /** Where the file was cut off, in words; undefined if it is complete, and until all entries have been iterated. */
  readonly cut: string | undefined;
  /** The entries that are missing, where the text is salvaged: complete once all entries have been iterated. */
  readonly missing: readonly MissingEntries[];
  /** The damage of the header, in words, where the option `header` replaces it. */
  readonly damagedHeader: string | undefined;
  /** Returns the number of the line of an entry that has just been iterated, from 1. In a compressed file, of the text within. */
  lineOf(index: number): number;
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

/** Returns the options of a reader. @throws TypeError that names the wrong one. */
function checkedOptions(options: ReadOptions): ReadOptions {
  const known = withKnownNames(options, ["salvage", "header"], "a journal's reader");
  const { header } = known;
  if (known.salvage !== undefined && typeof known.salvage !== "boolean")
    throw new TypeError(`salvage: expected true or false, got ${formatValue(known.salvage)}`);
  if (header === undefined) return known;
  if (known.salvage !== true) throw new TypeError("header: expected salvage: true beside it, got it alone");
  checkReadable(header, "header", "a journal's header", () => checkHeader(header));
  return known;
}

/** Reads up to the header. */
async function readHeader(textSource: TextSource, givenOptions: ReadOptions) {
  const options = checkedOptions(givenOptions);
  const { salvage = false } = options;
  const textParser = new TextParser(salvage, options.header);
  const lines = textLines(
    textSource,
    (line, problem, errorOptions) => new JournalError(line, problem, errorOptions),
    options,
  );
  const batches = batchesOf(lines, textParser);
  const { value: firstBatch = [] } = await batches.next();
  const header = textParser.header as JournalHeader;
  return { parser: textParser, batches, first: firstBatch, header, salvage };
}

/**
 * Reads a journal's text as a stream, in memory that does not grow with it. A compressed text is recognised by its first bytes.
 *
 * A file that is cut off yields all entries up to the last check before the cut, which `cut` then describes. Without a whole header it is
 * an error.
 *
 * @throws JournalError if the first line is no header that can be read, or TypeError if it is no source.
 */
export async function readJournal(
  textSource: TextSource,
  options: ReadOptions = {},
): Promise<JournalReading> {
  const { parser, batches, first: firstBatch, header } = await readHeader(textSource, options);
  return {
    header,
    entries: new BatchedEntries(firstBatch, batches),
    get cut() {
      return parser.cut;
    },
    get missing() {
      return parser.missing;
    },
    damagedHeader: parser.damagedHeader,
    lineOf: (index) => parser.lineOf(index),
  };
}

/** A journal that has been read. */
export interface LoadedJournal {
  /** All entries, of a damaged text those before the first damage; none is dropped, and later ones are kept as well. */
  readonly journal: Journal;
  /** Where the file was cut off, in words; absent if it is complete. */
  readonly cut?: string;
}

/** A run of entries of which none is missing. The state before it is not known, unless it is the first. */
export interface JournalPart extends Pick<JournalView, "first" | "next" | "length" | "entries"> {
  /** Ticks that had passed before its first entry. */
  readonly tick: number;
}

/** A journal that has been salvaged. */
export interface SalvagedJournal extends LoadedJournal {
  /** All entries that are whole: those of `journal` first, if it has any, then each run after damage. */
  readonly parts: readonly JournalPart[];
  /** The entries that are missing, in order. */
  readonly missing: readonly MissingEntries[];
  /** The damage of the header, in words, where the option `header` replaces it; absent if it is whole. */
  readonly damagedHeader?: string;
}

/**
 * Reads a journal's text into memory, where it takes one or two bytes an access.
 *
 * @throws JournalError at the first line that is broken, or TypeError if it is no source.
 */
export function loadJournal(
  textSource: TextSource,
  options?: ReadOptions & { readonly salvage?: false },
): Promise<LoadedJournal>;
/**
 * Salvages a damaged text: reads every entry that is whole, before and after the damage, and says which are missing.
 *
 * @throws JournalError if the header is damaged and no other is given, or TypeError if it is no source.
 */
export function loadJournal(
  textSource: TextSource,
  options: ReadOptions & { readonly salvage: true },
): Promise<SalvagedJournal>;
export async function loadJournal(
  textSource: TextSource,
  options: ReadOptions = {},
): Promise<LoadedJournal | SalvagedJournal> {
  const { parser, batches, first: firstBatch, header, salvage } = await readHeader(textSource, options);
  const journal = new Journal(header, { keep: "all" });
  const parts = [{ journal, tick: header.tick }];
  const appendBatch = (entryBatch: readonly Recorded[]): void => {
    for (const { index, tick, entry } of entryBatch) {
      let part = parts.at(-1) as (typeof parts)[number];
      if (index !== part.journal.next) {
        part = { journal: new Journal({ ...header, first: index, tick }, { keep: "all" }), tick };
        parts.push(part);
      }
      try {
        part.journal.append(entry);
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
  const loaded = parser.cut === undefined ? { journal } : { journal, cut: parser.cut };
  return salvage
    ? {
        ...loaded,
        parts: parts.filter((part) => part.journal.length > 0).map(partOf),
        missing: parser.missing,
        ...(parser.damagedHeader === undefined ? {} : { damagedHeader: parser.damagedHeader }),
      }
    : loaded;
}

/** Returns what can be seen of a part: its header has a state that is not its own. */
const partOf = ({ journal, tick }: { readonly journal: Journal; readonly tick: number }): JournalPart => ({
  first: journal.first,
  next: journal.next,
  length: journal.length,
  tick,
  entries: (range) => journal.entries(range),
});
