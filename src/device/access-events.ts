import { READ_NAMES, type ReadEvent, WRITE_NAMES, type WriteEvent } from "../../machines/index.js";

const BYTE_VALUES = Array.from({ length: 256 }, (_, byte) => byte);

/** The event of a read at each offset, made once: an access makes none. */
export const READ_EVENTS: readonly ReadEvent[] = BYTE_VALUES.map((offset) =>
  Object.freeze({ type: `read.${READ_NAMES[offset] ?? "unmapped"}` as const }),
);

const writeEvents = (name: (typeof WRITE_NAMES)[number] | "unmapped"): readonly WriteEvent[] =>
  BYTE_VALUES.map((value) => Object.freeze({ type: `write.${name}` as const, value }));

const MAPPED_WRITE_EVENTS = WRITE_NAMES.map(writeEvents);

/** The number of offsets that an access distinguishes: all above the last register count as one. */
const ACCESS_COUNT = WRITE_NAMES.length + 1;

/** Returns the index of an offset among those that an access distinguishes. */
export const accessIndexOf = (offset: number): number => (offset < 8 ? offset & 7 : 8);

/** The event of a write of each byte: that of `value` is at `accessIndexOf(offset) << 8 | value`. */
export const WRITE_EVENTS: readonly WriteEvent[] = [...MAPPED_WRITE_EVENTS, writeEvents("unmapped")].flat();

/** The types of the reads, by {@link accessIndexOf}. */
export const READ_TYPES = READ_EVENTS.slice(0, ACCESS_COUNT).map(({ type }) => type);

/** The types of the writes, by {@link accessIndexOf}. */
export const WRITE_TYPES = Array.from(
  { length: ACCESS_COUNT },
  (_, index) => (WRITE_EVENTS[index << 8] as WriteEvent).type,
);
