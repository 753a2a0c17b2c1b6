/** A list of bytes that grows: a column of the table of entries. */
export class Bytes {
  #bytes = new Uint8Array(1024);
  length = 0;

  push(byte: number): void {
    if (this.length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.length++] = byte;
  }

  /** The byte at `index`; 0 outside. */
  at(index: number): number {
    return this.#bytes[index] ?? 0;
  }

  /** Sets bits of a byte that is there. */
  add(index: number, bits: number): void {
    this.#bytes[index] = (this.#bytes[index] ?? 0) | bits;
  }

  /** All bytes, to be read until the next push. */
  get all(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** A list of whole numbers that grows: ticks, and indexes. */
export class Numbers {
  #numbers = new Float64Array(1024);
  length = 0;

  push(number: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.length++] = number;
  }

  /** The number at `index`; 0 outside. */
  at(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  /** Of numbers in order: how many are below `value`. */
  below(value: number): number {
    let low = 0;
    for (let high = this.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
