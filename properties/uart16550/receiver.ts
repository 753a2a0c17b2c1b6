/** I10 and I11, with I19: the trigger level, the timeout, and errors by the character. */
import fc from "fast-check";
import { FCR, IER, LSR, type Uart16550Options } from "../../machines/index.js";
import { arrival, divisor, FAST, readFrom, type Step } from "../arbitraries/uart16550.js";
import { characterTime, formatOf } from "../model/uart16550/time.js";
import { expectSame } from "../support/same.js";
import { dataOf, play, probeOf, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { I19 } from "./breaks.js";
import { everyPart, type Invariant, propertyOf } from "./invariant.js";

/** What IIR says if received data alone is enabled. */
function dataCode(uart: Subject): number {
  const probe = probeOf(uart);
  probe.apply(write(1, IER.ERBFI));
  return probe.peek(2) & 0x0f;
}

/** Arrivals and reads, in modes that change now and then, and time. */
const arrivals = (): fc.Arbitrary<Step[]> => {
  const plain = (least: number, most: number) =>
    fc
      .array(fc.nat({ max: 255 }), { minLength: least, maxLength: most, size: "max" })
      .map((characters): Step[] => [{ type: "receive", characters }]);
  const chunk = fc.oneof(
    { arbitrary: fc.oneof(plain(1, 2), plain(1, 16)), weight: 4 },
    {
      arbitrary: fc.constantFrom(1, 1, 4, 20).map((times) => new Array<Step>(times).fill(readFrom(0))),
      weight: 3,
    },
    {
      arbitrary: fc
        .constantFrom<Step>(
          { type: "due", further: 0 },
          { type: "due", further: -1 },
          { type: "advance", ticks: 100 },
          { type: "advance", ticks: 3000 },
        )
        .map((step) => [step]),
      weight: 6,
    },
    {
      arbitrary: fc.oneof(
        fc.constantFrom(0x01, 0x41, 0x81, 0xc1, 0x03, 0x00).map((value): Step[] => [write(2, value)]),
        fc
          .constantFrom(0x21, 0x61, 0xa1, 0xe1)
          .map((value): Step[] => [write(3, 0x83), write(2, value), write(3, 0x03)]),
        fc.constantFrom(0x00, 0x07, 0x1f).map((value): Step[] => [write(3, value)]),
        divisor().filter((inputs) =>
          inputs.some((input) => input.type === "write" && input.offset < 2 && input.value > 0),
        ),
      ),
      weight: 2,
    },
  );
  return fc
    .tuple(
      fc.constantFrom(0x01, 0x41, 0x81, 0xc1),
      fc.array(chunk, { minLength: 1, maxLength: 25, size: "max" }),
    )
    .map(([mode, chunks]) => [...FAST, write(2, mode), ...chunks.flat()]);
};

const LEVELS = { 16: [1, 4, 8, 14], 64: [1, 16, 32, 56] } as const;

/** The trigger level and the timeout, as the statement has them. */
class Expected {
  readonly #options: Uart16550Options;
  #lcr = 0;
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
  arm(now: number): void {
    if (this.#fifos === 0 || this.pending) return;
    const chip = {
      lcr: this.#lcr,
      divisor: this.#divisor,
      formatWritten: this.#written,
      options: this.#options,
    };
    this.#deadline = now + 4 * (characterTime(formatOf(chip as never)) as number);
  }

  arrive(now: number): void {
    this.count = Math.min(this.count + 1, this.#fifos || 1);
    this.arm(now);
  }

  readRBR(now: number): void {
    this.count = Math.max(0, this.count - 1);
    this.pending = false;
    if (this.count > 0) this.arm(now);
    else this.#deadline = undefined;
  }

  timeIs(now: number): void {
    if (this.#deadline === undefined || now < this.#deadline) return;
    this.#deadline = undefined;
    this.pending = this.count > 0;
  }

  write(offset: number, value: number): void {
    const open = (this.#lcr & 0x80) !== 0;
    if (offset === 3) this.#lcr = value;
    else if (offset === 0 && open) this.#divisor = (this.#divisor & 0xff00) | value;
    else if (offset === 1 && open) this.#divisor = (this.#divisor & 0xff) | (value << 8);
    if (offset === 3 || (offset < 2 && open)) this.#written = true;
    if (offset !== 2 || this.#options.fifoSize === 1) return;
    const before = this.#fifos;
    const wide = this.#options.fifoSize === 64 && (open ? (value & FCR.SIXTY_FOUR) !== 0 : before === 64);
    this.#fifos = value & FCR.FIFO_ENABLE ? (wide ? 64 : 16) : 0;
    if (this.#fifos !== 0) this.#level = value >> 6;
    if (before !== this.#fifos || (this.#fifos !== 0 && value & FCR.RX_RESET)) {
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
  property: (make, options, held) =>
    propertyOf(arrivals(), (steps) => {
      const uart = make(options);
      const expected = new Expected(options);
      play(uart, steps, (input) => () => {
        if (input.type === "receive") expected.arrive(uart.now);
        if (input.type === "write") expected.write(input.offset, input.value);
        if (input.type === "read") expected.readRBR(uart.now);
        expected.timeIs(uart.now);
        const { count, trigger, pending } = expected;
        const available = count >= trigger && (options.rdaOverCti || !pending);
        const code = available ? 4 : pending ? 0xc : 1;
        expectSame(dataCode(uart), code, { input, count, trigger, pending, now: uart.now });
        held.count("CTI, where there are FIFOs", code === 0xc || options.fifoSize === 1);
        if (code !== 0xc) held.count(code === 1 ? "none" : "RDA");
      });
    }),
};

/** Characters with and without errors, and the reads that show and clear them. */
const errors = (): fc.Arbitrary<Step[]> => {
  const one = fc.oneof(
    arrival(1, 4).map((input): Step[] => [input]),
    arrival(10, 18).map((input): Step[] => [input]),
    fc.constantFrom<Step[]>(
      [readFrom(0)],
      [readFrom(0)],
      [readFrom(5)],
      [readFrom(5)],
      new Array(16).fill(readFrom(0)),
    ),
    fc.constantFrom<Step[]>([write(2, 0x01)], [write(2, 0x01)], [write(2, 0x03)], [write(2, 0x00)]),
  );
  return fc
    .array(one, { minLength: 1, maxLength: 25, size: "max" })
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
  property: (make, options, held) =>
    propertyOf(errors(), (steps) => {
      const uart = make(options);
      const size = Math.min(options.fifoSize, 16);
      let fifos = false;
      let queue: number[] = [];
      let shown = 0;
      let latched = false;
      const flush = () => {
        queue = [];
        latched = false;
        if (!options.biByLsrOnly) shown &= ~LSR.BI;
      };
      const arrive = (carries: number) => {
        const atOnce = fifos && (carries & LSR.BI) !== 0 && !options.breakInFifo;
        const carried = atOnce ? 0 : carries;
        if (atOnce) shown |= carries;
        if (!fifos) queue = [];
        if (fifos && queue.length === size) return;
        queue.push(carried);
        if (queue.length === 1) shown |= carried;
        held.count("an error shows", queue.length === 1 && carried !== 0);
        held.count("an error behind the next", queue.length > 1 && carried !== 0);
        latched ||= fifos && carried !== 0;
      };
      play(uart, steps, (input) => (emitted) => {
        if (input.type === "receive") {
          const [each = 0] = input.characters;
          const marks = typeof each === "number" ? { value: each } : each;
          arrive((marks.parity ? LSR.PE : 0) | (marks.framing ? LSR.FE : 0) | (marks.break ? LSR.BI : 0));
        } else if (input.type === "read" && input.offset === 0) {
          const had = queue.length > 0;
          queue.shift();
          if (!options.biByLsrOnly && queue.length === 0) shown &= ~LSR.BI;
          if (had) shown |= queue[0] ?? 0;
        } else if (input.type === "read") {
          expectSame((dataOf(emitted) as number) & OF_CHARACTERS, shown, input);
          held.count("an error is read and cleared", shown !== 0);
          shown = 0;
          if (!queue.slice(1).some((carried) => carried !== 0)) latched = false;
        } else if (input.type === "write" && input.offset === 2 && options.fifoSize > 1) {
          const on = (input.value & FCR.FIFO_ENABLE) !== 0;
          if (on !== fifos || input.value & FCR.RX_RESET) flush();
          fifos = on;
        }
        const lsr = uart.peek(5) & (OF_CHARACTERS | LSR.ERROR_IN_FIFO);
        expectSame(lsr, shown | (latched ? LSR.ERROR_IN_FIFO : 0), { input, queue });
      });
    }),
};

export const receiverInvariants = [I10, I11, I19];
