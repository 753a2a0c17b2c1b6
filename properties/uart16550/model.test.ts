/** The device is the reference model, in everything that a guest and its host see. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { Uart16550Options } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import { anyPart, stepSequence, type UartStep } from "../arbitraries/uart16550.js";
import { Uart16550Model } from "../model/uart16550/uart16550-model.js";
import { UART16550_EXAMPLES } from "../mutants/uart16550-examples.js";
import { expectSame } from "../support/expect-same.js";
import { Watcher } from "../support/pin-watcher.js";
import { runOptions } from "../support/runs.js";
import { PARTS } from "../support/uart16550-parts.js";
import { inputOf, type MakeSubject, makeDevice } from "../support/uart16550-subject.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import { propertyOf, type UsedPremises, untilHeld } from "./invariant.js";

const OFFSETS = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Runs both, and fails at the first input after which they differ. */
function expectAgreement(
  makeSubject: MakeSubject,
  options: Uart16550Options,
  sequence: readonly UartStep[],
  countKind: (name: string) => void,
): void {
  const subject = makeSubject(options);
  const referenceModel = new Uart16550Model(options);
  const watchers = [new Watcher(), new Watcher()] as const;
  // Power-on levels are not told.
  if (!options.resetClearsOUT2)
    for (const watcher of watchers)
      watcher.observe([{ type: "modemOutput", pin: "OUT2", level: 1, tick: 0 }]);
  const inputList: Input[] = [];
  for (const nextStep of sequence) {
    const input = inputOf(nextStep, { now: referenceModel.now, nextDue: referenceModel.nextDue() });
    inputList.push(input);
    const expected = watchers[0].observe(referenceModel.apply(input));
    const actual = watchers[1].observe(subject.apply(input));
    const where = { inputs: inputList };
    expectSame(actual, expected, where);
    for (const kindName of Object.keys(expected)) countKind(kindName);
    expectSame(
      [subject.nextDue, ...OFFSETS.map((offset) => subject.peek(offset))],
      [referenceModel.nextDue(), ...OFFSETS.map((offset) => referenceModel.peek(offset))],
      where,
    );
  }
}

const ALWAYS = ["reads", "transmits", "accepted", "overrun", "interruptLine", "serialOutput"];
const PINS = ["DTR", "RTS", "OUT1", "OUT2", "RXRDY", "TXRDY"];

it.each(UART16550_EXAMPLES)("$name", ({ options, steps: sequence }) => {
  expectAgreement(makeDevice, options, sequence, () => {});
});

describe.each(Object.entries(PARTS))("%s", (_, options) => {
  it("does what the reference model does, on every sequence of inputs", () => {
    const vacuityGuard: UsedPremises = new VacuityGuard(...ALWAYS, ...PINS);
    const property = propertyOf(stepSequence(), (sequence) =>
      expectAgreement(makeDevice, options, sequence, (kind) => vacuityGuard.count(kind)),
    );
    untilHeld(vacuityGuard, property, runOptions(45));
  });
});

describe("a part with any options", () => {
  it("does what the reference model does", () => {
    const vacuityGuard: UsedPremises = new VacuityGuard(...ALWAYS);
    const property = propertyOf(fc.tuple(anyPart(), stepSequence(30)), ([options, sequence]) =>
      expectAgreement(makeDevice, options, sequence, (kind) => vacuityGuard.count(kind)),
    );
    untilHeld(vacuityGuard, property, runOptions(90));
  });
});
