import { GzipReader } from "./gunzip.js";

/** The header of a gzip member as journals are written with: without a name, a time or a comment. */
const MEMBER_START = Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 3);
const NEWLINE = Uint8Array.of(0x0a);

/**
 * Decompresses what is whole of a damaged gzip file: each member by itself, as each begins with the same bytes. After a part that is
 * lost comes a line end, so that no line is put together from two parts.
 */
export class MemberSalvager {
  /** The reader of the present member; undefined after damage, until the next member. */
  #reader: GzipReader | undefined = new GzipReader();
  #carried = new Uint8Array(0);
  #isFirst = true;

  /** Decompresses bytes, piece by piece. */
  *push(compressed: Uint8Array): Generator<Uint8Array, undefined> {
    const bytes = new Uint8Array(this.#carried.length + compressed.length);
    bytes.set(this.#carried);
    bytes.set(compressed, this.#carried.length);
    let start = 0;
    for (let index = memberStartAfter(bytes, 0); index >= 0; index = memberStartAfter(bytes, index + 1)) {
      yield* this.#decompress(bytes.subarray(start, index));
      if (!this.#isFirst) yield* this.#endMember();
      this.#isFirst = false;
      this.#reader = new GzipReader();
      yield* this.#decompress(MEMBER_START);
      start = index + MEMBER_START.length;
    }
    const end = Math.max(start, bytes.length - MEMBER_START.length + 1);
    yield* this.#decompress(bytes.subarray(start, end));
    this.#carried = bytes.slice(end);
  }

  /** Decompresses the rest. */
  *end(): Generator<Uint8Array, boolean> {
    yield* this.#decompress(this.#carried);
    return yield* this.#endMember();
  }

  *#decompress(compressed: Uint8Array): Generator<Uint8Array, undefined> {
    if (this.#reader === undefined || compressed.length === 0) return;
    try {
      yield* this.#reader.push(compressed);
    } catch {
      this.#reader = undefined;
      yield NEWLINE;
    }
  }

  /** Ends a member. @returns true if it was whole. */
  *#endMember(): Generator<Uint8Array, boolean> {
    if (this.#reader === undefined) return false;
    try {
      if (this.#reader.end()) return true;
    } catch {
      // A checksum differs: the text's own checks say where.
    }
    yield NEWLINE;
    return false;
  }
}

function memberStartAfter(bytes: Uint8Array, fromIndex: number): number {
  for (let index = bytes.indexOf(31, fromIndex); index >= 0; index = bytes.indexOf(31, index + 1))
    if (MEMBER_START.every((byte, offset) => bytes[index + offset] === byte)) return index;
  return -1;
}
