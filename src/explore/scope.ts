import type { Input } from "../journal/index.js";

/**
 * What an exploration looks at: which inputs may come, in any order and as often as they like, and what of a state does not matter.
 * An answer holds for its scope, and for nothing else.
 */
export interface Scope<TState = unknown> {
  /** The scope in words: it stands in every answer. */
  readonly name: string;
  /** The alphabet: in every state, each of these may come next. */
  readonly inputs: readonly Input[];
  /** Whether, in every state, the device may also be saved and restored. */
  readonly restores?: boolean;
  /**
   * The state that stands for all that this one cannot be told from: data that steers nothing is made the same. The chart goes on
   * from it, so it must be a state of the chart, and its own abstraction. By default states are taken as they are.
   */
  abstract?(state: TState): TState;
  /** Whether a state lies within the scope; inputs that lead out of it are left out, and counted. By default all do. */
  within?(state: TState): boolean;
}

/** The inputs of a scope in a state, which is what "restore" restores. */
export function inputsIn<TState>(scope: Scope<TState>, state: TState): readonly Input[] {
  return scope.restores ? [...scope.inputs, { type: "restore", state }] : scope.inputs;
}

/** @throws RangeError if there is no input, or one of a type that the chart does not take. */
export function checkScope(
  scope: Pick<Scope, "inputs">,
  chart: { readonly id: string; readonly inputs: readonly string[] },
): void {
  if (scope.inputs.length === 0) throw new RangeError("scope.inputs: expected at least one input, got none");
  const wrong = scope.inputs.find(({ type }) => !chart.inputs.includes(type));
  if (wrong)
    throw new RangeError(`scope.inputs: expected inputs that ${chart.id} takes, got type ${wrong.type}`);
}
