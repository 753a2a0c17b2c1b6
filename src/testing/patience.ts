import type { Breach } from "./breach.js";
import { Violation } from "./claims.js";
import { Stop } from "./ends.js";

/**
 * How often in a row the handler may be entered or ask what is pending while no byte moves: there are five sources, each asked
 * for, answered and found to be the last.
 */
const ROUNDS = 24;

/** How long a driver may go on while nothing moves. */
export class Patience {
  readonly #breach: Breach;
  readonly #pollLimit: number;
  #accesses = 0;
  #rounds = 0;

  constructor(breach: Breach, pollLimit = 4096) {
    this.#breach = breach;
    this.#pollLimit = pollLimit;
  }

  /** Something moved: polls and handlers count anew. */
  renew(): void {
    this.#accesses = 0;
    this.#rounds = 0;
  }

  /** One more access, or turn of a poll. @throws Violation or Stop if it is one too many. */
  poll(entry: string | undefined): void {
    if (++this.#accesses > this.#pollLimit)
      this.#end(new Violation("no-hang", `${entry} makes ${this.#pollLimit} accesses while nothing moves`));
  }

  /** One more round of the handler. @throws Violation or Stop if it is one too many. */
  round(): void {
    if (++this.#rounds > ROUNDS)
      this.#end(new Violation("handler-ends", `the handler goes round ${ROUNDS} times while no byte moves`));
  }

  #end(violation: Violation): never {
    this.#breach.note(violation);
    throw this.#breach.first ?? new Stop();
  }
}
