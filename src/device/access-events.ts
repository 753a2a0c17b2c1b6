import { READ_NAMES, type ReadEvent, WRITE_NAMES, type WriteEvent } from "../../machines/index.js";

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

/** The event of a read at each offset. They are made once, so that an access makes none. */
export const READ_EVENTS: readonly ReadEvent[] = BYTES.map((offset) =>
  Object.freeze({ type: `read.${READ_NAMES[offset] ?? "unmapped"}` as const }),
);

const writes = (name: (typeof WRITE_NAMES)[number] | "unmapped"): readonly WriteEvent[] =>
  BYTES.map((value) => Object.freeze({ type: `write.${name}` as const, value }));

const MAPPED_WRITES = WRITE_NAMES.map(writes);

/** How many offsets are told apart: those above the last register are one. */
const PLACES = WRITE_NAMES.length + 1;

/** The place of an offset among those that are told apart. */
export const placeOf = (offset: number): number => (offset < 8 ? offset & 7 : 8);

/** The event of a write of each byte at each place: that of `value` is at `place << 8 | value`. */
export const WRITE_EVENTS: readonly WriteEvent[] = [...MAPPED_WRITES, writes("unmapped")].flat();

/** The types of the reads, by place. */
export const READ_TYPES = READ_EVENTS.slice(0, PLACES).map(({ type }) => type);

/** The types of the writes, by place. */
export const WRITE_TYPES = Array.from(
  { length: PLACES },
  (_, place) => (WRITE_EVENTS[place << 8] as WriteEvent).type,
);
