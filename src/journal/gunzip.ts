import { Gunzip } from "fflate";

/** So much is decompressed at once. DEFLATE grows a thousandfold at most, so a bomb yields 4 MiB at a time. */
const SLICE = 4096;
/** Where a member of the file ends is found when the next one's header is complete; so many bytes back it is looked up. */
const WINDOW = 512;
const TRAILER = 8;
/** An empty member (RFC 1952): it is seen as such only if the file before it is complete. */
const EMPTY_MEMBER = Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0);

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/** Continues a CRC-32 as RFC 1952 defines it; 0 begins one. */
function crc32(bytes: Uint8Array, before: number): number {
  let remainder = ~before;
  for (let i = 0; i < bytes.length; i++) {
    remainder = (remainder >>> 8) ^ (CRC_TABLE[(remainder ^ (bytes[i] as number)) & 0xff] as number);
  }
  return ~remainder >>> 0;
}

/**
 * Decompresses gzip as it comes, as far as it goes, and checks what the decompressor does not: each member's checksum and
 * length, and whether the file is complete.
 */
export class GzipReader {
  readonly #gunzip: Gunzip;
  readonly #out: Uint8Array[] = [];
  #window = new Uint8Array(0);
  #total = 0;
  #crc = 0;
  #size = 0;
  #ending = false;
  #lastMember = 0;

  constructor() {
    this.#gunzip = new Gunzip((bytes) => this.#take(bytes));
    this.#gunzip.onmember = (offset) => this.#endMember(offset);
  }

  /**
   * Decompresses what it can of `bytes`, piece by piece.
   *
   * @throws Error that says what is wrong, if the data are damaged.
   */
  *push(bytes: Uint8Array): Generator<Uint8Array, undefined> {
    for (let at = 0; at < bytes.length; at += SLICE) {
      const slice = bytes.subarray(at, at + SLICE);
      const window = new Uint8Array(Math.min(this.#window.length, WINDOW) + slice.length);
      window.set(this.#window.subarray(-WINDOW));
      window.set(slice, window.length - slice.length);
      this.#window = window;
      this.#total += slice.length;
      let failure: unknown;
      try {
        this.#gunzip.push(slice);
      } catch (error) {
        failure = error;
      }
      yield* this.#out.splice(0);
      if (failure) throw failure;
    }
  }

  /**
   * To be called after the last byte.
   *
   * @returns whether the file was complete.
   * @throws Error if the last checksum is wrong.
   */
  end(): boolean {
    this.#ending = true;
    try {
      this.#gunzip.push(EMPTY_MEMBER);
    } catch (error) {
      if (error instanceof ChecksumError) throw error;
      // The member was taken for data of an unfinished one.
    }
    return this.#total > 0 && this.#lastMember === this.#total;
  }

  #take(bytes: Uint8Array): void {
    if (this.#ending || bytes.length === 0) return;
    this.#crc = crc32(bytes, this.#crc);
    this.#size = (this.#size + bytes.length) >>> 0;
    this.#out.push(bytes);
  }

  #endMember(offset: number): void {
    this.#lastMember = offset;
    const at = offset - TRAILER - (this.#total - this.#window.length);
    // A header so long that the checksum before it is gone goes unchecked.
    if (at >= 0 && offset <= this.#total) {
      const trailer = new DataView(this.#window.buffer, at, TRAILER);
      if (trailer.getUint32(0, true) !== this.#crc || trailer.getUint32(4, true) !== this.#size)
        throw new ChecksumError();
    }
    this.#crc = 0;
    this.#size = 0;
  }
}

class ChecksumError extends Error {
  constructor() {
    super("the checksum differs");
  }
}
