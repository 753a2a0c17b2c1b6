import { Gunzip } from "fflate";
import { crc32 } from "./crc32.js";

/** The number of bytes to decompress at once. DEFLATE grows a thousandfold at most, so a bomb yields 4 MiB at a time. */
const SLICE_LENGTH = 4096;
/** The number of bytes kept for the trailer of a member, whose end is found only when the next one's header is complete. */
const WINDOW_LENGTH = 512;
const TRAILER_LENGTH = 8;
/** An empty member (RFC 1952): it is recognised only if the file before it is complete. */
const EMPTY_MEMBER = Uint8Array.of(31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/**
 * A streaming gzip decompressor. It also checks each member's checksum and length, and that the file is complete, which fflate
 * does not.
 */
export class GzipReader {
  readonly #gunzip: Gunzip;
  readonly #decompressed: Uint8Array[] = [];
  #window = new Uint8Array(0);
  #compressedLength = 0;
  #memberChecksum = 0;
  #memberLength = 0;
  #isEnding = false;
  #lastMemberEnd = 0;

  constructor() {
    this.#gunzip = new Gunzip((compressed) => this.#collect(compressed));
    this.#gunzip.onmember = (offset) => this.#endMember(offset);
  }

  /**
   * Decompresses `bytes`, as far as possible, piece by piece.
   *
   * @throws Error that says what is wrong, if the data are damaged.
   */
  *push(compressed: Uint8Array): Generator<Uint8Array, undefined> {
    for (let sliceStart = 0; sliceStart < compressed.length; sliceStart += SLICE_LENGTH) {
      const slice = compressed.subarray(sliceStart, sliceStart + SLICE_LENGTH);
      const window = new Uint8Array(Math.min(this.#window.length, WINDOW_LENGTH) + slice.length);
      window.set(this.#window.subarray(-WINDOW_LENGTH));
      window.set(slice, window.length - slice.length);
      this.#window = window;
      this.#compressedLength += slice.length;
      let failure: unknown;
      try {
        this.#gunzip.push(slice);
      } catch (error) {
        failure = error;
      }
      yield* this.#decompressed.splice(0);
      if (failure) throw failure;
    }
  }

  /**
   * Ends the file, after the last byte.
   *
   * @returns true if the file was complete.
   * @throws Error if the last checksum is wrong.
   */
  end(): boolean {
    this.#isEnding = true;
    try {
      this.#gunzip.push(EMPTY_MEMBER);
    } catch (error) {
      if (error instanceof ChecksumError) throw error;
      // The empty member was read as data of an unfinished one.
    }
    return this.#compressedLength > 0 && this.#lastMemberEnd === this.#compressedLength;
  }

  #collect(compressed: Uint8Array): void {
    if (this.#isEnding || compressed.length === 0) return;
    this.#memberChecksum = crc32(compressed, this.#memberChecksum);
    this.#memberLength = (this.#memberLength + compressed.length) >>> 0;
    this.#decompressed.push(compressed);
  }

  #endMember(offset: number): void {
    this.#lastMemberEnd = offset;
    const trailerStart = offset - TRAILER_LENGTH - (this.#compressedLength - this.#window.length);
    // A header so long that the checksum before it is gone goes unchecked.
    if (trailerStart >= 0 && offset <= this.#compressedLength) {
      const trailer = new DataView(this.#window.buffer, trailerStart, TRAILER_LENGTH);
      if (
        trailer.getUint32(0, true) !== this.#memberChecksum ||
        trailer.getUint32(4, true) !== this.#memberLength
      )
        throw new ChecksumError();
    }
    this.#memberChecksum = 0;
    this.#memberLength = 0;
  }
}

class ChecksumError extends Error {
  constructor() {
    super("the checksum differs");
  }
}
