import type { Entry, JournalHeader, Recorded } from "./entry.js";
import {
  checkEntry,
  checkHeader,
  checkNoExtraFields,
  isObject,
  tickAfter,
  wrongType,
} from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import { JournalError } from "./journal-error.js";
import { FORMAT, FORMAT_VERSION } from "./text-format.js";
import type { TextLines } from "./text-lines.js";
import { optionsOfVersion1 } from "./version-1.js";

/** A parser of the lines of a journal's text: its header, its entries, its end. */
export class TextParser {
  /** The header, once it has been read. */
  header: JournalHeader | undefined;
  /** The first error. The entries before it have been returned. */
  failure: JournalError | undefined;
  /** Where the file was cut off, once that is known. */
  cut: string | undefined;
  #lineNumber = 0;
  #nextIndex = 0;
  #tick = 0;
  #hasEnded = false;

  /**
   * Parses lines.
   *
   * @returns the entries in them, perhaps none; undefined if there is no header yet.
   */
  parseLines(lines: readonly string[]): Recorded[] | undefined {
    const entryBatch: Recorded[] = [];
    try {
      for (const textLine of lines) this.#parseLine(textLine, entryBatch);
    } catch (error) {
      this.failure = this.#errorAtLine(error);
    }
    return this.header && entryBatch;
  }

  /** Ends the text: sets `cut` or `failure` if it is not complete. */
  end({ rest, cut }: Pick<TextLines, "rest" | "cut">): void {
    if (!this.header) {
      const problem = rest === undefined ? "the file is empty" : "the file ends in the middle of its header";
      this.failure = new JournalError(1, problem);
    } else if (this.#hasEnded && rest !== undefined) this.parseLines([rest]);
    else if (cut !== undefined) this.cut = cut;
    else if (!this.#hasEnded)
      this.cut = `the file ends after line ${this.#lineNumber}, without its last line`;
  }

  #parseLine(textLine: string, entryBatch: Recorded[]): void {
    this.#lineNumber++;
    if (this.#hasEnded) {
      if (textLine.trim() !== "")
        throw new TypeError(`entry: expected nothing after the end, got ${formatValue(textLine)}`);
    } else if (!this.header) this.#parseHeader(textLine);
    else {
      const access = parseAccess(textLine);
      if (access) entryBatch.push({ index: this.#nextIndex++, tick: this.#tick, entry: access });
      else this.#parseEntry(parseJson(textLine, "entry", "an object"), entryBatch);
    }
  }

  #parseHeader(textLine: string): void {
    const expected = `{"format":"${FORMAT}","version":${FORMAT_VERSION},...}`;
    const value = parseJson(textLine, "header", expected) as { readonly format?: unknown };
    if (!isObject(value) || value.format !== FORMAT) throw wrongType("header", expected, value);
    const {
      format: _format,
      version,
      ...header
    } = value as { readonly format: unknown; readonly version?: unknown };
    if (version !== 1 && version !== FORMAT_VERSION) {
      throw wrongType("version", `1 or ${FORMAT_VERSION}, the only ones readable here`, version);
    }
    checkHeader(header);
    this.header =
      version === 1 ? { ...header, options: optionsOfVersion1(header.chart, header.options) } : header;
    this.#nextIndex = header.first;
    this.#tick = header.tick;
  }

  #parseEntry(value: unknown, entryBatch: Recorded[]): void {
    if (isEnd(value)) {
      this.#parseEnd(value.entries);
      return;
    }
    checkEntry(value);
    checkNoExtraFields(value);
    const index = this.#nextIndex;
    const tick = this.#tick;
    this.#tick = tickAfter(value, tick);
    this.#nextIndex++;
    entryBatch.push({ index, tick, entry: withByteArray(value) });
  }

  #parseEnd(entries: unknown): void {
    const count = this.#nextIndex - (this.header as JournalHeader).first;
    if (entries !== count) {
      throw new RangeError(`entries: expected ${count}, as many as were read, got ${formatValue(entries)}`);
    }
    this.#hasEnded = true;
  }

  #errorAtLine(error: unknown): JournalError {
    const problem = error instanceof Error ? error.message : String(error);
    return new JournalError(this.#lineNumber, problem, { cause: error });
  }
}

const READ_PREFIX = '{"type":"read","offset":';
const WRITE_PREFIX = '{"type":"write","offset":';
const VALUE_PREFIX = ',"value":';

/** Parses a byte in decimal, as JSON has it, in a line from `start` up to `end`; undefined if there is none. */
function parseByte(textLine: string, start: number, end: number): number | undefined {
  const digits = end - start;
  if (digits < 1 || digits > 3 || (digits > 1 && textLine.charCodeAt(start) === 0x30)) return undefined;
  let value = 0;
  for (let position = start; position < end; position++) {
    const digit = textLine.charCodeAt(position) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value > 255 ? undefined : value;
}

/** Parses a read or write that is written exactly as {@link writeJournal} does: several times as fast as a parser of any line. */
function parseAccess(textLine: string): Entry | undefined {
  const end = textLine.length - 1;
  if (textLine.charCodeAt(end) !== 0x7d) return undefined;
  if (textLine.startsWith(READ_PREFIX)) {
    const offset = parseByte(textLine, READ_PREFIX.length, end);
    return offset === undefined ? undefined : { type: "read", offset };
  }
  if (!textLine.startsWith(WRITE_PREFIX)) return undefined;
  const comma = textLine.indexOf(VALUE_PREFIX, WRITE_PREFIX.length);
  const offset = parseByte(textLine, WRITE_PREFIX.length, comma);
  const value = parseByte(textLine, comma + VALUE_PREFIX.length, end);
  return offset === undefined || value === undefined ? undefined : { type: "write", offset, value };
}

const isEnd = (value: unknown): value is { readonly entries?: unknown } =>
  isObject(value) && (value.type as unknown) === "end";

function parseJson(textLine: string, lineName: string, expected: string): unknown {
  try {
    return JSON.parse(textLine);
  } catch {
    if (textLine.trim() === "") throw new TypeError(`${lineName}: expected ${expected}, got an empty line`);
    throw wrongType(lineName, expected, textLine);
  }
}

/** Returns an entry whose plain bytes are a Uint8Array, as in memory. */
function withByteArray(entry: Entry): Entry {
  if (entry.type !== "receive") return entry;
  const { characters } = entry;
  const plain = characters.every((character: unknown) => typeof character === "number");
  return plain ? { type: "receive", characters: Uint8Array.from(characters as readonly number[]) } : entry;
}
