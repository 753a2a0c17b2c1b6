import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { tickAfter } from "./entry-checks.js";
import { countEntries, parseEntries } from "./entry-line.js";
import { formatValue } from "./format-value.js";
import { JournalError } from "./journal-error.js";
import type { MissingEntries } from "./missing-entries.js";
import { type BlockCheck, CHECK_PREFIX, hasRightChecksum, parseCheckLine } from "./text-check.js";
import type { TextBody } from "./text-parse.js";

const END_PREFIX = '{"type":"end",';
const END_LINE = /^\{"type":"end","entries":(\d+),/;
/** The length of a block, but for its last line, that is not read further: it has lost its check. */
const GREATEST_BLOCK_LENGTH = 1_048_576;

/** The number of lines above which the older half of the blocks is forgotten: a reader is less behind. */
const KNOWN_LINES = 524_288;

/** A place where the text is damaged. */
interface Damage {
  readonly line: number;
  readonly reason: string;
}

/** A block whose entries have been handed on. */
interface KnownBlock {
  /** Index of its first entry. */
  readonly first: number;
  /** The number of its first line. */
  readonly line: number;
  /** Index of the first entry of each line. */
  readonly lineFirsts: readonly number[];
}

/**
 * The lines after a header of version 3 or 4: blocks of entries, each with its check, and a last line. No entry is handed on before its block has
 * been checked.
 */
export class CheckedBlocks implements TextBody {
  readonly missing: MissingEntries[] = [];
  hasEnded = false;
  readonly #first: number;
  readonly #salvages: boolean;
  /** The version of the package that wrote the header. */
  readonly #version: string;
  #nextIndex: number;
  #tick: number;
  /** The lines of the present block, their length, and the number of the first. */
  #lines: string[] = [];
  #length = 0;
  #startLine = 0;
  /** The last blocks, and the number of their lines. */
  #blocks: KnownBlock[] = [];
  #knownLines = 0;
  /** The first damage since the last whole block. */
  #damage: Damage | undefined;

  constructor(header: JournalHeader, salvages: boolean) {
    this.#first = header.first;
    this.#nextIndex = header.first;
    this.#tick = header.tick;
    this.#salvages = salvages;
    this.#version = header.package;
  }

  parseLine(textLine: string, lineNumber: number, entryBatch: Recorded[]): void {
    if (this.#lines.length === 0) this.#startLine = lineNumber;
    if (textLine.startsWith(CHECK_PREFIX)) this.#endBlock(textLine, lineNumber, entryBatch);
    else if (textLine.startsWith(END_PREFIX)) this.#parseEnd(textLine, lineNumber);
    else {
      if (this.#length > GREATEST_BLOCK_LENGTH) {
        this.#fail({ line: this.#startLine, reason: "expected a check within 1 MiB, got none" });
        this.#dropLines();
        this.#startLine = lineNumber;
      }
      this.#addLine(textLine);
    }
  }

  end(isCut: boolean): string | undefined {
    const { length } = this.#lines;
    if (this.#damage !== undefined || length > 0) {
      const { line, reason } = this.#damage ?? {
        line: this.#startLine,
        reason: "the text ends before their check",
      };
      if (this.#salvages) this.missing.push({ first: this.#nextIndex, line, reason });
    }
    if (!isCut || length === 0) return undefined;
    return length === 1
      ? "1 line has no check and is left out"
      : `${length} lines have no check and are left out`;
  }

  lineOf(index: number): number {
    const block = this.#blocks.findLast(({ first }) => first <= index);
    return block === undefined ? index - this.#first + 2 : block.line + lastAtMost(block.lineFirsts, index);
  }

  #addLine(textLine: string): void {
    this.#lines.push(textLine);
    this.#length += textLine.length + 1;
  }

  #dropLines(): void {
    this.#lines = [];
    this.#length = 0;
  }

  /** Notes damage. @throws JournalError unless salvaging. */
  #fail(damage: Damage): void {
    if (!this.#salvages) throw new JournalError(damage.line, damage.reason);
    this.#damage ??= damage;
  }

  #endBlock(checkLine: string, lineNumber: number, entryBatch: Recorded[]): void {
    const check = parseCheckLine(checkLine);
    const lines = check && this.#linesOf(check, checkLine);
    if (check === undefined || lines === undefined) {
      this.#fail(this.#damageBefore(checkLine, lineNumber));
      // A check line that is itself damaged may stand before a whole block.
      if (check === undefined) this.#addLine(checkLine);
      else this.#dropLines();
      return;
    }
    this.#dropLines();
    this.#takeBlock(check, lines, lineNumber - lines.length, entryBatch);
  }

  /** Returns the lines that a check is right for: those before it. When salvaging, the last of them may do; undefined if it is wrong. */
  #linesOf({ entries }: BlockCheck, checkLine: string): readonly string[] | undefined {
    let start = this.#lines.length;
    let count = 0;
    while (start > 0 && count < entries) count += countEntries(this.#lines[--start] as string);
    if (count !== entries || (start > 0 && !this.#salvages)) return undefined;
    const lines = start === 0 ? this.#lines : this.#lines.slice(start);
    if (!hasRightChecksum(`${lines.join("\n")}\n${checkLine}`)) return undefined;
    if (lines.length < this.#lines.length)
      this.#damage ??= this.#damageBefore(checkLine, this.#startLine + this.#lines.length);
    return lines;
  }

  /** Describes the damage to a block: the first line that is broken, if one is, else all of them. */
  #damageBefore(checkLine: string, lineNumber: number): Damage {
    const start = this.#startLine;
    for (const [index, textLine] of [...this.#lines, checkLine].entries()) {
      if (index < this.#lines.length ? isEntry(textLine) : parseCheckLine(textLine) !== undefined) continue;
      return {
        line: start + index,
        reason: `the text is damaged: expected ${index < this.#lines.length ? "an entry" : "a check"}, got ${formatValue(textLine)}`,
      };
    }
    return {
      line: start,
      reason: `the text is damaged: the check of lines ${start} to ${lineNumber} differs`,
    };
  }

  /** Hands on the entries of a whole block. */
  #takeBlock(check: BlockCheck, lines: readonly string[], startLine: number, entryBatch: Recorded[]): void {
    const first = check.next - check.entries;
    if (first !== this.#nextIndex || this.#damage !== undefined) {
      this.#passHole(first, startLine);
      if (first < this.#nextIndex) return;
      this.#nextIndex = first;
      this.#tick = check.tick - ticksOf(lines);
    }
    const lineFirsts: number[] = [];
    for (const [index, textLine] of lines.entries()) {
      lineFirsts.push(this.#nextIndex);
      for (const entry of this.#parseEntries(textLine, startLine + index)) {
        entryBatch.push({ index: this.#nextIndex++, tick: this.#tick, entry });
        this.#tick = tickAfter(entry, this.#tick);
      }
    }
    this.#keepBlock({ first, line: startLine, lineFirsts });
    if (this.#tick !== check.tick && this.missing.length === 0)
      this.#fail({
        line: startLine + lines.length,
        reason: `tick: expected ${this.#tick}, got ${check.tick}`,
      });
    this.#tick = check.tick;
  }

  /** Notes what is missing before a block that begins at index `first`. @throws JournalError unless salvaging. */
  #passHole(first: number, startLine: number): void {
    const expected = this.#nextIndex;
    if (first !== expected)
      this.#fail({
        line: startLine,
        reason: `entries: expected them from ${expected} on, got them from ${first} on`,
      });
    const { line, reason } = this.#damage as Damage;
    if (first > expected) this.missing.push({ first: expected, next: first, line, reason });
    this.#damage = undefined;
  }

  /** Keeps the lines of a block for {@link lineOf}. */
  #keepBlock(block: KnownBlock): void {
    this.#blocks.push(block);
    this.#knownLines += block.lineFirsts.length;
    if (this.#knownLines <= KNOWN_LINES) return;
    this.#blocks = this.#blocks.slice(this.#blocks.length >> 1);
    this.#knownLines = this.#blocks.reduce((sum, { lineFirsts }) => sum + lineFirsts.length, 0);
  }

  /** Parses a line of a whole block. @throws JournalError, unless salvaging, for an entry of a later version. */
  #parseEntries(textLine: string, lineNumber: number): readonly Entry[] {
    try {
      return parseEntries(textLine);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const reason = `${problem}; as its check is right, another version of this package wrote it: the header names ${formatValue(this.#version)}`;
      if (!this.#salvages) throw new JournalError(lineNumber, reason, { cause: error });
      const first = this.#nextIndex;
      this.#nextIndex += countEntries(textLine);
      this.missing.push({ first, next: this.#nextIndex, line: lineNumber, reason });
      return [];
    }
  }

  #parseEnd(endLine: string, lineNumber: number): void {
    const [, entries] = END_LINE.exec(endLine) ?? [];
    if (this.#lines.length > 0) {
      this.#fail(
        this.#lines.every(isEntry)
          ? { line: lineNumber, reason: `the check of the lines from ${this.#startLine} on is missing` }
          : this.#damageBefore(endLine, lineNumber),
      );
      this.#dropLines();
    }
    if (entries === undefined || !hasRightChecksum(endLine)) {
      this.#fail({
        line: lineNumber,
        reason: `the text is damaged: expected the last line, got ${formatValue(endLine)}`,
      });
      return;
    }
    const next = this.#first + Number(entries);
    if (next !== this.#nextIndex) {
      const count = this.#nextIndex - this.#first;
      this.#fail({
        line: lineNumber,
        reason: `entries: expected ${count}, as many as were read, got ${entries}`,
      });
      const { line, reason } = this.#damage as Damage;
      if (next > this.#nextIndex) this.missing.push({ first: this.#nextIndex, next, line, reason });
    }
    this.#damage = undefined;
    this.hasEnded = true;
  }
}

function isEntry(textLine: string): boolean {
  try {
    parseEntries(textLine);
    return true;
  } catch {
    return false;
  }
}

/** Returns the ticks that pass in the lines of a block. */
function ticksOf(lines: readonly string[]): number {
  let ticks = 0;
  for (const textLine of lines) {
    const [, counts = "0"] = /^\{"type":"advance","ticks":\[?([\d,]+)\]?\}$/.exec(textLine) ?? [];
    for (const count of counts.split(",")) ticks += Number(count);
  }
  return ticks;
}

/** Returns the position of the last number that is at most `limit`, in numbers that ascend. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  for (let high = numbers.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] as number) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
