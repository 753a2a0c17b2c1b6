/** I19: breaks. */
import fc from "fast-check";
import { LSR } from "../../machines/index.js";
import { FAST } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
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

/** Reads all that has arrived: LSR, then RBR, while DR is set. */
function drainReceiver(subject: Subject): (readonly [errors: number, value: number])[] {
  const drained: [number, number][] = [];
  while (subject.peek(5) & LSR.DR) {
    const errorBits = (dataOf(subject.apply(read(5))) as number) & LSR.BI;
    drained.push([errorBits, dataOf(subject.apply(read(0))) as number]);
  }
  return drained;
}

export const I19: Invariant = {
  id: "I19",
  name: "BREAK",
  form: "invariant",
  applies: everyPart,
  premises: ["on the line", "told", "characters during a break"],
  runs: 12,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(breaks(), ({ lcr, fifos, breaks }) => {
      const subject = makeSubject(options);
      // A bit is 16 periods of the input clock, whatever a tick is.
      const period = options.clock / options.inputClock;
      const wait = (periods: number) =>
        subject.apply({ type: "advance", ticks: Math.ceil(periods * period) });
      for (const input of FAST) subject.apply(input);
      subject.apply(write(3, lcr));
      subject.apply(write(2, fifos));
      for (const { told, low, mark, inside } of breaks) {
        const start = told ? ({ type: "break", on: true } as const) : ({ type: "line", level: 0 } as const);
        const end = told ? ({ type: "break", on: false } as const) : ({ type: "line", level: 1 } as const);
        let accepted = countOf(subject.apply(start), "accepted") + countOf(wait(low), "accepted");
        accepted += countOf(subject.apply({ type: "receive", characters: inside }), "accepted");
        accepted += countOf(wait(low), "accepted") + countOf(subject.apply(end), "accepted");
        expectSame(accepted, 1, { told, low, inside });
        expectSame(drainReceiver(subject), [[LSR.BI, 0]], { told, low, inside });
        vacuityGuard.count(told ? "told" : "on the line");
        vacuityGuard.count("characters during a break", inside.length > 0);
        wait(mark);
        // The line marks: the next character comes.
        expectSame(
          countOf(subject.apply({ type: "receive", characters: [0x15] }), "accepted"),
          1,
          "after the break",
        );
        expectSame(drainReceiver(subject), [[0, 0x15]], "after the break");
      }
    }),
};
