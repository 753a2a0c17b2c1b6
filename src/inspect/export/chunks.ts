/** The least length of a chunk, in bytes. */
const CHUNK_BYTES = 65_536;

/** Concatenates pieces. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [onlyPiece] = pieces;
  if (onlyPiece && pieces.length === 1) return onlyPiece;
  const allBytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let byteOffset = 0;
  for (const piece of pieces) {
    allBytes.set(piece, byteOffset);
    byteOffset += piece.length;
  }
  return allBytes;
}

/** Gathers small pieces into chunks. */
export class ChunkBuffer {
  #pieces: Uint8Array[] = [];
  #byteLength = 0;

  /** Appends a piece; returns a chunk once there is enough for one. */
  addPiece(piece: Uint8Array): Uint8Array | undefined {
    if (piece.length > 0) this.#pieces.push(piece);
    this.#byteLength += piece.length;
    return this.#byteLength < CHUNK_BYTES ? undefined : this.#takeChunk();
  }

  /** Returns the rest, with a last piece. */
  takeLast(piece: Uint8Array): Uint8Array {
    this.#pieces.push(piece);
    return this.#takeChunk();
  }

  #takeChunk(): Uint8Array {
    const allBytes = joinBytes(this.#pieces);
    this.#pieces = [];
    this.#byteLength = 0;
    return allBytes;
  }
}
