import { Cursor, encode } from "./codec.js";
import type { Entry } from "./entry.js";

/** Bytes that are made room for at first. */
const FIRST_ROOM = 4096;

/**
 * Entries as bytes, one or two an access: how a journal goes from one process to another that runs the same version of
 * this package. To keep a journal write it as text, with `writeJournal`: later versions read that.
 *
 * @param entries - as a journal gave them; they are not checked again.
 * @throws TypeError if a state among them cannot be JSON.
 */
export function packEntries(entries: Iterable<Entry>): Uint8Array {
  let bytes = new Uint8Array(FIRST_ROOM);
  let at = 0;
  for (const entry of entries) {
    let end = encode(entry, bytes, at);
    if (end < 0) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, at - end));
      larger.set(bytes.subarray(0, at));
      bytes = larger;
      end = encode(entry, bytes, at);
    }
    at = end;
  }
  return bytes.slice(0, at);
}

/**
 * The entries of which {@link packEntries} made these bytes.
 *
 * @param bytes - all of them, and nothing else: what the same version of this package has packed.
 */
export function* unpackEntries(bytes: Uint8Array): Generator<Entry, undefined> {
  for (const cursor = new Cursor(bytes); !cursor.done; ) yield cursor.next();
}
