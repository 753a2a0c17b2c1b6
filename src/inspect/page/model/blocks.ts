import type { Bytes } from "./bytes.js";

const SIZE = 256;

/** What a stretch of a column holds. */
export interface Stretch {
  /** The bits that are set somewhere, and everywhere. */
  readonly some: number;
  readonly every: number;
  /** The greatest byte. */
  readonly most: number;
}

/** Sums up a column block by block, so that a stretch of any length is looked at quickly. */
export class Blocks {
  readonly #column: Bytes;
  readonly #some: number[] = [];
  readonly #every: number[] = [];
  readonly #most: number[] = [];

  constructor(column: Bytes) {
    this.#column = column;
  }

  /** Rows `from` up to, not including, `until`: one at least. */
  stretch(from: number, until: number): Stretch {
    const { all } = this.#column;
    this.#extend(all);
    let [some, every, most] = [0, 0xff, 0];
    const end = Math.min(Math.max(until, from + 1), all.length);
    for (let at = from; at < end; ) {
      const block = at / SIZE;
      if (Number.isInteger(block) && at + SIZE <= end) {
        some |= this.#some[block] as number;
        every &= this.#every[block] as number;
        most = Math.max(most, this.#most[block] as number);
        at += SIZE;
      } else {
        const byte = all[at++] as number;
        some |= byte;
        every &= byte;
        if (byte > most) most = byte;
      }
    }
    return { some, every, most };
  }

  #extend(all: Uint8Array): void {
    for (let block = this.#some.length; (block + 1) * SIZE <= all.length; block++) {
      let [some, every, most] = [0, 0xff, 0];
      for (let at = block * SIZE; at < (block + 1) * SIZE; at++) {
        const byte = all[at] as number;
        some |= byte;
        every &= byte;
        if (byte > most) most = byte;
      }
      this.#some.push(some);
      this.#every.push(every);
      this.#most.push(most);
    }
  }
}
