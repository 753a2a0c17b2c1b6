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

/** The event of a write at each offset, of each byte. */
export const WRITE_EVENTS: readonly (readonly WriteEvent[])[] = BYTES.map(
  (offset) => MAPPED_WRITES[offset] ?? UNMAPPED_WRITES,
);
