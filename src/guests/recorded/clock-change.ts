import { shown } from "../../journal/index.js";

/** Turns ticks of one clock into those of another, in a sequence: what is rounded off of one step is in the next. */
export class ClockChange {
  readonly #from: bigint;
  readonly #to: bigint;
  #passed = 0n;

  /**
   * @param from - how many ticks a second the clock of the recording has.
   * @param to - how many ours has.
   * @throws RangeError unless both are whole numbers from 1.
   */
  constructor(from: number, to: number) {
    for (const clock of [from, to]) {
      if (Number.isSafeInteger(clock) && clock >= 1) continue;
      throw new RangeError(`clock: expected a whole number from 1, got ${shown(clock)}`);
    }
    this.#from = BigInt(from);
    this.#to = BigInt(to);
  }

  /** How many ticks of ours pass with these of the recording; a whole number from 0. What is no such number is given back as it is. */
  ticks(recorded: number): number {
    if (this.#from === this.#to || !Number.isSafeInteger(recorded) || recorded < 0) return recorded;
    const before = (this.#passed * this.#to) / this.#from;
    this.#passed += BigInt(recorded);
    return Number((this.#passed * this.#to) / this.#from - before);
  }
}
