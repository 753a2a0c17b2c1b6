import type { JournalHeader, Recorded } from "./entry.js";
import { isObject, tickAfter } from "./entry-checks.js";
import { checkedEntry, parseAccess, parseJson } from "./entry-line.js";
import { formatValue } from "./format-value.js";
import type { MissingEntries } from "./missing-entries.js";
import type { TextBody } from "./text-parse.js";

/** The lines after a header of version 1 or 2: an entry each, and a last one that counts them. Damage shows only where a line cannot be read. */
export class UncheckedLines implements TextBody {
  readonly missing: MissingEntries[] = [];
  readonly #first: number;
  readonly #salvages: boolean;
  #nextIndex: number;
  #tick: number;
  hasEnded = false;

  constructor(header: JournalHeader, salvages: boolean) {
    this.#first = header.first;
    this.#nextIndex = header.first;
    this.#tick = header.tick;
    this.#salvages = salvages;
  }

  parseLine(textLine: string, lineNumber: number, entryBatch: Recorded[]): void {
    try {
      this.#parseLine(textLine, entryBatch);
    } catch (error) {
      if (!this.#salvages) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const first = this.#nextIndex++;
      this.missing.push({ first, next: this.#nextIndex, line: lineNumber, reason });
    }
  }

  end(): undefined {}

  lineOf(index: number): number {
    return index - this.#first + 2;
  }

  #parseLine(textLine: string, entryBatch: Recorded[]): void {
    const access = parseAccess(textLine);
    if (access) {
      entryBatch.push({ index: this.#nextIndex++, tick: this.#tick, entry: access });
      return;
    }
    const value = parseJson(textLine, "entry", "an object");
    if (isEnd(value)) this.#parseEnd(value.entries);
    else {
      const entry = checkedEntry(value);
      const tick = this.#tick;
      this.#tick = tickAfter(entry, tick);
      entryBatch.push({ index: this.#nextIndex++, tick, entry });
    }
  }

  #parseEnd(entries: unknown): void {
    const count = this.#nextIndex - this.#first;
    this.hasEnded = this.#salvages;
    if (entries !== count)
      throw new RangeError(`entries: expected ${count}, as many as were read, got ${formatValue(entries)}`);
    this.hasEnded = true;
  }
}

const isEnd = (value: unknown): value is { readonly entries?: unknown } =>
  isObject(value) && (value.type as unknown) === "end";
