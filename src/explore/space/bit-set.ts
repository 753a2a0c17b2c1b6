/** A growing set of whole numbers from 0 to 2^32 - 1, one bit each. */
export class BitSet {
  #bytes = new Uint8Array(0);
  /** True if nothing was ever added. */
  isEmpty = true;

  /** The memory of the set, in bytes. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  add(member: number): void {
    this.isEmpty = false;
    if (member >>> 3 >= this.#bytes.length) {
      const grownBytes = new Uint8Array(
        Math.max(64, this.#bytes.length + (this.#bytes.length >>> 1), (member >>> 3) + 1),
      );
      grownBytes.set(this.#bytes);
      this.#bytes = grownBytes;
    }
    this.#bytes[member >>> 3] = (this.#bytes[member >>> 3] as number) | (1 << (member & 7));
  }

  delete(member: number): void {
    const byte = this.#bytes[member >>> 3];
    if (byte !== undefined) this.#bytes[member >>> 3] = byte & ~(1 << (member & 7));
  }

  has(member: number): boolean {
    return (((this.#bytes[member >>> 3] ?? 0) >> (member & 7)) & 1) === 1;
  }
}
