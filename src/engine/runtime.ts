import type { EventObject } from "xstate";
import { type Collector, Emissions } from "./emissions.js";
import { type EmissionKind, NOTHING } from "./kinds.js";
import type { Links, Program, UserFunction } from "./program.js";

/** What a machine's functions are called with. One object serves a whole run. */
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

/** {@link Arguments} for eventless guards: tells when one looks at the event. */
export class WatchingArguments extends Arguments {
  constructor(state: State) {
    super(state.context, NO_EVENT);
    Object.defineProperty(this, "event", {
      enumerable: true,
      get: () => {
        state.asked = true;
        return state.args.event;
      },
    });
  }
}

const noActor = (what: string): never => {
  throw new Error(`There is no actor in a compiled machine, so its functions cannot use "${what}"`);
};

export type Context = Record<string, unknown>;

const NOWHERE: Collector<EventObject> = [];

const NO_EVENT: EventObject = { type: "xstate.init" };

/** What a run holds beside its state variables, which the executors add. */
export class State {
  readonly args: Arguments;
  queue: EventObject[] = [];
  done = false;
  output: unknown = undefined;
  /** Whether the last macrostep ended because no eventless transition was enabled. */
  settled = false;
  /** Whether an eventless guard has looked at the event. */
  asked = false;
  /** Whether the present microstep has changed which nodes are active. */
  moved = false;
  /** Whether the present microstep has assigned to the context. */
  assigned = false;
  /** Whether the context has the keys that the code knows, and no others. */
  known = false;
  /** Counts the leaves that have been entered. */
  clock = 0;
  /** What the present event has overwritten: pairs of what and its value before. */
  readonly undo: unknown[] = [];
  undoSize = 0;

  /** Where the present event's emissions go. */
  out: Collector<EventObject> = NOWHERE;
  /** Where they go after the first, until the event has come to its end. */
  readonly rest: Emissions<EventObject>;
  /** The payload of the emission whose kind the last event gave back. */
  given: unknown = undefined;
  /** Where the transitions taken go, if anybody asks for them. */
  taken: object[] | undefined = undefined;

  readonly context: Context;

  constructor(context: Context, kinds: readonly EmissionKind[] = []) {
    this.context = context;
    this.rest = new Emissions(kinds);
    this.args = new Arguments(context, NO_EVENT);
  }
}

/** Begins to take an event. */
export const begin = (
  state: State,
  event: EventObject,
  out: Collector<EventObject>,
  taken: object[] | undefined,
): void => {
  state.args.event = event;
  state.out = out;
  state.taken = taken;
};

/** Ends an event that may have given back the kind of its first emission, and listed the others. */
export const finish = ({ rest, given }: State, emitted: Collector<EventObject>, first: number): void => {
  if (first !== NOTHING) rest.handOne(first, given, emitted);
  if (rest.length > 0) rest.handTo(emitted);
};

/** Tells that transitions are taken; a negative one is none. */
export const told = ({ taken }: State, { transitions }: Links, indexes: readonly number[]): void => {
  for (const index of indexes) if (index >= 0) taken?.push(transitions[index] as object);
};

const ABSENT = Symbol("absent");

/** Notes a property of the context before it is overwritten. */
export const note = (state: State, key: string): void => {
  const { context, undo } = state;
  const before = context[key];
  undo[state.undoSize++] = key;
  undo[state.undoSize++] = before === undefined && !Object.hasOwn(context, key) ? ABSENT : before;
};

/** Notes a number that is no property of the context; `what` tells the executor which. */
export const noteNumber = (state: State, what: number, before: number): void => {
  state.undo[state.undoSize++] = what;
  state.undo[state.undoSize++] = before;
};

/** Takes back what the present event has done; `put` does it for the numbers of the executor. */
export const rollBack = <S extends State>(
  state: S,
  put: (state: S, what: number, value: number) => void,
): void => {
  const { context, undo } = state;
  for (let at = state.undoSize - 2; at >= 0; at -= 2) {
    const what = undo[at] as string | number;
    const before = undo[at + 1];
    if (typeof what === "number") put(state, what, before as number);
    else if (before === ABSENT) delete context[what];
    else context[what] = before;
  }
  state.undoSize = 0;
  state.queue.length = 0;
  state.done = false;
  state.output = undefined;
};

/** Assigns what a function gave; with `noted`, so that it can be taken back. */
export const merge = (state: State, update: unknown, noted: boolean): void => {
  if (update === null || typeof update !== "object" || update === state.context) return;
  const { context } = state;
  for (const key in update) {
    if (!Object.hasOwn(update, key)) continue;
    if (noted) note(state, key);
    if (!(key in context)) state.known = false;
    context[key] = (update as Context)[key];
  }
};

/** The error that XState throws where a guard has no implementation. */
export const missingGuard = (name: string): never => {
  throw new Error(`Guard '${name}' is not implemented.'.`);
};

/** The error that XState makes of one that a guard throws while an event is looked up. */
export const guardError = (program: Program, index: number, event: EventObject, error: unknown): Error => {
  const transition = program.transitions[index];
  const source = program.nodes[transition?.source ?? 0];
  const name = transition?.guardName;
  return new Error(
    `Unable to evaluate guard ${name === undefined ? "" : `'${name}' `}in transition for event '${event.type}' ` +
      `in state node '${source?.id}':\n${(error as { message?: unknown } | undefined)?.message}`,
    { cause: error },
  );
};

/** The error that XState throws where `always` or raised events do not come to an end. */
export const iterationError = (limit: number): Error =>
  new Error(
    `Infinite loop detected: the machine has processed more than ${limit} microsteps without reaching a stable state. ` +
      "This usually happens when there's a cycle of transitions " +
      "(e.g., eventless transitions or raised events causing state A -> B -> C -> A).",
  );

/** The transitions among `chosen` that are taken together, by their exit sets. */
export const withoutConflicts = (program: Program, chosen: readonly number[]): number[] => {
  let kept: number[] = [];
  for (const index of chosen) {
    const { conflicts, source } = program.transitions[index] as Program["transitions"][number];
    const others = kept.filter((other) => conflicts.includes(other));
    const inner = others.every((other) => {
      const above = (program.transitions[other] as Program["transitions"][number]).source;
      return source > above && source <= (program.nodes[above]?.last ?? above);
    });
    if (!inner) continue;
    kept = kept.filter((other) => !others.includes(other));
    kept.push(index);
  }
  return kept;
};

/** Transitions by the states that they leave, in document order: states are entered in this order and left in its reverse. */
export const byDomain = (program: Program, chosen: readonly number[]): number[] =>
  chosen.length < 2
    ? [...chosen]
    : [...chosen].sort(
        (a, b) => (program.transitions[a]?.domain ?? -1) - (program.transitions[b]?.domain ?? -1),
      );

/** Calls a function or gives a value. */
export const resolveWith = (
  operand: { readonly fn: number } | { readonly value: number },
  functions: readonly UserFunction[],
  values: readonly unknown[],
  args: Arguments,
): unknown =>
  "fn" in operand ? (functions[operand.fn] as UserFunction)(args as never) : values[operand.value];
