import type { Entry } from "./entry.js";
import { checkEntry, checkNoExtraFields, wrongType } from "./entry-checks.js";

const READ_PREFIX = '{"type":"read","offset":';
const WRITE_PREFIX = '{"type":"write","offset":';
const VALUE_PREFIX = ',"value":';
/** The start of a line with advances that follow one another: an entry each. */
const ADVANCES_PREFIX = '{"type":"advance","ticks":[';
const COMMA = 0x2c;

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

/** Parses a read or write that is written exactly as `writeJournal` does: several times as fast as a parser of any line. */
export function parseAccess(textLine: string): Entry | undefined {
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

/** Parses a line of JSON. @throws TypeError with the line's name and the expected text. */
export function parseJson(textLine: string, lineName: string, expected: string): unknown {
  try {
    return JSON.parse(textLine);
  } catch {
    if (textLine.trim() === "") throw new TypeError(`${lineName}: expected ${expected}, got an empty line`);
    throw wrongType(lineName, expected, textLine);
  }
}

/** Returns what has been parsed of an entry's line as an entry. @throws TypeError or RangeError if it is none. */
export function checkedEntry(value: unknown): Entry {
  checkEntry(value);
  checkNoExtraFields(value);
  return withByteArray(value);
}

/** Returns the line of advances that follow one another. */
export const advancesLine = (ticks: readonly number[]): string =>
  ticks.length === 1 ? `{"type":"advance","ticks":${ticks[0]}}` : `${ADVANCES_PREFIX}${ticks.join(",")}]}`;

/** Returns the number of entries in a line, which need not be valid: one, or as many advances as it has. */
export function countEntries(textLine: string): number {
  if (!textLine.startsWith(ADVANCES_PREFIX)) return 1;
  let count = 1;
  for (let position = ADVANCES_PREFIX.length; position < textLine.length; position++)
    if (textLine.charCodeAt(position) === COMMA) count++;
  return count;
}

/** Parses a line of entries: one, or advances that follow one another. @throws TypeError or RangeError if it is none. */
export function parseEntries(textLine: string): readonly Entry[] {
  const access = parseAccess(textLine);
  if (access) return [access];
  const value = parseJson(textLine, "entry", "an object");
  if (!textLine.startsWith(ADVANCES_PREFIX)) return [checkedEntry(value)];
  const { ticks, ...fields } = value as { readonly ticks: readonly unknown[] };
  if (ticks.length === 0) throw wrongType("ticks", "at least one whole number", ticks);
  return ticks.map((tickCount) => checkedEntry({ ...fields, ticks: tickCount }));
}

/** Returns an entry whose plain bytes are a Uint8Array, as in memory. */
function withByteArray(entry: Entry): Entry {
  if (entry.type !== "receive") return entry;
  const { characters } = entry;
  const plain = characters.every((character: unknown) => typeof character === "number");
  return plain ? { type: "receive", characters: Uint8Array.from(characters as readonly number[]) } : entry;
}
