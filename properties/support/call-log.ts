import type { SerialStep } from "./steps.js";

/** The calls in order. A nested list after a call holds the calls of its reaction, and the value that it read. */
type LoggedCalls = (string | LoggedCalls | number)[];

/** Records calls. At each call that is not within a reaction, the next reaction is carried out. */
export class CallLog {
  readonly #reactions: readonly (SerialStep | undefined)[];
  #story: LoggedCalls = [];
  #calls = 0;
  #reacting = false;

  /** @param reactions - what is done at one call after the other, from the first again after the last. */
  constructor(reactions: readonly (SerialStep | undefined)[]) {
    this.#reactions = reactions;
  }

  /** Something was called for; `react` does a step and gives what it read, if it read. */
  record(subjectName: string, react: (serialStep: SerialStep) => number | undefined): void {
    this.#story.push(subjectName);
    if (this.#reacting) return;
    const step = this.#reactions[this.#calls % this.#reactions.length];
    this.#calls += 1;
    if (step === undefined) return;
    const outer = this.#story;
    const inner: LoggedCalls = [];
    this.#story = inner;
    this.#reacting = true;
    const registerValue = react(step);
    this.#reacting = false;
    if (registerValue !== undefined) inner.push(registerValue);
    outer.push(inner);
    this.#story = outer;
  }

  /** Returns the calls so far, and empties the log. */
  takeCalls(): LoggedCalls {
    return this.#story.splice(0);
  }
}
