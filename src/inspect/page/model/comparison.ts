import { checkedInput, isInput } from "../../../device/internal.js";
import type { Entry, JournalHeader } from "../../../journal/index.js";
import { chartOfJournal } from "../../journal-chart.js";
import { deviceInWords } from "./device-chart.js";
import { outcomesDiffer } from "./fork.js";
import { Session } from "./session.js";

/** A device by its chart and options. */
export type ComparedDevice = Pick<JournalHeader, "chart" | "options">;

/** Entries that are played without a break. */
const ENTRIES_PER_SLICE = 4096;

/** Two sessions row by row: the same entries on another device, or two recordings. */
export class Comparison {
  readonly original: Session;
  readonly other: Session;
  /** The rows whose entries or outcomes differ, in order. */
  readonly differingRows: number[] = [];
  /** Rows that have been compared. */
  comparedRows = 0;
  /** True if both are recordings; false of the same entries on another device. */
  readonly isOfRecordings: boolean;
  #isReplaced = false;
  #isPlaying = false;

  private constructor(original: Session, other: Session, isOfRecordings: boolean) {
    this.original = original;
    this.other = other;
    this.isOfRecordings = isOfRecordings;
  }

  /** Compares two recordings. */
  static ofRecordings(original: Session, other: Session): Comparison {
    return new Comparison(original, other, true);
  }

  /**
   * Compares a session with its entries on another device.
   *
   * @throws RangeError or TypeError if there is no such device.
   */
  static ofDevices(original: Session, comparedDevice: ComparedDevice): Comparison {
    const chart = chartOfJournal(comparedDevice);
    const isSameChart = chart.id === original.chart.id;
    const { header } = original.journal;
    const other = new Session({
      ...{ name: deviceInWords(chart), live: false, differences: [], warnings: [] },
      header: {
        ...{ ...header, chart: chart.id, options: chart.options },
        first: original.firstIndex,
        tick: original.firstTick,
        state: isSameChart ? original.savedStateAfter(-1) : chart.initial,
      },
    });
    return new Comparison(original, other, false);
  }

  /**
   * Compares all rows that have not been compared, a slice at a time. Resolves once all have been compared, or {@link stop} was called; at
   * once if they are being compared already.
   */
  async playAll(reportProgress: () => void): Promise<void> {
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    const { original, other } = this;
    const lastRow = () => (this.isOfRecordings ? Math.max(original.length, other.length) : original.length);
    while (this.comparedRows < lastRow() && !this.#isReplaced) {
      const firstRow = this.comparedRows;
      const endRow = Math.min(lastRow(), firstRow + ENTRIES_PER_SLICE);
      if (!this.isOfRecordings)
        for (const entry of original.entriesIn(firstRow, endRow)) other.appendEntry(this.#accepted(entry));
      for (let rowIndex = firstRow; rowIndex < endRow; rowIndex++)
        if (this.#differs(rowIndex)) this.differingRows.push(rowIndex);
      this.comparedRows = endRow;
      reportProgress();
      await new Promise((resolve) => setTimeout(resolve));
    }
    this.#isPlaying = false;
  }

  #differs(rowIndex: number): boolean {
    const { original, other } = this;
    if (rowIndex >= original.length || rowIndex >= other.length) return true;
    const [first, second] = [original.entryTable, other.entryTable];
    const isOtherEntry =
      this.isOfRecordings &&
      (first.entryType.valueAt(rowIndex) !== second.entryType.valueAt(rowIndex) ||
        first.registerOffset.valueAt(rowIndex) !== second.registerOffset.valueAt(rowIndex));
    return isOtherEntry || outcomesDiffer(original, rowIndex, other, rowIndex);
  }

  /** Ends playing. */
  stop(): void {
    this.#isReplaced = true;
  }

  /** Returns the entry; in place of an input that the other device does not take, a mark. */
  #accepted(entry: Entry): Entry {
    if (!isInput(entry)) return entry;
    try {
      return checkedInput(this.other.chart, entry);
    } catch {
      return { type: "mark", text: `${entry.type}: ${this.other.chart.id} has no such input` };
    }
  }
}
