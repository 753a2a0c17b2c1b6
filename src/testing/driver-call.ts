import { formatValue } from "../journal/internal.js";
import { byteInWords } from "./action.js";
import type { Coroutine } from "./coroutine.js";
import type { EntryPoint } from "./driver.js";
import type { Party } from "./happening-log.js";

/** After how many turns of the microtask queue a promise counts as waiting for something other than an access. */
const MAX_PROMISE_TURNS = 50;

/** Who calls each entry point. */
export const CALLERS: Readonly<Record<EntryPoint, Party>> = {
  ...{ probe: "kernel", init: "kernel", interrupt: "processor", send: "user", print: "kernel" },
  ...{ timer: "kernel", receive: "user", suspend: "kernel", resume: "kernel" },
};

/** Describes what an entry point returned; undefined if that says nothing. */
export function resultInWords(entryPoint: EntryPoint, result: unknown): string | undefined {
  if (result === undefined || result === null || result === true) return undefined;
  if (entryPoint === "receive") return typeof result === "number" ? byteInWords(result) : formatValue(result);
  return formatValue(result);
}

/** What a call needs of the test bench until it is over. */
export interface CallEnvironment {
  /** Lets the time of an access pass, and the environment act. */
  yieldAndPreempt(): Coroutine<void>;
  /** Returns a promise for something that the driver waits for outside the bus; undefined if there is nothing. */
  outside(): PromiseLike<unknown> | undefined;
  /** Returns true while accesses have begun and are not yet made. */
  hasPendingAccesses(): boolean;
}

/** Runs what an entry point returned to its end: a promise, a generator, or the result itself. */
export function* finishCall(callResult: unknown, environment: CallEnvironment): Coroutine<unknown> {
  if (typeof callResult !== "object" || callResult === null) return callResult;
  if ("then" in callResult) return yield* awaitPromise(callResult as PromiseLike<unknown>, environment);
  if (!("next" in callResult)) return callResult;
  const steps = callResult as Generator<unknown, unknown, unknown>;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield* environment.yieldAndPreempt();
  }
}

/** Waits for a promise. While that waits for something other than an access, time passes and the environment acts. */
function* awaitPromise(promise: PromiseLike<unknown>, environment: CallEnvironment): Coroutine<unknown> {
  let outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error) => {
      outcome = { error };
    },
  );
  for (;;) {
    for (let turnCount = 0; turnCount < MAX_PROMISE_TURNS && outcome === undefined; turnCount++) {
      const outside = environment.outside();
      yield outside;
      if (environment.hasPendingAccesses() || outside !== undefined) turnCount = 0;
    }
    if (outcome !== undefined) break;
    yield* environment.yieldAndPreempt();
  }
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
