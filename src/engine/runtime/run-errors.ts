import type { EventObject } from "xstate";
import type { Program } from "../ir/program.js";

/** Throws the error of XState for a guard without an implementation. */
export const throwMissingGuard = (name: string): never => {
  throw new Error(`Guard '${name}' is not implemented.'.`);
};

/** Returns the error that XState makes of an error of a guard. */
export const guardError = (
  program: Program,
  transitionIndex: number,
  event: EventObject,
  error: unknown,
): Error => {
  const transition = program.transitions[transitionIndex];
  const source = program.nodes[transition?.source ?? 0];
  const name = transition?.guardName;
  return new Error(
    `Unable to evaluate guard ${name === undefined ? "" : `'${name}' `}in transition for event '${event.type}' ` +
      `in state node '${source?.id}':\n${(error as { message?: unknown } | undefined)?.message}`,
    { cause: error },
  );
};

/** An error for `always` or raised events that do not end. */
export class LivelockError extends Error {}

/** Returns the error of XState for `always` or raised events that do not end. */
export const iterationError = (limit: number): LivelockError =>
  new LivelockError(
    `Infinite loop detected: the machine has processed more than ${limit} microsteps without reaching a stable state. ` +
      "This usually happens when there's a cycle of transitions " +
      "(e.g., eventless transitions or raised events causing state A -> B -> C -> A).",
  );
