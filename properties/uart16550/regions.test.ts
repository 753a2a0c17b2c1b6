/** Every region is a function of the registers, after every event, and after a restore at any time. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { type Uart16550Context, uart16550StateValue } from "../../machines/index.js";
import { Uart16550 } from "../../src/device/index.js";
import { stepSequence, type UartStep } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { PARTS } from "../support/uart16550-parts.js";
import { write } from "../support/uart16550-play.js";
import { inputOf } from "../support/uart16550-subject.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import { propertyOf, type UsedPremises, untilHeld } from "./invariant.js";

/** As text, in which the order of keys counts: emissions follow it. */
const serialise = (value: unknown): string => JSON.stringify(value);

/** The states that every part must reach: those that are left again soon, or need several things at once. */
const STATES = [
  '"divisorLatch":"open"',
  '"loopback":"on"',
  '"breakControl":"on"',
  '"hostOutput":"held"',
  '"serialInput":"spacing"',
  '"receiver":"startBit"',
  '"receiver":"dataBits"',
  '"receiver":"stopBit"',
  '"receiver":"awaitingMark"',
  '"transmitter":"waiting"',
  '"transmitFifo":{"empty":"pending"}',
  '"transmitFifo":{"empty":"acknowledged"}',
  '"receiveFifo":{"triggered":"full"}',
  '"lineStatus":"shown"',
  '"changes":"changed"',
  '"interruptIdentification":"receivedData"',
  '"interruptLine":"high"',
];

/**
 * Beginnings that chance seldom finds: a character that waits for the host, a break that is sent, one that is received, loopback, a modem
 * input whose change is sampled, an interrupt that OUT2 lets out on a PC.
 */
const BEGINNINGS: readonly UartStep[][] = [
  [],
  [{ type: "hold" }, write(0, 1), { type: "advance", ticks: 4_000_000 }, write(3, 0x43)],
  [write(1, 0x0f), { type: "break", on: true }],
  [write(1, 0x0f), write(4, 0x10), write(0, 1)],
  [{ type: "modem", cts: true, dsr: false, ri: false, dcd: true }, write(1, 0x08)],
  [write(4, 0x08), write(1, 0x0f)],
  [{ type: "line", level: 0 }, ...new Array<UartStep>(6).fill({ type: "due", further: 0 }), write(0, 1)],
];

function expectAgreement(uartDevice: Uart16550, where: unknown): string {
  const { value, context } = uartDevice.snapshot;
  const actual = serialise(value);
  expectSame(actual, serialise(uart16550StateValue(context as Uart16550Context)), where);
  return actual;
}

describe.each(Object.entries(PARTS))("the regions of %s", (_, presetOptions) => {
  it("agree with the registers, and a restored device is in the same states", () => {
    const vacuityGuard: UsedPremises = new VacuityGuard(...STATES);
    const property = propertyOf(
      fc.tuple(fc.constantFrom(...BEGINNINGS), stepSequence(15)),
      ([beginning, sequence]) => {
        const uartDevice = new Uart16550({ preset: presetOptions, journal: false, unmapped: "zero" });
        expectAgreement(uartDevice, "at the start");
        [...beginning, ...sequence].forEach((nextStep, stepIndex) => {
          const input = inputOf(nextStep, uartDevice);
          uartDevice.apply(input);
          const states = expectAgreement(uartDevice, { index: stepIndex, input });
          for (const stateName of STATES) vacuityGuard.count(stateName, states.includes(stateName));
          if (stepIndex % 7) return;
          const restored = Uart16550.fromState(uartDevice.state(), {
            preset: presetOptions,
            journal: false,
            unmapped: "zero",
          });
          expectSame(expectAgreement(restored, "restored"), states, { index: stepIndex, input });
        });
      },
    );
    untilHeld(vacuityGuard, property, runOptions(6));
  });
});
