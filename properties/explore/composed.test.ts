/** The verdicts on the composed charts agree with runs of the simulated driver. */
import { expect, it } from "vitest";
import { type Action, linuxDriver, playDriver } from "../../src/testing/index.js";

/** The counterexample for 0.8.1, as actions of an environment: a print, and an arrival after five accesses of it. */
const REFUTING_ACTIONS: readonly Action[] = [
  { type: "print", count: 1, after: 0 },
  { type: "arrive", count: 1, after: 5 },
];

it.each([
  ["0.8.1", "received-not-stuck"],
  ["0.8.2", undefined],
] as const)("the run that refutes 0.8.1, played on %s", (revision, claim) => {
  expect(playDriver(linuxDriver, { device: "serial", revision }, REFUTING_ACTIONS).violation?.claim).toBe(
    claim,
  );
});

it("0.8.2 leaves a byte behind if more arrive at a stretch than the 256 that Linux reads", () => {
  // Each character takes two accesses: the queue is refilled before it is empty.
  const refilled: Action[] = [{ type: "arrive", count: 64, after: 0 }];
  for (let i = 0; i < 7; i++) refilled.push({ type: "arrive", count: 32, after: 64 });
  const { violation } = playDriver(linuxDriver, { device: "serial" }, refilled);
  expect(violation?.claim).toBe("received-not-stuck");
  // On a 16550 the line stays high as long as something is queued.
  const uart = playDriver(linuxDriver, { device: "uart16550", pic: "edge" }, refilled);
  expect(uart.violation).toBeUndefined();
});
