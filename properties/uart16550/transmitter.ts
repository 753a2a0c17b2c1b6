/** I4 and I20: every character leaves in the end, and takes its time on the line. */
import fc from "fast-check";
import { expect } from "vitest";
import { LCR, LSR, MCR, MSR } from "../../machines/index.js";
import { byte } from "../arbitraries/bytes.js";
import { type Step, stepSequence } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import { play, read, write } from "../support/uart16550-play.js";
import { inputOf, type Seen, type Subject } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf } from "./invariant.js";

/** More things than can be due before 64 characters of 12 bits have left. */
const PATIENCE = 2500;

/** Whether the guest or the host can see why nothing leaves. */
function backPressure(uart: Subject): boolean {
  const { DLL, DLM } = uart.state();
  const stopped = uart.options.txTimed && uart.options.divisor0 === "stopped" && (DLL | DLM) === 0;
  const notClear = (uart.peek(4) & MCR.AFE) !== 0 && (uart.peek(6) & MSR.CTS) === 0;
  return stopped || notClear;
}

/** What holds characters back: a host, and characters that wait for it; or what a guest can see. */
const held = (): fc.Arbitrary<Step[]> =>
  fc.constantFrom<Step[]>(
    [],
    // No baud clock; or automatic flow control, and CTS not asserted.
    [write(2, 0x01), write(3, 0x83), write(0, 0), write(1, 0), write(3, 0x03), write(0, 1)],
    [write(4, 0x22), { type: "modem", cts: false, dsr: true, ri: false, dcd: true }],
    [{ type: "hold" }, write(0, 1), { type: "advance", ticks: 400_000 }, write(0, 2)],
    [write(2, 0x01), { type: "hold" }, write(0, 1), write(0, 2), { type: "advance", ticks: 400_000 }],
  );

/**
 * A liveness property: it presupposes fairness, of the host, which takes output again, and of time, which passes. The break that the
 * chip may send itself excuses nothing: it has "no effect on the transmitter logic".
 */
const I4: Invariant = {
  id: "I4",
  name: "THRE-LIVENESS",
  form: "liveness with fairness",
  applies: everyPart,
  premises: ["THRE was 0 after the write", "back-pressure", "the host held"],
  runs: 12,
  property: (make, options, premises) =>
    propertyOf(fc.tuple(stepSequence(12), held(), byte()), ([steps, hold, value]) => {
      const uart = make(options);
      for (const step of steps) uart.apply(inputOf(step, uart));
      uart.apply(write(3, uart.peek(3) & ~LCR.DLAB));
      for (const step of hold) uart.apply(inputOf(step, uart));
      uart.apply(write(0, value));
      const empty = () => (uart.peek(5) & LSR.THRE) !== 0;
      premises.count("THRE was 0 after the write", !empty() || !options.txTimed);
      premises.count("the host held", uart.state().outputHeld);
      uart.apply({ type: "release" });
      for (let due = 0; !empty() && due < PATIENCE && uart.nextDue !== undefined; due++) {
        uart.apply({ type: "advance", ticks: uart.nextDue - uart.now });
      }
      if (!empty()) expectSame(backPressure(uart), true, "THRE stays 0, and nothing is seen to hold it");
      premises.count("back-pressure", !empty() || (!options.txTimed && !options.autoFlow));
    }),
};

/** Bits on the line by LCR: the first level is the start bit's. Written from the datasheet's table of LCR. */
function levelsOf(lcr: number, value: number): (0 | 1)[] {
  const length = 5 + (lcr & 3);
  const data = Array.from({ length }, (_, bit) => ((value >> bit) & 1) as 0 | 1);
  const ones = data.filter((bit) => bit === 1).length;
  const even = (lcr & LCR.EPS) !== 0;
  const parity = lcr & LCR.STICK ? (even ? 0 : 1) : even ? ones % 2 : 1 - (ones % 2);
  return [0, ...data, ...(lcr & LCR.PEN ? [parity as 0 | 1] : [])];
}

const stopBitsOf = (lcr: number): number => (lcr & LCR.STB ? ((lcr & 3) === 0 ? 1.5 : 2) : 1);

/** What SOUT was at a time, by its edges. */
const levelAt = (edges: readonly (readonly [tick: number, level: number])[], tick: number): number =>
  edges.filter(([at]) => at <= tick).at(-1)?.[1] ?? 1;

const I20: Invariant = {
  id: "I20",
  name: "TIME",
  form: "data and time",
  // Without time, or by QEMU's formula, characters do not take their time on the line.
  applies: ({ txTimed, characterTime, stop15 }) => txTimed && characterTime === "exact" && stop15 === "stb",
  premises: ["one and a half stop bits", "two stop bits", "parity", "a character behind another"],
  runs: 20,
  property: (make, options, premises) =>
    propertyOf(
      fc.record({
        lcr: fc.oneof(fc.constantFrom(0x04, 0x03, 0x07, 0x1b), fc.nat({ max: 0x3f })),
        divisor: fc.constantFrom(1, 2, 3, 12, 48, 1047, 65_535),
        values: fc.array(byte(), { minLength: 1, maxLength: 4, size: "max" }),
        late: fc.nat({ max: 1000 }),
      }),
      ({ lcr, divisor, values, late }) => {
        const uart = make(options);
        for (const input of [
          write(3, 0x80),
          write(0, divisor & 0xff),
          write(1, divisor >> 8),
          write(3, lcr),
        ]) {
          uart.apply(input);
        }
        uart.apply(write(2, 0x01));
        uart.apply({ type: "advance", ticks: late });
        const seen: Seen[] = [];
        // Without FIFOs, THR takes the next one as soon as the first is in the shift register.
        const together = options.fifoSize > 1 ? values : values.slice(0, 2);
        for (const value of together) seen.push(...uart.apply(write(0, value)));
        const levels = (value: number) => levelsOf(lcr, value);
        const bit = (16 * divisor * options.clock) / options.inputClock;
        const character = (levels(0).length + stopBitsOf(lcr)) * bit;
        play(
          uart,
          [{ type: "advance", ticks: Math.ceil(together.length * character) + 10 }],
          () => (emitted) => {
            seen.push(...emitted);
          },
        );
        const edges = seen.flatMap((emission) =>
          emission.type === "serialOutput" ? [[emission.tick, emission.level] as const] : [],
        );
        const sent = seen.filter((emission) => emission.type === "transmit");
        const mask = (1 << (5 + (lcr & 3))) - 1;
        expectSame(
          sent.map(({ value }) => value),
          together.map((value) => value & mask),
          { lcr },
        );
        let start = late;
        sent.forEach(({ tick, value }, index) => {
          expectSame(tick - start, Math.floor(character), { lcr, divisor, index });
          levels(value).forEach((level, at) => {
            expectSame(levelAt(edges, start + Math.floor((at + 0.5) * bit)), level, { lcr, value, at });
          });
          for (let stop = levels(value).length + 0.25; stop * bit < character; stop += 0.5) {
            expect(levelAt(edges, start + Math.floor(stop * bit))).toBe(1);
          }
          start = tick;
        });
        // Nothing more happens on the line.
        uart.apply(read(5));
        premises.count("one and a half stop bits", stopBitsOf(lcr) === 1.5);
        premises.count("two stop bits", stopBitsOf(lcr) === 2);
        premises.count("parity", (lcr & LCR.PEN) !== 0);
        premises.count("a character behind another", together.length > 1);
      },
    ),
};

export const transmitterInvariants = [I4, I20];
