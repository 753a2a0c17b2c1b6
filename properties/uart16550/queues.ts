/** I6 to I9: where characters are, how many there may be, and that none comes or goes by itself. */
import fc from "fast-check";
import { expect } from "vitest";
import { FCR, LCR, LSR, MCR, type Uart16550Options } from "../../machines/index.js";
import type { Character, Input } from "../../src/journal/index.js";
import { arrival, FAST, readFrom, stepSequence, type UartStep, writeTo } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { countOf, dataOf, playInputs, write } from "../support/uart16550-play.js";
import type { Subject, TimedEmission } from "../support/uart16550-subject.js";
import { everyPart, type Invariant, propertyOf, type UsedPremises } from "./invariant.js";

/** Returns the capacity of a FIFO in the mode that FCR has set. */
const capacityOf = (subject: Subject): number => {
  const { FCR: fifoControl } = subject.state();
  if ((fifoControl & FCR.FIFO_ENABLE) === 0) return 1;
  return fifoControl & FCR.SIXTY_FOUR ? 64 : 16;
};

const queuedIn = (uart: Subject): readonly number[] =>
  uart.state().receiveFifo.map((character) => character & 0xff);

const I6: Invariant = {
  id: "I6",
  name: "DR⇔DATA",
  form: "invariant",
  applies: everyPart,
  premises: ["DR", "no DR", "after a reset with data", "after a restore with data"],
  runs: 10,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(fc.tuple(stepSequence(25), stepSequence(8)), ([sequence, more]) => {
      let uart = makeSubject(options);
      const check = (subject: Subject): boolean => {
        const { length } = queuedIn(subject);
        expectSame(subject.peek(5) & LSR.DR, length > 0 ? LSR.DR : 0, { length });
        return vacuityGuard.count(length > 0 ? "DR" : "no DR") && length > 0;
      };
      playInputs(uart, sequence, () => () => check(uart));
      uart = uart.restored();
      vacuityGuard.count("after a restore with data", check(uart));
      playInputs(uart, more, () => () => check(uart));
      const hadData = queuedIn(uart).length > 0;
      uart.apply({ type: "reset" });
      check(uart);
      vacuityGuard.count("after a reset with data", hadData);
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
        .map((length): UartStep[] => [{ type: "hold" }, ...Array.from({ length }, () => write(0, 0x55))]),
      fc
        .constantFrom(0x00, 0x01, 0x21)
        .map((modeChange): UartStep[] => [write(3, 0x83), write(2, modeChange), write(3, 0x03)]),
      fc.constant<UartStep[]>([readFrom(5)]),
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
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(crowds(), (stepGroups) => {
      const subject = makeSubject(options);
      playInputs(subject, stepGroups.flat(), () => () => {
        const capacity = capacityOf(subject);
        const { receiveFifo, transmitFifo } = subject.state();
        expect(receiveFifo.length).toBeLessThanOrEqual(capacity);
        expect(transmitFifo.length).toBeLessThanOrEqual(capacity);
        vacuityGuard.count("RX full", receiveFifo.length === capacity);
        vacuityGuard.count("TX full", transmitFifo.length === capacity);
      });
    }),
};

const I8: Invariant = {
  id: "I8",
  name: "OVERRUN",
  form: "invariant",
  applies: ({ factoryTestWrites, rbrReadClearsErrors }) => !factoryTestWrites && !rbrReadClearsErrors,
  premises: ["overrun", "OE stays", "OE cleared"],
  runs: 10,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(crowds(), (stepGroups) => {
      const subject = makeSubject(options);
      playInputs(subject, stepGroups.flat(), (input) => {
        const hadOE = (subject.peek(5) & LSR.OE) !== 0;
        const previous = queuedIn(subject);
        const fifosOn = (subject.state().FCR & FCR.FIFO_ENABLE) !== 0;
        const full = previous.length === capacityOf(subject);
        return (emitted) => {
          const hasOE = (subject.peek(5) & LSR.OE) !== 0;
          if (input.type === "reset" || (input.type === "read" && input.offset === 5)) {
            vacuityGuard.count("OE cleared", hadOE);
            return expectSame(hasOE, false, input);
          }
          const lost = countOf(emitted, "overrun") > 0;
          const arrived = countOf(emitted, "accepted") > 0;
          // A part may have it that a break overruns nothing in 16450 mode.
          const isBreak = (subject.state().received & (LSR.BI << 8)) !== 0;
          const excused = isBreak && !fifosOn && !options.breakOverruns;
          if (!excused) {
            expectSame(hasOE, hadOE || (arrived && full) || lost, { input, full });
            if (arrived) expectSame(lost, full, input);
          }
          vacuityGuard.count("overrun", lost && hasOE);
          vacuityGuard.count("OE stays", hadOE && input.type === "write");
          if (arrived && full && fifosOn) expectSame(queuedIn(subject), previous, input);
          if (arrived && full && !fifosOn) expect(queuedIn(subject)).toEqual([subject.state().RBR]);
        };
      });
    }),
};

/** The inputs of the conservation test: 8 data bits, no divisor access, and no SIN, which I20 and I21 cover. */
const traffic = (): fc.Arbitrary<UartStep[]> => {
  const burst = { minLength: 2, maxLength: 18, size: "max" } as const;
  const singleStep = fc.oneof(
    writeTo(0),
    fc.constant(readFrom(0)),
    arrival(1, 4),
    fc.constant<UartStep>({ type: "due", further: 0 }),
    fc.constantFrom<UartStep>({ type: "advance", ticks: 170 }, { type: "advance", ticks: 20_000 }),
  );
  const repeatedSteps = fc.oneof(fc.array(writeTo(0), burst), fc.array(fc.constant(readFrom(0)), burst));
  const modeChange = fc.constantFrom<UartStep[]>(
    ...[0x00, 0x01, 0x01, 0x03, 0x05, 0x07, 0xc1, 0xc9].map((value) => [write(2, value)]),
    ...[0x00, 0x08, 0x10, 0x1f].map((value) => [write(4, value)]),
    ...[0x03, 0x07, 0x1b, 0x43].map((value) => [write(3, value)]),
    [{ type: "hold" }],
    [{ type: "release" }],
    // A host that takes nothing, until THR or the FIFO is full.
    [{ type: "hold" }, ...Array.from({ length: 19 }, (_, stepIndex) => write(0, stepIndex))],
    [readFrom(5)],
    [
      { type: "break", on: true },
      { type: "break", on: false },
    ],
    [{ type: "reset" }, ...FAST],
  );
  const stepGroup = fc.oneof(
    { arbitrary: singleStep.map((step) => [step]), weight: 6 },
    { arbitrary: modeChange, weight: 3 },
    {
      arbitrary: fc.oneof(
        repeatedSteps,
        arrival(14, 18).map((input) => [input]),
      ),
      weight: 1,
    },
  );
  return fc
    .array(stepGroup, { minLength: 1, maxLength: 40, size: "max" })
    .map((chunks) => [...FAST, ...chunks.flat()]);
};

/** A ledger of all characters: what should be where. */
class Ledger {
  readonly #subject: Subject;
  readonly #options: Uart16550Options;
  readonly #vacuityGuard: UsedPremises;
  #received: number[] = [];
  /** The character in the shift register first. */
  #toSend: number[] = [];

  constructor(subject: Subject, vacuityGuard: UsedPremises) {
    this.#subject = subject;
    this.#options = subject.options;
    this.#vacuityGuard = vacuityGuard;
  }

  #arrives(registerValue: number, isLost: boolean): void {
    const fifosOn = (this.#subject.state().FCR & FCR.FIFO_ENABLE) !== 0;
    this.#vacuityGuard.count("overrun", isLost);
    if (!isLost) this.#received.push(registerValue);
    else if (!fifosOn) this.#received = [registerValue];
  }

  /** Returns the characters in the shift register and the FIFO. */
  #sending(): { shifting: boolean; all: number[] } {
    const { transmitFifo, transmitFrame, transmitWaits, transmitCharacter } = this.#subject.state();
    const shifting = transmitFrame !== 0 || transmitWaits;
    return { shifting, all: shifting ? [transmitCharacter, ...transmitFifo] : transmitFifo };
  }

  #flush(receive: boolean, transmit: boolean, shifting: boolean): void {
    this.#vacuityGuard.count(
      "flushed",
      (receive && this.#received.length > 0) || (transmit && this.#toSend.length > 1),
    );
    if (receive) this.#received = [];
    if (transmit) this.#toSend = shifting ? this.#toSend.slice(0, 1) : [];
  }

  /** To be called before each input, and its result after it. */
  see(input: Input): (emitted: readonly TimedEmission[]) => void {
    const { shifting } = this.#sending();
    const { FCR: fifoControl, LCR: lineControl, transmitWaits } = this.#subject.state();
    const latchOpen = (lineControl & LCR.DLAB) !== 0;
    const wasFull = this.#subject.state().transmitFifo.length >= capacityOf(this.#subject);
    return (emitted) => {
      if (input.type === "reset") this.#flush(true, true, false);
      if (input.type === "read" && input.offset === 0) this.#read(emitted);
      if (input.type === "receive" || input.type === "break") this.#arrivals(input, emitted);
      if (input.type === "write" && input.offset === 0 && !latchOpen)
        this.#written(input.value, wasFull, shifting);
      if (input.type === "write" && input.offset === 2 && this.#options.fifoSize > 1) {
        const toggles = ((fifoControl ^ input.value) & FCR.FIFO_ENABLE) !== 0;
        const flushes = (bit: number) => toggles || (input.value & bit) !== 0;
        this.#flush(flushes(FCR.RX_RESET), flushes(FCR.TX_RESET), shifting);
      }
      this.#leaves(emitted, transmitWaits);
      expectSame(queuedIn(this.#subject), this.#received, { input, what: "received" });
      expectSame(this.#sending().all, this.#toSend, { input, what: "to be sent" });
    };
  }

  #read(emitted: readonly TimedEmission[]): void {
    const expectedByte = this.#received.shift();
    if (this.#vacuityGuard.count("delivered", expectedByte !== undefined))
      expectSame(dataOf(emitted), expectedByte, "RBR");
  }

  #arrivals(input: Extract<Input, { type: "receive" | "break" }>, emitted: readonly TimedEmission[]): void {
    if (countOf(emitted, "accepted") === 0) return;
    const character: Character = input.type === "break" ? 0 : (input.characters[0] ?? 0);
    const registerValue = typeof character === "number" ? character : character.value;
    this.#arrives(registerValue, countOf(emitted, "overrun") > 0);
  }

  #written(registerValue: number, wasFull: boolean, shifting: boolean): void {
    this.#toSend.push(registerValue);
    if (!wasFull || this.#sending().all.length === this.#toSend.length) return;
    this.#vacuityGuard.count("dropped");
    if (this.#options.overflow === "dropNewest") this.#toSend.pop();
    else this.#toSend.splice(shifting ? 1 : 0, 1);
  }

  /** Accounts for the characters that have left: to the host, to the receiver, or under a break, which hides nothing that waited for the host. */
  #leaves(emitted: readonly TimedEmission[], waited: boolean): void {
    const left = this.#toSend.splice(0, this.#toSend.length - this.#sending().all.length);
    const sentBytes = emitted.flatMap((emission) => (emission.type === "transmit" ? [emission.value] : []));
    const { MCR: modemControl, LCR: lineControl } = this.#subject.state();
    if ((modemControl & MCR.LOOP) !== 0) {
      let lost = countOf(emitted, "overrun");
      const freeSpace = capacityOf(this.#subject);
      for (const registerValue of left)
        this.#arrives(registerValue, this.#received.length >= freeSpace && lost-- > 0);
      this.#vacuityGuard.count("looped", left.length > 0);
      expectSame(sentBytes, [], "loopback");
    } else if ((lineControl & LCR.BREAK) === 0 || !this.#options.breakHidesOutput) {
      expectSame(sentBytes, left, "transmitted");
      this.#vacuityGuard.count("transmitted", left.length > 0);
    } else expectSame(sentBytes, waited ? left.slice(0, 1) : [], "a break is sent");
  }
}

const I9: Invariant = {
  id: "I9",
  name: "CONSERVATION",
  form: "data and time",
  applies: everyPart,
  premises: ["delivered", "transmitted", "looped", "flushed", "overrun", "dropped"],
  runs: 15,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(traffic(), (sequence) => {
      const subject = makeSubject(options);
      const ledger = new Ledger(subject, vacuityGuard);
      playInputs(subject, sequence, (input) => ledger.see(input));
    }),
};

export const queueInvariants = [I6, I7, I8, I9];
