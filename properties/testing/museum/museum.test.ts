/** Each exhibit is found by its claim, and faultless drivers pass. `npm run museum` tries all seeds; here it is one. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { type CheckOptions, checkDriver, linuxDriver } from "../../../src/testing/index.js";
import { FaultlessDriver, FlowControlledDriver } from "./plain.js";
import {
  BROKEN_DRIVERS,
  DEVICE_ROWS,
  DRIVER_ROWS,
  museumPage,
  quickestSeed,
  recordedMeasurement,
} from "./table.js";

const page = readFileSync(new URL("../MUSEUM.md", import.meta.url), "utf8");

test("the page has a line for each exhibit, and nothing else", () => {
  expect(museumPage((row) => recordedMeasurement(page, row) ?? "not measured")).toBe(page);
  const measure = /^\d+ \| [\d.e+-]+ s \| \d+ \| \d+$/;
  for (const row of [...DRIVER_ROWS, ...DEVICE_ROWS])
    expect(recordedMeasurement(page, row), row.lineHead).toMatch(measure);
});

describe("the museum", () => {
  it.each([...DRIVER_ROWS, ...DEVICE_ROWS].map((row) => [row.lineHead.split("|")[1]?.trim(), row] as const))(
    "has: %s",
    (_, row) => {
      expect(row.finder.runs(quickestSeed(page, row)), row.lineHead).toBeDefined();
    },
  );
});

const WITH_FIFO: readonly CheckOptions[] = [
  { device: "serial" },
  { device: "uart16550", pic: "edge" },
  { device: "uart16550", pic: "level" },
];

test.each(WITH_FIFO)("a driver without faults passes: $device $pic", (on) => {
  const { failure } = checkDriver((bus) => new FaultlessDriver(bus), {
    ...on,
    seed: 1,
    numRuns: 20,
    coverageRuns: 0,
  });
  expect(failure?.text).toBeUndefined();
});

test("a driver with flow control and without faults passes", () => {
  for (const pic of ["edge", "level"] as const) {
    const options = { device: "uart16550", pic, seed: 1, numRuns: 20, coverageRuns: 0 } as const;
    expect(checkDriver((bus) => new FlowControlledDriver(bus), options).failure?.text).toBeUndefined();
  }
});

test("Linux's driver passes on the device of every exhibit", () => {
  for (const on of new Set(BROKEN_DRIVERS.map((it) => JSON.stringify(it.on)))) {
    const options = { ...JSON.parse(on), seed: 1, numRuns: 10, coverageRuns: 0 };
    expect(checkDriver(linuxDriver, options).failure?.text).toBeUndefined();
  }
});
