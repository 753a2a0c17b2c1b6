import { expect, test } from "vitest";
import { formatValue } from "./format-value.js";

const circular: { self?: unknown } = {};
circular.self = circular;

test.each<[unknown, string]>([
  [5, "5"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "-Infinity"],
  [undefined, "nothing"],
  [null, "null"],
  [true, "true"],
  ["\x1b[2J\n", '"\\u001b[2J\\n"'],
  ["x".repeat(61), `"${"x".repeat(60)}..."`],
  [[1, { a: "b" }], '[1,{"a":"b"}]'],
  [Array.from({ length: 99 }, () => 1), `[${"1,".repeat(29)}1...`],
  [10n ** 20n, "100000000000000000000n"],
  [{ big: 1n }, "an object that has no JSON"],
  [circular, "an object that has no JSON"],
  [{ toJSON: () => undefined }, "an object"],
  [() => 5, "a function"],
  [Symbol("secret"), "a symbol"],
  [
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("do not look");
        },
      },
    ),
    "an object that has no JSON",
  ],
])("a value is shown on one line: %#", (value, text) => {
  expect(formatValue(value)).toBe(text);
});
