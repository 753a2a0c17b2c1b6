/** A growing set of whole numbers from 0, one bit each. */
export class BitSet {
  #bytes = new Uint8Array(1024);
  /** True if it has no member. */
  isEmpty = true;

  add(member: number): void {
    this.isEmpty = false;
    if (member >> 3 >= this.#bytes.length) {
      const grownBytes = new Uint8Array(2 * Math.max(this.#bytes.length, member >> 3));
      grownBytes.set(this.#bytes);
      this.#bytes = grownBytes;
    }
    this.#bytes[member >> 3] = (this.#bytes[member >> 3] as number) | (1 << (member & 7));
  }

  has(member: number): boolean {
    return (((this.#bytes[member >> 3] ?? 0) >> (member & 7)) & 1) === 1;
  }
}
