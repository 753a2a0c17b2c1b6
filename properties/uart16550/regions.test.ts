/** Every region is a function of the registers, after every event, and after a restore at any time. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { type Uart16550Context, uart16550StateValue } from "../../machines/index.js";
import { Uart16550 } from "../../src/device/index.js";
import { type Step, stepSequence } from "../arbitraries/uart16550.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { PARTS } from "../support/uart16550-parts.js";
import { write } from "../support/uart16550-play.js";
import { inputOf } from "../support/uart16550-subject.js";
import { type Held, propertyOf, untilHeld } from "./invariant.js";

/** As text, in which the order of keys counts: emissions follow it. */
const text = (value: unknown): string => JSON.stringify(value);

/** What must have been met on every part: states that are left again soon, or come of several things at once. */
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
 * What chance seldom comes by: a character that waits for the host, a break that is sent, one that is received, loopback, a modem
 * input whose change is sampled.
 */
const BEGINNINGS: readonly Step[][] = [
  [],
  [{ type: "hold" }, write(0, 1), { type: "advance", ticks: 4_000_000 }, write(3, 0x43)],
  [write(1, 0x0f), { type: "break", on: true }],
  [write(1, 0x0f), write(4, 0x10), write(0, 1)],
  [{ type: "modem", cts: true, dsr: false, ri: false, dcd: true }, write(1, 0x08)],
  [{ type: "line", level: 0 }, ...new Array<Step>(6).fill({ type: "due", further: 0 }), write(0, 1)],
];

function agree(uart: Uart16550, where: unknown): string {
  const { value, context } = uart.snapshot;
  const actual = text(value);
  expectSame(actual, text(uart16550StateValue(context as Uart16550Context)), where);
  return actual;
}

describe.each(Object.entries(PARTS))("the regions of %s", (_, preset) => {
  it("agree with the registers, and a restored device is in the same states", () => {
    const held: Held = new Premises(...STATES);
    const property = propertyOf(
      fc.tuple(fc.constantFrom(...BEGINNINGS), stepSequence(15)),
      ([beginning, sequence]) => {
        const uart = new Uart16550({ preset, journal: false });
        agree(uart, "at the start");
        [...beginning, ...sequence].forEach((step, index) => {
          const input = inputOf(step, uart);
          uart.apply(input);
          const states = agree(uart, { index, input });
          for (const state of STATES) held.count(state, states.includes(state));
          if (index % 7) return;
          const restored = Uart16550.fromState(uart.state(), { preset, journal: false });
          expectSame(agree(restored, "restored"), states, { index, input });
        });
      },
    );
    untilHeld(held, property, runs(6));
  });
});
