import type { RegisterName } from "../../../../machines/index.js";
import type { Chart, ChartEmission } from "../../../device/index.js";
import type { Entry } from "../../../journal/index.js";
import { receiveLevelOf, transmitLevelOf } from "./device-chart.js";
import { ByteColumn, NumberColumn } from "./growing-columns.js";

/** The entry types; the table stores a type as its index here. */
export const ENTRY_TYPES = [
  "read",
  "write",
  "receive",
  "line",
  "break",
  "modem",
  "advance",
  "hold",
  "release",
  "reset",
  "restore",
  "failed",
  "mark",
] as const satisfies readonly Entry["type"][];

/** Properties of an entry, as bits. */
export const ENTRY_FLAGS = {
  /** The divisor latch was open before it. */
  DLAB: 0x01,
  /** The interrupt line rose, or pulsed. */
  INTERRUPT: 0x02,
  /** A character left. */
  SENT: 0x04,
  /** The recorded device did something else. */
  DIFFERENCE: 0x08,
  /** A character was lost: an overrun, or no room. */
  LOST: 0x10,
  /** The interrupt line is high after it. */
  HIGH: 0x20,
  /** It changed registers or FIFOs beyond what was written. */
  EFFECT: 0x40,
} as const;

/**
 * Every entry's outcome in columns, a byte each. The list, the time line and the search read these, so that
 * none of them has to run the chart.
 */
export class EntryTable {
  readonly entryType = new ByteColumn();
  readonly registerOffset = new ByteColumn();
  /** The byte written or read. */
  readonly byteValue = new ByteColumn();
  readonly flags = new ByteColumn();
  /** The number of characters in the receive FIFO, and in the transmit FIFO, after it. */
  readonly receiveLevel = new ByteColumn();
  readonly transmitLevel = new ByteColumn();
  /** Ticks that had passed before it. */
  readonly tickBefore = new NumberColumn();
  /** Each register after it. */
  readonly registers: ReadonlyMap<RegisterName, ByteColumn>;
  /** The characters sent: the row of each, and its byte. */
  readonly sentRow = new NumberColumn();
  readonly sentByte = new ByteColumn();
  /** The interrupts: the row of each, and its cause as an index in {@link causes}. */
  readonly interruptRow = new NumberColumn();
  readonly interruptCause = new ByteColumn();
  readonly causes: string[] = [];
  readonly #chart: Chart;
  readonly #columns: readonly ByteColumn[];
  readonly #previousRegisters: Uint8Array;
  #interruptLevel: number;
  #identifiedCause = "";

  constructor(chart: Chart, context: never) {
    this.#chart = chart;
    this.registers = new Map(chart.registers.map(({ name }) => [name, new ByteColumn()]));
    this.#columns = [...this.registers.values()];
    this.#previousRegisters = Uint8Array.from(chart.registers, ({ value }) => value(context));
    this.#interruptLevel = chart.levelOf?.(context) ?? 0;
  }

  get length(): number {
    return this.entryType.length;
  }

  /**
   * Appends an entry that has been taken.
   *
   * @param dlab - true if the divisor latch was open before it.
   * @param context - after it.
   */
  appendEntry(
    entry: Entry,
    tick: number,
    dlab: boolean,
    context: never,
    emitted: readonly ChartEmission[],
  ): void {
    const rowIndex = this.entryType.length;
    this.entryType.append(ENTRY_TYPES.indexOf(entry.type));
    this.registerOffset.append("offset" in entry ? entry.offset : 0);
    this.tickBefore.append(tick);
    let accessedByte = entry.type === "write" ? entry.value : 0;
    let flags = dlab ? ENTRY_FLAGS.DLAB : 0;
    for (let i = 0; i < emitted.length; i++) {
      const emission = emitted[i] as ChartEmission;
      switch (emission.type) {
        case "data":
          accessedByte = emission.value as number;
          break;
        case "transmit":
          flags |= ENTRY_FLAGS.SENT;
          this.sentRow.append(rowIndex);
          this.sentByte.append(emission.value as number);
          break;
        case "identified":
          this.#identifiedCause = emission.cause as string;
          break;
        case "interrupt":
          flags |= ENTRY_FLAGS.INTERRUPT;
          this.#recordInterrupt(rowIndex, emission.cause as string);
          break;
        case "interruptLine":
          this.#interruptLevel = emission.level as number;
          if (emission.level === 1) {
            flags |= ENTRY_FLAGS.INTERRUPT;
            this.#recordInterrupt(rowIndex, this.#chart.causeOf?.(context) ?? this.#identifiedCause);
          }
          break;
        case "overrun":
        case "refused":
          flags |= ENTRY_FLAGS.LOST;
      }
    }
    this.byteValue.append(accessedByte);
    const receiveLevel = receiveLevelOf(context);
    let changed = receiveLevel !== this.receiveLevel.valueAt(rowIndex - 1);
    this.receiveLevel.append(receiveLevel);
    this.transmitLevel.append(transmitLevelOf(context));
    const { registers } = this.#chart;
    for (let i = 0; i < registers.length; i++) {
      const registerValue = (registers[i] as Chart["registers"][number]).value(context);
      if (registerValue !== this.#previousRegisters[i]) {
        changed = true;
        this.#previousRegisters[i] = registerValue;
      }
      (this.#columns[i] as ByteColumn).append(registerValue);
    }
    if (changed && entry.type === "read") flags |= ENTRY_FLAGS.EFFECT;
    if (this.#interruptLevel === 1) flags |= ENTRY_FLAGS.HIGH;
    this.flags.append(flags);
  }

  #recordInterrupt(rowIndex: number, causeName: string): void {
    let causeIndex = this.causes.indexOf(causeName);
    if (causeIndex < 0) causeIndex = this.causes.push(causeName) - 1;
    this.interruptRow.append(rowIndex);
    this.interruptCause.append(causeIndex);
  }

  /** Returns the causes of the interrupts at a row, in order. */
  interruptCauses(rowIndex: number): string[] {
    const results: string[] = [];
    for (
      let i = this.interruptRow.countBelow(rowIndex);
      i < this.interruptRow.length && this.interruptRow.valueAt(i) === rowIndex;
      i++
    )
      results.push(this.causes[this.interruptCause.valueAt(i)] as string);
    return results;
  }

  /** Returns the bytes sent at a row, in order. */
  sentBytes(rowIndex: number): number[] {
    const results: number[] = [];
    for (
      let i = this.sentRow.countBelow(rowIndex);
      i < this.sentRow.length && this.sentRow.valueAt(i) === rowIndex;
      i++
    )
      results.push(this.sentByte.valueAt(i));
    return results;
  }
}
