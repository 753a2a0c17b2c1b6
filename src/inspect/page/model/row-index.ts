import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import type { Chart, TransitionInWords } from "../../../device/index.js";
import { describeTransition, type Fold } from "../../../device/internal.js";
import type { ChartTransition } from "../../../engine/index.js";
import type { Entry } from "../../../journal/index.js";
import { BlockSummary } from "./block-summary.js";
import { ByteColumn } from "./growing-columns.js";
import { InterruptChances } from "./interrupt-chances.js";
import { isLosing, LOSSY_REGISTERS } from "./losses.js";

/** A column of bits for each row, searched backwards without looking at each. */
class BitIndex {
  readonly #column = new ByteColumn();
  readonly #summary = new BlockSummary(this.#column);

  append(bits: number): void {
    this.#column.append(bits);
  }

  /** Returns the last row up to `fromRow` with one of the bits; -1 if there is none. */
  lastRowWith(fromRow: number, bits: number): number {
    return this.#summary.lastRowWith(fromRow, bits);
  }

  dropFirst(rowCount: number): void {
    this.#column.dropFirst(rowCount);
  }
}

/** Bits of writes to the divisor latch, which has the offsets of other registers. No question is about a write of LSR or MSR, whose bits these are. */
const FIRST_LATCH_BIT = REGISTERS.LSR.offset;

/** Returns the bit of a write. */
const writeBit = (offset: number, isLatch: boolean): number =>
  offset > 7 ? 0 : 1 << (isLatch && offset < 2 ? FIRST_LATCH_BIT + offset : offset);

/** The rows that decide why something is so, and why not: found at once, however far back they are. */
export class RowIndex {
  readonly chances: InterruptChances;
  /** The causes about which a row decides: it interrupts for them, or would but for the state of a region. */
  readonly #interrupts = new BitIndex();
  /** The registers of which a row loses something. */
  readonly #losses = new BitIndex();
  readonly #writes = new BitIndex();
  readonly #lossBits = new Map<TransitionInWords, number>();
  #decidedBits = 0;

  constructor(chart: Chart) {
    this.chances = new InterruptChances(chart);
  }

  /** Looks at the chart before an entry is applied to it. */
  lookBefore(entry: Entry, chartFold: Fold): void {
    this.#decidedBits = this.chances.decidedBy(entry, chartFold);
  }

  /** Appends a row, after {@link lookBefore}. */
  append(entry: Entry, divisorLatchOpen: boolean, transitions: readonly ChartTransition[]): void {
    this.#interrupts.append(this.#decidedBits | this.chances.interruptsOf(transitions));
    let lossBits = 0;
    for (const transition of transitions) lossBits |= this.#lossesOf(describeTransition(transition));
    this.#losses.append(lossBits);
    this.#writes.append(entry.type === "write" ? writeBit(entry.offset, divisorLatchOpen) : 0);
  }

  /** Returns the last row up to `fromRow` that decides about a cause; -1 if there is none. */
  lastDecision(fromRow: number, cause: string): number {
    return this.#interrupts.lastRowWith(fromRow, this.chances.bitOf(cause));
  }

  /** Returns the last row up to `fromRow` whose transitions lose something of a register; -1 if there is none. */
  lastLoss(fromRow: number, registerName: RegisterName): number {
    return this.#losses.lastRowWith(fromRow, 1 << LOSSY_REGISTERS.indexOf(registerName));
  }

  /**
   * Returns the last row up to `fromRow` that writes at an offset; -1 if there is none.
   *
   * @param isLatch - true for writes that reach the divisor latch, false for those that do not.
   */
  lastWrite(fromRow: number, offset: number, isLatch: boolean): number {
    return this.#writes.lastRowWith(fromRow, writeBit(offset, isLatch));
  }

  /** Drops the first rows, as the table of entries does. */
  dropFirst(rowCount: number): void {
    for (const index of [this.#interrupts, this.#losses, this.#writes]) index.dropFirst(rowCount);
  }

  #lossesOf(transition: TransitionInWords): number {
    let lossBits = this.#lossBits.get(transition);
    if (lossBits === undefined) {
      lossBits = LOSSY_REGISTERS.reduce(
        (bits, registerName, i) => (isLosing(registerName, transition) ? bits | (1 << i) : bits),
        0,
      );
      this.#lossBits.set(transition, lossBits);
    }
    return lossBits;
  }
}
