import fc from "fast-check";
import type { Input } from "../../src/journal/index.js";
import type { SerialStep } from "../support/steps.js";
import { anyState, likelyState, pendingState } from "./states.js";
import { inputStep, relatedSteps } from "./steps.js";

/** The input that an access or an arrival is. */
function inputOf(step: SerialStep): Input {
  switch (step.op) {
    case "read":
      return { type: "read", offset: step.offset };
    case "write":
      return { type: "write", offset: step.offset, value: step.value };
    case "enqueue":
      return { type: "receive", characters: step.bytes };
    default:
      throw new Error(`${step.op} is no input`);
  }
}

/** Anything that a serial device takes: accesses and arrivals, at times a restore, at times a while. */
const input = (): fc.Arbitrary<Input> =>
  fc.oneof(
    { arbitrary: inputStep().map(inputOf), weight: 20 },
    {
      arbitrary: fc
        .oneof(likelyState(), pendingState(), anyState())
        .map((state): Input => ({ type: "restore", state })),
      weight: 1,
    },
    {
      arbitrary: fc
        .oneof(fc.nat({ max: 200 }), fc.nat({ max: 2 ** 40 }))
        .map((ticks): Input => ({ type: "advance", ticks })),
      weight: 1,
    },
  );

/** Sessions in which the FIFO fills and a journal outgrows its first chunks. */
export const inputSequence = (maxLength = 120): fc.Arbitrary<Input[]> =>
  fc
    .array(
      fc.oneof(
        { arbitrary: input().map((one) => [one]), weight: 12 },
        { arbitrary: relatedSteps(false).map((steps) => steps.map(inputOf)), weight: 2 },
      ),
      { minLength: 1, maxLength, size: "max" },
    )
    .map((parts) => parts.flat());
