/** Behaviour lives in states: what the registers say beside them decides nothing. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { SerialEmission, SerialEvent } from "../../machines/index.js";
import { type ChartTransition, interpret } from "../../src/engine/index.js";
import { byte } from "../arbitraries/bytes.js";
import { anyState, likelyState } from "../arbitraries/states.js";
import { inputStep } from "../arbitraries/steps.js";
import { contextOf, eventOf, MACHINES, snapshotOf } from "../support/chart.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { REVISIONS, type RegisterState, type Revision } from "../support/steps.js";

const event = (): fc.Arbitrary<SerialEvent> =>
  fc.oneof(
    { arbitrary: inputStep().map((step): SerialEvent => eventOf(step) ?? { type: "restored" }), weight: 9 },
    { arbitrary: fc.constant<SerialEvent>({ type: "restored" }), weight: 1 },
  );

const scrambled = () =>
  fc.record({ LCR: byte(), MCR: byte(), IER: byte(), IIR: byte(), LSR: byte(), MSR: byte() });

/** What `sent` does in the configuration that `state` stands for, with some registers of the context overwritten. */
function consequence(revision: Revision, state: RegisterState, registers: object, sent: SerialEvent) {
  const machine = MACHINES[revision];
  const context = { ...contextOf(state), ...registers };
  const emitted: SerialEmission[] = [];
  const taken: ChartTransition[] = [];
  const run = interpret(machine).start(snapshotOf(machine, state, context));
  run.send(sent, emitted, taken);
  return {
    taken: taken.map(({ source, eventType, guard, actions }) => [source.id, eventType, guard, actions]),
    value: run.snapshot.value,
    fifo: [...run.context.receiveFifo],
    // The bytes that a register gives are its own; what kinds of things leave, and how many, is not.
    emitted: emitted.map((emission) => [emission.type, emission.type === "accepted" ? emission.count : 0]),
  };
}

describe.each(REVISIONS)("the serial chart of %s", (revision) => {
  it("takes the same transitions, and moves the same bytes, whatever the registers in context say", () => {
    const held = new Premises(
      "a byte queued",
      "a byte taken",
      "an interrupt",
      "a transmission",
      "two transitions",
    );
    const state = fc.oneof(likelyState(), anyState());
    fc.assert(
      fc.property(state, scrambled(), event(), (from, registers, sent) => {
        const plain = consequence(revision, from, {}, sent);
        expectSame(consequence(revision, from, registers, sent), plain, sent);
        held.count("a byte queued", plain.fifo.length > from.inBuffer.length);
        held.count("a byte taken", plain.fifo.length < from.inBuffer.length);
        held.count(
          "an interrupt",
          plain.emitted.some(([type]) => type === "interrupt"),
        );
        held.count(
          "a transmission",
          plain.emitted.some(([type]) => type === "transmit"),
        );
        held.count("two transitions", plain.taken.length > 1);
      }),
      runs(400),
    );
    held.expectEach();
  });
});
