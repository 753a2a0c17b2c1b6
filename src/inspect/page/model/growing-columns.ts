/** A list of bytes that grows: a column of the table of entries. */
export class ByteColumn {
  #storage = new Uint8Array(1024);
  length = 0;
  /** The number of rows that have been dropped from the front. */
  droppedCount = 0;

  append(byteValue: number): void {
    if (this.length === this.#storage.length) {
      const enlarged = new Uint8Array(2 * this.length);
      enlarged.set(this.#storage);
      this.#storage = enlarged;
    }
    this.#storage[this.length++] = byteValue;
  }

  /** Returns the byte in a row; 0 outside. */
  valueAt(rowIndex: number): number {
    return this.#storage[rowIndex] ?? 0;
  }

  /** Drops the first rows: the others move to the front. */
  dropFirst(rowCount: number): void {
    this.#storage.copyWithin(0, rowCount, this.length);
    this.length -= rowCount;
    this.droppedCount += rowCount;
  }

  /** Sets bits of an existing byte. */
  setBits(rowIndex: number, bits: number): void {
    this.#storage[rowIndex] = (this.#storage[rowIndex] ?? 0) | bits;
  }

  /** All bytes, to be read until the next push. */
  get contents(): Uint8Array {
    return this.#storage.subarray(0, this.length);
  }
}

/** A list of whole numbers that grows: ticks, and indexes. */
export class NumberColumn {
  #storage = new Float64Array(1024);
  length = 0;

  append(numberValue: number): void {
    if (this.length === this.#storage.length) {
      const enlarged = new Float64Array(2 * this.length);
      enlarged.set(this.#storage);
      this.#storage = enlarged;
    }
    this.#storage[this.length++] = numberValue;
  }

  /** Returns the number in a row; 0 outside. */
  valueAt(rowIndex: number): number {
    return this.#storage[rowIndex] ?? 0;
  }

  /** Drops the first rows: the others move to the front. */
  dropFirst(rowCount: number): void {
    this.#storage.copyWithin(0, rowCount, this.length);
    this.length -= rowCount;
  }

  /** Drops the row indexes below `rowCount`, and shifts the others to where their rows have moved. @returns the number dropped. */
  shiftRows(rowCount: number): number {
    const droppedCount = this.countBelow(rowCount);
    this.dropFirst(droppedCount);
    for (let i = 0; i < this.length; i++) this.#storage[i] = (this.#storage[i] as number) - rowCount;
    return droppedCount;
  }

  /** Returns the number of values below `threshold`, in a column in ascending order. */
  countBelow(threshold: number): number {
    let lowIndex = 0;
    for (let highIndex = this.length; lowIndex < highIndex; ) {
      const middleIndex = (lowIndex + highIndex) >>> 1;
      if (this.valueAt(middleIndex) < threshold) lowIndex = middleIndex + 1;
      else highIndex = middleIndex;
    }
    return lowIndex;
  }
}
