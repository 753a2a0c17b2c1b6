/** Values that belong nowhere, and the tests that each entry point refuses them. */
import { afterAll, describe, expect, it } from "vitest";
import type { Serial, Uart16550 } from "../../src/device/index.js";

const transferred = (): Uint8Array => {
  const bytes = new Uint8Array(4);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const fails = (): never => {
  throw new Error("boom");
};

/** Values that are no options, no bytes, no number in range and no device. */
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  NaN: () => Number.NaN,
  "-1": () => -1,
  "1.5": () => 1.5,
  "1n": () => 1n,
  true: () => true,
  "a text": () => "1",
  "a megabyte of text": () => "x".repeat(1e6),
  "a symbol": () => Symbol("s"),
  "an empty array's like": () => ({ length: 5 }),
  "a long sparse array": () => new Array(2 ** 32 - 1),
  "a date": () => new Date(0),
  "a map": () => new Map([[1, 2]]),
  "an error": () => new Error("e"),
  "a promise": () => Promise.resolve(1),
  "a regular expression": () => /x/,
  "a boxed number": () => Object(1),
  "a transferred buffer": transferred,
  "words of 64 bits": () => BigInt64Array.of(1n),
  "a proxy that throws": () =>
    new Proxy({}, { get: fails, has: fails, ownKeys: fails, getPrototypeOf: fails }),
  "a revoked proxy": revoked,
  "an unknown option": () => ({ colour: 1 }),
  "a symbol's option": () => ({ [Symbol("colour")]: 1 }),
};

/** An entry point: a device that must stay as it is, and a call with a value that does not belong there. */
export interface EntryPoint {
  readonly make?: () => Serial | Uart16550;
  readonly call: (value: never, device: never) => unknown;
  /** Names of values that do belong there. */
  readonly fits?: readonly string[];
}

/** Each exported function and class, with the calls that pass it a value that does not belong there. */
export type EntryTable = Readonly<Record<string, readonly (readonly [string, EntryPoint])[]>>;

/** An error names what was wrong; it is none of JavaScript's own, nor of the value. */
const UNCLEAR =
  /boom|Cannot |is not (a function|iterable|an object)|undefined \(|reading '|convert|revoked|detached|BigInt|call stack/i;
const LONGEST_MESSAGE = 400;

const stateOf = (made: Serial | Uart16550 | undefined): string =>
  made ? JSON.stringify([made.state(), made.now, made.journal.next, made.capacity]) : "";

/** Tests that every entry point of a table refuses every hostile value, in one short line, before anything has changed. */
export function describeRefusals(table: EntryTable): void {
  const tested = new Set<string>();

  describe.each(Object.entries(table))("%s", (exported, points) => {
    it.each(points)("%s refuses all that does not belong there", async (_name, { make, call, fits = [] }) => {
      tested.add(exported);
      for (const [valueName, makeValue] of Object.entries(HOSTILE)) {
        if (fits.includes(valueName)) continue;
        const made = make?.();
        const before = stateOf(made);
        let message: string | undefined;
        try {
          await call(makeValue() as never, made as never);
        } catch (error) {
          message = (error as Error).message;
        }
        expect(message, valueName).toBeDefined();
        expect(message, valueName).not.toMatch(UNCLEAR);
        expect((message ?? "").length, valueName).toBeLessThan(LONGEST_MESSAGE);
        expect(message, valueName).not.toContain("\n");
        expect(stateOf(made), valueName).toBe(before);
      }
    });
  });

  afterAll(() => {
    expect([...tested].toSorted()).toEqual(Object.keys(table).toSorted());
  });
}
