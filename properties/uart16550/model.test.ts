/** The device is the reference model, in everything that a guest and its host see. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { Uart16550Options } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import { anyPart, type Step, stepSequence } from "../arbitraries/uart16550.js";
import { Uart16550Model } from "../model/uart16550/uart16550-model.js";
import { UART16550_EXAMPLES } from "../mutants/uart16550-examples.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { expectSame } from "../support/same.js";
import { PARTS } from "../support/uart16550-parts.js";
import { Watcher } from "../support/uart16550-seen.js";
import { device, inputOf, type Make } from "../support/uart16550-subject.js";
import { type Held, propertyOf, untilHeld } from "./invariant.js";

const OFFSETS = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Runs both, and fails at the first input after which they differ. */
function agree(
  make: Make,
  options: Uart16550Options,
  steps: readonly Step[],
  count: (name: string) => void,
): void {
  const uart = make(options);
  const model = new Uart16550Model(options);
  const watchers = [new Watcher(), new Watcher()] as const;
  // Power-on levels are not told.
  if (!options.mcrReset0)
    for (const watcher of watchers) watcher.seen([{ type: "modemOutput", pin: "OUT2", level: 1, tick: 0 }]);
  const inputs: Input[] = [];
  for (const step of steps) {
    const input = inputOf(step, { now: model.now, nextDue: model.nextDue() });
    inputs.push(input);
    const expected = watchers[0].seen(model.apply(input));
    const actual = watchers[1].seen(uart.apply(input));
    const where = { inputs };
    expectSame(actual, expected, where);
    for (const kind of Object.keys(expected)) count(kind);
    expectSame(
      [uart.nextDue, ...OFFSETS.map((offset) => uart.peek(offset))],
      [model.nextDue(), ...OFFSETS.map((offset) => model.peek(offset))],
      where,
    );
  }
}

const ALWAYS = ["reads", "transmits", "accepted", "overrun", "interruptLine", "serialOutput"];
const PINS = ["DTR", "RTS", "OUT1", "OUT2", "RXRDY", "TXRDY"];

it.each(UART16550_EXAMPLES)("$name", ({ options, steps }) => {
  agree(device, options, steps, () => {});
});

describe.each(Object.entries(PARTS))("%s", (_, options) => {
  it("does what the reference model does, on every sequence of inputs", () => {
    const held: Held = new Premises(...ALWAYS, ...PINS);
    const property = propertyOf(stepSequence(), (steps) =>
      agree(device, options, steps, (kind) => held.count(kind)),
    );
    untilHeld(held, property, runs(45));
  });
});

describe("a part with any options", () => {
  it("does what the reference model does", () => {
    const held: Held = new Premises(...ALWAYS);
    const property = propertyOf(fc.tuple(anyPart(), stepSequence(30)), ([options, steps]) =>
      agree(device, options, steps, (kind) => held.count(kind)),
    );
    untilHeld(held, property, runs(90));
  });
});
