/** I1, I2, I3, I5 and I18: what interrupts, and how it is served. */
import fc from "fast-check";
import { expect } from "vitest";
import { IER, LSR, MCR } from "../../machines/index.js";
import { stepSequence } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import {
  dataOf,
  playInputs,
  probeOf,
  read,
  readOf,
  type Sources,
  sourcesOf,
  write,
} from "../support/uart16550-play.js";
import type { Subject, TimedEmission } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf, type UsedPremises } from "./invariant.js";

const isPending = (code: number): boolean => (code & 1) === 0;

/** Sequences of which most end with sources enabled, so that there is something to see. */
const sequences = () =>
  fc.tuple(stepSequence(25), fc.constantFrom(0x0f, 0x0f, 0x03, 0x0a)).map(([sequence, interruptEnable]) => {
    const enable = write(1, interruptEnable);
    return [
      enable,
      ...sequence.flatMap((nextStep, stepIndex) => (stepIndex % 8 === 7 ? [nextStep, enable] : [nextStep])),
    ];
  });

/** The codes by priority: the first that is pending is what IIR must say. */
const highest = ({ lineStatus, data, thrEmpty, modemStatus }: Sources): number =>
  [lineStatus, data, thrEmpty, modemStatus].find(isPending) ?? 1;

function countSources(vacuityGuard: UsedPremises, sources: Sources): void {
  for (const [sourceName, code] of Object.entries(sources)) vacuityGuard.count(sourceName, isPending(code));
  vacuityGuard.count("several sources", Object.values(sources).filter(isPending).length > 1);
  vacuityGuard.count("none", !Object.values(sources).some(isPending));
}

const SOURCES = ["lineStatus", "data", "thrEmpty", "modemStatus", "several sources", "none"] as const;

const I1: Invariant = {
  id: "I1",
  name: "IRQ-LEVEL",
  form: "invariant",
  applies: everyPart,
  premises: [...SOURCES, "high", "low"],
  runs: 8,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(sequences(), (sequence) => {
      const subject = makeSubject(options);
      let line = 0;
      playInputs(subject, sequence, () => (emitted) => {
        for (const emission of emitted) if (emission.type === "interruptLine") line = emission.level;
        const sources = sourcesOf(subject);
        countSources(vacuityGuard, sources);
        const gated = options.board === "pc" && (subject.peek(4) & (MCR.OUT2 | MCR.LOOP)) !== MCR.OUT2;
        const expected = Object.values(sources).some(isPending) && !gated;
        expectSame(line, Number(expected), sources);
        vacuityGuard.count(expected ? "high" : "low");
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
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(sequences(), (sequence) => {
      const subject = makeSubject(options);
      playInputs(subject, sequence, (input) => {
        const previous = subject.peek(2);
        return (emitted) => {
          if (input.type === "read" && input.offset === 2) expectSame(dataOf(emitted), previous, input);
          const sources = sourcesOf(subject);
          countSources(vacuityGuard, sources);
          expectSame(subject.peek(2) & 0x0f, highest(sources), { input, sources });
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
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(sequences(), (sequence) => {
      const subject = makeSubject(options);
      let stepIndex = 0;
      playInputs(subject, sequence, () => {
        // IIR is read of a copy, wherever the sequence has come.
        if (stepIndex++ % 2) return undefined;
        const forked = probeOf(subject);
        const previous = sourcesOf(forked);
        const visible = [forked.peek(5), forked.peek(6)];
        const interruptCode = readOf(forked, 2) & 0x0f;
        const expected = interruptCode === 2 ? { ...previous, thrEmpty: 1 } : previous;
        expectSame(sourcesOf(forked), expected, { code: interruptCode });
        expectSame([forked.peek(5), forked.peek(6)], visible, { code: interruptCode });
        vacuityGuard.count("THR empty reported", interruptCode === 2);
        vacuityGuard.count(
          "THR empty pending, another reported",
          interruptCode !== 2 && isPending(previous.thrEmpty),
        );
        vacuityGuard.count("nothing reported", interruptCode === 1);
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
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(
      fc.tuple(stepSequence(25), fc.array(toggles(), { maxLength: 4, size: "max" })),
      ([sequence, more]) => {
        const subject = makeSubject(options);
        let acknowledged = false;
        playInputs(subject, [...sequence, ...more.flat()], (input) => {
          if (input.type === "read" && input.offset === 2 && (subject.peek(2) & 0x0f) === 2)
            acknowledged = true;
          if (input.type !== "write" || input.offset !== 1 || subject.peek(3) & 0x80) return undefined;
          const rises = (subject.peek(1) & IER.ETBEI) === 0 && (input.value & IER.ETBEI) !== 0;
          const empty = (subject.peek(5) & LSR.THRE) !== 0;
          vacuityGuard.count("enabled while THRE is 0", rises && !empty);
          if (!vacuityGuard.count("enabled while THRE is 1", rises && empty)) return undefined;
          vacuityGuard.count("acknowledged before", acknowledged);
          return () => expectSame(sourcesOf(subject).thrEmpty, 2, input);
        });
      },
    ),
};

/** A driver's interrupt handler serves what IIR reports, and checks that this lowers it. Returns how often it had to. */
function serveInterrupts(subject: Subject, maximum: number): number {
  for (let served = 0; ; served++) {
    const interruptCode = readOf(subject, 2) & 0x0f;
    if (interruptCode === 1) return served;
    if (served > maximum)
      throw new Error(`an interrupt storm: IIR still says ${interruptCode} after ${served} services`);
    if (interruptCode === 6) {
      readOf(subject, 5);
      expect(subject.peek(2) & 0x0f).not.toBe(6);
      // Which character was wrong: drivers take it out.
      readOf(subject, 0);
    } else if (interruptCode === 4 || interruptCode === 0xc) {
      const { length } = subject.state().receiveFifo;
      readOf(subject, 0);
      expect(subject.state().receiveFifo).toHaveLength(length - 1);
      if (interruptCode === 0xc) expect(subject.peek(2) & 0x0f).not.toBe(0xc);
    } else if (interruptCode === 2) {
      expect(subject.peek(2) & 0x0f).not.toBe(2);
    } else {
      readOf(subject, 6);
      expect(subject.peek(2) & 0x0f).not.toBe(0);
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
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(
      fc.tuple(stepSequence(25), fc.constantFrom(0x0f, 0x0d, 0x0a)),
      ([sequence, interruptEnable]) => {
        const subject = makeSubject(options);
        const emissions: TimedEmission[] = [];
        playInputs(subject, sequence, () => (emitted) => emissions.push(...emitted));
        const handler = probeOf(subject);
        // QEMU keeps what has changed while it loops, and its interrupt: the one storm that it has.
        if (!options.loopbackHasDeltas) handler.apply(write(4, handler.peek(4) & ~MCR.LOOP));
        handler.apply(write(1, interruptEnable));
        vacuityGuard.count("a line error", (handler.peek(5) & 0x1e) !== 0);
        vacuityGuard.count("a modem change", (handler.peek(6) & 0x0f) !== 0);
        const bytes = handler.state().receiveFifo.length;
        vacuityGuard.count("characters", bytes > 0);
        const served = serveInterrupts(handler, 5 + bytes);
        vacuityGuard.count("several services", served > 1);
      },
    ),
};

export const interruptInvariants = [I1, I2, I3, I5, I18];
