/** I12 and I13: what changes at the modem inputs, and loopback. */
import fc from "fast-check";
import { expect } from "vitest";
import { IER, LSR, MCR, MSR } from "../../machines/index.js";
import { byte } from "../arbitraries/bytes.js";
import { FAST, modemInputs, readFrom, type UartStep } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { countOf, dataOf, playInputs, probeOf, read, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf } from "./invariant.js";

/** MSR's low half after its high half has changed. */
function deltasOf(previous: number, following: number): number {
  const changed = previous ^ following;
  return (
    (changed & MSR.CTS ? MSR.DCTS : 0) |
    (changed & MSR.DSR ? MSR.DDSR : 0) |
    (changed & MSR.DCD ? MSR.DDCD : 0) |
    (changed & previous & MSR.RI ? MSR.TERI : 0)
  );
}

const linesOf = (input: Extract<UartStep, { type: "modem" }>): number =>
  (input.cts ? MSR.CTS : 0) | (input.dsr ? MSR.DSR : 0) | (input.ri ? MSR.RI : 0) | (input.dcd ? MSR.DCD : 0);

const I12: Invariant = {
  id: "I12",
  name: "DELTA",
  form: "invariant",
  applies: everyPart,
  premises: ["DCTS", "DDSR", "TERI", "DDCD", "RI rises alone", "a change undone"],
  runs: 20,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(
      fc.array(
        fc.oneof(
          { arbitrary: modemInputs(), weight: 4 },
          { arbitrary: fc.constant<UartStep>(readFrom(6)), weight: 2 },
          {
            arbitrary: fc.constantFrom<UartStep>(readFrom(5), readFrom(2), write(7, 1), {
              type: "advance",
              ticks: 9,
            }),
            weight: 1,
          },
        ),
        { minLength: 1, maxLength: 40, size: "max" },
      ),
      (sequence) => {
        const subject = makeSubject(options);
        // A part that samples its inputs does so when MSR is read: what has come and gone between is not seen.
        let lines = MSR.CTS | MSR.DSR | MSR.DCD;
        let seenLines = lines;
        let deltas = 0;
        playInputs(subject, sequence, (input) => (emitted) => {
          if (input.type === "modem") {
            const currentTick = linesOf(input);
            deltas |= deltasOf(lines, currentTick);
            vacuityGuard.count(
              "RI rises alone",
              (lines ^ currentTick) === MSR.RI && (currentTick & MSR.RI) !== 0,
            );
            lines = currentTick;
          }
          vacuityGuard.count("a change undone", lines === seenLines && deltas !== 0);
          const expected = lines | (options.modemInputsAreLive ? deltas : deltasOf(seenLines, lines));
          const isRead = input.type === "read" && input.offset === 6;
          expectSame(isRead ? dataOf(emitted) : subject.peek(6), expected, input);
          if (!isRead) return;
          vacuityGuard.count("DCTS", (expected & MSR.DCTS) !== 0);
          vacuityGuard.count("DDSR", (expected & MSR.DDSR) !== 0);
          vacuityGuard.count("TERI", (expected & MSR.TERI) !== 0);
          vacuityGuard.count("DDCD", (expected & MSR.DDCD) !== 0);
          seenLines = lines;
          deltas = 0;
          expectSame(subject.peek(6), lines, "MSR read again");
        });
      },
    ),
};

/** A character that is sent in loopback, and must come back. */
interface Trip {
  readonly type: "trip";
  readonly value: number;
  readonly lineControl: number;
}

type Inside = UartStep | Trip;

/** Steps in loopback. */
const loopbackStep = (external: boolean): fc.Arbitrary<Inside> =>
  fc.oneof(
    fc.record({ type: fc.constant("trip" as const), value: byte(), lineControl: fc.nat({ max: 0x3f }) }),
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
const loopedInputs = (modemControl: number): number =>
  (modemControl & MCR.RTS ? MSR.CTS : 0) |
  (modemControl & MCR.DTR ? MSR.DSR : 0) |
  (modemControl & MCR.OUT1 ? MSR.RI : 0) |
  (modemControl & MCR.OUT2 ? MSR.DCD : 0);

/** Sends a character and takes it back: data and format must be what was sent. */
function roundTrip(subject: Subject, { value, lineControl }: Trip): void {
  subject.apply(write(3, lineControl));
  // Whatever has arrived is read first, and its errors.
  while (subject.peek(5) & LSR.DR) subject.apply(read(0));
  subject.apply(read(5));
  const emitted = [...subject.apply(write(0, value))];
  for (
    let dueTick = 0;
    (subject.peek(5) & LSR.DR) === 0 && dueTick < 20 && subject.nextDue !== undefined;
    dueTick++
  ) {
    emitted.push(...subject.apply({ type: "advance", ticks: subject.nextDue - subject.now }));
  }
  const mask = subject.options.wordLengthMasksCharacters ? (1 << (5 + (lineControl & 3))) - 1 : 0xff;
  expectSame(dataOf(subject.apply(read(0))), value & mask, { lcr: lineControl, value });
  expectSame(subject.peek(5) & (LSR.PE | LSR.FE | LSR.BI), 0, { lcr: lineControl, value });
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
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(
      fc.tuple(
        fc.constantFrom(0x00, 0x01, 0x41),
        fc.nat({ max: 15 }),
        fc.array(loopbackStep(options.loopbackDisconnectsSIN), { minLength: 1, maxLength: 15, size: "max" }),
      ),
      ([fifos, modemControl, sequence]) => {
        const subject = makeSubject(options);
        const outputLevels: Record<string, number> = {};
        for (const input of [
          ...FAST,
          write(2, fifos),
          write(4, modemControl),
          write(4, MCR.LOOP | modemControl),
        ]) {
          for (const emission of subject.apply(input))
            if (emission.type === "modemOutput") outputLevels[emission.pin] = emission.level;
        }
        for (const loopStep of sequence) {
          const previous = loopedInputs(subject.peek(4));
          const deltasBefore = subject.peek(6) & MSR.DELTAS;
          const forked = subject.fork();
          if (loopStep.type === "trip") {
            playInputs(
              forked,
              [write(3, loopStep.lineControl), write(0, loopStep.value), { type: "advance", ticks: 400 }],
              () => (emitted) => {
                expect(countOf(emitted, "serialOutput"), "SOUT marks").toBe(0);
              },
            );
            roundTrip(subject, loopStep);
            vacuityGuard.count("a round trip");
          } else
            playInputs(subject, [loopStep], (input) => (emitted) => {
              for (const emission of emitted)
                if (emission.type === "modemOutput") outputLevels[emission.pin] = emission.level;
              expect(countOf(emitted, "serialOutput"), "SOUT marks").toBe(0);
              expect(countOf(emitted, "transmit")).toBe(0);
              if (options.loopbackDisconnectsSIN)
                expect(countOf(emitted, "accepted"), "SIN is ignored").toBe(0);
              if (input.type !== "write") return;
              vacuityGuard.count("MCR changed");
              const expected = options.loopbackHasDeltas
                ? deltasBefore | deltasOf(previous, loopedInputs(input.value))
                : 0;
              expectSame(subject.peek(6) & expected, expected, { input, before: previous });
              const latchClosed = probeOf(subject);
              latchClosed.apply(write(1, IER.EDSSI));
              const interrupts = (latchClosed.peek(2) & 0x0f) === 0;
              if (expected !== 0) expectSame(interrupts, true, { input, expected });
              vacuityGuard.count(
                "modem status interrupts, or cannot",
                interrupts || !options.loopbackHasDeltas,
              );
            });
          expectSame(subject.peek(6) & 0xf0, loopedInputs(subject.peek(4)), loopStep);
          for (const pinLevel of Object.values(outputLevels)) expectSame(pinLevel, 0, { pins: outputLevels });
        }
      },
    ),
};

export const modemInvariants = [I12, I13];
