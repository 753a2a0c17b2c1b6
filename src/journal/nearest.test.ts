import { expect, test } from "vitest";
import { nearest, unknownName, withKnownNames } from "./nearest.js";

const KNOWN = ["overflow", "clock", "inputClock", "board", "transmitterIsTimed"];

test.each([
  ["overlow", "overflow"],
  ["ovreflow", "overflow"],
  ["OVERFLOW", "overflow"],
  ["clcok", "clock"],
  ["inptClock", "inputClock"],
  ["bord", "board"],
  ["transmiterIsTimd", "transmitterIsTimed"],
])("%s is %s", (name, meant) => {
  expect(nearest(name, KNOWN)).toBe(meant);
});

test.each(["", "nothing", "x".repeat(1_000_000)])("case %#: there is none near", (name) => {
  expect(nearest(name, KNOWN)).toBeUndefined();
});

test("of two that are equally near, the first is taken", () => {
  expect(nearest("bat", ["cat", "rat"])).toBe("cat");
});

test("an unknown name is described in one line", () => {
  expect(unknownName("option", "bord", "uart16550", KNOWN)).toBe(
    "no option bord of uart16550: did you mean board?",
  );
  expect(unknownName("preset", "two\nlines", "uart16550", KNOWN)).toBe(
    `no preset "two\\nlines" of uart16550: there are ${KNOWN.join(", ")}`,
  );
});

test("options with known names are returned, others refused", () => {
  const options = { clock: 1 };
  expect(withKnownNames(options, KNOWN, "Device")).toEqual(options);
  expect(() => withKnownNames({ clok: 1 }, KNOWN, "Device")).toThrow(
    new TypeError("no option clok of Device: did you mean clock?"),
  );
});
