import type { EventObject } from "xstate";
import { type EmissionKind, NO_EMISSION } from "../ir/emission-kind.js";
import type { Links, UserFunction } from "../ir/program.js";
import { type Collector, Emissions } from "./emissions.js";

/** The argument of a machine's functions. One object serves a whole run. */
export class Arguments {
  readonly context: Context;
  event: EventObject;

  constructor(context: Context, event: EventObject) {
    this.context = context;
    this.event = event;
  }

  get self(): never {
    return noActor("self");
  }

  get system(): never {
    return noActor("system");
  }

  get spawn(): never {
    return noActor("spawn");
  }
}

const noActor = (capability: string): never => {
  throw new Error(`There is no actor in a compiled machine, so its functions cannot use "${capability}"`);
};

export type Context = Record<string, unknown>;

const NO_EVENT: EventObject = { type: "xstate.init" };

/** The state of a run, without its state variables, which the back ends add. Generated code uses these names. */
export class RunState {
  readonly args: Arguments;
  queue: EventObject[] = [];
  done = false;
  output: unknown = undefined;
  /** A bit for each part whose eventless transitions may be enabled: something that it reads has changed since it looked. */
  dirty = -1;
  /** True if the current microstep has changed the configuration. */
  moved = false;
  /** True if the current microstep has assigned to the context. */
  assigned = false;
  /** True if the context has exactly the keys that the code can copy. */
  hasKnownKeys = false;
  /** The number of leaves entered so far, from which ages are taken. */
  clock = 0;
  /** The undo log of the current event: pairs of a key or index and the previous value. */
  readonly undo: unknown[] = [];
  undoSize = 0;

  /** The list for the emissions after the first, until the event ends. */
  readonly rest: Emissions<EventObject>;
  /** The payload of the first emission, whose kind number the event returned. */
  given: unknown = undefined;
  /** The list for the selected transitions, if the caller wants them. */
  taken: object[] | undefined = undefined;

  readonly context: Context;

  constructor(context: Context, emissionKinds: readonly EmissionKind[] = []) {
    this.context = context;
    this.rest = new Emissions(emissionKinds);
    this.args = new Arguments(context, NO_EVENT);
  }
}

/** Prepares the state for an event. */
export const beginEvent = (runState: RunState, event: EventObject, selected: object[] | undefined): void => {
  runState.args.event = event;
  runState.taken = selected;
};

/** Ends an event: appends its first emission, whose kind number was returned, and the others. */
export const finishEvent = (runState: RunState, emitted: Collector<EventObject>, firstKind: number): void => {
  const { rest, given } = runState;
  runState.taken = undefined;
  if (firstKind !== NO_EMISSION) rest.appendTo(firstKind, given, emitted);
  if (rest.length > 0) rest.moveTo(emitted);
};

/** Records the selected transitions; -1 means none. */
export const recordSelected = (
  { taken: selected }: RunState,
  { transitions }: Links,
  transitionIndexes: readonly number[],
): void => {
  for (const transitionIndex of transitionIndexes)
    if (transitionIndex >= 0) selected?.push(transitions[transitionIndex] as object);
};

/** Calls the function or returns the value of an operand. */
export const resolveOperand = (
  operand: { readonly fn: number } | { readonly value: number },
  functions: readonly UserFunction[],
  values: readonly unknown[],
  args: Arguments,
): unknown => ("fn" in operand ? (functions[operand.fn] as UserFunction)(args) : values[operand.value]);
