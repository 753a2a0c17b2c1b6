/** Throws an error that nobody listens to by itself: it must not be lost, nor unwind whoever happens to run. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
