/** I12 and I13: what changes at the modem inputs, and loopback. */
import fc from "fast-check";
import { expect } from "vitest";
import { IER, LSR, MCR, MSR } from "../../machines/index.js";
import { byte } from "../arbitraries/bytes.js";
import { FAST, modemInputs, readFrom, type Step } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import { countOf, dataOf, play, probeOf, read, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf } from "./invariant.js";

/** MSR's low half after its high half has changed. */
function deltasOf(before: number, after: number): number {
  const changed = before ^ after;
  return (
    (changed & MSR.CTS ? MSR.DCTS : 0) |
    (changed & MSR.DSR ? MSR.DDSR : 0) |
    (changed & MSR.DCD ? MSR.DDCD : 0) |
    (changed & before & MSR.RI ? MSR.TERI : 0)
  );
}

const linesOf = (input: Extract<Step, { type: "modem" }>): number =>
  (input.cts ? MSR.CTS : 0) | (input.dsr ? MSR.DSR : 0) | (input.ri ? MSR.RI : 0) | (input.dcd ? MSR.DCD : 0);

const I12: Invariant = {
  id: "I12",
  name: "DELTA",
  form: "invariant",
  applies: everyPart,
  premises: ["DCTS", "DDSR", "TERI", "DDCD", "RI rises alone", "a change undone"],
  runs: 20,
  property: (make, options, held) =>
    propertyOf(
      fc.array(
        fc.oneof(
          { arbitrary: modemInputs(), weight: 4 },
          { arbitrary: fc.constant<Step>(readFrom(6)), weight: 2 },
          {
            arbitrary: fc.constantFrom<Step>(readFrom(5), readFrom(2), write(7, 1), {
              type: "advance",
              ticks: 9,
            }),
            weight: 1,
          },
        ),
        { minLength: 1, maxLength: 40, size: "max" },
      ),
      (steps) => {
        const uart = make(options);
        // A part that samples its inputs does so when MSR is read: what has come and gone between is not seen.
        let lines = MSR.CTS | MSR.DSR | MSR.DCD;
        let seenLines = lines;
        let deltas = 0;
        play(uart, steps, (input) => (emitted) => {
          if (input.type === "modem") {
            const now = linesOf(input);
            deltas |= deltasOf(lines, now);
            held.count("RI rises alone", (lines ^ now) === MSR.RI && (now & MSR.RI) !== 0);
            lines = now;
          }
          held.count("a change undone", lines === seenLines && deltas !== 0);
          const expected = lines | (options.msrLive ? deltas : deltasOf(seenLines, lines));
          const isRead = input.type === "read" && input.offset === 6;
          expectSame(isRead ? dataOf(emitted) : uart.peek(6), expected, input);
          if (!isRead) return;
          held.count("DCTS", (expected & MSR.DCTS) !== 0);
          held.count("DDSR", (expected & MSR.DDSR) !== 0);
          held.count("TERI", (expected & MSR.TERI) !== 0);
          held.count("DDCD", (expected & MSR.DDCD) !== 0);
          seenLines = lines;
          deltas = 0;
          expectSame(uart.peek(6), lines, "MSR read again");
        });
      },
    ),
};

/** A character that is sent in loopback, and must come back. */
interface Trip {
  readonly type: "trip";
  readonly value: number;
  readonly lcr: number;
}

type Inside = Step | Trip;

/** What happens in loopback. */
const inside = (external: boolean): fc.Arbitrary<Inside> =>
  fc.oneof(
    fc.record({ type: fc.constant("trip" as const), value: byte(), lcr: fc.nat({ max: 0x3f }) }),
    fc.nat({ max: 15 }).map((value): Inside => write(4, MCR.LOOP | value)),
    fc.constantFrom<Inside>({ type: "advance", ticks: 40 }, { type: "advance", ticks: 900 }, readFrom(6)),
    modemInputs(),
    ...(external
      ? [
          fc.constantFrom<Inside>(
            { type: "line", level: 0 },
            { type: "line", level: 1 },
            { type: "receive", characters: [0x55] },
          ),
        ]
      : []),
  );

/** MSR's high half as MCR has it in loopback. */
const looped = (mcr: number): number =>
  (mcr & MCR.RTS ? MSR.CTS : 0) |
  (mcr & MCR.DTR ? MSR.DSR : 0) |
  (mcr & MCR.OUT1 ? MSR.RI : 0) |
  (mcr & MCR.OUT2 ? MSR.DCD : 0);

/** Sends a character and takes it back: data and format must be what was sent. */
function roundTrip(uart: Subject, { value, lcr }: Trip): void {
  uart.apply(write(3, lcr));
  // Whatever has arrived is read first, and its errors.
  while (uart.peek(5) & LSR.DR) uart.apply(read(0));
  uart.apply(read(5));
  const emitted = [...uart.apply(write(0, value))];
  for (let due = 0; (uart.peek(5) & LSR.DR) === 0 && due < 20 && uart.nextDue !== undefined; due++) {
    emitted.push(...uart.apply({ type: "advance", ticks: uart.nextDue - uart.now }));
  }
  const mask = uart.options.wordMask ? (1 << (5 + (lcr & 3))) - 1 : 0xff;
  expectSame(dataOf(uart.apply(read(0))), value & mask, { lcr, value });
  expectSame(uart.peek(5) & (LSR.PE | LSR.FE | LSR.BI), 0, { lcr, value });
  expect(countOf(emitted, "transmit")).toBe(0);
  expect(countOf(emitted, "accepted")).toBe(0);
}

const I13: Invariant = {
  id: "I13",
  name: "LOOPBACK",
  form: "data and time",
  applies: everyPart,
  premises: ["a round trip", "MCR changed", "modem status interrupts, or cannot"],
  runs: 12,
  property: (make, options, held) =>
    propertyOf(
      fc.tuple(
        fc.constantFrom(0x00, 0x01, 0x41),
        fc.nat({ max: 15 }),
        fc.array(inside(options.loopNoExtRx), { minLength: 1, maxLength: 15, size: "max" }),
      ),
      ([fifos, mcr, steps]) => {
        const uart = make(options);
        const pins: Record<string, number> = {};
        for (const input of [...FAST, write(2, fifos), write(4, mcr), write(4, MCR.LOOP | mcr)]) {
          for (const emission of uart.apply(input))
            if (emission.type === "modemOutput") pins[emission.pin] = emission.level;
        }
        for (const step of steps) {
          const before = looped(uart.peek(4));
          const known = uart.peek(6) & MSR.DELTAS;
          const copy = uart.fork();
          if (step.type === "trip") {
            play(
              copy,
              [write(3, step.lcr), write(0, step.value), { type: "advance", ticks: 400 }],
              () => (emitted) => {
                expect(countOf(emitted, "serialOutput"), "SOUT marks").toBe(0);
              },
            );
            roundTrip(uart, step);
            held.count("a round trip");
          } else
            play(uart, [step], (input) => (emitted) => {
              for (const emission of emitted)
                if (emission.type === "modemOutput") pins[emission.pin] = emission.level;
              expect(countOf(emitted, "serialOutput"), "SOUT marks").toBe(0);
              expect(countOf(emitted, "transmit")).toBe(0);
              if (options.loopNoExtRx) expect(countOf(emitted, "accepted"), "SIN is ignored").toBe(0);
              if (input.type !== "write") return;
              held.count("MCR changed");
              const expected = options.loopDeltas ? known | deltasOf(before, looped(input.value)) : 0;
              expectSame(uart.peek(6) & expected, expected, { input, before });
              const probe = probeOf(uart);
              probe.apply(write(1, IER.EDSSI));
              const interrupts = (probe.peek(2) & 0x0f) === 0;
              if (expected !== 0) expectSame(interrupts, true, { input, expected });
              held.count("modem status interrupts, or cannot", interrupts || !options.loopDeltas);
            });
          expectSame(uart.peek(6) & 0xf0, looped(uart.peek(4)), step);
          for (const level of Object.values(pins)) expectSame(level, 0, { pins });
        }
      },
    ),
};

export const modemInvariants = [I12, I13];
