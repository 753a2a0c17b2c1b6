/**
 * The bug that Firecracker found in vm-superio 0.8.1, as a property of the device: whenever IER is written with DLAB off, ERBFI
 * is then set and bytes are queued, received data is identified. Nothing says so to the driver otherwise.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { inputStep } from "../arbitraries/steps.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { SerialSubject } from "../support/serial-subject.js";
import type { Revision } from "../support/steps.js";

const held = new Premises("an IER write that enables what waits");

const signalsWhatWaits = (revision: Revision) =>
  fc.property(fc.array(inputStep(), { maxLength: 100, size: "max" }), (steps) => {
    const subject = new SerialSubject(revision, { journal: false });
    for (const step of steps) {
      const { state } = subject.step(step);
      const enables = step.op === "write" && step.offset === 1 && state.lineControl < 0x80;
      const waits = (state.interruptEnable & 1) !== 0 && state.inBuffer.length > 0;
      if (!held.count("an IER write that enables what waits", enables && waits)) continue;
      expect(state.interruptIdentification & 0x04).toBe(0x04);
    }
  });

it("0.8.2 signals input that arrived while it was masked", () => {
  fc.assert(signalsWhatWaits("0.8.2"), runs(100));
  held.expectEach();
});

it("0.8.1 does not, and the smallest case found is an arrival and an unmasking", () => {
  const found = fc.check(signalsWhatWaits("0.8.1"), runs(250));
  const [steps = []] = found.counterexample ?? [];
  // A byte that comes in by loopback takes one step more.
  expect([2, 3]).toContain(steps.length);
  expect(steps.at(-1)).toMatchObject({ op: "write", offset: 1 });
});

it("0.8.1 loses input in two steps", () => {
  const subject = new SerialSubject("0.8.1");
  subject.step({ op: "enqueue", bytes: [0x0d] });
  const { triggers, state } = subject.step({ op: "write", offset: 1, value: 0x01 });
  expect([triggers, state.interruptIdentification]).toEqual([0, 0x01]);
});
