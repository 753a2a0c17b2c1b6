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
