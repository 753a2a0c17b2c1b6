import fc from "fast-check";
import { expect, it } from "vitest";
import type { SuiteInput } from "./sequence.js";
import { fromSuiteText, toSuiteText } from "./suite-text.js";

const offset = fc.integer({ min: 0, max: 7 });
const byte = fc.integer({ min: 0, max: 255 });
const level = fc.boolean();
const input: fc.Arbitrary<SuiteInput> = fc.oneof(
  fc.record({ type: fc.constant("read" as const), offset }),
  fc.record({ type: fc.constant("write" as const), offset, value: byte }),
  fc.record({
    type: fc.constant("receive" as const),
    bytes: fc.array(byte, { minLength: 1, maxLength: 80 }),
  }),
  fc.record({ type: fc.constant("advance" as const), ticks: fc.nat() }),
  fc.record({ type: fc.constant("modem" as const), cts: level, dsr: level, ri: level, dcd: level }),
  fc.constantFrom(...(["hold", "release", "restore", "masterReset"] as const).map((type) => ({ type }))),
);

it("reads the inputs that it has written", () => {
  fc.assert(
    fc.property(fc.array(input, { minLength: 1, maxLength: 30 }), (inputs) => {
      expect(fromSuiteText(toSuiteText(inputs))).toEqual(inputs);
    }),
  );
});
