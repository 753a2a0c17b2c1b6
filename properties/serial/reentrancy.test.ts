/**
 * A callback may use the device: it finds the whole of what the access did, and what its own access does happens before the
 * rest of what the outer one still has to do.
 */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Serial } from "../../src/device/index.js";
import { inputStep, stepSequence } from "../arbitraries/steps.js";
import { ActorTwin } from "../support/actor-twin.js";
import { CallLog } from "../support/call-log.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { attempt } from "../support/session.js";
import { REVISIONS, type SerialStep } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const LETTERS = { transmit: "X", interrupt: "T", bufferEmpty: "E", bufferRead: "R" } as const;

const isCall = (type: string): type is keyof typeof LETTERS => Object.hasOwn(LETTERS, type);

/** A plain actor whose emissions are carried out one after the other, each as a call. Gives what a read gave. */
function actorDoes(actorTwin: ActorTwin, callLog: CallLog, serialStep: SerialStep): number | undefined {
  const emissions = actorTwin.step(serialStep);
  for (const { type } of emissions) {
    if (isCall(type)) callLog.record(LETTERS[type], (reaction) => actorDoes(actorTwin, callLog, reaction));
  }
  return emissions.find((emission) => emission.type === "data")?.value;
}

function serialDoes(serialDevice: Serial, serialStep: SerialStep): number | undefined {
  if (serialStep.op === "read") return serialDevice.read(serialStep.offset);
  if (serialStep.op === "write") serialDevice.write(serialStep.offset, serialStep.value);
  if (serialStep.op === "enqueue") attempt(() => serialDevice.enqueueRawBytes(serialStep.bytes));
  return undefined;
}

describe.each(REVISIONS)("a Serial of %s", (revision) => {
  it("does what a callback asks before the rest of what the access asked", () => {
    const vacuityGuard = new VacuityGuard(
      "a reaction",
      "a reaction between two effects",
      "a reaction with effects",
    );
    const reaction = fc.oneof(
      { arbitrary: inputStep(), weight: 2 },
      { arbitrary: fc.constant(undefined), weight: 1 },
    );
    const reactions = fc.array(reaction, { minLength: 1, maxLength: 12, size: "max" });
    fc.assert(
      fc.property(stepSequence({ maxChunks: 25 }), reactions, fc.boolean(), (sequence, reacting, traced) => {
        const callLog = new CallLog(reacting);
        const call = (subjectName: string) => (): void =>
          callLog.record(subjectName, (nested) => serialDoes(serialDevice, nested));
        const serialDevice = new Serial({
          revision,
          out: { write: call("X") },
          trigger: call("T"),
          events: { inBufferEmpty: call("E"), bufferRead: call("R") },
        });
        if (traced) serialDevice.transition$.subscribe();
        const expected = new CallLog(reacting);
        const actorTwin = new ActorTwin(revision);
        for (const serialStep of sequence) {
          const registerValue = serialDoes(serialDevice, serialStep);
          expectSame(registerValue, actorDoes(actorTwin, expected, serialStep), serialStep);
          expectSame(serialDevice.state(), actorTwin.state, serialStep);
          const story = callLog.takeCalls();
          expectSame(story, expected.takeCalls(), serialStep);
          const reacted = story.filter((part) => typeof part === "object");
          vacuityGuard.count("a reaction", reacted.length > 0);
          vacuityGuard.count(
            "a reaction between two effects",
            typeof story[1] === "object" && story.length > 2,
          );
          vacuityGuard.count(
            "a reaction with effects",
            reacted.some((part) => part.some((logEntry) => typeof logEntry === "string")),
          );
        }
      }),
      runOptions(50),
    );
    vacuityGuard.expectEach();
  });
});
