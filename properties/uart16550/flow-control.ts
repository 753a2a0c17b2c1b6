/** I21: automatic flow control, between two 16550s. */
import fc from "fast-check";
import { expect } from "vitest";
import { IER, LSR } from "../../machines/index.js";
import { byte } from "../arbitraries/bytes.js";
import { FAST } from "../arbitraries/uart16550.js";
import { expectSame } from "../support/expect-same.js";
import { NullModem } from "../support/null-modem.js";
import { dataOf, probeOf, read, write } from "../support/uart16550-play.js";
import type { Subject } from "../support/uart16550-subject.js";
import { type Invariant, propertyOf, type UsedPremises } from "./invariant.js";

interface Transfer {
  /** FCR bits 7 to 5. */
  readonly mode: number;
  readonly bytes: readonly number[];
  /** The ticks for which the receiver's driver leaves its FIFO alone, and the number of bytes that it then reads. */
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
function configure(nullModem: NullModem, endIndex: 0 | 1, modeChange: number, modemControl: number): void {
  for (const input of [
    ...FAST,
    write(3, 0x83),
    write(2, modeChange | 0x01),
    write(3, 0x03),
    write(4, modemControl),
  ]) {
    nullModem.apply(endIndex, input);
  }
}

const countIn = (uart: Subject): number => uart.state().receiveFifo.length;

/** Sends everything, the receiver's driver doing its work late. Returns what it has read, and whether OE was ever seen. */
function runTransfer(
  nullModem: NullModem,
  sender: Subject,
  receiver: Subject,
  { bytes, service }: Transfer,
): { taken: number[]; overrunSeen: boolean } {
  const waiting = [...bytes];
  const takenBytes: number[] = [];
  let overrunSeen = false;
  const feedSender = () => {
    const freeSpace = Math.min(waiting.length, 16);
    if (sender.peek(5) & LSR.THRE)
      for (const registerValue of waiting.splice(0, freeSpace)) nullModem.apply(0, write(0, registerValue));
  };
  const serveReceiver = (maximum: number) => {
    for (let left = maximum; left > 0; left--) {
      const lineStatus = dataOf(nullModem.apply(1, read(5))) as number;
      overrunSeen ||= (lineStatus & LSR.OE) !== 0;
      if (countIn(receiver) === 0) return;
      takenBytes.push(dataOf(nullModem.apply(1, read(0))) as number);
    }
  };
  for (let roundIndex = 0; roundIndex < 400; roundIndex++) {
    const { after, most } = service[roundIndex % service.length] as { after: number; most: number };
    // The sender's driver is never late.
    for (let passed = 0; passed < after + 1; passed += 320) {
      feedSender();
      nullModem.advance(Math.min(320, after + 1 - passed));
    }
    serveReceiver(most);
    if (waiting.length === 0 && sender.peek(5) & LSR.TEMT && countIn(receiver) === 0) break;
  }
  for (
    let roundIndex = 0;
    roundIndex < 300 && (waiting.length > 0 || (sender.peek(5) & LSR.TEMT) === 0);
    roundIndex++
  ) {
    feedSender();
    nullModem.advance(320);
    serveReceiver(99);
  }
  nullModem.advance(200);
  serveReceiver(99);
  return { taken: takenBytes, overrunSeen: overrunSeen };
}

const LEVELS = [1, 4, 8, 14];
const LEVELS_64 = [1, 16, 32, 56];

const AFE_RTS = 0x22;

function withFlow(sender: Subject, receiver: Subject, given: Transfer, vacuityGuard: UsedPremises): void {
  const has64Bytes = receiver.options.fifoSize === 64 && (given.mode & 0x20) !== 0;
  const pinLevel = (has64Bytes ? LEVELS_64 : LEVELS)[given.mode >> 6] as number;
  let overruns = 0;
  const nullModem = new NullModem(sender, receiver, (endIndex, emission) => {
    if (endIndex === 1 && emission.type === "overrun") overruns++;
    if (endIndex !== 1 || emission.type !== "modemOutput" || emission.pin !== "RTS") return;
    const queuedCount = countIn(receiver);
    // Hysteresis: RTS falls at the trigger level and rises when all is read; under 14, when the 16th begins, and when there is room.
    if (emission.level === 0) expect(queuedCount).toBeGreaterThanOrEqual(pinLevel === 14 ? 15 : pinLevel);
    else if (pinLevel === 14) expect(queuedCount).toBeLessThan(16);
    else expect(queuedCount).toBe(0);
    vacuityGuard.count(emission.level === 0 ? "RTS falls" : "RTS rises");
  });
  configure(nullModem, 0, 0x00, AFE_RTS);
  configure(nullModem, 1, given.mode, AFE_RTS);
  const { taken } = runTransfer(nullModem, sender, receiver, given);
  expectSame(taken, given.bytes, "with automatic flow control every byte arrives");
  expectSame(overruns, 0, "no overrun");
}

function withoutFlow(sender: Subject, receiver: Subject, given: Transfer, vacuityGuard: UsedPremises): void {
  let overruns = 0;
  const nullModem = new NullModem(sender, receiver, (endIndex, { type }) => {
    if (endIndex === 1 && type === "overrun") overruns++;
  });
  configure(nullModem, 0, 0x00, 0x02);
  configure(nullModem, 1, given.mode, 0x02);
  const { taken, overrunSeen: oe } = runTransfer(nullModem, sender, receiver, given);
  expectSame(taken.length, given.bytes.length - overruns, "what is not lost arrives");
  expectSame(oe, overruns > 0, "OE says that bytes are lost");
  vacuityGuard.count("bytes lost without it", overruns > 0);
}

/** CTS falls while a character is on the line: that one goes out, the next waits, and DCTS interrupts nobody. */
function checkCtsGate(subject: Subject, early: number, vacuityGuard: UsedPremises): void {
  for (const input of [...FAST, write(2, 0x01), write(4, 0x20), write(0, 0x55), write(0, 0xaa)])
    subject.apply(input);
  const lines = { type: "modem", dsr: true, ri: false, dcd: true } as const;
  subject.apply(read(6));
  subject.apply({ type: "advance", ticks: early });
  subject.apply({ ...lines, cts: false });
  const latchClosed = probeOf(subject);
  latchClosed.apply(write(1, IER.EDSSI));
  expectSame(
    [latchClosed.peek(6) & 0x0f, latchClosed.peek(2) & 0x0f],
    [1, 1],
    "DCTS is set, and does not interrupt",
  );
  const transmitted = (tickCount: number) =>
    subject
      .apply({ type: "advance", ticks: tickCount })
      .flatMap((emission) => (emission.type === "transmit" ? [emission.value] : []));
  expectSame(transmitted(1000), [0x55], "the character on the line");
  subject.apply({ ...lines, cts: true });
  expectSame(transmitted(1000), [0xaa], "the next one");
  vacuityGuard.count("CTS falls within a character");
}

const I21: Invariant = {
  id: "I21",
  name: "AFE",
  form: "data and time",
  applies: ({ autoFlow, transmitterIsTimed }) => autoFlow && transmitterIsTimed,
  premises: ["RTS falls", "RTS rises", "bytes lost without it", "CTS falls within a character"],
  runs: 5,
  property: (makeSubject, options, vacuityGuard) =>
    propertyOf(fc.tuple(transfer(), fc.integer({ min: 1, max: 158 })), ([given, early]) => {
      checkCtsGate(makeSubject(options), early, vacuityGuard);
      withFlow(makeSubject(options), makeSubject(options), given, vacuityGuard);
      withoutFlow(makeSubject(options), makeSubject(options), given, vacuityGuard);
    }),
};

export const flowInvariants = [I21];
