import { describe, it } from "vitest";
import { expectSame } from "../support/expect-same.js";
import { SerialSubject } from "../support/serial-subject.js";
import { REVISIONS } from "../support/steps.js";
import { recordedTraces } from "../support/vectors.js";

describe.each(REVISIONS)("Serial of %s", (revision) => {
  it.each(recordedTraces(revision))("does what the crate did in $name", ({ steps: sequence }) => {
    const subject = new SerialSubject(revision);
    sequence.forEach(({ step, expected }, stepIndex) => {
      expectSame(subject.step(step), expected, { index: stepIndex, step });
    });
  });
});
