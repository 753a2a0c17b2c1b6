import { Violation } from "./claims.js";

/** A run that cannot go on, though nothing that is claimed was broken. */
export class Stop extends Error {}

/** The driver is none that can be played. */
export class UsageError extends TypeError {
  override readonly name = "TypeError";
}

/** Whether a run may end with this: what was broken is in the world. */
export const isEnd = (error: unknown): boolean => error instanceof Violation || error instanceof Stop;

/** @throws RangeError unless it is a byte: what a driver does there is its own fault. */
export function checkByte(name: string, value: number): void {
  if ((value & 0xff) !== value) throw new RangeError(`${name}: expected 0 to 255, got ${value}`);
}

/** Something that goes on step by step: a driver that gives promises has to be waited for at each. */
export type Going<T> = Generator<void, T, void>;

/** Takes it to its end at once. @throws UsageError if it has to wait. */
export function atOnce<T>(going: Going<T>): T {
  const { done, value } = going.next();
  if (done) return value as T;
  throw new UsageError(
    "driver: expected entry points that are functions or generators, got a promise; the functions whose names end in Async take it",
  );
}

/** Takes it to its end, and lets promises go on at each step. */
export async function byAndBy<T>(going: Going<T>): Promise<T> {
  for (;;) {
    const { done, value } = going.next();
    if (done) return value as T;
    await undefined;
  }
}
