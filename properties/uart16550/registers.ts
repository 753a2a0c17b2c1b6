/** I14, I15 and I16: the divisor latch, FCR, and registers that only keep a byte. */
import fc from "fast-check";
import { FCR, LCR, MCR, type Uart16550Options } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import { byte } from "../arbitraries/bytes.js";
import { registerByte, stepSequence, type UartStep } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { countOf, dataOf, playInputs, read, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { type Invariant, propertyOf } from "./invariant.js";

/** Returns a guest's view with the divisor latch closed, and the queues. */
function visibleState(subject: Subject, offsets: readonly number[]): unknown {
  const { receiveFifo, transmitFifo } = subject.state();
  return [offsets.map((offset) => subject.peek(offset)), receiveFifo, transmitFifo];
}

const ALL_OFFSETS = [0, 1, 2, 3, 4, 5, 6, 7];
const OUTSIDE = [2, 4, 5, 6, 7];

const I14: Invariant = {
  id: "I14",
  name: "DLAB",
  form: "invariant",
  applies: ({ formatChange }) => formatChange === "nothing",
  premises: ["THR empty acknowledged, ETBEI set", "data received", "characters to send"],
  runs: 8,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(fc.tuple(stepSequence(15), byte(), byte(), fc.boolean()), ([sequence, low, high, enable]) => {
      const subject = makeSubject(options);
      if (enable) for (const input of [write(1, 0x02), read(2)]) subject.apply(input);
      let stepIndex = 0;
      playInputs(subject, sequence, () => {
        const { LCR: lineControl, IER: interruptEnable, DLL, DLM, thrEmptyPending } = subject.state();
        // A divisor of 0 stops the baud clock, and another starts it again: that is seen.
        if (stepIndex++ % 3 || lineControl & LCR.DLAB || (DLL | DLM) === 0 || low === 0) return undefined;
        const forked = subject.fork();
        const previous = visibleState(forked, ALL_OFFSETS);
        const outsideView = visibleState(forked, OUTSIDE);
        const emitted = [...forked.apply(write(3, lineControl | LCR.DLAB))];
        expectSame(visibleState(forked, OUTSIDE), outsideView, "DLAB set");
        for (const input of [write(0, low), read(0), write(1, high), read(1)]) {
          emitted.push(...forked.apply(input).filter(({ type }) => type !== "data"));
          expectSame(visibleState(forked, OUTSIDE), outsideView, input);
        }
        expectSame([forked.peek(0), forked.peek(1)], [low, high], "the divisor latch");
        emitted.push(...forked.apply(write(3, lineControl)));
        expectSame(visibleState(forked, ALL_OFFSETS), previous, "DLAB cleared");
        expectSame(emitted, [], "nothing is told");
        const { receiveFifo, transmitFifo } = subject.state();
        vacuityGuard.count(
          "THR empty acknowledged, ETBEI set",
          (interruptEnable & 2) !== 0 && !thrEmptyPending,
        );
        vacuityGuard.count("data received", receiveFifo.length > 0);
        vacuityGuard.count("characters to send", transmitFifo.length > 0 || !options.transmitterIsTimed);
        return undefined;
      });
    }),
};

/** Returns the state that FCR must not change: the shift registers and the other registers. */
function stateOutsideFcr(subject: Subject): unknown {
  const {
    receiveFifo: _r,
    breaksQueued: _b,
    transmitFifo: _t,
    FCR: _f,
    iirFifoBits: _i,
    LSR: _l,
    ...rest
  } = subject.state();
  const { thrEmptyPending: _p, thrEmptyAtOnce: _a, queuedTogether: _q, threDelayTicks: _d, ...kept } = rest;
  const { timeoutTicks: _o, timeoutPending: _n, lastRead: _s, ...others } = kept;
  const { rtsHeldBack: _h, receiveReady: _x, transmitReady: _y, ...last } = others;
  return last;
}

const FIFO_BITS = 0xe0;

const I15: Invariant = {
  id: "I15",
  name: "FCR",
  form: "invariant",
  applies: ({ fifoSize }) => fifoSize > 1,
  premises: [
    "toggled with data",
    "reset with data",
    "ignored without FE, with data",
    "a character on the line",
  ],
  runs: 15,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(
      fc.array(fc.tuple(stepSequence(5), registerByte(2)), { minLength: 1, maxLength: 6, size: "max" }),
      (stepGroups) => {
        const subject = makeSubject(options);
        const sequence = stepGroups.flatMap(([some, registerValue]): UartStep[] => [
          ...some,
          write(2, registerValue),
        ]);
        playInputs(subject, sequence, (input) => {
          if (input.type !== "write" || input.offset !== 2) return undefined;
          const previous = subject.state();
          const others = stateOutsideFcr(subject);
          const wholeView = visibleState(subject, ALL_OFFSETS);
          const bit5 = subject.peek(2) & 0x20;
          const { value } = input;
          const asserted = (value & FCR.FIFO_ENABLE) !== 0;
          const toggles = ((previous.FCR ^ value) & FCR.FIFO_ENABLE) !== 0;
          const hasData = previous.receiveFifo.length > 0 || previous.transmitFifo.length > 0;
          return () => {
            const after = subject.state();
            expectSame(stateOutsideFcr(subject), others, input);
            vacuityGuard.count(
              "a character on the line",
              previous.transmitFrame !== 0 || !options.transmitterIsTimed,
            );
            if (toggles) {
              expectSame([after.receiveFifo, after.breaksQueued, after.transmitFifo], [[], 0, []], input);
              vacuityGuard.count("toggled with data", hasData);
            } else if (asserted) {
              const bitIndex =
                options.fifoSize === 64 && previous.LCR & LCR.DLAB ? value & FCR.SIXTY_FOUR : bit5;
              if (value & FCR.RX_RESET) expectSame(after.receiveFifo, [], input);
              else if (bitIndex === bit5) expectSame(after.receiveFifo, previous.receiveFifo, input);
              if (value & FCR.TX_RESET) expectSame(after.transmitFifo, [], input);
              else if (bitIndex === bit5) expectSame(after.transmitFifo, previous.transmitFifo, input);
              expectSame(subject.peek(2) & 0x20, bitIndex, input);
              vacuityGuard.count("reset with data", hasData && (value & 6) !== 0);
            } else if (options.fcrNeedsEnable) {
              expectSame(visibleState(subject, ALL_OFFSETS), wholeView, input);
            }
            if (!asserted)
              vacuityGuard.count("ignored without FE, with data", !toggles && hasData && (value & 6) !== 0);
            if (asserted) expectSame(subject.peek(2) & FIFO_BITS & ~0x20, options.iirFifoBits, input);
            if (!asserted) expectSame(subject.peek(2) & FIFO_BITS, 0, input);
            // The reset bits have cleared themselves: what arrives stays.
            const forked = subject.fork();
            const room = forked.state().receiveFifo.length;
            const arrived = countOf(forked.apply({ type: "receive", characters: [1] }), "accepted");
            if (room === 0) expectSame(forked.state().receiveFifo.length, arrived, input);
          };
        });
      },
    ),
};

/** The registers that keep a byte, as they were written last. */
class StoredRegisters {
  readonly #options: Uart16550Options;
  #interruptEnable = 0;
  #lineControl = 0;
  #modemControl: number;
  #scratch = 0;
  #latch = [12, 0] as [number, number];

  constructor(options: Uart16550Options) {
    this.#options = options;
    this.#modemControl = this.#mcrAtReset;
  }

  get #mcrAtReset(): number {
    return this.#options.resetClearsOUT2 ? 0x00 : MCR.OUT2;
  }

  see(input: Input): void {
    const { sleepModes, autoFlow, resetClearsScratch, resetClearsFcr } = this.#options;
    if (input.type === "reset") {
      [this.#interruptEnable, this.#lineControl, this.#modemControl] = [0, 0, this.#mcrAtReset];
      if (resetClearsScratch) this.#scratch = 0;
      if (!resetClearsFcr) this.#latch = [12, 0];
    }
    if (input.type !== "write") return;
    const { offset, value } = input;
    if (offset < 2 && this.#lineControl & LCR.DLAB) this.#latch[offset as 0 | 1] = value;
    else if (offset === 1) this.#interruptEnable = value & (sleepModes ? 0x3f : 0x0f);
    else if (offset === 3) this.#lineControl = value;
    else if (offset === 4) this.#modemControl = value & (autoFlow ? 0x3f : 0x1f);
    else if (offset === 7) this.#scratch = value;
  }

  /** Returns the value of a read; undefined where a read has consequences. */
  expectedRead(registerOffset: number): number | undefined {
    const latchOpen = (this.#lineControl & LCR.DLAB) !== 0;
    const scratch = this.#options.scratchRegister ? this.#scratch : 0xff;
    const interruptEnable = latchOpen ? this.#latch[1] : this.#interruptEnable;
    const storedValues = [
      latchOpen ? this.#latch[0] : undefined,
      interruptEnable,
      undefined,
      this.#lineControl,
      this.#modemControl,
    ];
    return registerOffset === 7 ? scratch : storedValues[registerOffset];
  }
}

const I16: Invariant = {
  id: "I16",
  name: "PURE/MASK",
  form: "invariant",
  applies: ({ formatChange }) => formatChange === "nothing",
  premises: ["DLL", "DLM", "IER", "LCR", "MCR", "SCR", "a bit under the mask"],
  runs: 8,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(
      fc.array(fc.tuple(stepSequence(3), fc.constantFrom(0, 1, 3, 4, 7), byte(), fc.boolean()), {
        minLength: 1,
        maxLength: 10,
        size: "max",
      }),
      (stepGroups) => {
        const subject = makeSubject(options);
        const storage = new StoredRegisters(options);
        const sequence = stepGroups.flatMap(
          ([some, registerOffset, registerValue, latchOpen]): UartStep[] => [
            ...some,
            write(3, latchOpen ? 0x83 : 0x03),
            write(registerOffset, registerValue),
            read(registerOffset),
          ],
        );
        playInputs(subject, sequence, (input) => {
          storage.see(input);
          if (input.type !== "read") return undefined;
          const expected = storage.expectedRead(input.offset);
          if (expected === undefined) return undefined;
          const previous = JSON.stringify([subject.state(), subject.value]);
          return (emitted) => {
            expectSame(emitted.length, 1, emitted);
            expectSame(dataOf(emitted), expected, input);
            expectSame(JSON.stringify([subject.state(), subject.value]), previous, input);
            const latchOpen = (subject.peek(3) & LCR.DLAB) !== 0;
            const registerNames = [
              latchOpen ? "DLL" : "RBR",
              latchOpen ? "DLM" : "IER",
              "IIR",
              "LCR",
              "MCR",
              "LSR",
              "MSR",
              "SCR",
            ];
            vacuityGuard.count(registerNames[input.offset] as string);
            vacuityGuard.count("a bit under the mask", input.offset === 4 && expected !== 0);
          };
        });
      },
    ),
};

export const registerInvariants = [I14, I15, I16];
