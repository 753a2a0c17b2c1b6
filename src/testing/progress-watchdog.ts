import { Violation } from "./claims.js";
import type { FirstViolation } from "./first-violation.js";
import { Stop } from "./stop.js";

/**
 * How often in a row the handler may be entered or read IIR while no byte moves: each of the five sources may be identified, served
 * and checked again.
 */
const MAX_HANDLER_ROUNDS = 24;

/** The device's time, which decides whether a poll has waited long enough. */
export interface WatchdogClock {
  /** The ticks that have passed. */
  now(): number;
  /** The tick until which the environment holds something back: a poll cannot see anything before. */
  heldUntil(): number;
  /** Returns the least number of ticks without progress after which nothing will ever move. */
  patienceTicks(): number;
}

/** Limits the accesses and handler rounds that a driver makes without progress. */
export class ProgressWatchdog {
  readonly #firstViolation: FirstViolation;
  readonly #pollLimit: number;
  readonly #clock: WatchdogClock;
  #accessCount = 0;
  #nextCheck: number;
  #startTick = 0;
  /** The tick of the last check: where accesses take no time, none will ever pass. */
  #checkedTick = 0;
  #handlerRounds = 0;

  constructor(firstViolation: FirstViolation, clock: WatchdogClock, pollLimit = 4096) {
    this.#firstViolation = firstViolation;
    this.#clock = clock;
    this.#pollLimit = pollLimit;
    this.#nextCheck = pollLimit;
  }

  /** Starts counting again, as a byte moved. */
  restart(): void {
    this.#accessCount = 0;
    this.#nextCheck = this.#pollLimit;
    this.#startTick = this.#clock.now();
    this.#checkedTick = this.#startTick;
    this.#handlerRounds = 0;
  }

  /** Counts an access, or a turn of a poll. @throws Violation or Stop if it is one too many. */
  countAccess(entryPoint: string | undefined): void {
    if (++this.#accessCount <= this.#nextCheck) return;
    // A slow line takes many accesses to move.
    const now = this.#clock.now();
    const startTick = Math.max(this.#startTick, this.#clock.heldUntil());
    const hasTimePassed = now > this.#checkedTick;
    this.#checkedTick = now;
    if (hasTimePassed && now - startTick < this.#clock.patienceTicks()) {
      this.#nextCheck += this.#pollLimit;
      return;
    }
    this.#failRun(
      new Violation("no-hang", `${entryPoint} makes ${this.#nextCheck} accesses while nothing moves`),
    );
  }

  /** Counts a round of the handler. @throws Violation or Stop if it is one too many. */
  countHandlerRound(): void {
    if (++this.#handlerRounds > MAX_HANDLER_ROUNDS)
      this.#failRun(
        new Violation(
          "handler-ends",
          `the handler goes round ${MAX_HANDLER_ROUNDS} times while no byte moves`,
        ),
      );
  }

  #failRun(violation: Violation): never {
    this.#firstViolation.record(violation);
    throw this.#firstViolation.violation ?? new Stop();
  }
}
