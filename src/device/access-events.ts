import { READ_NAMES, type ReadEvent, WRITE_NAMES, type WriteEvent } from "../../machines/index.js";

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

/** The event of a read at each offset. They are made once, so that an access makes none. */
export const READ_EVENTS: readonly ReadEvent[] = BYTES.map((offset) =>
  Object.freeze({ type: `read.${READ_NAMES[offset] ?? "unmapped"}` as const }),
);

const writes = (name: (typeof WRITE_NAMES)[number] | "unmapped"): readonly WriteEvent[] =>
  BYTES.map((value) => Object.freeze({ type: `write.${name}` as const, value }));

const UNMAPPED_WRITES = writes("unmapped");
const MAPPED_WRITES = WRITE_NAMES.map(writes);

/** The event of a write of each byte, at offset 0, then 1, and so on: that of `value` at `offset` is at `offset << 8 | value`. */
export const WRITE_EVENTS: readonly WriteEvent[] = BYTES.flatMap(
  (offset) => MAPPED_WRITES[offset] ?? UNMAPPED_WRITES,
);

/** The types of the reads at offsets 0 to 7, and then of those above. */
export const READ_TYPES = READ_EVENTS.slice(0, READ_NAMES.length + 1).map(({ type }) => type);

/** The types of the writes at offsets 0 to 7, and then of those above. */
export const WRITE_TYPES = [...MAPPED_WRITES, UNMAPPED_WRITES].map(([event]) => (event as WriteEvent).type);
