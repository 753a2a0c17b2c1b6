/** I21: automatic flow control, between two 16550s. */
import fc from "fast-check";
import { expect } from "vitest";
import { IER, LSR } from "../../machines/index.js";
import { byte } from "../arbitraries/bytes.js";
import { FAST } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/same.js";
import { dataOf, probeOf, read, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { Wire } from "../support/uart16550-wire.js";
import { type Held, type Invariant, propertyOf } from "./invariant.js";

interface Transfer {
  /** FCR bits 7 to 5. */
  readonly mode: number;
  readonly bytes: readonly number[];
  /** How long the receiver's driver leaves its FIFO alone, in ticks, and how much of it it reads then. */
  readonly service: readonly { readonly after: number; readonly most: number }[];
}

const transfer = (): fc.Arbitrary<Transfer> =>
  fc.record({
    mode: fc.constantFrom(0x00, 0x40, 0x80, 0xc0, 0x20, 0x60, 0xe0),
    bytes: fc.array(byte(), { minLength: 20, maxLength: 90, size: "max" }),
    service: fc.array(
      fc.record({
        after: fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: 30_000 })),
        most: fc.constantFrom(1, 3, 16, 99),
      }),
      { minLength: 1, maxLength: 6, size: "max" },
    ),
  });

/** 115,200 baud, 8N1, FIFOs on; with FCR bit 5 behind DLAB. */
function start(wire: Wire, at: 0 | 1, mode: number, mcr: number): void {
  for (const input of [...FAST, write(3, 0x83), write(2, mode | 0x01), write(3, 0x03), write(4, mcr)]) {
    wire.apply(at, input);
  }
}

const countIn = (uart: Subject): number => uart.state().receiveFifo.length;

/** Sends everything, the receiver's driver doing its work late. Returns what it has read, and whether OE was ever seen. */
function run(
  wire: Wire,
  sender: Subject,
  receiver: Subject,
  { bytes, service }: Transfer,
): { taken: number[]; oe: boolean } {
  const waiting = [...bytes];
  const taken: number[] = [];
  let oe = false;
  const feed = () => {
    const room = Math.min(waiting.length, 16);
    if (sender.peek(5) & LSR.THRE)
      for (const value of waiting.splice(0, room)) wire.apply(0, write(0, value));
  };
  const serve = (most: number) => {
    for (let left = most; left > 0; left--) {
      const lsr = dataOf(wire.apply(1, read(5))) as number;
      oe ||= (lsr & LSR.OE) !== 0;
      if (countIn(receiver) === 0) return;
      taken.push(dataOf(wire.apply(1, read(0))) as number);
    }
  };
  for (let round = 0; round < 400; round++) {
    const { after, most } = service[round % service.length] as { after: number; most: number };
    // The sender's driver is never late.
    for (let passed = 0; passed < after + 1; passed += 320) {
      feed();
      wire.advance(Math.min(320, after + 1 - passed));
    }
    serve(most);
    if (waiting.length === 0 && sender.peek(5) & LSR.TEMT && countIn(receiver) === 0) break;
  }
  for (let round = 0; round < 300 && (waiting.length > 0 || (sender.peek(5) & LSR.TEMT) === 0); round++) {
    feed();
    wire.advance(320);
    serve(99);
  }
  wire.advance(200);
  serve(99);
  return { taken, oe };
}

const LEVELS = [1, 4, 8, 14];
const LEVELS_64 = [1, 16, 32, 56];

const AFE_RTS = 0x22;

function withFlow(sender: Subject, receiver: Subject, given: Transfer, held: Held): void {
  const wide = receiver.options.fifoSize === 64 && (given.mode & 0x20) !== 0;
  const level = (wide ? LEVELS_64 : LEVELS)[given.mode >> 6] as number;
  let overruns = 0;
  const wire = new Wire(sender, receiver, (at, emission) => {
    if (at === 1 && emission.type === "overrun") overruns++;
    if (at !== 1 || emission.type !== "modemOutput" || emission.pin !== "RTS") return;
    const count = countIn(receiver);
    // Hysteresis: RTS falls at the trigger level and rises when all is read; under 14, when the 16th begins, and when there is room.
    if (emission.level === 0) expect(count).toBeGreaterThanOrEqual(level === 14 ? 15 : level);
    else if (level === 14) expect(count).toBeLessThan(16);
    else expect(count).toBe(0);
    held.count(emission.level === 0 ? "RTS falls" : "RTS rises");
  });
  start(wire, 0, 0x00, AFE_RTS);
  start(wire, 1, given.mode, AFE_RTS);
  const { taken } = run(wire, sender, receiver, given);
  expectSame(taken, given.bytes, "with automatic flow control every byte arrives");
  expectSame(overruns, 0, "no overrun");
}

function withoutFlow(sender: Subject, receiver: Subject, given: Transfer, held: Held): void {
  let overruns = 0;
  const wire = new Wire(sender, receiver, (at, { type }) => {
    if (at === 1 && type === "overrun") overruns++;
  });
  start(wire, 0, 0x00, 0x02);
  start(wire, 1, given.mode, 0x02);
  const { taken, oe } = run(wire, sender, receiver, given);
  expectSame(taken.length, given.bytes.length - overruns, "what is not lost arrives");
  expectSame(oe, overruns > 0, "OE says that bytes are lost");
  held.count("bytes lost without it", overruns > 0);
}

/** CTS falls while a character is on the line: that one goes out, the next waits, and DCTS interrupts nobody. */
function gate(uart: Subject, early: number, held: Held): void {
  for (const input of [...FAST, write(2, 0x01), write(4, 0x20), write(0, 0x55), write(0, 0xaa)])
    uart.apply(input);
  const lines = { type: "modem", dsr: true, ri: false, dcd: true } as const;
  uart.apply(read(6));
  uart.apply({ type: "advance", ticks: early });
  uart.apply({ ...lines, cts: false });
  const probe = probeOf(uart);
  probe.apply(write(1, IER.EDSSI));
  expectSame([probe.peek(6) & 0x0f, probe.peek(2) & 0x0f], [1, 1], "DCTS is set, and does not interrupt");
  const sent = (ticks: number) =>
    uart
      .apply({ type: "advance", ticks })
      .flatMap((emission) => (emission.type === "transmit" ? [emission.value] : []));
  expectSame(sent(1000), [0x55], "the character on the line");
  uart.apply({ ...lines, cts: true });
  expectSame(sent(1000), [0xaa], "the next one");
  held.count("CTS falls within a character");
}

const I21: Invariant = {
  id: "I21",
  name: "AFE",
  form: "data and time",
  applies: ({ autoFlow, txTimed }) => autoFlow && txTimed,
  premises: ["RTS falls", "RTS rises", "bytes lost without it", "CTS falls within a character"],
  runs: 5,
  property: (make, options, held) =>
    propertyOf(fc.tuple(transfer(), fc.integer({ min: 1, max: 158 })), ([given, early]) => {
      gate(make(options), early, held);
      withFlow(make(options), make(options), given, held);
      withoutFlow(make(options), make(options), given, held);
    }),
};

export const flowInvariants = [I21];
