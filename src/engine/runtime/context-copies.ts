import type { Links, UserFunction } from "../ir/program.js";
import { Arguments, type Context } from "./run-state.js";

/** A frozen copy of a context, and the number of its keys. */
interface ContextCopy {
  readonly context: Context;
  readonly keyCount: number;
}

const copyOf = (context: Context): ContextCopy => ({
  context: Object.freeze({ ...context }),
  keyCount: Object.keys(context).length,
});

/** Returns true if a copy still equals the context that it was made of. */
const isCurrent = ({ context: copy, keyCount }: ContextCopy, context: Context): boolean => {
  let remainingKeys = keyCount;
  for (const contextKey in context) {
    if (!Object.hasOwn(copy, contextKey) || !Object.is(copy[contextKey], context[contextKey])) return false;
    remainingKeys -= 1;
  }
  const symbols = Object.getOwnPropertySymbols(context) as never[];
  return (
    remainingKeys === 0 &&
    symbols.length === Object.getOwnPropertySymbols(copy).length &&
    symbols.every((symbol) => Object.is(copy[symbol], context[symbol]))
  );
};

/**
 * Returns links whose functions get a copy of the context, as in XState: one object until the next assignment, which nothing changes
 * afterwards, so that a function may keep it. It is frozen: a function that changes it throws, in strict mode.
 */
export const withCopiedContexts = (links: Links): Links => {
  const copies = new WeakMap<Context, ContextCopy>();
  const currentCopy = (context: Context): Context => {
    const knownCopy = copies.get(context);
    if (knownCopy !== undefined && isCurrent(knownCopy, context)) return knownCopy.context;
    const copy = copyOf(context);
    copies.set(context, copy);
    return copy.context;
  };
  const withCopy = ({ context, event }: Arguments): Arguments => new Arguments(currentCopy(context), event);
  const functions = links.functions.map(
    (userFunction): UserFunction =>
      (args: Arguments, params) =>
        userFunction(withCopy(args), params),
  );
  return { ...links, functions };
};
