/** Each broken driver is found, by the claim that is its own, and a driver without faults never. */
import { describe, expect, it, test } from "vitest";
import { type CheckOptions, checkDriver, linuxDriver } from "../../../src/testing/index.js";
import { Plain } from "./plain.js";
import { RECEIVING } from "./receiving.js";
import { SENDING } from "./sending.js";

const MUSEUM = [...RECEIVING, ...SENDING];
const scenarios = new Map<string, string>();

describe("the museum", () => {
  it.each(MUSEUM.map((it) => [it.name, it] as const))("a driver that %s", (name, { driver, on, claim }) => {
    const { failure } = checkDriver((bus) => new driver(bus), { ...on, seed: 1, coverageRuns: 0 });
    expect(failure?.claim, failure?.text).toBe(claim);
    const scenario = failure?.scenario ?? "";
    expect(scenarios.get(scenario)).toBeUndefined();
    scenarios.set(scenario, name);
    if (process.env["MUSEUM"])
      console.log(
        `| ${name} | ${claim} | ${failure?.runs} | ${failure?.accesses} | ${failure?.actions.length} |\n${failure?.text}`,
      );
  });
});

const WITH_FIFO: readonly CheckOptions[] = [
  { device: "serial" },
  { device: "uart16550", pic: "edge" },
  { device: "uart16550", pic: "level" },
];

test.each(WITH_FIFO)("a driver without faults passes: $device $pic", (on) => {
  const { failure } = checkDriver((bus) => new Plain(bus), { ...on, seed: 1, numRuns: 100, coverageRuns: 0 });
  expect(failure?.text).toBeUndefined();
});

test("no exhibit is where a driver that is right fails", () => {
  for (const on of new Set(MUSEUM.map((it) => JSON.stringify(it.on)))) {
    const { failure } = checkDriver(linuxDriver, {
      ...JSON.parse(on),
      seed: 1,
      numRuns: 50,
      coverageRuns: 0,
    });
    expect(failure?.text).toBeUndefined();
  }
});
