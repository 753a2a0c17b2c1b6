/** Every byte accepted is delivered once, in order, and there are never more than 64 between (I9). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepSequence } from "../arbitraries/steps.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { SerialSubject } from "../support/serial-subject.js";
import { type Observation, REVISIONS, type SerialStep } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

/** Returns the bytes that a step queued, from its outcome and the state before it. */
function accepted(
  serialStep: SerialStep,
  previous: Observation["state"],
  { outcome }: Observation,
): readonly number[] {
  const latchOpen = previous.lineControl >= 0x80;
  const looped = (previous.modemControl & 0x10) !== 0;
  const freeSpace = 64 - previous.inBuffer.length;
  if (serialStep.op === "write" && serialStep.offset === 0 && !latchOpen && looped && freeSpace > 0)
    return [serialStep.value];
  if (serialStep.op !== "enqueue") return [];
  // The count is lost with a failing trigger: the bytes are not.
  if ("error" in outcome) return outcome.error === "Trigger" ? serialStep.bytes.slice(0, freeSpace) : [];
  return "count" in outcome ? serialStep.bytes.slice(0, outcome.count) : [];
}

const delivers = (serialStep: SerialStep, { events }: Observation): boolean =>
  serialStep.op === "read" && events.includes("buffer_read");

describe.each(REVISIONS)("the receive FIFO of %s", (revision) => {
  it("delivers the accepted bytes once, in order", () => {
    const vacuityGuard = new VacuityGuard(
      "a FIFO of 64",
      "a byte cut off",
      "a looped byte",
      "a byte queued though a trigger failed",
    );
    fc.assert(
      fc.property(stepSequence({ faults: true }), (sequence) => {
        const subject = new SerialSubject(revision, { journal: false });
        const queuedBytes: number[] = [];
        const take = (serialStep: SerialStep): void => {
          const previous = subject.serial.state();
          const observation = subject.step(serialStep);
          if (delivers(serialStep, observation))
            expectSame(observation.outcome, { value: queuedBytes.shift() ?? 0 }, serialStep);
          const dataBytes = accepted(serialStep, previous, observation);
          queuedBytes.push(...dataBytes);
          expect(queuedBytes.length).toBeLessThanOrEqual(64);
          expectSame(observation.state.inBuffer, queuedBytes, serialStep);
          expectSame(subject.serial.fifoCapacity(), 64 - queuedBytes.length, serialStep);
          vacuityGuard.count("a FIFO of 64", queuedBytes.length === 64);
          vacuityGuard.count(
            "a byte cut off",
            serialStep.op === "enqueue" && dataBytes.length > 0 && dataBytes.length < serialStep.bytes.length,
          );
          vacuityGuard.count("a looped byte", serialStep.op === "write" && dataBytes.length > 0);
          vacuityGuard.count(
            "a byte queued though a trigger failed",
            dataBytes.length > 0 && observation.effects.endsWith("t"),
          );
        };
        sequence.forEach(take);
        take({ op: "write", offset: 3, value: 0x03 });
        for (let left = queuedBytes.length; left > 0; left -= 1) take({ op: "read", offset: 0 });
        expect(queuedBytes).toEqual([]);
      }),
      runOptions(60),
    );
    vacuityGuard.expectEach();
  });
});
