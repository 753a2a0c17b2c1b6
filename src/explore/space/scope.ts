import type { AnyStateMachine } from "xstate";
import type { Chart } from "../../device/index.js";
import { checkedInput } from "../../device/internal.js";
import type { Input } from "../../journal/index.js";
import { checkEntry } from "../../journal/internal.js";
import type { ObserverCharts } from "./observers.js";
import type { ClassIdentity } from "./value-identity.js";

/** A function that returns the representative of a field's value; its parameter may have the field's own type. */
export type Representative = { representativeOf(value: unknown): unknown }["representativeOf"];

/** By field of a chart's context: the representative of a value. */
export type Abstraction = Readonly<Record<string, Representative>>;

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
  /**
   * The rules for instances of classes in the context. Plain data and JavaScript's own containers need none; an instance of another class
   * without a rule is refused.
   */
  readonly classes?: readonly ClassIdentity<never>[];
  /**
   * By name: small charts that run beside, and see every step. Each receives an event of the type of the input, with the input's payload, `before`
   * and `after`, the states, and `emissions`. What XState calls `xstate.done...` is `done...` for them. Claims ask for their snapshots.
   */
  readonly observers?: ObserverCharts;
  /** Returns true if a state lies within the scope; inputs that lead out of it are left out, and counted. By default all do. */
  within?(state: TState): boolean;
}

/** The input that saves and restores the device in its state. */
export const RESTORE_INPUT: Input = { type: "restore", state: undefined };

/** Returns the scope's inputs, then the input that saves and restores, if the scope has it. */
export const inputsIn = ({ inputs, restores }: Pick<Scope, "inputs" | "restores">): readonly Input[] =>
  restores ? [...inputs, RESTORE_INPUT] : inputs;

/** Returns true if the inputs of a chart are accesses of a device's registers, and what else a device takes; else they are its events. */
export const isDevice = ({ registers }: Pick<Chart, "registers">): boolean => registers.length > 0;

/** @throws RangeError if there is no input, one of a type that the chart does not take, or one that is none of its type. */
export function checkScope(scope: Pick<Scope, "inputs">, chart: Chart): void {
  if (scope.inputs.length === 0 && isDevice(chart))
    throw new RangeError("scope.inputs: expected at least one input, got none");
  const wrongInput = scope.inputs.find((input) => !chart.inputs.includes(input?.type));
  if (wrongInput)
    throw new RangeError(`scope.inputs: expected inputs that ${chart.id} takes, got type ${wrongInput.type}`);
  if (!isDevice(chart)) return;
  for (const [index, input] of scope.inputs.entries()) {
    try {
      checkEntry(input);
      checkedInput(chart, input);
    } catch (error) {
      throw new RangeError(`scope.inputs[${index}].${(error as Error).message}`, { cause: error });
    }
  }
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
    scope.abstract?.[fieldName] ? scope.abstract[fieldName](value) : value,
  ]);
  return chart.stateOf(Object.fromEntries(fields));
}
