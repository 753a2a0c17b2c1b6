import type { RegisterName } from "../../../../machines/index.js";
import type { AnyContext, Chart, ChartEmission } from "../../../device/index.js";
import { INPUT_TYPES } from "../../../device/internal.js";
import type { Entry } from "../../../journal/index.js";
import { BlockSummary } from "./block-summary.js";
import { receiveLevelOf, transmitLevelOf } from "./device-chart.js";
import { ByteColumn, NumberColumn } from "./growing-columns.js";

/** The entry types; the table stores a type as its index here. */
export const ENTRY_TYPES = [...INPUT_TYPES, "failed", "mark"] as const satisfies readonly Entry["type"][];

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
  /** It is a mark, or a failure of the device's surroundings. */
  NOTE: 0x80,
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
  /** The tick of each, which an advance of time contains. */
  readonly sentTick = new NumberColumn();
  /** The interrupts: the row of each, and its cause as an index in {@link causes}. */
  readonly interruptRow = new NumberColumn();
  readonly interruptCause = new ByteColumn();
  readonly interruptTick = new NumberColumn();
  /** The causes that were identified while the interrupt line was high, or at its edge. */
  readonly identifiedRow = new NumberColumn();
  readonly identifiedCause = new ByteColumn();
  /** The rows in which the interrupt line, or the identified cause, changed. */
  readonly interruptChangeRow = new NumberColumn();
  /** The edges of the interrupt line: the tick of each, and its level. */
  readonly edgeTick = new NumberColumn();
  readonly edgeLevel = new ByteColumn();
  readonly causes: string[] = [];
  /** Each register before the first row. */
  readonly registersAtFirst: Map<RegisterName, number>;
  /** The number of marks and failures so far. */
  noteCount = 0;
  readonly #chart: Chart;
  readonly #columns: readonly ByteColumn[];
  readonly #previousRegisters: Uint8Array;
  readonly #summaries = new Map<ByteColumn, BlockSummary>();
  #interruptLevel: number;
  #presentCause = "";

  constructor(chart: Chart, context: AnyContext) {
    this.#chart = chart;
    this.registers = new Map(chart.registers.map(({ name }) => [name, new ByteColumn()]));
    this.#columns = [...this.registers.values()];
    this.#previousRegisters = Uint8Array.from(chart.registers, ({ value }) => value(context));
    this.registersAtFirst = new Map(chart.registers.map(({ name, value }) => [name, value(context)]));
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
   * @param delays - the ticks of the entry that had passed at each emission.
   */
  appendEntry(
    entry: Entry,
    tick: number,
    dlab: boolean,
    context: AnyContext,
    emitted: readonly ChartEmission[],
    delays: readonly number[] = [],
  ): void {
    const rowIndex = this.entryType.length;
    this.entryType.append(ENTRY_TYPES.indexOf(entry.type));
    this.registerOffset.append("offset" in entry ? entry.offset : 0);
    this.tickBefore.append(tick);
    let accessedByte = entry.type === "write" ? entry.value : 0;
    let flags = dlab ? ENTRY_FLAGS.DLAB : 0;
    if (entry.type === "mark" || entry.type === "failed") {
      flags |= ENTRY_FLAGS.NOTE;
      this.noteCount++;
    }
    let identifiedCauses: string[] | undefined;
    let changesInterrupt = false;
    for (let i = 0; i < emitted.length; i++) {
      const emission = emitted[i] as ChartEmission;
      const emissionTick = tick + (delays[i] ?? 0);
      switch (emission.type) {
        case "data":
          accessedByte = emission.value as number;
          break;
        case "transmit":
          flags |= ENTRY_FLAGS.SENT;
          this.sentRow.append(rowIndex);
          this.sentByte.append(emission.value as number);
          this.sentTick.append(emissionTick);
          break;
        case "identified":
          changesInterrupt = true;
          this.#presentCause = emission.cause as string;
          if (this.#presentCause !== "none") {
            identifiedCauses ??= [];
            identifiedCauses.push(this.#presentCause);
          }
          break;
        case "interrupt":
          changesInterrupt = true;
          flags |= ENTRY_FLAGS.INTERRUPT;
          this.#recordInterrupt(rowIndex, emission.cause as string, emissionTick);
          break;
        case "interruptLine":
          changesInterrupt = true;
          this.#interruptLevel = emission.level as number;
          this.edgeTick.append(emissionTick);
          this.edgeLevel.append(this.#interruptLevel);
          if (emission.level === 1) {
            flags |= ENTRY_FLAGS.INTERRUPT;
            const causeName = this.#presentCause || (this.#chart.causeOf?.(context) ?? "");
            this.#recordInterrupt(rowIndex, causeName, emissionTick);
          }
          break;
        case "overrun":
        case "refused":
          flags |= ENTRY_FLAGS.LOST;
      }
    }
    if (changesInterrupt) this.interruptChangeRow.append(rowIndex);
    if (identifiedCauses && this.#interruptLevel === 1)
      for (const causeName of identifiedCauses) {
        this.identifiedRow.append(rowIndex);
        this.identifiedCause.append(this.#indexOfCause(causeName));
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

  #recordInterrupt(rowIndex: number, causeName: string, tick: number): void {
    this.interruptRow.append(rowIndex);
    this.interruptCause.append(this.#indexOfCause(causeName));
    this.interruptTick.append(tick);
  }

  #indexOfCause(causeName: string): number {
    const causeIndex = this.causes.indexOf(causeName);
    return causeIndex < 0 ? this.causes.push(causeName) - 1 : causeIndex;
  }

  /** Returns the summary of a column of this table; of a register by its name. */
  summaryOf(column: ByteColumn): BlockSummary {
    let summary = this.#summaries.get(column);
    if (!summary) {
      summary = new BlockSummary(column);
      this.#summaries.set(column, summary);
    }
    return summary;
  }

  /** Returns a register before a row. */
  registerBefore(registerName: RegisterName, rowIndex: number): number {
    if (rowIndex <= 0) return this.registersAtFirst.get(registerName) ?? 0;
    return this.registers.get(registerName)?.valueAt(rowIndex - 1) ?? 0;
  }

  /** Returns the last row up to `fromRow` that changed a register; undefined if none did, or the first row alone. */
  lastChangeOf(registerName: RegisterName, fromRow: number): number | undefined {
    const column = this.registers.get(registerName);
    if (!column || fromRow < 0) return undefined;
    const otherRow = this.summaryOf(column).lastOtherRow(fromRow, column.valueAt(fromRow));
    return otherRow < 0 ? undefined : otherRow + 1;
  }

  /** Drops the first rows, a multiple of 256 that is less than all: the others move to the front. */
  dropFirst(rowCount: number): void {
    for (const [registerName, column] of this.registers)
      this.registersAtFirst.set(registerName, column.valueAt(rowCount - 1));
    const edgeCount = this.edgeTick.countBelow(this.tickBefore.valueAt(rowCount));
    for (const column of [
      ...[this.entryType, this.registerOffset, this.byteValue, this.flags],
      ...[this.receiveLevel, this.transmitLevel, this.tickBefore, ...this.#columns],
    ])
      column.dropFirst(rowCount);
    const sentCount = this.sentRow.shiftRows(rowCount);
    for (const column of [this.sentByte, this.sentTick]) column.dropFirst(sentCount);
    const interruptCount = this.interruptRow.shiftRows(rowCount);
    for (const column of [this.interruptCause, this.interruptTick]) column.dropFirst(interruptCount);
    this.identifiedCause.dropFirst(this.identifiedRow.shiftRows(rowCount));
    this.interruptChangeRow.shiftRows(rowCount);
    for (const column of [this.edgeTick, this.edgeLevel]) column.dropFirst(edgeCount);
  }

  /** Returns the causes of the interrupts at a row, in order. */
  interruptCauses(rowIndex: number): string[] {
    return this.#causesAt(this.interruptRow, this.interruptCause, rowIndex);
  }

  /** Returns the causes that were identified at a row while the interrupt line was high, in order. */
  identifiedCauses(rowIndex: number): string[] {
    return this.#causesAt(this.identifiedRow, this.identifiedCause, rowIndex);
  }

  #causesAt(rows: NumberColumn, causes: ByteColumn, rowIndex: number): string[] {
    return valuesAt(rows, causes, rowIndex).map((causeIndex) => this.causes[causeIndex] as string);
  }

  /** Returns the bytes sent at a row, in order. */
  sentBytes(rowIndex: number): number[] {
    return valuesAt(this.sentRow, this.sentByte, rowIndex);
  }
}

/** Returns the values that belong to a row. */
function valuesAt(rows: NumberColumn, values: ByteColumn, rowIndex: number): number[] {
  const results: number[] = [];
  for (let i = rows.countBelow(rowIndex); i < rows.length && rows.valueAt(i) === rowIndex; i++)
    results.push(values.valueAt(i));
  return results;
}
