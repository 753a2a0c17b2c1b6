import type { Input } from "../../journal/index.js";

/** An error that ends an exploration: a state that cannot be entered, or compared with others. */
export class ExploreError extends Error {
  override readonly name = "ExploreError";
  /** The fewest inputs that lead to the state, from the initial one. */
  readonly inputs: readonly Input[];

  constructor(message: string, inputs: readonly Input[], options?: ErrorOptions) {
    super(message, options);
    this.inputs = inputs;
  }
}
