import type { AnyStateMachine } from "xstate";
import type { RegisterName } from "../../../../machines/index.js";
import type { Chart, ChartEmission, Explanation, TransitionInWords } from "../../../device/index.js";
import { describeTransition, engineFor, explain, Fold, isInput } from "../../../device/internal.js";
import type { ChartTransition, Engine } from "../../../engine/index.js";
import {
  type Checkpoint,
  type Entry,
  type Input,
  Journal,
  type JournalView,
} from "../../../journal/index.js";
import type { RecordedDifference, SessionOpening } from "../../wire.js";
import { chartOfJournal } from "./device-chart.js";
import { ENTRY_FLAGS, EntryTable } from "./entry-table.js";

/** Entries between two checkpoints. More make a jump slower, fewer take memory. */
const CHECKPOINT_EVERY = 1024;

/** The chart after an entry, with the transitions and emissions of that entry. */
export interface Moment {
  /** The entry's row, from 0; -1 before the first. */
  readonly rowIndex: number;
  /** Ticks that had passed after it. */
  readonly tick: number;
  readonly entry: Entry | undefined;
  /** True if the divisor latch was open before it. */
  readonly divisorLatchOpen: boolean;
  /** The state value, and the registers and queues. */
  readonly stateValue: unknown;
  readonly context: never;
  /** The state value, and the registers and queues, before it. */
  readonly stateValueBefore: unknown;
  readonly contextBefore: never;
  readonly transitions: readonly TransitionInWords[];
  readonly emitted: readonly ChartEmission[];
  /** Returns the result of a read at `offset`, without reading. */
  peek(offset: number): PeekedRead;
}

/** The result of a read that is not carried out. */
export interface PeekedRead {
  readonly byteValue: number;
  /** The registers and queues after it. */
  readonly context: never;
  readonly transitions: readonly TransitionInWords[];
}

/**
 * An inspected journal. It grows by {@link appendEntries}; each of its moments is a fold from the nearest checkpoint. Rows count from 0,
 * where a journal's indexes may begin later.
 */
export class Session {
  readonly name: string;
  readonly live: boolean;
  readonly warnings: readonly string[];
  readonly differences: readonly RecordedDifference[];
  readonly chart: Chart;
  readonly entryTable: EntryTable;
  readonly journal: Journal;
  /** The number of times that each transition was taken. */
  readonly transitionCounts = new Map<TransitionInWords, number>();
  readonly #chartEngine: Engine<AnyStateMachine>;
  readonly #checkpoints: Checkpoint[] = [];
  readonly #chartFold: Fold;

  /** @throws RangeError or TypeError if there is no such chart. */
  constructor(opening: SessionOpening) {
    const { header } = opening;
    this.name = opening.name;
    this.live = opening.live;
    this.warnings = opening.warnings;
    this.differences = opening.differences;
    this.chart = chartOfJournal(header);
    this.#chartEngine = engineFor(this.chart);
    this.journal = new Journal(header, { keep: "all" });
    this.#chartFold = new Fold(this.chart, this.#chartEngine, header.state);
    this.entryTable = new EntryTable(this.chart, this.#chartFold.context);
  }

  /** The number of entries. */
  get length(): number {
    return this.entryTable.length;
  }

  /** The index of the first entry. */
  get firstIndex(): number {
    return this.journal.header.first;
  }

  /** Appends entries. */
  appendEntries(entries: Iterable<Entry>): void {
    for (const entry of entries) this.appendEntry(entry);
  }

  /** Appends an entry. */
  appendEntry(entry: Entry): void {
    const { chart, entryTable } = this;
    const chartFold = this.#chartFold;
    const { tick, next: index } = this.journal;
    if (entryTable.length % CHECKPOINT_EVERY === 0)
      this.#checkpoints.push({ index, tick, state: chart.stateOf(chartFold.context) });
    const emitted: ChartEmission[] = [];
    const divisorLatchOpen = chart.divisorLatchOpen(chartFold.context);
    this.journal.append(entry);
    if (isInput(entry)) {
      const transitions: ChartTransition[] = [];
      chartFold.apply(entry, emitted, transitions);
      for (const transition of transitions) {
        const transitionWords = describeTransition(transition);
        this.transitionCounts.set(transitionWords, (this.transitionCounts.get(transitionWords) ?? 0) + 1);
      }
    }
    entryTable.appendEntry(entry, tick, divisorLatchOpen, chartFold.context, emitted);
  }

  /** Marks the rows at which the recorded device behaved differently. Called once they have been appended. */
  markDifferences(): void {
    for (const { index } of this.differences)
      this.entryTable.flags.setBits(index - this.firstIndex, ENTRY_FLAGS.DIFFERENCE);
  }

  /** Returns the entry in a row. */
  entryAt(rowIndex: number): Entry {
    const index = this.firstIndex + rowIndex;
    const [foundEntry] = this.journal.entries({ from: index, until: index + 1 });
    return (foundEntry as { entry: Entry }).entry;
  }

  /** Returns the entries in rows `firstRow` up to, not including, `endRow`. */
  entriesIn(firstRow: number, endRow: number): Entry[] {
    const range = { from: this.firstIndex + firstRow, until: this.firstIndex + endRow };
    return [...this.journal.entries(range)].map(({ entry }) => entry);
  }

  /** Returns the chart after a row; -1 is before the first. */
  momentAfter(rowIndex: number): Moment {
    const { chart } = this;
    const chartFold = this.#foldTo(rowIndex);
    const contextBefore = { ...(chartFold.context as object) } as never;
    const stateValueBefore = chartFold.value;
    const divisorLatchOpen = chart.divisorLatchOpen(chartFold.context);
    const takenEntry = rowIndex < 0 ? undefined : this.entryAt(rowIndex);
    const emitted: ChartEmission[] = [];
    const transitions: ChartTransition[] = [];
    if (takenEntry && isInput(takenEntry)) chartFold.apply(takenEntry, emitted, transitions);
    const ticksBefore =
      rowIndex < 0 ? this.journal.header.tick : this.entryTable.tickBefore.valueAt(rowIndex);
    const peek = (offset: number): PeekedRead => {
      const state = chart.stateOf(chartFold.context);
      const peekFold = new Fold(chart, this.#chartEngine, state);
      const peekEmissions: ChartEmission[] = [];
      const peekTransitions: ChartTransition[] = [];
      peekFold.apply({ type: "read", offset }, peekEmissions, peekTransitions);
      const byteValue = peekEmissions.find(({ type }) => type === "data")?.value ?? 0;
      return { byteValue, context: peekFold.context, transitions: peekTransitions.map(describeTransition) };
    };
    return {
      ...{ rowIndex, entry: takenEntry, divisorLatchOpen, stateValueBefore, contextBefore, emitted, peek },
      tick: ticksBefore + (takenEntry?.type === "advance" ? takenEntry.ticks : 0),
      stateValue: chartFold.value,
      context: chartFold.context,
      transitions: transitions.map(describeTransition),
    };
  }

  /** Returns the chart before a row is taken; before the first entry, if there is none. */
  #foldTo(rowIndex: number): Fold {
    const nearest = this.#checkpoints[Math.floor(Math.max(rowIndex, 0) / CHECKPOINT_EVERY)];
    if (!nearest) return new Fold(this.chart, this.#chartEngine, this.journal.header.state);
    const chartFold = new Fold(this.chart, this.#chartEngine, nearest.state);
    const endIndex = this.firstIndex + Math.max(rowIndex, 0);
    const emitted: ChartEmission[] = [];
    for (const { entry } of this.journal.entries({ from: nearest.index, until: endIndex })) {
      if (isInput(entry)) chartFold.apply(entry, emitted);
      emitted.length = 0;
    }
    return chartFold;
  }

  /** Returns the state after a row, as JSON. */
  savedStateAfter(rowIndex: number): unknown {
    return this.chart.stateOf(this.momentAfter(rowIndex).context);
  }

  /** Explains the value of a register, or the interrupt line's level, after a row. */
  explain(rowIndex: number, explained: RegisterName | "interrupt"): Explanation {
    const endIndex = this.firstIndex + rowIndex + 1;
    const { journal } = this;
    const journalPrefix: JournalView = {
      header: journal.header,
      first: journal.first,
      next: endIndex,
      length: rowIndex + 1,
      tick: journal.tick,
      bytes: journal.bytes,
      lost: journal.lost,
      entries: (range) => journal.entries({ until: endIndex, ...range }),
      checkpoint: (index) =>
        this.#checkpoints[Math.floor((index - this.firstIndex) / CHECKPOINT_EVERY)] as Checkpoint,
    };
    return explain(
      this.chart,
      this.#chartEngine,
      journalPrefix,
      this.momentAfter(rowIndex).context,
      explained,
    );
  }

  /** Returns the inputs in rows `firstRow` up to, not including, `endRow`, without the marks. */
  inputsIn(firstRow: number, endRow: number): Input[] {
    return this.entriesIn(firstRow, endRow).filter(isInput);
  }
}
