import { IIR, LCR, LSR, MCR, registerAt } from "../../../machines/index.js";
import { hex, inputInWords } from "../../device/index.js";
import type { Step } from "../../guests/index.js";
import { LINT_RULES, type LintRule } from "./lint-rules.js";
import { TransmitterModel } from "./transmitter-model.js";

/** An access of a recording that breaks a rule. */
export interface LintFinding {
  /** The line of the recording, from 1. */
  readonly line: number;
  /** Of a recording with many steps a line: the step's index in that line, from 0. */
  readonly index?: number;
  readonly rule: LintRule;
  /** The access: "THR <- 0x41". */
  readonly access: string;
  /** The finding in words. */
  readonly detail: string;
  /** What real hardware would do. */
  readonly hardware: string;
}

/** The read IIR rounds without progress after which a handler does not end, as in the tests of drivers. */
const MAX_HANDLER_ROUNDS = 24;
/** The reads of LSR in a row that are a poll. */
const POLL_READS = 3;
const FORMAT_BITS = 0x3f;
const SOURCE_BITS = 0x0e;
/** Bits that the 16550 reserves. */
const RESERVED_BITS: Readonly<Record<string, number>> = {
  IER: 0xf0,
  MCR: 0xe0,
  FCR: 0x30,
  LSR: 0xff,
  MSR: 0xff,
};

const OFFSET = { IIR: 2, LCR: 3, LSR: 5 } as const;
/** The accesses that serve a source, by the code of IIR. */
const isServed = (source: number, direction: "read" | "write", register: string | undefined): boolean => {
  if (register === "RBR" || (register === "THR" && direction === "write")) return true;
  if (register === "IER" && direction === "write") return true;
  return (source === 6 && register === "LSR") || (source === 0 && register === "MSR");
};

/** Holds the accesses of a recording to the rules that need no driver, one step after the other. */
export class TraceLinter {
  readonly findings: LintFinding[] = [];
  accesses = 0;
  readonly #chart: Parameters<typeof inputInWords>[3];
  readonly #transmitter: TransmitterModel;
  #lineControl = 0;
  #divisor: [number, number] = [-1, -1];
  #modemControl = 0;
  /** True if, with the latch open, something else than the divisor was accessed. */
  #isLatchForgotten = false;
  #handlerRounds = 0;
  #lastSource = -1;
  /** Reads of LSR in a row that showed no room. */
  #pollReads = 0;
  /** A write of reserved bits, which is a probe if the next access reads it back. */
  #reservedWrite: { readonly register: string; readonly finding: LintFinding } | undefined;

  /** @param clock - the ticks a second of the recording's `advance` steps. */
  constructor(chart: Parameters<typeof inputInWords>[3], clock: number | undefined) {
    this.#chart = chart;
    this.#transmitter = new TransmitterModel(clock);
  }

  /** Checks a step. @param value - of a read: the byte that the driver read. */
  check(step: Step, value: number | undefined): void {
    const { input } = step;
    if (input.type === "advance") this.#transmitter.advance(input.ticks);
    else if (input.type === "receive") this.#handlerRounds = 0;
    else if (input.type === "reset" || input.type === "restore") this.#startAgain();
    else if (input.type === "read") this.#checkAccess(step, "read", input.offset, value ?? 0);
    else if (input.type === "write") this.#checkAccess(step, "write", input.offset, input.value);
  }

  /** Ends the recording. */
  close(): void {
    this.#settleReservedWrite(undefined);
  }

  #startAgain(): void {
    this.#lineControl = 0;
    this.#modemControl = 0;
    this.#divisor = [-1, -1];
    this.#pollReads = 0;
    this.#handlerRounds = 0;
    this.#transmitter.reset();
  }

  get #isLatchOpen(): boolean {
    return (this.#lineControl & LCR.DLAB) !== 0;
  }

  #checkAccess(step: Step, direction: "read" | "write", offset: number, value: number): void {
    this.accesses++;
    const register = registerAt(direction, offset, this.#isLatchOpen);
    const report = (rule: LintRule, detail: string) =>
      void this.findings.push(this.#finding(step, rule, detail, value));
    this.#settleReservedWrite(direction === "read" ? register : undefined);
    this.#checkLatch(direction, offset, report);
    this.#checkHandler(direction, register, value, report);
    if (direction === "read") this.#recordRead(register, value);
    else this.#checkWrite(step, register, offset, value, report);
    if (register !== "LSR") this.#pollReads = 0;
  }

  #finding(step: Step, rule: LintRule, detail: string, value: number): LintFinding {
    const { line, index, input } = step;
    const { hardware } = LINT_RULES[rule];
    const access = inputInWords(input, this.#isLatchOpen, value, this.#chart);
    return { line, ...(index === undefined ? {} : { index }), rule, access, detail, hardware };
  }

  #checkLatch(
    direction: "read" | "write",
    offset: number,
    report: (rule: LintRule, detail: string) => void,
  ): void {
    if (!this.#isLatchOpen) return;
    // A handler, or a wait: they mean the data registers.
    const isElsewhere = offset === OFFSET.LSR || (offset === OFFSET.IIR && direction === "read");
    if (isElsewhere) this.#isLatchForgotten = true;
    else if (offset < 2 && this.#isLatchForgotten)
      report(
        "dlab-closed",
        "the divisor latch is open, and LSR or IIR was read since: a data register is meant",
      );
  }

  #checkHandler(
    direction: "read" | "write",
    register: string | undefined,
    value: number,
    report: (rule: LintRule, detail: string) => void,
  ): void {
    if (register !== "IIR" || direction === "write") {
      if (isServed(this.#lastSource, direction, register)) this.#handlerRounds = 0;
      return;
    }
    if ((value & IIR.NONE) !== 0) {
      this.#handlerRounds = 0;
      return;
    }
    this.#lastSource = value & SOURCE_BITS;
    if (++this.#handlerRounds === MAX_HANDLER_ROUNDS)
      report(
        "handler-ends",
        `IIR shows a source for the ${MAX_HANDLER_ROUNDS}th time, and nothing that serves it was done`,
      );
  }

  #recordRead(register: string | undefined, value: number): void {
    if (register === "IIR") this.#transmitter.recordIir(value);
    if (register !== "LSR") return;
    this.#transmitter.recordLsr(value);
    this.#pollReads = (value & LSR.THRE) === 0 ? this.#pollReads + 1 : 0;
  }

  #checkWrite(
    step: Step,
    register: string | undefined,
    offset: number,
    value: number,
    report: (rule: LintRule, detail: string) => void,
  ): void {
    if (register === "THR") this.#checkRoom(report);
    const reserved = register === undefined ? 0 : (RESERVED_BITS[register] ?? 0) & value;
    if (register !== undefined && reserved !== 0)
      this.#reservedWrite = {
        register,
        finding: this.#finding(
          step,
          "reserved-bits",
          `it sets ${hex(reserved)}, which the part reserves`,
          value,
        ),
      };
    if (offset === OFFSET.LCR) this.#writeLineControl(value, report);
    else if (offset < 2 && this.#isLatchOpen) this.#divisor[offset] = value;
    else if (register === "FCR") this.#transmitter.recordFcr(value);
    else if (register === "MCR") this.#modemControl = value;
  }

  #checkRoom(report: (rule: LintRule, detail: string) => void): void {
    const { room, queued } = this.#transmitter;
    // Loopback is a test of the part's own.
    const isLoop = (this.#modemControl & MCR.LOOP) !== 0;
    if (room <= 0 && !isLoop) {
      if (this.#pollReads >= POLL_READS)
        report(
          "poll-gives-up",
          `LSR showed no room in ${this.#pollReads} reads, and the byte is written all the same`,
        );
      else
        report(
          "thr-room",
          `nothing has shown that there is room since ${queued === 1 ? "the last character" : `${queued} characters`}`,
        );
    }
    this.#transmitter.write();
  }

  #writeLineControl(value: number, report: (rule: LintRule, detail: string) => void): void {
    const wasOpen = this.#isLatchOpen;
    const closesLatch = wasOpen && (value & LCR.DLAB) === 0;
    const isFormatChanged = (value & FORMAT_BITS) !== (this.#lineControl & FORMAT_BITS);
    const isDivisorChanged = closesLatch && this.#transmitter.isDivisorChanged(this.#divisor);
    if (this.#transmitter.isBusy && (isFormatChanged || isDivisorChanged))
      report(
        "format-idle",
        `${isFormatChanged ? "the character format" : "the divisor"} changes, and LSR has not shown TEMT since the last character`,
      );
    this.#lineControl = value;
    if (!wasOpen) this.#isLatchForgotten = false;
    if (closesLatch) this.#transmitter.recordDivisor(this.#divisor);
    this.#transmitter.recordFormat(value);
  }

  /** Reports a write of reserved bits, unless the next access reads them back: then it is a probe for a newer part. */
  #settleReservedWrite(registerRead: string | undefined): void {
    if (this.#reservedWrite && this.#reservedWrite.register !== registerRead)
      this.findings.push(this.#reservedWrite.finding);
    this.#reservedWrite = undefined;
  }
}
