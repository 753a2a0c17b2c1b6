import { crc32, formatChecksum } from "./crc32.js";

/*
 * The checks in a journal's text of versions 3 and 4. The header ends in the CRC-32 of its own line:
 *
 *     {"format":"vm-superio-journal","version":4,...,"crc":"89abcdef"}
 *
 * Entries stand in blocks, and after each block comes a line that says how many there are, the index and the tick after them, and the
 * CRC-32 of their lines and its own:
 *
 *     {"type":"check","entries":60,"next":1260,"tick":88000,"crc":"89abcdef"}
 *
 * So a block can be placed without those before it. The last line has a check of its own as well. A CRC is that of the bytes before
 * `,"crc"`, line ends included.
 */

/** What a check line says about the block before it. */
export interface BlockCheck {
  /** The number of entries in the block. */
  readonly entries: number;
  /** Index after the last of them. */
  readonly next: number;
  /** Ticks that had passed after them. */
  readonly tick: number;
}

/** The start of a check line. An entry has no such type. */
export const CHECK_PREFIX = '{"type":"check",';

/** The end of a line with a check: its length is the same in each. */
const CHECKED_END = /^,"crc":"[0-9a-f]{8}"\}$/;
const CHECKED_END_LENGTH = ',"crc":"89abcdef"}'.length;
const CHECK_LINE = /^\{"type":"check","entries":(\d+),"next":(\d+),"tick":(\d+),/;

const textEncoder = new TextEncoder();

/** Returns the check line of a block without its checksum and what follows. */
export const checkLineStart = ({ entries, next, tick }: BlockCheck): string =>
  `${CHECK_PREFIX}"entries":${entries},"next":${next},"tick":${tick}`;

/** Returns the bytes of a text whose last line lacks its end: they end in the checksum of all that comes before it. */
export function withChecksum(uncheckedText: string): Uint8Array {
  const whole = textEncoder.encode(`${uncheckedText},"crc":"00000000"}\n`);
  const checksum = crc32(whole.subarray(0, whole.length - CHECKED_END_LENGTH - 1));
  textEncoder.encodeInto(formatChecksum(checksum), whole.subarray(whole.length - 11));
  return whole;
}

/** Returns true if a text, without its last line end, ends in the checksum of all that comes before it. */
export function hasRightChecksum(text: string): boolean {
  const end = text.slice(-CHECKED_END_LENGTH);
  if (!CHECKED_END.test(end)) return false;
  const checksum = crc32(textEncoder.encode(text.slice(0, -CHECKED_END_LENGTH)));
  return end === `,"crc":"${formatChecksum(checksum)}"}`;
}

/** Returns what a check line says; undefined if it is none. */
export function parseCheckLine(line: string): BlockCheck | undefined {
  const [start, entries, next, tick] = CHECK_LINE.exec(line) ?? [];
  if (start === undefined || !CHECKED_END.test(line.slice(start.length - 1))) return undefined;
  return { entries: Number(entries), next: Number(next), tick: Number(tick) };
}
