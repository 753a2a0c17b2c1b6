/** I6 to I9: where characters are, how many there may be, and that none comes or goes by itself. */
import fc from "fast-check";
import { expect } from "vitest";
import { FCR, LCR, LSR, MCR, type Uart16550Options } from "../../machines/index.js";
import type { Character, Input } from "../../src/journal/index.js";
import { arrival, FAST, readFrom, type Step, stepSequence, writeTo } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import { countOf, dataOf, play, write } from "../support/uart16550-play.js";
import type { Seen, Subject } from "../support/uart16550-subject.js";
import { everyPart, type Held, type Invariant, propertyOf } from "./invariant.js";

/** How many characters a FIFO may hold in the mode that FCR has set. */
const capacityOf = (uart: Subject): number => {
  const { FCR: fcr } = uart.state();
  if ((fcr & FCR.FIFO_ENABLE) === 0) return 1;
  return fcr & FCR.SIXTY_FOUR ? 64 : 16;
};

const queuedIn = (uart: Subject): readonly number[] => uart.state().receiveFifo.map((each) => each & 0xff);

const I6: Invariant = {
  id: "I6",
  name: "DR⇔DATA",
  form: "invariant",
  applies: everyPart,
  premises: ["DR", "no DR", "after a reset with data", "after a restore with data"],
  runs: 10,
  property: (make, options, held) =>
    propertyOf(fc.tuple(stepSequence(25), stepSequence(8)), ([steps, more]) => {
      let uart = make(options);
      const check = (subject: Subject): boolean => {
        const { length } = queuedIn(subject);
        expectSame(subject.peek(5) & LSR.DR, length > 0 ? LSR.DR : 0, { length });
        return held.count(length > 0 ? "DR" : "no DR") && length > 0;
      };
      play(uart, steps, () => () => check(uart));
      uart = uart.restored();
      held.count("after a restore with data", check(uart));
      play(uart, more, () => () => check(uart));
      const hadData = queuedIn(uart).length > 0;
      uart.apply({ type: "reset" });
      check(uart);
      held.count("after a reset with data", hadData);
    }),
};

/** Many at once, both ways, in every mode. */
const crowds = () =>
  fc.array(
    fc.oneof(
      stepSequence(6),
      arrival(12, 20).map((input) => [input]),
      arrival(60, 70).map((input) => [input]),
      fc
        .constantFrom(3, 20, 70)
        .map((length): Step[] => [{ type: "hold" }, ...Array.from({ length }, () => write(0, 0x55))]),
      fc
        .constantFrom(0x00, 0x01, 0x21)
        .map((mode): Step[] => [write(3, 0x83), write(2, mode), write(3, 0x03)]),
      fc.constant<Step[]>([readFrom(5)]),
    ),
    { minLength: 1, maxLength: 8, size: "max" },
  );

const I7: Invariant = {
  id: "I7",
  name: "BOUND",
  form: "invariant",
  applies: everyPart,
  premises: ["RX full", "TX full"],
  runs: 8,
  property: (make, options, held) =>
    propertyOf(crowds(), (chunks) => {
      const uart = make(options);
      play(uart, chunks.flat(), () => () => {
        const capacity = capacityOf(uart);
        const { receiveFifo, transmitFifo } = uart.state();
        expect(receiveFifo.length).toBeLessThanOrEqual(capacity);
        expect(transmitFifo.length).toBeLessThanOrEqual(capacity);
        held.count("RX full", receiveFifo.length === capacity);
        held.count("TX full", transmitFifo.length === capacity);
      });
    }),
};

const I8: Invariant = {
  id: "I8",
  name: "OVERRUN",
  form: "invariant",
  applies: ({ factoryTest, rbrReadClearsErrors }) => !factoryTest && !rbrReadClearsErrors,
  premises: ["overrun", "OE stays", "OE cleared"],
  runs: 10,
  property: (make, options, held) =>
    propertyOf(crowds(), (chunks) => {
      const uart = make(options);
      play(uart, chunks.flat(), (input) => {
        const hadOE = (uart.peek(5) & LSR.OE) !== 0;
        const before = queuedIn(uart);
        const fifos = (uart.state().FCR & FCR.FIFO_ENABLE) !== 0;
        const full = before.length === capacityOf(uart);
        return (emitted) => {
          const hasOE = (uart.peek(5) & LSR.OE) !== 0;
          if (input.type === "reset" || (input.type === "read" && input.offset === 5)) {
            held.count("OE cleared", hadOE);
            return expectSame(hasOE, false, input);
          }
          const lost = countOf(emitted, "overrun") > 0;
          const arrived = countOf(emitted, "accepted") > 0;
          // A part may have it that a break overruns nothing in 16450 mode.
          const isBreak = (uart.state().received & (LSR.BI << 8)) !== 0;
          const excused = isBreak && !fifos && !options.breakOverrun;
          if (!excused) {
            expectSame(hasOE, hadOE || (arrived && full) || lost, { input, full });
            if (arrived) expectSame(lost, full, input);
          }
          held.count("overrun", lost && hasOE);
          held.count("OE stays", hadOE && input.type === "write");
          if (arrived && full && fifos) expectSame(queuedIn(uart), before, input);
          if (arrived && full && !fifos) expect(queuedIn(uart)).toEqual([uart.state().RBR]);
        };
      });
    }),
};

/** What a test of conservation gives: 8 data bits, no divisor access, and no SIN, of which I20 and I21 speak. */
const traffic = (): fc.Arbitrary<Step[]> => {
  const burst = { minLength: 2, maxLength: 18, size: "max" } as const;
  const one = fc.oneof(
    writeTo(0),
    fc.constant(readFrom(0)),
    arrival(1, 4),
    fc.constant<Step>({ type: "due", further: 0 }),
    fc.constantFrom<Step>({ type: "advance", ticks: 170 }, { type: "advance", ticks: 20_000 }),
  );
  const many = fc.oneof(fc.array(writeTo(0), burst), fc.array(fc.constant(readFrom(0)), burst));
  const mode = fc.constantFrom<Step[]>(
    ...[0x00, 0x01, 0x01, 0x03, 0x05, 0x07, 0xc1, 0xc9].map((value) => [write(2, value)]),
    ...[0x00, 0x08, 0x10, 0x1f].map((value) => [write(4, value)]),
    ...[0x03, 0x07, 0x1b, 0x43].map((value) => [write(3, value)]),
    [{ type: "hold" }],
    [{ type: "release" }],
    // A host that takes nothing, until THR or the FIFO is full.
    [{ type: "hold" }, ...Array.from({ length: 19 }, (_, at) => write(0, at))],
    [readFrom(5)],
    [
      { type: "break", on: true },
      { type: "break", on: false },
    ],
    [{ type: "reset" }, ...FAST],
  );
  const chunk = fc.oneof(
    { arbitrary: one.map((step) => [step]), weight: 6 },
    { arbitrary: mode, weight: 3 },
    {
      arbitrary: fc.oneof(
        many,
        arrival(14, 18).map((input) => [input]),
      ),
      weight: 1,
    },
  );
  return fc
    .array(chunk, { minLength: 1, maxLength: 40, size: "max" })
    .map((chunks) => [...FAST, ...chunks.flat()]);
};

/** A ledger of all characters: what should be where. */
class Ledger {
  readonly #uart: Subject;
  readonly #options: Uart16550Options;
  readonly #held: Held;
  #received: number[] = [];
  /** The character in the shift register first. */
  #toSend: number[] = [];

  constructor(uart: Subject, held: Held) {
    this.#uart = uart;
    this.#options = uart.options;
    this.#held = held;
  }

  #arrives(value: number, isLost: boolean): void {
    const fifos = (this.#uart.state().FCR & FCR.FIFO_ENABLE) !== 0;
    this.#held.count("overrun", isLost);
    if (!isLost) this.#received.push(value);
    else if (!fifos) this.#received = [value];
  }

  /** What the shift register and the FIFO hold. */
  #sending(): { shifting: boolean; all: number[] } {
    const { transmitFifo, transmitFrame, transmitWaits, transmitCharacter } = this.#uart.state();
    const shifting = transmitFrame !== 0 || transmitWaits;
    return { shifting, all: shifting ? [transmitCharacter, ...transmitFifo] : transmitFifo };
  }

  #flush(receive: boolean, transmit: boolean, shifting: boolean): void {
    this.#held.count(
      "flushed",
      (receive && this.#received.length > 0) || (transmit && this.#toSend.length > 1),
    );
    if (receive) this.#received = [];
    if (transmit) this.#toSend = shifting ? this.#toSend.slice(0, 1) : [];
  }

  /** To be called before each input, and its result after it. */
  see(input: Input): (emitted: readonly Seen[]) => void {
    const { shifting } = this.#sending();
    const { FCR: fcr, LCR: lcr, transmitWaits } = this.#uart.state();
    const open = (lcr & LCR.DLAB) !== 0;
    const wasFull = this.#uart.state().transmitFifo.length >= capacityOf(this.#uart);
    return (emitted) => {
      if (input.type === "reset") this.#flush(true, true, false);
      if (input.type === "read" && input.offset === 0) this.#read(emitted);
      if (input.type === "receive" || input.type === "break") this.#arrivals(input, emitted);
      if (input.type === "write" && input.offset === 0 && !open)
        this.#written(input.value, wasFull, shifting);
      if (input.type === "write" && input.offset === 2 && this.#options.fifoSize > 1) {
        const toggles = ((fcr ^ input.value) & FCR.FIFO_ENABLE) !== 0;
        const flushes = (bit: number) => toggles || (input.value & bit) !== 0;
        this.#flush(flushes(FCR.RX_RESET), flushes(FCR.TX_RESET), shifting);
      }
      this.#leaves(emitted, transmitWaits);
      expectSame(queuedIn(this.#uart), this.#received, { input, what: "received" });
      expectSame(this.#sending().all, this.#toSend, { input, what: "to be sent" });
    };
  }

  #read(emitted: readonly Seen[]): void {
    const next = this.#received.shift();
    if (this.#held.count("delivered", next !== undefined)) expectSame(dataOf(emitted), next, "RBR");
  }

  #arrivals(input: Extract<Input, { type: "receive" | "break" }>, emitted: readonly Seen[]): void {
    if (countOf(emitted, "accepted") === 0) return;
    const character: Character = input.type === "break" ? 0 : (input.characters[0] ?? 0);
    const value = typeof character === "number" ? character : character.value;
    this.#arrives(value, countOf(emitted, "overrun") > 0);
  }

  #written(value: number, wasFull: boolean, shifting: boolean): void {
    this.#toSend.push(value);
    if (!wasFull || this.#sending().all.length === this.#toSend.length) return;
    this.#held.count("dropped");
    if (this.#options.ovrStall === "dropNewest") this.#toSend.pop();
    else this.#toSend.splice(shifting ? 1 : 0, 1);
  }

  /** What is no longer there has gone to the host, to the receiver, or under a break, which hides nothing that waited for the host. */
  #leaves(emitted: readonly Seen[], waited: boolean): void {
    const left = this.#toSend.splice(0, this.#toSend.length - this.#sending().all.length);
    const sent = emitted.flatMap((emission) => (emission.type === "transmit" ? [emission.value] : []));
    const { MCR: mcr, LCR: lcr } = this.#uart.state();
    if ((mcr & MCR.LOOP) !== 0) {
      let lost = countOf(emitted, "overrun");
      const room = capacityOf(this.#uart);
      for (const value of left) this.#arrives(value, this.#received.length >= room && lost-- > 0);
      this.#held.count("looped", left.length > 0);
      expectSame(sent, [], "loopback");
    } else if ((lcr & LCR.BREAK) === 0 || !this.#options.lcrBreakTx) {
      expectSame(sent, left, "transmitted");
      this.#held.count("transmitted", left.length > 0);
    } else expectSame(sent, waited ? left.slice(0, 1) : [], "a break is sent");
  }
}

const I9: Invariant = {
  id: "I9",
  name: "CONSERVATION",
  form: "data and time",
  applies: everyPart,
  premises: ["delivered", "transmitted", "looped", "flushed", "overrun", "dropped"],
  runs: 15,
  property: (make, options, held) =>
    propertyOf(traffic(), (steps) => {
      const uart = make(options);
      const ledger = new Ledger(uart, held);
      play(uart, steps, (input) => ledger.see(input));
    }),
};

export const queueInvariants = [I6, I7, I8, I9];
