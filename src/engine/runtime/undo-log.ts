import type { Context, RunState } from "./run-state.js";

const ABSENT_KEY = Symbol("absent");

/** Logs a property of the context before it is overwritten. */
export const logContextKey = (runState: RunState, contextKey: string | symbol): void => {
  const { context, undo } = runState;
  undo[runState.undoSize++] = contextKey;
  undo[runState.undoSize++] = Object.hasOwn(context, contextKey) ? context[contextKey as string] : ABSENT_KEY;
};

/** Logs a state number or an age before it is overwritten; `entryKey` is its index. */
export const logStateNumber = (runState: RunState, entryKey: number, previousValue: number): void => {
  runState.undo[runState.undoSize++] = entryKey;
  runState.undo[runState.undoSize++] = previousValue;
};

/** Undoes the logged changes of the current event; `restoreNumber` writes state numbers and ages, if they are logged. */
export const rollBack = <S extends RunState>(
  runState: S,
  restoreNumber?: (runState: S, entryKey: number, value: number) => void,
): void => {
  const { context, undo } = runState;
  for (let entryIndex = runState.undoSize - 2; entryIndex >= 0; entryIndex -= 2) {
    // The key may be a symbol, by which a context is indexed as by a string.
    const entryKey = undo[entryIndex] as string | number;
    const previousValue = undo[entryIndex + 1];
    if (typeof entryKey === "number") restoreNumber?.(runState, entryKey, previousValue as number);
    else if (previousValue === ABSENT_KEY) delete context[entryKey];
    else context[entryKey] = previousValue;
  }
  runState.undoSize = 0;
  runState.queue.length = 0;
  runState.done = false;
  runState.output = undefined;
};

/**
 * Assigns the result of an assigner to the context, as `Object.assign` does; with `logsUndo` through the undo log.
 *
 * @throws TypeError for a key that would change the prototype of the context.
 */
export const assignToContext = (runState: RunState, update: unknown, logsUndo: boolean): void => {
  if (update === null || update === undefined || update === runState.context) return;
  // The characters of a string are keys of its object.
  const source: object = typeof update === "object" ? update : Object(update);
  for (const contextKey in source)
    if (Object.hasOwn(source, contextKey)) assignKey(runState, source, contextKey, logsUndo);
  const symbols = Object.getOwnPropertySymbols(source);
  if (symbols.length > 0)
    for (const symbol of symbols)
      if (Object.prototype.propertyIsEnumerable.call(source, symbol))
        assignKey(runState, source, symbol, logsUndo);
};

const assignKey = (
  runState: RunState,
  source: object,
  contextKey: string | symbol,
  logsUndo: boolean,
): void => {
  if (contextKey === "__proto__")
    throw new TypeError('assign: expected keys of a context, got "__proto__", which is its prototype');
  const { context } = runState;
  if (logsUndo) logContextKey(runState, contextKey);
  if (!Object.hasOwn(context, contextKey)) runState.hasKnownKeys = false;
  context[contextKey as string] = (source as Context)[contextKey as string];
};

/** Deletes the keys of a context that are not among these. */
export const dropKeys = (context: Context, remainingKeys: readonly (string | symbol)[]): void => {
  for (const contextKey of Reflect.ownKeys(context))
    if (!remainingKeys.includes(contextKey)) delete context[contextKey as string];
};

/** Gives a context the fields that a copy of it has, and no more. */
export const restoreFields = (context: Context, fields: Context): void => {
  dropKeys(context, Reflect.ownKeys(fields));
  Object.assign(context, fields);
};
