/** I1, I2, I3, I5 and I18: what interrupts, and how it is served. */
import fc from "fast-check";
import { expect } from "vitest";
import { IER, LSR, MCR } from "../../machines/index.js";
import { stepSequence } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import {
  dataOf,
  play,
  probeOf,
  read,
  readOf,
  type Sources,
  sourcesOf,
  write,
} from "../support/uart16550-play.js";
import type { Seen, Subject } from "../support/uart16550-subject.js";
import { everyPart, type Held, type Invariant, propertyOf } from "./invariant.js";

const isPending = (code: number): boolean => (code & 1) === 0;

/** Sequences of which most end with sources enabled, so that there is something to see. */
const sequences = () =>
  fc.tuple(stepSequence(25), fc.constantFrom(0x0f, 0x0f, 0x03, 0x0a)).map(([steps, ier]) => {
    const enable = write(1, ier);
    return [enable, ...steps.flatMap((step, at) => (at % 8 === 7 ? [step, enable] : [step]))];
  });

/** The codes by priority: the first that is pending is what IIR must say. */
const highest = ({ lineStatus, data, thrEmpty, modemStatus }: Sources): number =>
  [lineStatus, data, thrEmpty, modemStatus].find(isPending) ?? 1;

function countSources(held: Held, sources: Sources): void {
  for (const [name, code] of Object.entries(sources)) held.count(name, isPending(code));
  held.count("several sources", Object.values(sources).filter(isPending).length > 1);
  held.count("none", !Object.values(sources).some(isPending));
}

const SOURCES = ["lineStatus", "data", "thrEmpty", "modemStatus", "several sources", "none"] as const;

const I1: Invariant = {
  id: "I1",
  name: "IRQ-LEVEL",
  form: "invariant",
  applies: everyPart,
  premises: [...SOURCES, "high", "low"],
  runs: 8,
  property: (make, options, held) =>
    propertyOf(sequences(), (steps) => {
      const uart = make(options);
      let line = 0;
      play(uart, steps, () => (emitted) => {
        for (const emission of emitted) if (emission.type === "interruptLine") line = emission.level;
        const sources = sourcesOf(uart);
        countSources(held, sources);
        const gated = options.board === "pc" && (uart.peek(4) & (MCR.OUT2 | MCR.LOOP)) !== MCR.OUT2;
        const expected = Object.values(sources).some(isPending) && !gated;
        expectSame(line, Number(expected), sources);
        held.count(expected ? "high" : "low");
      });
    }),
};

const I2: Invariant = {
  id: "I2",
  name: "IIR-CODE",
  form: "invariant",
  applies: everyPart,
  premises: SOURCES,
  runs: 8,
  property: (make, options, held) =>
    propertyOf(sequences(), (steps) => {
      const uart = make(options);
      play(uart, steps, (input) => {
        const before = uart.peek(2);
        return (emitted) => {
          if (input.type === "read" && input.offset === 2) expectSame(dataOf(emitted), before, input);
          const sources = sourcesOf(uart);
          countSources(held, sources);
          expectSame(uart.peek(2) & 0x0f, highest(sources), { input, sources });
          // Each source has its own codes.
          expect([6, 1]).toContain(sources.lineStatus);
          expect([4, 0xc, 1]).toContain(sources.data);
          expect([2, 1]).toContain(sources.thrEmpty);
          expect([0, 1]).toContain(sources.modemStatus);
        };
      });
    }),
};

const I3: Invariant = {
  id: "I3",
  name: "ACK-ONLY-SOURCE",
  form: "invariant",
  applies: everyPart,
  premises: ["THR empty reported", "THR empty pending, another reported", "nothing reported"],
  runs: 15,
  property: (make, options, held) =>
    propertyOf(sequences(), (steps) => {
      const uart = make(options);
      let at = 0;
      play(uart, steps, () => {
        // IIR is read of a copy, wherever the sequence has come.
        if (at++ % 2) return undefined;
        const copy = probeOf(uart);
        const before = sourcesOf(copy);
        const visible = [copy.peek(5), copy.peek(6)];
        const code = readOf(copy, 2) & 0x0f;
        const expected = code === 2 ? { ...before, thrEmpty: 1 } : before;
        expectSame(sourcesOf(copy), expected, { code });
        expectSame([copy.peek(5), copy.peek(6)], visible, { code });
        held.count("THR empty reported", code === 2);
        held.count("THR empty pending, another reported", code !== 2 && isPending(before.thrEmpty));
        held.count("nothing reported", code === 1);
        return undefined;
      });
    }),
};

/** ETBEI is set, whatever it was; at times what comes of it is acknowledged, or a character is queued behind another. */
const toggles = () =>
  fc.constantFrom(
    [write(1, 0x00), write(1, 0x02)],
    [write(1, 0x02), read(2), write(1, 0x0d), write(1, 0x0f)],
    [write(3, 0x03), { type: "hold" } as const, write(0, 1), write(0, 2), write(1, 0x00), write(1, 0x02)],
  );

const I5: Invariant = {
  id: "I5",
  name: "THRE-REARM",
  form: "invariant",
  applies: ({ etbeiRearms }) => etbeiRearms === "rising",
  premises: ["enabled while THRE is 1", "enabled while THRE is 0", "acknowledged before"],
  runs: 20,
  property: (make, options, held) =>
    propertyOf(
      fc.tuple(stepSequence(25), fc.array(toggles(), { maxLength: 4, size: "max" })),
      ([steps, more]) => {
        const uart = make(options);
        let acknowledged = false;
        play(uart, [...steps, ...more.flat()], (input) => {
          if (input.type === "read" && input.offset === 2 && (uart.peek(2) & 0x0f) === 2) acknowledged = true;
          if (input.type !== "write" || input.offset !== 1 || uart.peek(3) & 0x80) return undefined;
          const rises = (uart.peek(1) & IER.ETBEI) === 0 && (input.value & IER.ETBEI) !== 0;
          const empty = (uart.peek(5) & LSR.THRE) !== 0;
          held.count("enabled while THRE is 0", rises && !empty);
          if (!held.count("enabled while THRE is 1", rises && empty)) return undefined;
          held.count("acknowledged before", acknowledged);
          return () => expectSame(sourcesOf(uart).thrEmpty, 2, input);
        });
      },
    ),
};

/** A driver's interrupt handler serves what IIR reports, and checks that this lowers it. Returns how often it had to. */
function handle(uart: Subject, most: number): number {
  for (let served = 0; ; served++) {
    const code = readOf(uart, 2) & 0x0f;
    if (code === 1) return served;
    if (served > most) throw new Error(`an interrupt storm: IIR still says ${code} after ${served} services`);
    if (code === 6) {
      readOf(uart, 5);
      expect(uart.peek(2) & 0x0f).not.toBe(6);
      // Which character was wrong: drivers take it out.
      readOf(uart, 0);
    } else if (code === 4 || code === 0xc) {
      const { length } = uart.state().receiveFifo;
      readOf(uart, 0);
      expect(uart.state().receiveFifo).toHaveLength(length - 1);
      if (code === 0xc) expect(uart.peek(2) & 0x0f).not.toBe(0xc);
    } else if (code === 2) {
      expect(uart.peek(2) & 0x0f).not.toBe(2);
    } else {
      readOf(uart, 6);
      expect(uart.peek(2) & 0x0f).not.toBe(0);
    }
  }
}

const SERVED = ["several services", "a line error", "characters", "a modem change"] as const;

const I18: Invariant = {
  id: "I18",
  name: "NO-STORM",
  form: "invariant",
  applies: everyPart,
  premises: SERVED,
  runs: 20,
  property: (make, options, held) =>
    propertyOf(fc.tuple(stepSequence(25), fc.constantFrom(0x0f, 0x0d, 0x0a)), ([steps, ier]) => {
      const uart = make(options);
      const emissions: Seen[] = [];
      play(uart, steps, () => (emitted) => emissions.push(...emitted));
      const handler = probeOf(uart);
      // QEMU keeps what has changed while it loops, and its interrupt: the one storm that it has.
      if (!options.loopDeltas) handler.apply(write(4, handler.peek(4) & ~MCR.LOOP));
      handler.apply(write(1, ier));
      held.count("a line error", (handler.peek(5) & 0x1e) !== 0);
      held.count("a modem change", (handler.peek(6) & 0x0f) !== 0);
      const bytes = handler.state().receiveFifo.length;
      held.count("characters", bytes > 0);
      const served = handle(handler, 5 + bytes);
      held.count("several services", served > 1);
    }),
};

export const interruptInvariants = [I1, I2, I3, I5, I18];
