/** Serial, the model and a plain XState actor agree. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { stepSequence } from "../arbitraries/steps.js";
import { SerialModel } from "../model/serial-model.js";
import { ActorTwin } from "../support/actor-twin.js";
import { attempted, emittedEffects, outcomeOfEmissions } from "../support/effects.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { SerialSubject } from "../support/serial-subject.js";
import { type Observation, REVISIONS, type Step } from "../support/steps.js";

type Premise =
  | "a full FIFO"
  | "a refused byte"
  | "a loopback that dropped a byte"
  | "a writer that failed"
  | "a trigger that failed"
  | "both failing"
  | "a restore of pending interrupts"
  | "a restore that failed"
  | "two interrupts in one step";

const premises = () =>
  new Premises<Premise>(
    "a full FIFO",
    "a refused byte",
    "a loopback that dropped a byte",
    "a writer that failed",
    "a trigger that failed",
    "both failing",
    "a restore of pending interrupts",
    "a restore that failed",
    "two interrupts in one step",
  );

function countPremises(held: Premises<Premise>, step: Step, seen: Observation): void {
  const { outcome, effects, state } = seen;
  const full = state.inBuffer.length === 64;
  const failed = "error" in outcome;
  held.count("a full FIFO", full);
  held.count("a refused byte", step.op === "enqueue" && failed && outcome.error === "FullFifo");
  held.count(
    "a loopback that dropped a byte",
    step.op === "write" && step.offset === 0 && full && effects === "" && state.lineControl < 0x80,
  );
  held.count("a writer that failed", /[wf]/.test(effects));
  held.count("a trigger that failed", /t/.test(effects));
  held.count("both failing", /[wf].*t/.test(effects));
  held.count("a restore of pending interrupts", step.op === "restore" && /T/.test(effects));
  held.count("a restore that failed", step.op === "restore" && failed);
  held.count("two interrupts in one step", /T[Tt]/.test(effects));
}

describe.each(REVISIONS)("Serial of %s", (revision) => {
  it("agrees with the model on every sequence of steps, faults and restores", () => {
    const held = premises();
    fc.assert(
      fc.property(stepSequence({ faults: true, restores: true }), (steps) => {
        const model = new SerialModel(revision);
        const subject = new SerialSubject(revision, { journal: false });
        steps.forEach((step, index) => {
          const expected = model.step(step);
          expectSame(subject.step(step), expected, { index, step });
          countPremises(held, step, expected);
        });
      }),
      runs(120),
    );
    held.expectEach();
  });

  it("attempts what a plain actor emits; faults change results and callbacks only", () => {
    const held = premises();
    fc.assert(
      fc.property(stepSequence({ faults: true, restores: true }), (steps) => {
        const subject = new SerialSubject(revision, { journal: false });
        const twin = new ActorTwin(revision);
        for (const step of steps) {
          const seen = subject.step(step);
          countPremises(held, step, seen);
          const error = "error" in seen.outcome ? seen.outcome.error : undefined;
          // A restore that fails leaves the old device in use; the actor has nothing to do with it then.
          if (step.op === "restore" && error !== undefined) continue;
          const emissions = step.op === "restore" ? twin.restore(seen.state) : twin.step(step);
          const attempts = attempted(seen.effects);
          const emitted = emittedEffects(emissions);
          // A trigger that fails is the last that is attempted.
          expectSame(
            attempts,
            seen.effects.endsWith("t") ? emitted.slice(0, attempts.length) : emitted,
            step,
          );
          if (error === undefined || error === "FullFifo") {
            expectSame(seen.outcome, outcomeOfEmissions(step, emissions, seen.state), step);
          }
          expectSame(twin.state, seen.state, step);
          expectSame(twin.value, subject.serial.snapshot.value, step);
        }
      }),
      runs(100),
    );
    held.expectEach();
  });
});
