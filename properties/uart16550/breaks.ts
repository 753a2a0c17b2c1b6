/** I19: breaks. */
import fc from "fast-check";
import { LSR } from "../../machines/index.js";
import { FAST } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import { countOf, dataOf, read, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf } from "./invariant.js";

/** A line that goes low for long and marks again, or of which the host says so; with characters before, in and after it. */
const breaks = () =>
  fc.record({
    lcr: fc.constantFrom(0x03, 0x00, 0x1b, 0x07, 0x2b),
    fifos: fc.constantFrom(0x01, 0x00),
    breaks: fc.array(
      fc.record({
        told: fc.boolean(),
        low: fc.constantFrom(400, 5000, 50_000),
        mark: fc.constantFrom(1, 16, 700),
        inside: fc.array(fc.nat({ max: 255 }), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  });

/** What has arrived is read at once: LSR, then RBR, for as long as DR says so. */
function drain(uart: Subject): (readonly [errors: number, value: number])[] {
  const taken: [number, number][] = [];
  while (uart.peek(5) & LSR.DR) {
    const errors = (dataOf(uart.apply(read(5))) as number) & LSR.BI;
    taken.push([errors, dataOf(uart.apply(read(0))) as number]);
  }
  return taken;
}

export const I19: Invariant = {
  id: "I19",
  name: "BREAK",
  form: "invariant",
  applies: everyPart,
  premises: ["on the line", "told", "characters during a break"],
  runs: 12,
  property: (make, options, held) =>
    propertyOf(breaks(), ({ lcr, fifos, breaks }) => {
      const uart = make(options);
      // A bit is 16 periods of the input clock, whatever a tick is.
      const period = options.clock / options.inputClock;
      const wait = (periods: number) => uart.apply({ type: "advance", ticks: Math.ceil(periods * period) });
      for (const input of FAST) uart.apply(input);
      uart.apply(write(3, lcr));
      uart.apply(write(2, fifos));
      for (const { told, low, mark, inside } of breaks) {
        const start = told ? ({ type: "break", on: true } as const) : ({ type: "line", level: 0 } as const);
        const end = told ? ({ type: "break", on: false } as const) : ({ type: "line", level: 1 } as const);
        let accepted = countOf(uart.apply(start), "accepted") + countOf(wait(low), "accepted");
        accepted += countOf(uart.apply({ type: "receive", characters: inside }), "accepted");
        accepted += countOf(wait(low), "accepted") + countOf(uart.apply(end), "accepted");
        expectSame(accepted, 1, { told, low, inside });
        expectSame(drain(uart), [[LSR.BI, 0]], { told, low, inside });
        held.count(told ? "told" : "on the line");
        held.count("characters during a break", inside.length > 0);
        wait(mark);
        // The line marks: the next character comes.
        expectSame(
          countOf(uart.apply({ type: "receive", characters: [0x15] }), "accepted"),
          1,
          "after the break",
        );
        expectSame(drain(uart), [[0, 0x15]], "after the break");
      }
    }),
};
