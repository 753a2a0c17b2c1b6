/** Behaviour lives in states: what the registers say beside them decides nothing. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SerialEmission, SerialEvent } from "../../machines/index.js";
import { type ChartTransition, interpret } from "../../src/engine/index.js";
import { byte } from "../arbitraries/bytes.js";
import { anyState, likelyState } from "../arbitraries/states.js";
import { inputStep } from "../arbitraries/steps.js";
import { contextOf, eventOf, MACHINES, snapshotOf } from "../support/chart.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { REVISIONS, type RegisterState, type Revision } from "../support/steps.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const event = (): fc.Arbitrary<SerialEvent> =>
  fc.oneof(
    { arbitrary: inputStep().map((step): SerialEvent => eventOf(step) ?? { type: "restored" }), weight: 9 },
    { arbitrary: fc.constant<SerialEvent>({ type: "restored" }), weight: 1 },
  );

const scrambled = () =>
  fc.record({ LCR: byte(), MCR: byte(), IER: byte(), IIR: byte(), LSR: byte(), MSR: byte() });

/** Returns the results of an event in the configuration of a state, with some registers of the context overwritten. */
function consequence(revision: Revision, state: RegisterState, registers: object, transmitted: SerialEvent) {
  const machine = MACHINES[revision];
  const context = { ...contextOf(state), ...registers };
  const emitted: SerialEmission[] = [];
  const transitions: ChartTransition[] = [];
  const chartRun = interpret(machine).start(snapshotOf(machine, state, context));
  chartRun.send(transmitted, emitted, transitions);
  return {
    taken: transitions.map(({ source, eventType, guard, actions }) => [source.id, eventType, guard, actions]),
    value: chartRun.snapshot.value,
    fifo: [...chartRun.context.receiveFifo],
    // The bytes that a register gives are its own; what kinds of things leave, and how many, is not.
    emitted: emitted.map((emission) => [emission.type, emission.type === "accepted" ? emission.count : 0]),
  };
}

describe.each(REVISIONS)("the serial chart of %s", (revision) => {
  it("takes the same transitions, and moves the same bytes, whatever the registers in context say", () => {
    const vacuityGuard = new VacuityGuard(
      "a byte queued",
      "a byte taken",
      "an interrupt",
      "a transmission",
      "two transitions",
    );
    const state = fc.oneof(likelyState(), anyState());
    fc.assert(
      fc.property(state, scrambled(), event(), (from, registers, transmitted) => {
        const plain = consequence(revision, from, {}, transmitted);
        expectSame(consequence(revision, from, registers, transmitted), plain, transmitted);
        vacuityGuard.count("a byte queued", plain.fifo.length > from.inBuffer.length);
        vacuityGuard.count("a byte taken", plain.fifo.length < from.inBuffer.length);
        vacuityGuard.count(
          "an interrupt",
          plain.emitted.some(([eventType]) => eventType === "interrupt"),
        );
        vacuityGuard.count(
          "a transmission",
          plain.emitted.some(([eventType]) => eventType === "transmit"),
        );
        vacuityGuard.count("two transitions", plain.taken.length > 1);
      }),
      runOptions(400),
    );
    vacuityGuard.expectEach();
  });
});
