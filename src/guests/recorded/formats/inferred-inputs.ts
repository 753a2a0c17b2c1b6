import { FCR, IER, LCR, LSR, MCR, MSR, REGISTERS } from "../../../../machines/index.js";
import type { Character, Input } from "../../../journal/index.js";
import type { Expected, Step } from "../step.js";
import type { LeftOut } from "./left-out.js";
import type { UartEvent } from "./uart-selection.js";

/** The number of entries that are read ahead, to find what a byte was that a read of LSR or IIR announces. */
export const LOOKAHEAD = 512;

/** The longest time between two entries, in nanoseconds: a longer one is shortened, as nothing happens in it. */
const LONGEST_PAUSE = 10_000_000_000n;
/** The default frequency at XIN, by which a character's time is found. */
const INPUT_CLOCK = 1_843_200;
const NANOSECONDS = 1e9;
/** IIR's low four bits for received data, and for the character timeout. */
const IIR_ID = 0x0f;
const RECEIVED_DATA = 0x04;
const CHARACTER_TIMEOUT = 0x0c;
/** Receive FIFO trigger levels, by FCR bits 7 and 6. */
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;
/** More than the four character times after which the timeout interrupts. */
const TIMEOUT_CHARACTERS = 5;

const OFFSET = {
  RBR: REGISTERS.RBR.offset,
  IER: REGISTERS.IER.offset,
  IIR: REGISTERS.IIR.offset,
  FCR: REGISTERS.FCR.offset,
  LCR: REGISTERS.LCR.offset,
  MCR: REGISTERS.MCR.offset,
  LSR: REGISTERS.LSR.offset,
  MSR: REGISTERS.MSR.offset,
} as const;

/** The bits of registers by which a log's accesses are understood: those that the guest wrote. */
interface WrittenRegisters {
  LCR: number;
  MCR: number;
  FCR: number;
  IER: number;
  DLL: number;
  DLM: number;
}

/**
 * Turns entries about a UART into steps. A log of accesses has neither what came in on the line nor the modem's levels: they are
 * inferred from the reads that show them, and counted. Levels of the interrupt line are compared where the log's order leaves no doubt:
 * a write is logged before its effects, a read after them.
 */
export class InputInference {
  readonly #leftOut: LeftOut;
  readonly #inputClock: number;
  readonly #written: WrittenRegisters = { LCR: 0, MCR: 0, FCR: 0, IER: 0, DLL: 0, DLM: 0 };
  /** The number of characters that were received and not read. */
  #unread = 0;
  #lastRead = 0;
  #modemLines: number | undefined;
  #time: bigint | undefined;
  #level: 0 | 1 | undefined;
  #isFirst = true;
  #hasWrittenIer = false;

  constructor(leftOut: LeftOut, inputClock = INPUT_CLOCK) {
    this.#leftOut = leftOut;
    this.#inputClock = inputClock;
  }

  /**
   * Turns one entry into steps.
   *
   * @param following - the entries after it, {@link LOOKAHEAD} of them or all that there are.
   */
  *infer(event: UartEvent, following: readonly UartEvent[]): Generator<Step, void> {
    const { line } = event;
    if (this.#isFirst) yield* this.#powerOn(event, following);
    yield* this.#passTime(event);
    if (event.kind === "level") {
      yield* this.#changeLevel(event, following);
      return;
    }
    if (event.kind === "received") {
      this.#unread++;
      yield { line, input: { type: "receive", characters: [event.value] } };
      return;
    }
    if (event.direction === "read") yield* this.#beforeRead(event, following);
    const input: Input =
      event.direction === "read"
        ? { type: "read", offset: event.offset }
        : { type: "write", offset: event.offset, value: event.value };
    const level = this.#levelAfter(following);
    const expected: Expected = {
      ...(event.direction === "read" ? { value: event.value } : {}),
      ...(level === undefined ? {} : { level }),
    };
    yield { line, input, expected };
    if (event.direction === "write") this.#follow(event.offset, event.value);
  }

  /** Power-on, with the modem's levels that the first read of MSR will show: that read would have shown changes. */
  *#powerOn(event: UartEvent, following: readonly UartEvent[]): Generator<Step, void> {
    this.#isFirst = false;
    const first = [event, ...following].find(
      (later) => later.kind === "access" && later.direction === "read" && later.offset === OFFSET.MSR,
    );
    if (first?.kind !== "access" || this.#entersLoopback(event, following, first)) return;
    this.#modemLines = first.value & MSR.LINES;
    yield { line: event.line, counts: false, inferred: true, input: modemInput(this.#modemLines) };
    yield { line: event.line, counts: false, inferred: true, input: { type: "reset" } };
  }

  #entersLoopback(event: UartEvent, following: readonly UartEvent[], until: UartEvent): boolean {
    let isInLoopback = false;
    for (const later of [event, ...following]) {
      if (later === until) break;
      if (later.kind === "access" && later.direction === "write" && later.offset === OFFSET.MCR)
        isInLoopback = (later.value & MCR.LOOP) !== 0;
    }
    return isInLoopback;
  }

  *#passTime({ line, time }: UartEvent): Generator<Step, void> {
    if (time === undefined) return;
    const previous = this.#time ?? time;
    const passed = time - previous;
    if (passed < 0n) {
      this.#leftOut.addFact("# entries are earlier than the one before: the order may be wrong", line);
      return;
    }
    this.#time = time;
    if (passed === 0n) return;
    if (passed > LONGEST_PAUSE) this.#leftOut.addFact("# pauses of more than 10 s were shortened", line);
    const ticks = Number(passed > LONGEST_PAUSE ? LONGEST_PAUSE : passed);
    yield { line, counts: false, inferred: true, input: { type: "advance", ticks } };
  }

  *#changeLevel(
    event: Extract<UartEvent, { kind: "level" }>,
    following: readonly UartEvent[],
  ): Generator<Step, void> {
    const rises = event.level === 1 && this.#level !== 1;
    if (rises && !this.#hasWrittenIer) {
      this.#leftOut.addFact(
        "# rises of the interrupt line before IER is written: the recording begins after the guest set the UART up",
        event.line,
      );
      return;
    }
    this.#level = event.level;
    if (!rises) return;
    const [next] = following;
    if (next?.kind === "level" && next.level === 0)
      this.#leftOut.addFact("# pulses of the interrupt line, which are not compared", event.line);
    if (this.#unread > 0 || this.#isInLoopback || (this.#written.IER & IER.ERBFI) === 0) return;
    const read = following.find((later) => later.kind === "access" && later.direction === "read");
    if (read?.kind !== "access" || read.offset !== OFFSET.IIR) return;
    yield* this.#receiveFor(read.value & IIR_ID, event.line, following);
  }

  *#beforeRead(
    event: Extract<UartEvent, { kind: "access" }>,
    following: readonly UartEvent[],
  ): Generator<Step, void> {
    const { line, offset, value } = event;
    if (offset === OFFSET.IIR) yield* this.#receiveFor(value & IIR_ID, line, following);
    else if (offset === OFFSET.LSR) yield* this.#beforeLineStatus(value, line, following);
    else if (offset === OFFSET.MSR) yield* this.#beforeModemStatus(value, line);
    else if (offset === OFFSET.RBR && !this.#isLatchOpen) {
      // A driver clears RBR without a look at LSR: what is read then is what an empty part gives.
      const isEmptyRead = value === 0 || value === this.#lastRead || value === 0xff;
      if (this.#unread === 0 && !isEmptyRead && !this.#isInLoopback) yield* this.#receive([value], line);
      this.#unread = Math.max(0, this.#unread - 1);
      this.#lastRead = value;
    }
  }

  *#receiveFor(id: number, line: number, following: readonly UartEvent[]): Generator<Step, void> {
    if (this.#isInLoopback || (id !== RECEIVED_DATA && id !== CHARACTER_TIMEOUT)) return;
    const hasFifo = (this.#written.FCR & FCR.FIFO_ENABLE) !== 0;
    const trigger = hasFifo ? (TRIGGER_LEVELS[this.#written.FCR >> 6] as number) : 1;
    const needed = (id === RECEIVED_DATA ? trigger : 1) - this.#unread;
    if (needed <= 0) return;
    yield* this.#receiveNext(needed, line, following);
    if (id !== CHARACTER_TIMEOUT) return;
    this.#leftOut.addFact("# times of a character timeout were inferred", line);
    yield { line, counts: false, inferred: true, input: { type: "advance", ticks: this.#timeoutTicks() } };
  }

  *#beforeLineStatus(value: number, line: number, following: readonly UartEvent[]): Generator<Step, void> {
    if ((value & LSR.DR) === 0) {
      this.#unread = 0;
      return;
    }
    if (this.#unread > 0 || this.#isInLoopback) return;
    yield* this.#receiveNext(1, line, following, value);
  }

  *#beforeModemStatus(value: number, line: number): Generator<Step, void> {
    const lines = value & MSR.LINES;
    if (this.#isInLoopback || lines === this.#modemLines) return;
    this.#modemLines = lines;
    this.#leftOut.addFact("# changes of the modem's lines were inferred from reads of MSR", line);
    yield { line, counts: false, inferred: true, input: modemInput(lines) };
  }

  /** Receives the bytes that the next reads of RBR return. */
  *#receiveNext(
    count: number,
    line: number,
    following: readonly UartEvent[],
    lineStatus = 0,
  ): Generator<Step, void> {
    const values = this.#nextReads(following, this.#unread + count).slice(this.#unread);
    while (values.length < count) {
      this.#leftOut.addFact("# received bytes were never read, and count as 0x00", line);
      values.push(0);
    }
    const [first = 0, ...others] = values;
    yield* this.#receive([withErrors(first, lineStatus), ...others], line);
  }

  *#receive(characters: readonly Character[], line: number): Generator<Step, void> {
    this.#unread += characters.length;
    for (let count = 0; count < characters.length; count++)
      this.#leftOut.addFact("# received bytes were inferred from reads of RBR", line);
    yield { line, counts: false, inferred: true, input: { type: "receive", characters } };
  }

  /** The values of the next reads of RBR. */
  #nextReads(following: readonly UartEvent[], count: number): number[] {
    const values: number[] = [];
    let isLatchOpen = this.#isLatchOpen;
    for (const later of following) {
      if (later.kind !== "access" || values.length === count) continue;
      if (later.direction === "write" && later.offset === OFFSET.LCR)
        isLatchOpen = (later.value & LCR.DLAB) !== 0;
      if (later.direction === "read" && later.offset === OFFSET.RBR && !isLatchOpen) values.push(later.value);
    }
    return values;
  }

  /** The interrupt line's level after an access, where the log leaves no doubt. */
  #levelAfter(following: readonly UartEvent[]): 0 | 1 | undefined {
    if (this.#level === undefined || !this.#hasWrittenIer) return undefined;
    let level: 0 | 1 = this.#level;
    for (const later of following) {
      if (later.kind === "access") {
        // Levels before a read may be the read's own.
        return later.direction === "write" || level === this.#level ? level : undefined;
      }
      if (later.kind === "received") return undefined;
      if (later.level === 0 && level === 1 && this.#level === 0) return undefined;
      level = later.level;
    }
    return undefined;
  }

  #follow(offset: number, value: number): void {
    if (offset === OFFSET.LCR) this.#written.LCR = value;
    else if (offset === OFFSET.MCR) {
      this.#written.MCR = value;
    } else if (offset === OFFSET.FCR) {
      this.#written.FCR = value;
      if (value & FCR.RX_RESET) this.#unread = 0;
    } else if (this.#isLatchOpen) {
      if (offset === OFFSET.RBR) this.#written.DLL = value;
      else if (offset === OFFSET.IER) this.#written.DLM = value;
    } else if (offset === OFFSET.IER) {
      this.#written.IER = value;
      this.#hasWrittenIer = true;
    } else if (offset === OFFSET.RBR && this.#isInLoopback) this.#unread++;
  }

  #timeoutTicks(): number {
    const { DLL, DLM, LCR: format } = this.#written;
    const bits = 1 + 5 + (format & LCR.WLS) + 1 + (format & LCR.STB ? 1 : 0) + (format & LCR.PEN ? 1 : 0);
    const divisor = (DLM << 8) | DLL || 12;
    return Math.ceil((TIMEOUT_CHARACTERS * bits * 16 * divisor * NANOSECONDS) / this.#inputClock);
  }

  get #isLatchOpen(): boolean {
    return (this.#written.LCR & LCR.DLAB) !== 0;
  }

  get #isInLoopback(): boolean {
    return (this.#written.MCR & MCR.LOOP) !== 0;
  }
}

/** Returns a character with the errors that LSR shows as it is the next to be read. */
function withErrors(value: number, lineStatus: number): Character {
  const errors = {
    ...(lineStatus & LSR.PE ? { parity: true as const } : {}),
    ...(lineStatus & LSR.FE ? { framing: true as const } : {}),
    ...(lineStatus & LSR.BI ? { break: true as const } : {}),
  };
  return Object.keys(errors).length === 0 ? value : { value, ...errors };
}

const modemInput = (lines: number): Input => ({
  type: "modem",
  cts: (lines & MSR.CTS) !== 0,
  dsr: (lines & MSR.DSR) !== 0,
  ri: (lines & MSR.RI) !== 0,
  dcd: (lines & MSR.DCD) !== 0,
});
