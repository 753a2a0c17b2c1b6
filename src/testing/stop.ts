import { Violation } from "./claims.js";

/** Stops a run that cannot go on, though no claim that is checked was broken. */
export class Stop extends Error {}

/** Reports a driver that cannot be played. */
export class UsageError extends TypeError {
  override readonly name = "TypeError";
}

/** True for errors that end a run: the test bench holds the first violation. */
export const isRunEnd = (error: unknown): boolean => error instanceof Violation || error instanceof Stop;
