/** A growing list of 32-bit integers. */
export class IntegerList {
  length = 0;
  #integers = new Int32Array(1024);

  push(integer: number): void {
    if (this.length === this.#integers.length) {
      const grownIntegers = new Int32Array(this.length * 2);
      grownIntegers.set(this.#integers);
      this.#integers = grownIntegers;
    }
    this.#integers[this.length++] = integer;
  }

  at(index: number): number {
    return this.#integers[index] as number;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}
