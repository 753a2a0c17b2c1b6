/**
 * The bug that Firecracker found in vm-superio 0.8.1, as a property of the device: whenever IER is written with DLAB off, ERBFI
 * is then set and bytes are queued, received data is identified. Nothing says so to the driver otherwise.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { inputStep } from "../arbitraries/steps.js";
import { runOptions } from "../support/runs.js";
import { SerialSubject } from "../support/serial-subject.js";
import type { Revision } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const vacuityGuard = new VacuityGuard("an IER write that enables what waits");

const signalsWhatWaits = (revision: Revision) =>
  fc.property(fc.array(inputStep(), { maxLength: 100, size: "max" }), (sequence) => {
    const subject = new SerialSubject(revision, { journal: false });
    for (const serialStep of sequence) {
      const { state } = subject.step(serialStep);
      const enables = serialStep.op === "write" && serialStep.offset === 1 && state.lineControl < 0x80;
      const waits = (state.interruptEnable & 1) !== 0 && state.inBuffer.length > 0;
      if (!vacuityGuard.count("an IER write that enables what waits", enables && waits)) continue;
      expect(state.interruptIdentification & 0x04).toBe(0x04);
    }
  });

it("0.8.2 signals input that arrived while it was masked", () => {
  fc.assert(signalsWhatWaits("0.8.2"), runOptions(100));
  vacuityGuard.expectEach();
});

it("0.8.1 does not, and the smallest case found is an arrival and an unmasking", () => {
  const runDetails = fc.check(signalsWhatWaits("0.8.1"), runOptions(250));
  const [sequence = []] = runDetails.counterexample ?? [];
  // A byte that comes in by loopback takes one step more.
  expect([2, 3]).toContain(sequence.length);
  expect(sequence.at(-1)).toMatchObject({ op: "write", offset: 1 });
});

it("0.8.1 loses input in two steps", () => {
  const subject = new SerialSubject("0.8.1");
  subject.step({ op: "enqueue", bytes: [0x0d] });
  const { triggers, state } = subject.step({ op: "write", offset: 1, value: 0x01 });
  expect([triggers, state.interruptIdentification]).toEqual([0, 0x01]);
});
