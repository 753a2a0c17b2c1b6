import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { checkDriver } from "../check.js";
import type { Bus, MakeDriver } from "../driver.js";
import { exploreDriver } from "../explore-driver.js";
import { playDriver } from "../play.js";
import { wasmDriver } from "./wasm-driver.js";

const makeDriver = wasmDriver(readFileSync(new URL("fixtures/purposes.wasm", import.meta.url)));
const onUart = { device: "uart16550", preset: "pc16550d", pic: "level" } as const;

/** The driver on a bus that does not hear what it says. */
const without =
  (name: "adds" | "swallows" | "drops"): MakeDriver =>
  (bus: Bus) =>
    makeDriver({ ...bus, [name]() {} });

it("says what it echoes, takes for a command and drops, and so passes", () => {
  const options = { ...onUart, seed: 3, numRuns: 60, coverageRuns: 0 } as const;
  expect(checkDriver(makeDriver, options).failure?.text).toBeUndefined();
});

it.each([
  [
    "adds",
    [{ type: "arrive", count: 1, after: 0 }],
    "sent-in-order",
    "'a' appears on the line, where nothing was due",
  ],
  [
    "swallows",
    [{ type: "arrive", count: 1, first: 3, after: 0 }],
    "received-in-order",
    "0x03 never reached the user",
  ],
  ["drops", [{ type: "arrive", count: 6, after: 0 }], "received-in-order", "'e' 'f' never reached the user"],
] as const)("breaks a claim if it does not say what it %s", (name, actions, claim, detail) => {
  expect(playDriver(makeDriver, onUart, actions).violation).toBeUndefined();
  const { violation } = playDriver(without(name), onUart, actions);
  expect([violation?.claim, violation?.detail]).toEqual([claim, detail]);
});

it("may not drop more than it says", () => {
  let dropCount = 0;
  const lessSaid: MakeDriver = (bus) => makeDriver({ ...bus, drops: () => dropCount++ === 0 && bus.drops() });
  expect(playDriver(lessSaid, onUart, [{ type: "arrive", count: 6, after: 0 }]).violation?.detail).toBe(
    "'e' never reached the user",
  );
  expect(dropCount).toBe(2);
});

it("is the same state after it has dropped a byte as before it has", () => {
  const { verdict, states } = exploreDriver(makeDriver, {
    device: "serial",
    deeds: [{ type: "arrive", count: 1 }],
    preemptions: 0,
    maxRuns: 2000,
  });
  expect(verdict).toBe("exhausted");
  expect(states).toBeLessThan(200);
});
