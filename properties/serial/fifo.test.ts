/** Every byte accepted is delivered once, in order, and there are never more than 64 between (I9). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepSequence } from "../arbitraries/steps.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { SerialSubject } from "../support/serial-subject.js";
import { type Observation, REVISIONS, type Step } from "../support/steps.js";

/** What a step put in, from where it came and what the device answered. `before` is the state in which it met the device. */
function accepted(step: Step, before: Observation["state"], { outcome }: Observation): readonly number[] {
  const open = before.lineControl >= 0x80;
  const looped = (before.modemControl & 0x10) !== 0;
  const room = 64 - before.inBuffer.length;
  if (step.op === "write" && step.offset === 0 && !open && looped && room > 0) return [step.value];
  if (step.op !== "enqueue") return [];
  // The count is lost with a failing trigger: the bytes are not.
  if ("error" in outcome) return outcome.error === "Trigger" ? step.bytes.slice(0, room) : [];
  return "count" in outcome ? step.bytes.slice(0, outcome.count) : [];
}

const delivers = (step: Step, { events }: Observation): boolean =>
  step.op === "read" && events.includes("buffer_read");

describe.each(REVISIONS)("the receive FIFO of %s", (revision) => {
  it("gives back what it accepted, once, in order", () => {
    const held = new Premises(
      "a FIFO of 64",
      "a byte cut off",
      "a looped byte",
      "a byte queued though a trigger failed",
    );
    fc.assert(
      fc.property(stepSequence({ faults: true }), (steps) => {
        const subject = new SerialSubject(revision, { journal: false });
        const queue: number[] = [];
        const take = (step: Step): void => {
          const before = subject.serial.state();
          const seen = subject.step(step);
          if (delivers(step, seen)) expectSame(seen.outcome, { value: queue.shift() ?? 0 }, step);
          const bytes = accepted(step, before, seen);
          queue.push(...bytes);
          expect(queue.length).toBeLessThanOrEqual(64);
          expectSame(seen.state.inBuffer, queue, step);
          expectSame(subject.serial.fifoCapacity(), 64 - queue.length, step);
          held.count("a FIFO of 64", queue.length === 64);
          held.count(
            "a byte cut off",
            step.op === "enqueue" && bytes.length > 0 && bytes.length < step.bytes.length,
          );
          held.count("a looped byte", step.op === "write" && bytes.length > 0);
          held.count("a byte queued though a trigger failed", bytes.length > 0 && seen.effects.endsWith("t"));
        };
        steps.forEach(take);
        take({ op: "write", offset: 3, value: 0x03 });
        for (let left = queue.length; left > 0; left -= 1) take({ op: "read", offset: 0 });
        expect(queue).toEqual([]);
      }),
      runs(60),
    );
    held.expectEach();
  });
});
