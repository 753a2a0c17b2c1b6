/** I10 and I11, with I19: the trigger level, the timeout, and errors by the character. */
import fc from "fast-check";
import { FCR, IER, LSR, type Uart16550Options } from "../../machines/index.js";
import { arrival, divisor, FAST, readFrom, type UartStep } from "../arbitraries/uart16550.js";
import { characterTime, formatOf } from "../model/uart16550/time.js";
import { expectSame } from "../support/expect-same.js";
import { dataOf, playInputs, probeOf, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { I19 } from "./breaks.js";
import { everyPart, type Invariant, propertyOf } from "./invariant.js";

/** Returns IIR's code if received data alone is enabled. */
function dataCode(subject: Subject): number {
  const latchClosed = probeOf(subject);
  latchClosed.apply(write(1, IER.ERBFI));
  return latchClosed.peek(2) & 0x0f;
}

/** Arrivals and reads, in modes that change now and then, and time. */
const arrivals = (): fc.Arbitrary<UartStep[]> => {
  const plainArrivals = (minimum: number, maximum: number) =>
    fc
      .array(fc.nat({ max: 255 }), { minLength: minimum, maxLength: maximum, size: "max" })
      .map((characters): UartStep[] => [{ type: "receive", characters }]);
  const stepGroup = fc.oneof(
    { arbitrary: fc.oneof(plainArrivals(1, 2), plainArrivals(1, 16)), weight: 4 },
    {
      arbitrary: fc.constantFrom(1, 1, 4, 20).map((times) => new Array<UartStep>(times).fill(readFrom(0))),
      weight: 3,
    },
    {
      arbitrary: fc
        .constantFrom<UartStep>(
          { type: "due", further: 0 },
          { type: "due", further: -1 },
          { type: "advance", ticks: 100 },
          { type: "advance", ticks: 3000 },
        )
        .map((nextStep) => [nextStep]),
      weight: 6,
    },
    {
      arbitrary: fc.oneof(
        fc.constantFrom(0x01, 0x41, 0x81, 0xc1, 0x03, 0x00).map((value): UartStep[] => [write(2, value)]),
        fc
          .constantFrom(0x21, 0x61, 0xa1, 0xe1)
          .map((value): UartStep[] => [write(3, 0x83), write(2, value), write(3, 0x03)]),
        fc.constantFrom(0x00, 0x07, 0x1f).map((value): UartStep[] => [write(3, value)]),
        divisor().filter((inputList) =>
          inputList.some((input) => input.type === "write" && input.offset < 2 && input.value > 0),
        ),
      ),
      weight: 2,
    },
  );
  return fc
    .tuple(
      fc.constantFrom(0x01, 0x41, 0x81, 0xc1),
      fc.array(stepGroup, { minLength: 1, maxLength: 25, size: "max" }),
    )
    .map(([modeChange, stepGroups]) => [...FAST, write(2, modeChange), ...stepGroups.flat()]);
};

const LEVELS = { 16: [1, 4, 8, 14], 64: [1, 16, 32, 56] } as const;

/** The trigger level and the timeout, as the statement has them. */
class Expected {
  readonly #options: Uart16550Options;
  #lineControl = 0;
  #divisor = 12;
  #written = false;
  #fifos: 0 | 16 | 64 = 0;
  #level = 0;
  #deadline: number | undefined;
  pending = false;
  count = 0;

  constructor(options: Uart16550Options) {
    this.#options = options;
  }

  get trigger(): number {
    return this.#fifos === 0 ? 1 : (LEVELS[this.#fifos][this.#level] as number);
  }

  /** Four characters from now. */
  armTimeout(currentTick: number): void {
    if (this.#fifos === 0 || this.pending) return;
    const chip = {
      lineControl: this.#lineControl,
      divisor: this.#divisor,
      formatWritten: this.#written,
      options: this.#options,
    };
    this.#deadline = currentTick + 4 * (characterTime(formatOf(chip as never)) as number);
  }

  arrive(currentTick: number): void {
    this.count = Math.min(this.count + 1, this.#fifos || 1);
    this.armTimeout(currentTick);
  }

  readRBR(currentTick: number): void {
    this.count = Math.max(0, this.count - 1);
    this.pending = false;
    if (this.count > 0) this.armTimeout(currentTick);
    else this.#deadline = undefined;
  }

  timeIs(currentTick: number): void {
    if (this.#deadline === undefined || currentTick < this.#deadline) return;
    this.#deadline = undefined;
    this.pending = this.count > 0;
  }

  write(registerOffset: number, registerValue: number): void {
    const latchOpen = (this.#lineControl & 0x80) !== 0;
    if (registerOffset === 3) this.#lineControl = registerValue;
    else if (registerOffset === 0 && latchOpen) this.#divisor = (this.#divisor & 0xff00) | registerValue;
    else if (registerOffset === 1 && latchOpen) this.#divisor = (this.#divisor & 0xff) | (registerValue << 8);
    if (registerOffset === 3 || (registerOffset < 2 && latchOpen)) this.#written = true;
    if (registerOffset !== 2 || this.#options.fifoSize === 1) return;
    const previous = this.#fifos;
    const has64Bytes =
      this.#options.fifoSize === 64 && (latchOpen ? (registerValue & FCR.SIXTY_FOUR) !== 0 : previous === 64);
    this.#fifos = registerValue & FCR.FIFO_ENABLE ? (has64Bytes ? 64 : 16) : 0;
    if (this.#fifos !== 0) this.#level = registerValue >> 6;
    if (previous !== this.#fifos || (this.#fifos !== 0 && registerValue & FCR.RX_RESET)) {
      this.count = 0;
      this.pending = false;
      this.#deadline = undefined;
    }
  }
}

const I10: Invariant = {
  id: "I10",
  name: "TRIGGER/CTI",
  form: "invariant",
  applies: everyPart,
  premises: ["RDA", "none", "CTI, where there are FIFOs"],
  runs: 10,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(arrivals(), (sequence) => {
      const subject = makeSubject(options);
      const expected = new Expected(options);
      playInputs(subject, sequence, (input) => () => {
        if (input.type === "receive") expected.arrive(subject.now);
        if (input.type === "write") expected.write(input.offset, input.value);
        if (input.type === "read") expected.readRBR(subject.now);
        expected.timeIs(subject.now);
        const { count, trigger, pending } = expected;
        const available = count >= trigger && (options.receivedDataBeforeTimeout || !pending);
        const interruptCode = available ? 4 : pending ? 0xc : 1;
        expectSame(dataCode(subject), interruptCode, { input, count, trigger, pending, now: subject.now });
        vacuityGuard.count("CTI, where there are FIFOs", interruptCode === 0xc || options.fifoSize === 1);
        if (interruptCode !== 0xc) vacuityGuard.count(interruptCode === 1 ? "none" : "RDA");
      });
    }),
};

/** Characters with and without errors, and the reads that show and clear them. */
const errorSequence = (): fc.Arbitrary<UartStep[]> => {
  const singleStep = fc.oneof(
    arrival(1, 4).map((input): UartStep[] => [input]),
    arrival(10, 18).map((input): UartStep[] => [input]),
    fc.constantFrom<UartStep[]>(
      [readFrom(0)],
      [readFrom(0)],
      [readFrom(5)],
      [readFrom(5)],
      new Array(16).fill(readFrom(0)),
    ),
    fc.constantFrom<UartStep[]>([write(2, 0x01)], [write(2, 0x01)], [write(2, 0x03)], [write(2, 0x00)]),
  );
  return fc
    .array(singleStep, { minLength: 1, maxLength: 25, size: "max" })
    .map((chunks) => [write(3, 0x03), write(2, 0x01), ...chunks.flat()]);
};

const OF_CHARACTERS = LSR.PE | LSR.FE | LSR.BI;

const I11: Invariant = {
  id: "I11",
  name: "PER-CHAR-ERR",
  form: "invariant",
  applies: ({ rbrReadClearsErrors, overrunSetsLsr7, lsr7Clears }) =>
    !rbrReadClearsErrors && !overrunSetsLsr7 && lsr7Clears === "lsrRead",
  premises: ["an error shows", "an error is read and cleared"],
  runs: 12,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(errorSequence(), (sequence) => {
      const subject = makeSubject(options);
      const size = Math.min(options.fifoSize, 16);
      let fifosOn = false;
      let queuedErrors: number[] = [];
      let shownErrors = 0;
      let latched = false;
      const flushQueue = () => {
        queuedErrors = [];
        latched = false;
        if (!options.breakClearsByLsrReadOnly) shownErrors &= ~LSR.BI;
      };
      const acceptCharacter = (carries: number) => {
        const atOnce = fifosOn && (carries & LSR.BI) !== 0 && !options.breakWaitsInFifo;
        const carried = atOnce ? 0 : carries;
        if (atOnce) shownErrors |= carries;
        if (!fifosOn) queuedErrors = [];
        if (fifosOn && queuedErrors.length === size) return;
        queuedErrors.push(carried);
        if (queuedErrors.length === 1) shownErrors |= carried;
        vacuityGuard.count("an error shows", queuedErrors.length === 1 && carried !== 0);
        vacuityGuard.count("an error behind the next", queuedErrors.length > 1 && carried !== 0);
        latched ||= fifosOn && carried !== 0;
      };
      playInputs(subject, sequence, (input) => (emitted) => {
        if (input.type === "receive") {
          const [character = 0] = input.characters;
          const errorMarks = typeof character === "number" ? { value: character } : character;
          acceptCharacter(
            (errorMarks.parity ? LSR.PE : 0) |
              (errorMarks.framing ? LSR.FE : 0) |
              (errorMarks.break ? LSR.BI : 0),
          );
        } else if (input.type === "read" && input.offset === 0) {
          const wasQueued = queuedErrors.length > 0;
          queuedErrors.shift();
          if (!options.breakClearsByLsrReadOnly && queuedErrors.length === 0) shownErrors &= ~LSR.BI;
          if (wasQueued) shownErrors |= queuedErrors[0] ?? 0;
        } else if (input.type === "read") {
          expectSame((dataOf(emitted) as number) & OF_CHARACTERS, shownErrors, input);
          vacuityGuard.count("an error is read and cleared", shownErrors !== 0);
          shownErrors = 0;
          if (!queuedErrors.slice(1).some((carried) => carried !== 0)) latched = false;
        } else if (input.type === "write" && input.offset === 2 && options.fifoSize > 1) {
          const asserted = (input.value & FCR.FIFO_ENABLE) !== 0;
          if (asserted !== fifosOn || input.value & FCR.RX_RESET) flushQueue();
          fifosOn = asserted;
        }
        const lineStatus = subject.peek(5) & (OF_CHARACTERS | LSR.ERROR_IN_FIFO);
        expectSame(lineStatus, shownErrors | (latched ? LSR.ERROR_IN_FIFO : 0), {
          input,
          queue: queuedErrors,
        });
      });
    }),
};

export const receiverInvariants = [I10, I11, I19];
