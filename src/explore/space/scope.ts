import type { AnyStateMachine } from "xstate";
import type { Chart } from "../../device/index.js";
import type { Input } from "../../journal/index.js";

/** By field of a chart's context: the representative of a value. */
export type Abstraction = Readonly<Record<string, (value: never) => unknown>>;

/**
 * The scope of an exploration: the inputs that are possible, in any order and any number, and the data that is abstracted away.
 * A result holds for its scope, and for nothing else.
 */
export interface Scope<TState = unknown> {
  /** The scope in words, which reports print. */
  readonly name: string;
  /** The alphabet: in every state, each of these inputs is possible. */
  readonly inputs: readonly Input[];
  /** True if, in every state, the device may also be saved and restored. */
  readonly restores?: boolean;
  /**
   * By field of the chart's context: the representative of all values that make no difference to guards. The chart goes on from the
   * representative, so it must be a possible value of the field, and represent itself. Other fields are exact.
   */
  readonly abstract?: Abstraction;
  /** Returns true if a state lies within the scope; inputs that lead out of it are left out, and counted. By default all do. */
  within?(state: TState): boolean;
}

const RESTORE_INPUT: Input = { type: "restore", state: undefined };

/** Returns the scope's inputs, then the input that saves and restores, if the scope has it. */
export const inputsIn = ({ inputs, restores }: Pick<Scope, "inputs" | "restores">): readonly Input[] =>
  restores ? [...inputs, RESTORE_INPUT] : inputs;

/** @throws RangeError if there is no input, or one of a type that the chart does not take. */
export function checkScope(
  scope: Pick<Scope, "inputs">,
  chart: { readonly id: string; readonly inputs: readonly string[] },
): void {
  if (scope.inputs.length === 0) throw new RangeError("scope.inputs: expected at least one input, got none");
  const wrongInput = scope.inputs.find(({ type }) => !chart.inputs.includes(type));
  if (wrongInput)
    throw new RangeError(`scope.inputs: expected inputs that ${chart.id} takes, got type ${wrongInput.type}`);
}

/** Returns the state in which every field has its representative. */
export function abstractState<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  state: TState,
): TState {
  const { context } = chart.resolve?.(state) ?? chart.snapshotOf(state);
  const fields = Object.entries(context as object).map(([fieldName, value]) => [
    fieldName,
    scope.abstract?.[fieldName] ? scope.abstract[fieldName](value as never) : value,
  ]);
  return chart.stateOf(Object.fromEntries(fields) as never);
}
