import type { AnyStateMachine } from "xstate";
import type { Chart } from "../device/index.js";
import type { Input } from "../journal/index.js";

/** For each field of a chart's context that is named: what stands for a value of it. */
export type Abstraction = Readonly<Record<string, (value: never) => unknown>>;

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
   * By field of the chart's context: the value that stands for all that one cannot be told from. Data that steers nothing is made the same.
   * The chart goes on from it, so it must be a value that the field can have, and stand for itself. Other fields are taken as they are.
   */
  readonly abstract?: Abstraction;
  /** Whether a state lies within the scope; inputs that lead out of it are left out, and counted. By default all do. */
  within?(state: TState): boolean;
}

const RESTORE: Input = { type: "restore", state: undefined };

/** The scope's inputs, and after them the restoring of what is saved, where that is in the scope. */
export const inputsIn = ({ inputs, restores }: Pick<Scope, "inputs" | "restores">): readonly Input[] =>
  restores ? [...inputs, RESTORE] : inputs;

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

/** The state in which every field is what stands for it. */
export function abstracted<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  state: TState,
): TState {
  const { context } = chart.resolve?.(state) ?? chart.snapshotOf(state);
  const fields = Object.entries(context as object).map(([name, value]) => [
    name,
    scope.abstract?.[name] ? scope.abstract[name](value as never) : value,
  ]);
  return chart.stateOf(Object.fromEntries(fields) as never);
}
