import { isObject } from "./entry-checks.js";
import { formatValue } from "./format-value.js";
import { checkReadable } from "./hostile.js";

/** The words for an iterable in errors: its name, and what it should be. */
export interface IterableInWords {
  readonly name: string;
  readonly expected: string;
}

/** Returns an iterator of an iterable. @throws TypeError in this package's words if the iterable gives none. */
function iteratorOf<T extends { next(): unknown }>(
  iterable: unknown,
  method: symbol,
  { name, expected }: IterableInWords,
): T {
  return checkReadable(iterable, name, expected, () => {
    const iterator = (iterable as Readonly<Record<symbol, () => T>>)[method]?.();
    if (!isObject(iterator) || typeof iterator.next !== "function")
      throw new TypeError(`${name}: expected ${expected}, got an iterable without an iterator`);
    return iterator;
  });
}

/** Returns what a step of an iterator says: each field is read once. @throws TypeError if it is no step. */
function stepOf<T>(step: IteratorResult<T>, { name, expected }: IterableInWords): IteratorResult<T> {
  return checkReadable(step, name, `${expected}, each step with done and value`, () => {
    if (!isObject(step))
      throw new TypeError(
        `${name}: expected ${expected}, got one whose iterator returned ${formatValue(step)}`,
      );
    const { done, value } = step as IteratorResult<T>;
    return { done, value } as IteratorResult<T>;
  });
}

/**
 * Yields the items of an iterable that may be hostile.
 *
 * @throws what its iterator throws when it is asked for the next item, or TypeError in this package's words if it is no iterable.
 */
export function* itemsOf<T>(iterable: Iterable<T>, words: IterableInWords): Generator<T, undefined> {
  const iterator = iteratorOf<Iterator<T>>(iterable, Symbol.iterator, words);
  let isSuspended = false;
  try {
    for (;;) {
      const { done, value } = stepOf(iterator.next(), words);
      if (done) return undefined;
      isSuspended = true;
      yield value;
      isSuspended = false;
    }
  } finally {
    if (isSuspended) iterator.return?.();
  }
}

/** Yields the items of an asynchronous iterable as {@link itemsOf} does. */
export async function* asyncItemsOf<T>(
  iterable: AsyncIterable<T>,
  words: IterableInWords,
): AsyncGenerator<T, undefined> {
  const iterator = iteratorOf<AsyncIterator<T>>(iterable, Symbol.asyncIterator, words);
  let isSuspended = false;
  try {
    for (;;) {
      const { done, value } = stepOf(await iterator.next(), words);
      if (done) return undefined;
      isSuspended = true;
      yield value;
      isSuspended = false;
    }
  } finally {
    if (isSuspended) await iterator.return?.();
  }
}
