/** Inputs that are none are refused by name, before anything has changed. */
import { expect, test } from "vitest";
import type { Input } from "../journal/index.js";
import { Serial } from "./serial.js";

const refusal = (input: unknown): unknown => {
  const serial = new Serial();
  try {
    serial.apply(input as Input);
  } catch (error) {
    expect(serial.journal.next).toBe(0);
    return error;
  }
  return undefined;
};

test.each([
  ["an offset of another type", { type: "read", offset: "5" }, TypeError, /offset/],
  ["an offset out of range", { type: "read", offset: 256 }, RangeError, /offset/],
  ["a character that is no byte", { type: "receive", characters: [256] }, RangeError, /characters/],
  ["a type that the device does not take", { type: "hold" }, Error, /got "hold"/],
  ["no object", 7, Error, /got 7/],
])("%s", (_, input, kind, message) => {
  const error = refusal(input);
  expect(error).toBeInstanceOf(kind);
  expect((error as Error).message).toMatch(message);
});
