import { EntryCursor, encode } from "./codec.js";
import type { Entry } from "./entry.js";

/** Bytes of the first buffer. */
const FIRST_BUFFER_LENGTH = 4096;

/**
 * Packs entries into bytes, one or two an access, for another process that runs the same version of this package. To store a journal
 * write it as text, with `writeJournal`: later versions read that.
 *
 * @param entries - entries of a journal; they are not checked again.
 * @throws TypeError if a state among them cannot be JSON.
 */
export function packEntries(entries: Iterable<Entry>): Uint8Array {
  let buffer = new Uint8Array(FIRST_BUFFER_LENGTH);
  let byteOffset = 0;
  for (const entry of entries) {
    let endOffset = encode(entry, buffer, byteOffset);
    if (endOffset < 0) {
      const larger = new Uint8Array(Math.max(2 * buffer.length, byteOffset - endOffset));
      larger.set(buffer.subarray(0, byteOffset));
      buffer = larger;
      endOffset = encode(entry, buffer, byteOffset);
    }
    byteOffset = endOffset;
  }
  return buffer.slice(0, byteOffset);
}

/**
 * Yields the entries that {@link packEntries} has packed.
 *
 * @param bytes - all bytes that the same version of this package has packed.
 */
export function* unpackEntries(bytes: Uint8Array): Generator<Entry, undefined> {
  for (const cursor = new EntryCursor(bytes); !cursor.done; ) yield cursor.next();
}
