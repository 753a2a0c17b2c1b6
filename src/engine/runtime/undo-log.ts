import type { Context, RunState } from "./run-state.js";

const ABSENT_KEY = Symbol("absent");

/** Logs a property of the context before it is overwritten. */
export const logContextKey = (runState: RunState, contextKey: string): void => {
  const { context, undo } = runState;
  const previousValue = context[contextKey];
  undo[runState.undoSize++] = contextKey;
  undo[runState.undoSize++] =
    previousValue === undefined && !Object.hasOwn(context, contextKey) ? ABSENT_KEY : previousValue;
};

/** Logs a state number or an age before it is overwritten; `entryKey` is its index. */
export const logStateNumber = (runState: RunState, entryKey: number, previousValue: number): void => {
  runState.undo[runState.undoSize++] = entryKey;
  runState.undo[runState.undoSize++] = previousValue;
};

/** Undoes the current event; `restoreNumber` writes state numbers and ages. */
export const rollBack = <S extends RunState>(
  runState: S,
  restoreNumber: (runState: S, entryKey: number, value: number) => void,
): void => {
  const { context, undo } = runState;
  for (let entryIndex = runState.undoSize - 2; entryIndex >= 0; entryIndex -= 2) {
    const entryKey = undo[entryIndex] as string | number;
    const previousValue = undo[entryIndex + 1];
    if (typeof entryKey === "number") restoreNumber(runState, entryKey, previousValue as number);
    else if (previousValue === ABSENT_KEY) delete context[entryKey];
    else context[entryKey] = previousValue;
  }
  runState.undoSize = 0;
  runState.queue.length = 0;
  runState.done = false;
  runState.output = undefined;
};

/** Assigns the result of an assigner to the context; with `logsUndo` through the undo log. */
export const assignToContext = (runState: RunState, update: unknown, logsUndo: boolean): void => {
  if (update === null || typeof update !== "object" || update === runState.context) return;
  const { context } = runState;
  for (const contextKey in update) {
    if (!Object.hasOwn(update, contextKey)) continue;
    if (logsUndo) logContextKey(runState, contextKey);
    if (!(contextKey in context)) runState.hasKnownKeys = false;
    context[contextKey] = (update as Context)[contextKey];
  }
};
