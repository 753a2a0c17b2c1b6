/** Right drivers in different styles: with 20 seeds none of them is said to be wrong, on any part that suits them. */
import { describe, expect, it, test } from "vitest";
import { BOARDS, checkDriver } from "../../src/testing/index.js";
import { INTERRUPTED } from "./right/interrupts.js";
import { POLLED } from "./right/polled.js";

const RIGHT_DRIVERS = [...POLLED, ...INTERRUPTED];
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

test("there are a dozen styles, half of them after published drivers", () => {
  expect(RIGHT_DRIVERS.length).toBeGreaterThanOrEqual(12);
  expect(RIGHT_DRIVERS.filter(({ after }) => after !== undefined).length).toBeGreaterThanOrEqual(6);
});

/** Drivers that suit every machine that is tried if none is named. */
const EVERYWHERE = RIGHT_DRIVERS.filter(
  ({ on }) => on.some(({ device }) => device === "serial") && on.some(({ pic }) => pic === "level"),
);

it.each(EVERYWHERE)("$name: every machine", ({ makeDriver }) => {
  for (const seed of SEEDS.slice(0, 3)) {
    const { failure, boards } = checkDriver(makeDriver, {
      seed,
      numRuns: 50,
      coverageRuns: 0,
      runSeconds: 60,
    });
    expect(failure?.text).toBeUndefined();
    expect(boards).toHaveLength(BOARDS.length);
  }
});

describe.each(RIGHT_DRIVERS)("$name", ({ makeDriver, on }) => {
  it.each(on)("$device $preset $pic", (options) => {
    for (const seed of SEEDS) {
      const { failure } = checkDriver(makeDriver, {
        ...options,
        seed,
        numRuns: 20,
        coverageRuns: 0,
        shrinkSeconds: 5,
      });
      expect(failure?.text).toBeUndefined();
    }
  });
});
