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

/** A session's entries on another device, row by row. */
export class Comparison {
  readonly original: Session;
  readonly other: Session;
  /** The rows whose outcomes differ, in order. */
  readonly differingRows: number[] = [];
  #isReplaced = false;

  /** @throws RangeError or TypeError if there is no such device. */
  constructor(original: Session, comparedDevice: ComparedDevice) {
    this.original = original;
    const chart = chartOfJournal(comparedDevice);
    const isSameChart = chart.id === original.chart.id;
    const { header } = original.journal;
    this.other = new Session({
      ...{ name: deviceInWords(chart), live: false, differences: [], warnings: [] },
      header: {
        ...{ ...header, chart: chart.id, options: chart.options },
        first: original.firstIndex,
        tick: original.firstTick,
        state: isSameChart ? original.savedStateAfter(-1) : chart.initial,
      },
    });
  }

  /** Plays all entries, a slice at a time. Resolves once all have been played, or {@link stop} was called. */
  async playAll(reportProgress: () => void): Promise<void> {
    const { original, other } = this;
    while (other.length < original.length && !this.#isReplaced) {
      const firstRow = other.length;
      const endRow = Math.min(original.length, firstRow + ENTRIES_PER_SLICE);
      for (const entry of original.entriesIn(firstRow, endRow)) other.appendEntry(this.#accepted(entry));
      for (let rowIndex = firstRow; rowIndex < endRow; rowIndex++)
        if (outcomesDiffer(original, rowIndex, other, rowIndex)) this.differingRows.push(rowIndex);
      reportProgress();
      await new Promise((resolve) => setTimeout(resolve));
    }
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
