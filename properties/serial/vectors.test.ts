import { describe, it } from "vitest";
import { expectSame } from "../support/same.js";
import { SerialSubject } from "../support/serial-subject.js";
import { REVISIONS } from "../support/steps.js";
import { recordedTraces } from "../support/vectors.js";

describe.each(REVISIONS)("Serial of %s", (revision) => {
  it.each(recordedTraces(revision))("does what the crate did in $name", ({ steps }) => {
    const subject = new SerialSubject(revision);
    steps.forEach(({ step, expected }, index) => {
      expectSame(subject.step(step), expected, { index, step });
    });
  });
});
