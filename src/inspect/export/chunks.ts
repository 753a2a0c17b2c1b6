/** So much is gathered before it is given. Bytes. */
const CHUNK = 65_536;

/** Pieces as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Gathers small pieces into chunks. */
export class Chunks {
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** Takes a piece; gives a chunk once there is enough for one. */
  add(piece: Uint8Array): Uint8Array | undefined {
    if (piece.length > 0) this.#pieces.push(piece);
    this.#length += piece.length;
    return this.#length < CHUNK ? undefined : this.#taken();
  }

  /** What is left, with a last piece. */
  last(piece: Uint8Array): Uint8Array {
    this.#pieces.push(piece);
    return this.#taken();
  }

  #taken(): Uint8Array {
    const whole = joined(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}
