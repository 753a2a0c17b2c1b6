import type { Entry } from "./entry.js";
import { checkEntry, checkNoExtraFields, wrongType } from "./entry-checks.js";

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

/** Parses an entry's line. @throws TypeError or RangeError if it is none. */
export const parseEntry = (textLine: string): Entry =>
  parseAccess(textLine) ?? checkedEntry(parseJson(textLine, "entry", "an object"));

/** Returns an entry whose plain bytes are a Uint8Array, as in memory. */
function withByteArray(entry: Entry): Entry {
  if (entry.type !== "receive") return entry;
  const { characters } = entry;
  const plain = characters.every((character: unknown) => typeof character === "number");
  return plain ? { type: "receive", characters: Uint8Array.from(characters as readonly number[]) } : entry;
}
