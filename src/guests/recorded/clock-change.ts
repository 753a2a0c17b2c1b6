import { formatValue } from "../../journal/internal.js";

/** Checks the ticks a second of a clock. @throws RangeError unless they are a whole number from 1. */
export function checkClock(clockRate: number): void {
  if (Number.isSafeInteger(clockRate) && clockRate >= 1) return;
  throw new RangeError(`clock: expected a whole number from 1, got ${formatValue(clockRate)}`);
}

/** Turns ticks of one clock into those of another, in a sequence: what is rounded off of one step is in the next. */
export class ClockChange {
  readonly #recordedRate: bigint;
  readonly #ownRate: bigint;
  #passedTicks = 0n;

  /**
   * @param recordedClock - how many ticks a second the clock of the recording has.
   * @param ownClock - how many ours has.
   * @throws RangeError unless both are whole numbers from 1.
   */
  constructor(recordedClock: number, ownClock: number) {
    checkClock(recordedClock);
    checkClock(ownClock);
    this.#recordedRate = BigInt(recordedClock);
    this.#ownRate = BigInt(ownClock);
  }

  /** Returns the ticks of our clock that pass with these of the recording; anything but a whole number from 0 is returned unchanged. */
  ticks(recorded: number): number {
    if (this.#recordedRate === this.#ownRate || !Number.isSafeInteger(recorded) || recorded < 0)
      return recorded;
    const ticksBefore = (this.#passedTicks * this.#ownRate) / this.#recordedRate;
    this.#passedTicks += BigInt(recorded);
    return Number((this.#passedTicks * this.#ownRate) / this.#recordedRate - ticksBefore);
  }
}
