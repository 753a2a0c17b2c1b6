/** What a run has done on the bus, as hashes: equal runs have equal ones, and orders of accesses that are new are worth more runs. */
export class AccessOrders {
  /** A hash of all accesses. */
  hash = 0x811c9dc5;
  /** Hashes of three steps in a row. */
  readonly orders = new Set<number>();
  #recentSteps: readonly [beforeLast: number, last: number] = [0, 0];

  /** Records an access, by its kind and offset. */
  recordAccess(detail: number, isInHandler: boolean): void {
    this.hash = Math.imul(this.hash ^ detail, 0x01000193);
    this.recordStep((detail & 0x7f) | (isInHandler ? 0x80 : 0));
  }

  /** Records a step, an access or a deed, with those before it. */
  recordStep(step: number): void {
    const [beforeLast, last] = this.#recentSteps;
    // A poll that goes on is one access.
    if (step === last && step === beforeLast) return;
    this.orders.add((Math.imul(beforeLast, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b) ^ step) | 0);
    this.#recentSteps = [last, step];
  }
}
