import { describe, expect, it } from "vitest";
import { expectSame } from "../support/expect-same.js";
import { REVISIONS } from "../support/steps.js";
import { recordedTraces } from "../support/vectors.js";
import { SerialModel } from "./serial-model.js";

describe.each(REVISIONS)("the reference model of %s", (revision) => {
  const traces = recordedTraces(revision);

  it("has 441 recorded traces to pass", () => {
    expect(traces).toHaveLength(441);
    expect(traces.reduce((sum, trace) => sum + trace.steps.length, 0)).toBe(22_848);
  });

  it.each(traces)("does what the crate did in $name", ({ steps: sequence }) => {
    const referenceModel = new SerialModel(revision);
    sequence.forEach(({ step, expected }, stepIndex) => {
      expectSame(referenceModel.step(step), expected, { index: stepIndex, step });
    });
  });
});

describe("the reference model of 0.8.2, where no trace has the case", () => {
  it("sets both bits before either trigger of an IER write is called, and a failing first prevents the second", () => {
    const referenceModel = new SerialModel("0.8.2");
    referenceModel.enqueue([0x41]);
    const { outcome, effects, state } = referenceModel.write(1, 0x03, { trigger: 0 });
    expect({ outcome, effects, interruptIdentification: state.interruptIdentification }).toEqual({
      outcome: { error: "Trigger" },
      effects: "t",
      interruptIdentification: 0x06,
    });
  });
});
