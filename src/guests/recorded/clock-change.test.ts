import fc from "fast-check";
import { expect, it } from "vitest";
import { ClockChange } from "./clock-change.js";

it("returns ticks of the same clock unchanged", () => {
  const change = new ClockChange(1e9, 1e9);
  expect([change.ticks(3), change.ticks(Number.MAX_SAFE_INTEGER)]).toEqual([3, Number.MAX_SAFE_INTEGER]);
});

it("loses no time to rounding, however it is cut", () => {
  const clock = fc.integer({ min: 1, max: 1e9 });
  const steps = fc.array(fc.integer({ min: 0, max: 1e6 }), { maxLength: 50 });
  fc.assert(
    fc.property(clock, clock, steps, (recordedClock, ownClock, recorded) => {
      const change = new ClockChange(recordedClock, ownClock);
      const ownAnswer = recorded.map((ticks) => change.ticks(ticks));
      const wholeText = recorded.reduce((totalTicks, ticks) => totalTicks + BigInt(ticks), 0n);
      expect(ownAnswer.every((ticks) => Number.isInteger(ticks) && ticks >= 0)).toBe(true);
      expect(ownAnswer.reduce((totalTicks, ticks) => totalTicks + BigInt(ticks), 0n)).toBe(
        (wholeText * BigInt(ownClock)) / BigInt(recordedClock),
      );
    }),
  );
});

it.each([0, 1.5, Number.NaN, -1])("has no clock of %j ticks a second", (clockRate) => {
  expect(() => new ClockChange(clockRate, 1)).toThrow("clock: expected a whole number from 1, got");
});

it("leaves it to the device to refuse what is no number of ticks", () => {
  expect(new ClockChange(1, 2).ticks(-1)).toBe(-1);
});
