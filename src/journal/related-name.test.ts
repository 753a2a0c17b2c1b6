import { expect, test } from "vitest";
import { nearestOrRelated } from "./related-name.js";

const WINDOW = ["regShift", "regIoWidth", "bigEndian", "base"];

test.each([
  ["shift", "regShift"],
  ["width", "regIoWidth"],
  ["reg-io-width", "regIoWidth"],
  ["endian", "bigEndian"],
  ["baseAddress", "base"],
  ["reg-sihft", "regShift"],
])("%s means %s", (name, meant) => {
  expect(nearestOrRelated(name, WINDOW)).toBe(meant);
});

test.each(["reg", "dth", "offset", "", "w".repeat(1_000_000)])("case %#: none is meant", (name) => {
  expect(nearestOrRelated(name, WINDOW)).toBeUndefined();
});
