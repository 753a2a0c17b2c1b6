/** I4 and I20: every character leaves in the end, and takes its time on the line. */
import fc from "fast-check";
import { expect } from "vitest";
import { LCR, LSR, MCR, MSR } from "../../machines/index.js";
import { byte } from "../arbitraries/bytes.js";
import { stepSequence, type UartStep } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { playInputs, read, write } from "../support/uart16550-play.js";
import { inputOf, type Subject, type TimedEmission } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf } from "./invariant.js";

/** More things than can be due before 64 characters of 12 bits have left. */
const PATIENCE = 2500;

/** True if the guest or the host can see why nothing leaves. */
function backPressure(subject: Subject): boolean {
  const { DLL, DLM } = subject.state();
  const stopped =
    subject.options.transmitterIsTimed && subject.options.zeroDivisor === "stopped" && (DLL | DLM) === 0;
  const notClear = (subject.peek(4) & MCR.AFE) !== 0 && (subject.peek(6) & MSR.CTS) === 0;
  return stopped || notClear;
}

/** Steps that hold characters back: a host, and characters that wait for it; or a cause that a guest can see. */
const blockedStarts = (): fc.Arbitrary<UartStep[]> =>
  fc.constantFrom<UartStep[]>(
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
  property: (makeSubject, options, premises) =>
    propertyOf(
      fc.tuple(stepSequence(12), blockedStarts(), byte()),
      ([sequence, holdSteps, registerValue]) => {
        const subject = makeSubject(options);
        for (const nextStep of sequence) subject.apply(inputOf(nextStep, subject));
        subject.apply(write(3, subject.peek(3) & ~LCR.DLAB));
        for (const nextStep of holdSteps) subject.apply(inputOf(nextStep, subject));
        subject.apply(write(0, registerValue));
        const empty = () => (subject.peek(5) & LSR.THRE) !== 0;
        premises.count("THRE was 0 after the write", !empty() || !options.transmitterIsTimed);
        premises.count("the host held", subject.state().outputHeld);
        subject.apply({ type: "release" });
        for (let dueTick = 0; !empty() && dueTick < PATIENCE && subject.nextDue !== undefined; dueTick++) {
          subject.apply({ type: "advance", ticks: subject.nextDue - subject.now });
        }
        if (!empty()) expectSame(backPressure(subject), true, "THRE stays 0, and nothing is seen to hold it");
        premises.count("back-pressure", !empty() || (!options.transmitterIsTimed && !options.autoFlow));
      },
    ),
};

/** Bits on the line by LCR: the first level is the start bit's. Written from the datasheet's table of LCR. */
function levelsOf(lineControl: number, registerValue: number): (0 | 1)[] {
  const length = 5 + (lineControl & 3);
  const dataBits = Array.from({ length }, (_, bitTicks) => ((registerValue >> bitTicks) & 1) as 0 | 1);
  const onesCount = dataBits.filter((bit) => bit === 1).length;
  const evenParity = (lineControl & LCR.EPS) !== 0;
  const parity =
    lineControl & LCR.STICK ? (evenParity ? 0 : 1) : evenParity ? onesCount % 2 : 1 - (onesCount % 2);
  return [0, ...dataBits, ...(lineControl & LCR.PEN ? [parity as 0 | 1] : [])];
}

const stopBitsOf = (lcr: number): number => (lcr & LCR.STB ? ((lcr & 3) === 0 ? 1.5 : 2) : 1);

/** Returns SOUT's level at a tick, by its edges. */
const levelAt = (
  lineEdges: readonly (readonly [tick: number, level: number])[],
  currentTick: number,
): number => lineEdges.filter(([bitIndex]) => bitIndex <= currentTick).at(-1)?.[1] ?? 1;

const I20: Invariant = {
  id: "I20",
  name: "TIME",
  form: "data and time",
  // Without time, or by QEMU's formula, characters do not take their time on the line.
  applies: ({ transmitterIsTimed, characterTime, oneAndAHalfStopBits }) =>
    transmitterIsTimed && characterTime === "exact" && oneAndAHalfStopBits === "withSTB",
  premises: ["one and a half stop bits", "two stop bits", "parity", "a character behind another"],
  runs: 20,
  property: (makeSubject, options, premises) =>
    propertyOf(
      fc.record({
        lcr: fc.oneof(fc.constantFrom(0x04, 0x03, 0x07, 0x1b), fc.nat({ max: 0x3f })),
        divisor: fc.constantFrom(1, 2, 3, 12, 48, 1047, 65_535),
        values: fc.array(byte(), { minLength: 1, maxLength: 4, size: "max" }),
        late: fc.nat({ max: 1000 }),
      }),
      ({ lcr, divisor, values, late }) => {
        const subject = makeSubject(options);
        for (const input of [
          write(3, 0x80),
          write(0, divisor & 0xff),
          write(1, divisor >> 8),
          write(3, lcr),
        ]) {
          subject.apply(input);
        }
        subject.apply(write(2, 0x01));
        subject.apply({ type: "advance", ticks: late });
        const emissions: TimedEmission[] = [];
        // Without FIFOs, THR takes the next one as soon as the first is in the shift register.
        const together = options.fifoSize > 1 ? values : values.slice(0, 2);
        for (const registerValue of together) emissions.push(...subject.apply(write(0, registerValue)));
        const levels = (value: number) => levelsOf(lcr, value);
        const bitIndex = (16 * divisor * options.clock) / options.inputClock;
        const character = (levels(0).length + stopBitsOf(lcr)) * bitIndex;
        playInputs(
          subject,
          [{ type: "advance", ticks: Math.ceil(together.length * character) + 10 }],
          () => (emitted) => {
            emissions.push(...emitted);
          },
        );
        const lineEdges = emissions.flatMap((emission) =>
          emission.type === "serialOutput" ? [[emission.tick, emission.level] as const] : [],
        );
        const transmitted = emissions.filter((emission) => emission.type === "transmit");
        const mask = (1 << (5 + (lcr & 3))) - 1;
        expectSame(
          transmitted.map(({ value }) => value),
          together.map((value) => value & mask),
          { lcr },
        );
        let startTick = late;
        transmitted.forEach(({ tick, value }, stepIndex) => {
          expectSame(tick - startTick, Math.floor(character), { lcr, divisor, index: stepIndex });
          levels(value).forEach((pinLevel, levelIndex) => {
            expectSame(levelAt(lineEdges, startTick + Math.floor((levelIndex + 0.5) * bitIndex)), pinLevel, {
              lcr,
              value,
              at: levelIndex,
            });
          });
          for (
            let stopBitTime = levels(value).length + 0.25;
            stopBitTime * bitIndex < character;
            stopBitTime += 0.5
          ) {
            expect(levelAt(lineEdges, startTick + Math.floor(stopBitTime * bitIndex))).toBe(1);
          }
          startTick = tick;
        });
        // Nothing more happens on the line.
        subject.apply(read(5));
        premises.count("one and a half stop bits", stopBitsOf(lcr) === 1.5);
        premises.count("two stop bits", stopBitsOf(lcr) === 2);
        premises.count("parity", (lcr & LCR.PEN) !== 0);
        premises.count("a character behind another", together.length > 1);
      },
    ),
};

export const transmitterInvariants = [I4, I20];
