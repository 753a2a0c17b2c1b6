import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnyStateMachine, EventObject } from "xstate";
import { READ_NAMES, serialMachine, serialMachine081, WRITE_NAMES } from "../../machines/index.js";
import { enginesOf, everyConfigurationAgrees, sequencesAgree } from "./equivalence.js";

const readEvents = [...READ_NAMES, "unmapped"].map((registerName) => ({ type: `read.${registerName}` }));
const writeTypes = [...WRITE_NAMES, "unmapped"].map((registerName) => `write.${registerName}`);

/** Bytes that set and clear every bit that a guard asks about, alone and together. */
const TELLING = [0x00, 0x01, 0x02, 0x03, 0x10, 0x80, 0xff];

const everyEvent: readonly EventObject[] = [
  ...readEvents,
  ...writeTypes.flatMap((type) => TELLING.map((value) => ({ type, value }))),
  ...[0, 1, 2, 64].map((count) => ({ type: "receive", characters: new Array(count).fill(0x41) })),
  { type: "restored" },
];

const anyEvent = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...readEvents) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom(...writeTypes),
      value: fc.oneof(fc.constantFrom(...TELLING), fc.nat(255)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("receive"),
      characters: fc.array(fc.nat(255), { maxLength: 70, size: "max" }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: "restored" }) },
);

describe.each([
  ["0.8.1", serialMachine081, 160],
  ["0.8.2", serialMachine, 148],
] as const)("serial %s compiled does what XState does", (_, machine, configurations) => {
  test("on sequences of events", async () => {
    fc.assert(sequencesAgree(await enginesOf(machine as unknown as AnyStateMachine), anyEvent));
  });

  test("in every configuration, on every event", async () => {
    const engines = await enginesOf(machine as unknown as AnyStateMachine);
    const coverage = everyConfigurationAgrees(engines, everyEvent);
    expect(coverage).toEqual({ configurations, checked: configurations * everyEvent.length });
  });
});
