/**
 * A callback may use the device: it finds the whole of what the access did, and what its own access does happens before the
 * rest of what the outer one still has to do.
 */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Serial } from "../../src/device/index.js";
import { inputStep, stepSequence } from "../arbitraries/steps.js";
import { ActorTwin } from "../support/actor-twin.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { attempt } from "../support/session.js";
import { REVISIONS, type Step } from "../support/steps.js";
import { Teller } from "../support/teller.js";

const LETTERS = { transmit: "X", interrupt: "T", bufferEmpty: "E", bufferRead: "R" } as const;

const isCall = (type: string): type is keyof typeof LETTERS => Object.hasOwn(LETTERS, type);

/** A plain actor whose emissions are carried out one after the other, each as a call. Gives what a read gave. */
function actorDoes(twin: ActorTwin, teller: Teller, step: Step): number | undefined {
  const emissions = twin.step(step);
  for (const { type } of emissions) {
    if (isCall(type)) teller.call(LETTERS[type], (reaction) => actorDoes(twin, teller, reaction));
  }
  return emissions.find((emission) => emission.type === "data")?.value;
}

function serialDoes(serial: Serial, step: Step): number | undefined {
  if (step.op === "read") return serial.read(step.offset);
  if (step.op === "write") serial.write(step.offset, step.value);
  if (step.op === "enqueue") attempt(() => serial.enqueueRawBytes(step.bytes));
  return undefined;
}

describe.each(REVISIONS)("a Serial of %s", (revision) => {
  it("does what a callback asks before the rest of what the access asked", () => {
    const held = new Premises("a reaction", "a reaction between two effects", "a reaction with effects");
    const reaction = fc.oneof(
      { arbitrary: inputStep(), weight: 2 },
      { arbitrary: fc.constant(undefined), weight: 1 },
    );
    const reactions = fc.array(reaction, { minLength: 1, maxLength: 12, size: "max" });
    fc.assert(
      fc.property(stepSequence({ maxChunks: 25 }), reactions, fc.boolean(), (steps, reacting, traced) => {
        const told = new Teller(reacting);
        const call = (what: string) => (): void => told.call(what, (nested) => serialDoes(serial, nested));
        const serial = new Serial({
          revision,
          out: { write: call("X") },
          trigger: call("T"),
          events: { inBufferEmpty: call("E"), bufferRead: call("R") },
        });
        if (traced) serial.transition$.subscribe();
        const expected = new Teller(reacting);
        const twin = new ActorTwin(revision);
        for (const step of steps) {
          const value = serialDoes(serial, step);
          expectSame(value, actorDoes(twin, expected, step), step);
          expectSame(serial.state(), twin.state, step);
          const story = told.take();
          expectSame(story, expected.take(), step);
          const reacted = story.filter((part) => typeof part === "object");
          held.count("a reaction", reacted.length > 0);
          held.count("a reaction between two effects", typeof story[1] === "object" && story.length > 2);
          held.count(
            "a reaction with effects",
            reacted.some((part) => part.some((each) => typeof each === "string")),
          );
        }
      }),
      runs(50),
    );
    held.expectEach();
  });
});
