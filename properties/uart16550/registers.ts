/** I14, I15 and I16: the divisor latch, FCR, and registers that only keep a byte. */
import fc from "fast-check";
import { FCR, LCR, MCR, type Uart16550Options } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import { byte } from "../arbitraries/bytes.js";
import { registerByte, type Step, stepSequence } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import { countOf, dataOf, play, read, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { type Invariant, propertyOf } from "./invariant.js";

/** What a guest sees with the divisor latch closed, and what is queued. */
function view(uart: Subject, offsets: readonly number[]): unknown {
  const { receiveFifo, transmitFifo } = uart.state();
  return [offsets.map((offset) => uart.peek(offset)), receiveFifo, transmitFifo];
}

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
const OUTSIDE = [2, 4, 5, 6, 7];

const I14: Invariant = {
  id: "I14",
  name: "DLAB",
  form: "invariant",
  applies: ({ formatChange }) => formatChange === "nothing",
  premises: ["THR empty acknowledged, ETBEI set", "data received", "characters to send"],
  runs: 8,
  property: (make, options, held) =>
    propertyOf(fc.tuple(stepSequence(15), byte(), byte(), fc.boolean()), ([steps, low, high, enable]) => {
      const uart = make(options);
      if (enable) for (const input of [write(1, 0x02), read(2)]) uart.apply(input);
      let index = 0;
      play(uart, steps, () => {
        const { LCR: lcr, IER: ier, DLL, DLM, thrEmptyPending } = uart.state();
        // A divisor of 0 stops the baud clock, and another starts it again: that is seen.
        if (index++ % 3 || lcr & LCR.DLAB || (DLL | DLM) === 0 || low === 0) return undefined;
        const copy = uart.fork();
        const before = view(copy, ALL);
        const around = view(copy, OUTSIDE);
        const emitted = [...copy.apply(write(3, lcr | LCR.DLAB))];
        expectSame(view(copy, OUTSIDE), around, "DLAB set");
        for (const input of [write(0, low), read(0), write(1, high), read(1)]) {
          emitted.push(...copy.apply(input).filter(({ type }) => type !== "data"));
          expectSame(view(copy, OUTSIDE), around, input);
        }
        expectSame([copy.peek(0), copy.peek(1)], [low, high], "the divisor latch");
        emitted.push(...copy.apply(write(3, lcr)));
        expectSame(view(copy, ALL), before, "DLAB cleared");
        expectSame(emitted, [], "nothing is told");
        const { receiveFifo, transmitFifo } = uart.state();
        held.count("THR empty acknowledged, ETBEI set", (ier & 2) !== 0 && !thrEmptyPending);
        held.count("data received", receiveFifo.length > 0);
        held.count("characters to send", transmitFifo.length > 0 || !options.txTimed);
        return undefined;
      });
    }),
};

/** What FCR must leave alone: the shift registers and the registers that it is not. */
function beside(uart: Subject): unknown {
  const { receiveFifo: _r, transmitFifo: _t, FCR: _f, iirFifoBits: _i, LSR: _l, ...rest } = uart.state();
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
  property: (make, options, held) =>
    propertyOf(
      fc.array(fc.tuple(stepSequence(5), registerByte(2)), { minLength: 1, maxLength: 6, size: "max" }),
      (chunks) => {
        const uart = make(options);
        const steps = chunks.flatMap(([some, value]): Step[] => [...some, write(2, value)]);
        play(uart, steps, (input) => {
          if (input.type !== "write" || input.offset !== 2) return undefined;
          const before = uart.state();
          const others = beside(uart);
          const all = view(uart, ALL);
          const bit5 = uart.peek(2) & 0x20;
          const { value } = input;
          const on = (value & FCR.FIFO_ENABLE) !== 0;
          const toggles = ((before.FCR ^ value) & FCR.FIFO_ENABLE) !== 0;
          const any = before.receiveFifo.length > 0 || before.transmitFifo.length > 0;
          return () => {
            const after = uart.state();
            expectSame(beside(uart), others, input);
            held.count("a character on the line", before.transmitFrame !== 0 || !options.txTimed);
            if (toggles) {
              expectSame([after.receiveFifo, after.transmitFifo], [[], []], input);
              held.count("toggled with data", any);
            } else if (on) {
              const bit = options.fifoSize === 64 && before.LCR & LCR.DLAB ? value & FCR.SIXTY_FOUR : bit5;
              if (value & FCR.RX_RESET) expectSame(after.receiveFifo, [], input);
              else if (bit === bit5) expectSame(after.receiveFifo, before.receiveFifo, input);
              if (value & FCR.TX_RESET) expectSame(after.transmitFifo, [], input);
              else if (bit === bit5) expectSame(after.transmitFifo, before.transmitFifo, input);
              expectSame(uart.peek(2) & 0x20, bit, input);
              held.count("reset with data", any && (value & 6) !== 0);
            } else if (options.fcrNeedsFe) {
              expectSame(view(uart, ALL), all, input);
            }
            if (!on) held.count("ignored without FE, with data", !toggles && any && (value & 6) !== 0);
            if (on) expectSame(uart.peek(2) & FIFO_BITS & ~0x20, options.iirFifoBits, input);
            if (!on) expectSame(uart.peek(2) & FIFO_BITS, 0, input);
            // The reset bits have cleared themselves: what arrives stays.
            const copy = uart.fork();
            const room = copy.state().receiveFifo.length;
            const arrived = countOf(copy.apply({ type: "receive", characters: [1] }), "accepted");
            if (room === 0) expectSame(copy.state().receiveFifo.length, arrived, input);
          };
        });
      },
    ),
};

/** The registers that keep a byte, as they were written last. */
class Kept {
  readonly #options: Uart16550Options;
  #ier = 0;
  #lcr = 0;
  #mcr: number;
  #scr = 0;
  #latch = [12, 0] as [number, number];

  constructor(options: Uart16550Options) {
    this.#options = options;
    this.#mcr = this.#mcrAtReset;
  }

  get #mcrAtReset(): number {
    return this.#options.mcrReset0 ? 0x00 : MCR.OUT2;
  }

  see(input: Input): void {
    const { sleepModes, autoFlow, resetClearsScr, warmReset } = this.#options;
    if (input.type === "reset") {
      [this.#ier, this.#lcr, this.#mcr] = [0, 0, this.#mcrAtReset];
      if (resetClearsScr) this.#scr = 0;
      if (!warmReset) this.#latch = [12, 0];
    }
    if (input.type !== "write") return;
    const { offset, value } = input;
    if (offset < 2 && this.#lcr & LCR.DLAB) this.#latch[offset as 0 | 1] = value;
    else if (offset === 1) this.#ier = value & (sleepModes ? 0x3f : 0x0f);
    else if (offset === 3) this.#lcr = value;
    else if (offset === 4) this.#mcr = value & (autoFlow ? 0x3f : 0x1f);
    else if (offset === 7) this.#scr = value;
  }

  /** What a read gives; undefined where a read does more than that. */
  at(offset: number): number | undefined {
    const open = (this.#lcr & LCR.DLAB) !== 0;
    const scr = this.#options.scratchRegister ? this.#scr : 0xff;
    const ier = open ? this.#latch[1] : this.#ier;
    const known = [open ? this.#latch[0] : undefined, ier, undefined, this.#lcr, this.#mcr];
    return offset === 7 ? scr : known[offset];
  }
}

const I16: Invariant = {
  id: "I16",
  name: "PURE/MASK",
  form: "invariant",
  applies: ({ formatChange }) => formatChange === "nothing",
  premises: ["DLL", "DLM", "IER", "LCR", "MCR", "SCR", "a bit under the mask"],
  runs: 8,
  property: (make, options, held) =>
    propertyOf(
      fc.array(fc.tuple(stepSequence(3), fc.constantFrom(0, 1, 3, 4, 7), byte(), fc.boolean()), {
        minLength: 1,
        maxLength: 10,
        size: "max",
      }),
      (chunks) => {
        const uart = make(options);
        const kept = new Kept(options);
        const steps = chunks.flatMap(([some, offset, value, open]): Step[] => [
          ...some,
          write(3, open ? 0x83 : 0x03),
          write(offset, value),
          read(offset),
        ]);
        play(uart, steps, (input) => {
          kept.see(input);
          if (input.type !== "read") return undefined;
          const expected = kept.at(input.offset);
          if (expected === undefined) return undefined;
          const before = JSON.stringify([uart.state(), uart.value]);
          return (emitted) => {
            expectSame(emitted.length, 1, emitted);
            expectSame(dataOf(emitted), expected, input);
            expectSame(JSON.stringify([uart.state(), uart.value]), before, input);
            const open = (uart.peek(3) & LCR.DLAB) !== 0;
            const names = [
              open ? "DLL" : "RBR",
              open ? "DLM" : "IER",
              "IIR",
              "LCR",
              "MCR",
              "LSR",
              "MSR",
              "SCR",
            ];
            held.count(names[input.offset] as string);
            held.count("a bit under the mask", input.offset === 4 && expected !== 0);
          };
        });
      },
    ),
};

export const registerInvariants = [I14, I15, I16];
