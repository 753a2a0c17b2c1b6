import { CheckedBlocks } from "./checked-blocks.js";
import type { JournalHeader, Recorded } from "./entry.js";
import { checkHeader, isObject, wrongType } from "./entry-checks.js";
import { parseJson } from "./entry-line.js";
import { formatValue } from "./format-value.js";
import { JournalError } from "./journal-error.js";
import type { MissingEntries } from "./missing-entries.js";
import { hasRightChecksum } from "./text-check.js";
import { CHECKED_VERSIONS, FORMAT, FORMAT_VERSION, UNCHECKED_VERSIONS } from "./text-format.js";
import type { TextLines } from "./text-lines.js";
import { UncheckedLines } from "./unchecked-lines.js";
import { optionsOfVersion1 } from "./version-1.js";

/** The way out where a text without its header is salvaged. */
const NEEDS_HEADER =
  "to read the entries after it, give { salvage: true, header } with the header of a journal of the same device, such as device.journal.header";

/** A parser of the lines after the header, up to the last one. */
export interface TextBody {
  /** The entries that are missing so far, where the text is salvaged. */
  readonly missing: readonly MissingEntries[];
  /** True after the last line. */
  readonly hasEnded: boolean;
  /**
   * Parses a line. Appends the entries that can be handed on.
   *
   * @throws JournalError, TypeError or RangeError if it is broken.
   */
  parseLine(textLine: string, lineNumber: number, entryBatch: Recorded[]): void;
  /** Ends the text. @returns what was left out where it is cut, in words. */
  end(isCut: boolean): string | undefined;
  /** Returns the number of the line of an entry that has been handed on. */
  lineOf(index: number): number;
}

/** A parser of a journal's text: its header, its entries, its end. */
export class TextParser {
  /** The header, once it has been read. */
  header: JournalHeader | undefined;
  /** The first error. The entries before it have been returned. */
  failure: JournalError | undefined;
  /** Where the file was cut off, once that is known. */
  cut: string | undefined;
  /** The damage of the header, where another replaces it. */
  damagedHeader: string | undefined;
  readonly #salvages: boolean;
  readonly #otherHeader: JournalHeader | undefined;
  #body: TextBody | undefined;
  #needsLineEnd = false;
  #lineNumber = 0;

  /**
   * @param salvages - true to pass over what is damaged, and to collect what is missing.
   * @param otherHeader - the header to use if that of the text is damaged.
   */
  constructor(salvages: boolean, otherHeader?: JournalHeader) {
    this.#salvages = salvages;
    this.#otherHeader = otherHeader;
  }

  /** The entries that are missing so far, where the text is salvaged. */
  get missing(): readonly MissingEntries[] {
    return this.#body?.missing ?? [];
  }

  /** Returns the number of the line of an entry that has just been handed on; of one long before it is not known any more. */
  lineOf(index: number): number {
    return this.#body?.lineOf(index) ?? 1;
  }

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
  end({ rest, cut, lacksLineEnd }: Pick<TextLines, "rest" | "cut" | "lacksLineEnd">): void {
    if (!this.#body) {
      const problem = rest === undefined ? "the file is empty" : "the file ends in the middle of its header";
      this.failure ??= new JournalError(1, problem);
      return;
    }
    const { hasEnded } = this.#body;
    if (hasEnded && rest !== undefined && !this.#needsLineEnd) this.parseLines([rest]);
    else if (cut !== undefined) this.cut = cut;
    else if (lacksLineEnd && this.#needsLineEnd)
      this.cut = `the file ends in the middle of line ${this.#lineNumber}`;
    else if (!hasEnded) this.cut = `the file ends after line ${this.#lineNumber}, without its last line`;
    const leftOut = this.#body.end(this.cut !== undefined);
    if (leftOut !== undefined) this.cut += `; ${leftOut}`;
  }

  #parseLine(textLine: string, entryBatch: Recorded[]): void {
    this.#lineNumber++;
    if (!this.#body) this.#parseFirstLine(textLine, entryBatch);
    else if (!this.#body.hasEnded) this.#body.parseLine(textLine, this.#lineNumber, entryBatch);
    else if (textLine.trim() !== "" && !this.#salvages)
      throw new TypeError(`entry: expected nothing after the end, got ${formatValue(textLine)}`);
  }

  /** Parses the header, or goes on without it where another replaces it. @throws TypeError if it is damaged. */
  #parseFirstLine(textLine: string, entryBatch: Recorded[]): void {
    try {
      this.#parseHeader(textLine);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.#salvages) throw error;
      if (this.#otherHeader === undefined)
        throw new TypeError(`${reason}; ${NEEDS_HEADER}`, { cause: error });
      this.damagedHeader = reason;
      this.header = this.#otherHeader;
      this.#needsLineEnd = true;
      this.#body = new CheckedBlocks(this.header, true);
      // Where the header is lost this is a line after it. Whatever it is, the check of its block finds the entries.
      this.#body.parseLine(textLine, this.#lineNumber, entryBatch);
    }
  }

  #parseHeader(textLine: string): void {
    const expected = `{"format":"${FORMAT}","version":${FORMAT_VERSION},...}`;
    const value = parseJson(textLine, "header", expected) as { readonly format?: unknown };
    if (!isObject(value) || value.format !== FORMAT) throw wrongType("header", expected, value);
    const {
      format: _format,
      version,
      crc,
      ...header
    } = value as { readonly format: unknown; readonly version?: unknown; readonly crc?: unknown };
    const isUnchecked = UNCHECKED_VERSIONS.includes(version);
    if (!isUnchecked && !CHECKED_VERSIONS.includes(version))
      throw wrongType("version", `1 to ${FORMAT_VERSION}, the only ones readable here`, version);
    if (isUnchecked ? crc !== undefined : !hasRightChecksum(textLine))
      throw new TypeError("header: the text is damaged: the check of the header differs");
    checkHeader(header);
    this.header =
      version === 1 ? { ...header, options: optionsOfVersion1(header.chart, header.options) } : header;
    this.#needsLineEnd = !isUnchecked;
    this.#body = isUnchecked
      ? new UncheckedLines(this.header, this.#salvages)
      : new CheckedBlocks(this.header, this.#salvages);
  }

  #errorAtLine(error: unknown): JournalError {
    if (error instanceof JournalError) return error;
    const problem = error instanceof Error ? error.message : String(error);
    return new JournalError(this.#lineNumber, problem, { cause: error });
  }
}
