import type { Step } from "./steps.js";

/** What was called for, in order. What a callback did about a call, and the value that it read, is a list after it. */
export type Story = (string | Story | number)[];

/** Tells of calls. At each but those within a reaction, the next reaction is carried out. */
export class Teller {
  readonly #reactions: readonly (Step | undefined)[];
  #story: Story = [];
  #calls = 0;
  #reacting = false;

  /** @param reactions - what is done at one call after the other, from the first again after the last. */
  constructor(reactions: readonly (Step | undefined)[]) {
    this.#reactions = reactions;
  }

  /** Something was called for; `react` does a step and gives what it read, if it read. */
  call(what: string, react: (step: Step) => number | undefined): void {
    this.#story.push(what);
    if (this.#reacting) return;
    const step = this.#reactions[this.#calls % this.#reactions.length];
    this.#calls += 1;
    if (step === undefined) return;
    const outer = this.#story;
    const inner: Story = [];
    this.#story = inner;
    this.#reacting = true;
    const value = react(step);
    this.#reacting = false;
    if (value !== undefined) inner.push(value);
    outer.push(inner);
    this.#story = outer;
  }

  /** The story so far, which then begins anew. */
  take(): Story {
    return this.#story.splice(0);
  }
}
