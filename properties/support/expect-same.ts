import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** Fails with a difference that can be read, unless both are the same. Much cheaper than `expect` where they are. */
export function expectSame(actual: unknown, expected: unknown, where: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect({ where, actual }).toEqual({ where, actual: expected });
}
