import { UsageError } from "./stop.js";

/** An operation that runs in steps. With an asynchronous driver, promises settle at each step, and a yielded one is awaited. */
export type Coroutine<T> = Generator<PromiseLike<unknown> | undefined, T, void>;

/** Runs a coroutine to its end at once. @throws UsageError if it has to wait. */
export function runSync<T>(coroutine: Coroutine<T>): T {
  const { done, value } = coroutine.next();
  if (done) return value as T;
  throw new UsageError(
    "driver: expected entry points that are functions or generators, got a promise; the functions whose names end in Async take it",
  );
}

/** Runs a coroutine to its end, and lets promises settle at each step. */
export async function runAsync<T>(coroutine: Coroutine<T>): Promise<T> {
  for (;;) {
    const { done, value } = coroutine.next();
    if (done) return value as T;
    await value;
  }
}
