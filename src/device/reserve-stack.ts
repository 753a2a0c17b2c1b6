/** Calls deep that {@link reserveStack} goes: some 100 bytes of the stack each. */
const RESERVED_CALLS = 48;

/**
 * Makes sure that some kilobytes of the stack are left, enough to take an input and to call its callbacks.
 *
 * @throws RangeError, as any call does, if they are not: now, when nothing has changed.
 */
export function reserveStack(calls = RESERVED_CALLS): number {
  return calls === 0 ? 0 : 1 + reserveStack(calls - 1);
}
