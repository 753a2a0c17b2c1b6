/** Serial, the model and a plain XState actor agree. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { stepSequence } from "../arbitraries/steps.js";
import { SerialModel } from "../model/serial-model.js";
import { ActorTwin } from "../support/actor-twin.js";
import { attempted, emittedEffects, outcomeOfEmissions } from "../support/effects.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { SerialSubject } from "../support/serial-subject.js";
import { type Observation, REVISIONS, type SerialStep } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

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
  new VacuityGuard<Premise>(
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

function countPremises(
  vacuityGuard: VacuityGuard<Premise>,
  serialStep: SerialStep,
  observation: Observation,
): void {
  const { outcome, effects, state } = observation;
  const full = state.inBuffer.length === 64;
  const failed = "error" in outcome;
  vacuityGuard.count("a full FIFO", full);
  vacuityGuard.count("a refused byte", serialStep.op === "enqueue" && failed && outcome.error === "FullFifo");
  vacuityGuard.count(
    "a loopback that dropped a byte",
    serialStep.op === "write" &&
      serialStep.offset === 0 &&
      full &&
      effects === "" &&
      state.lineControl < 0x80,
  );
  vacuityGuard.count("a writer that failed", /[wf]/.test(effects));
  vacuityGuard.count("a trigger that failed", /t/.test(effects));
  vacuityGuard.count("both failing", /[wf].*t/.test(effects));
  vacuityGuard.count("a restore of pending interrupts", serialStep.op === "restore" && /T/.test(effects));
  vacuityGuard.count("a restore that failed", serialStep.op === "restore" && failed);
  vacuityGuard.count("two interrupts in one step", /T[Tt]/.test(effects));
}

describe.each(REVISIONS)("Serial of %s", (revision) => {
  it("agrees with the model on every sequence of steps, faults and restores", () => {
    const vacuityGuard = premises();
    fc.assert(
      fc.property(stepSequence({ faults: true, restores: true }), (sequence) => {
        const referenceModel = new SerialModel(revision);
        const subject = new SerialSubject(revision, { journal: false });
        sequence.forEach((serialStep, stepIndex) => {
          const expected = referenceModel.step(serialStep);
          expectSame(subject.step(serialStep), expected, { index: stepIndex, step: serialStep });
          countPremises(vacuityGuard, serialStep, expected);
        });
      }),
      runOptions(120),
    );
    vacuityGuard.expectEach();
  });

  it("attempts what a plain actor emits; faults change results and callbacks only", () => {
    const vacuityGuard = premises();
    fc.assert(
      fc.property(stepSequence({ faults: true, restores: true }), (sequence) => {
        const subject = new SerialSubject(revision, { journal: false });
        const actorTwin = new ActorTwin(revision);
        for (const serialStep of sequence) {
          const observation = subject.step(serialStep);
          countPremises(vacuityGuard, serialStep, observation);
          const error = "error" in observation.outcome ? observation.outcome.error : undefined;
          // A restore that fails leaves the old device in use; the actor has nothing to do with it then.
          if (serialStep.op === "restore" && error !== undefined) continue;
          const emissions =
            serialStep.op === "restore" ? actorTwin.restore(observation.state) : actorTwin.step(serialStep);
          const attempts = attempted(observation.effects);
          const emitted = emittedEffects(emissions);
          // A trigger that fails is the last that is attempted.
          expectSame(
            attempts,
            observation.effects.endsWith("t") ? emitted.slice(0, attempts.length) : emitted,
            serialStep,
          );
          if (error === undefined || error === "FullFifo") {
            expectSame(
              observation.outcome,
              outcomeOfEmissions(serialStep, emissions, observation.state),
              serialStep,
            );
          }
          expectSame(actorTwin.state, observation.state, serialStep);
          expectSame(actorTwin.value, subject.serial.snapshot.value, serialStep);
        }
      }),
      runOptions(100),
    );
    vacuityGuard.expectEach();
  });
});
