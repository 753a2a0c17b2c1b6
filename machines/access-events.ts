import type { READ_NAMES, WRITE_NAMES } from "./register-words.js";

/** The processor reads an address. Offsets of 8 and above are `unmapped`. */
export interface ReadEvent {
  readonly type: `read.${(typeof READ_NAMES)[number] | "unmapped"}`;
}

/** The processor writes an address. Offsets of 8 and above are `unmapped`. */
export interface WriteEvent {
  readonly type: `write.${(typeof WRITE_NAMES)[number] | "unmapped"}`;
  /** The byte written, 0 to 255. */
  readonly value: number;
}
