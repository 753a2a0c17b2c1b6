import type { AnyStateMachine } from "xstate";
import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import {
  type AnyContext,
  activeStates,
  type Chart,
  type ChartEmission,
  type Explanation,
  type RegisterView,
  type TransitionInWords,
} from "../../../device/index.js";
import { describeTransition, engineFor, explain, Fold, isInput } from "../../../device/internal.js";
import type { ChartTransition, Engine } from "../../../engine/index.js";
import {
  type Entry,
  type Input,
  Journal,
  type JournalCheckpoint,
  type JournalView,
} from "../../../journal/index.js";
import { chartOfJournal } from "../../journal-chart.js";
import type { Findings, RecordedDifference, SessionOpening } from "../../wire.js";
import { ENTRY_FLAGS, EntryTable } from "./entry-table.js";
import { LatestRevision } from "./latest-revision.js";
import { RowIndex } from "./row-index.js";

/** Entries between two checkpoints. More make a jump slower, fewer take memory. */
export const CHECKPOINT_EVERY = 1024;

/** How many entries a live session holds. */
interface SessionLimits {
  /** Entries that are held at least: a device's journal is bounded too. */
  readonly heldEntries: number;
  /** Entries beyond those that are dropped at once, a multiple of 1024. */
  readonly droppedEntries: number;
}

const LIMITS: SessionLimits = { heldEntries: 1_000_000, droppedEntries: 256 * CHECKPOINT_EVERY };
/** Windows between two checkpoints whose states stay in memory. */
const MOST_WINDOWS = 4;

/** The states after each row of a window between two checkpoints, and the transitions that led there. */
interface Window {
  readonly states: readonly (readonly string[])[];
  readonly transitions: readonly (readonly TransitionInWords[])[];
}

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
  readonly context: AnyContext;
  /** The state value, and the registers and queues, before it. */
  readonly stateValueBefore: unknown;
  readonly contextBefore: AnyContext;
  readonly transitions: readonly TransitionInWords[];
  readonly emitted: readonly ChartEmission[];
  /** Returns the result of a read at `offset`, without reading. */
  peek(offset: number): PeekedRead;
  /** Returns a register's value as a read shows it, where one only reads it: of IIR with the bits that its state does not hold. */
  valueOf(register: RegisterView): number;
  /** The same before the entry. */
  valueBefore(register: RegisterView): number;
}

/** An input that is about to be played, and the chart before it. */
interface PlayedRow {
  readonly rowIndex: number;
  readonly input: Input;
  readonly chartFold: Fold;
}

/** The result of a read that is not carried out. */
export interface PeekedRead {
  readonly byteValue: number;
  /** The registers and queues after it. */
  readonly context: AnyContext;
  readonly transitions: readonly TransitionInWords[];
}

/**
 * An inspected journal. It grows by {@link appendEntries}; each of its moments is a fold from the nearest checkpoint. Rows count from 0,
 * where a journal's indexes may begin later.
 */
export class Session {
  readonly name: string;
  readonly live: boolean;
  /** The story of the failure that the journal is of. */
  readonly story: SessionOpening["story"];
  /** What is compared: another device on the same entries, or another source by its index. */
  readonly against: SessionOpening["against"];
  warnings: readonly string[];
  differences: readonly RecordedDifference[];
  readonly chart: Chart;
  readonly entryTable: EntryTable;
  readonly index: RowIndex;
  /** The latest revision on the same entries, if the session's is an older one. */
  readonly latestRevision: LatestRevision | undefined;
  readonly journal: Journal;
  /** The number of times that each transition was taken. */
  readonly transitionCounts = new Map<TransitionInWords, number>();
  readonly #chartEngine: Engine<AnyStateMachine>;
  readonly #checkpoints: JournalCheckpoint[] = [];
  readonly #chartFold: Fold;
  readonly #windows = new Map<number, Window>();
  #begin: JournalCheckpoint;
  readonly #limits: SessionLimits;

  /** @throws RangeError or TypeError if there is no such chart. */
  constructor(opening: SessionOpening, limits = LIMITS) {
    const { header } = opening;
    this.#limits = limits;
    this.name = opening.name;
    this.live = opening.live;
    this.story = opening.story;
    this.against = opening.against;
    this.warnings = opening.warnings;
    this.differences = opening.differences;
    this.chart = chartOfJournal(header);
    this.#chartEngine = engineFor(this.chart);
    this.#chartFold = new Fold(this.chart, this.#chartEngine, header.state);
    const checkpoint = () => this.chart.stateOf(this.#chartFold.context);
    // The journal drops entries later than the table does, so that no row is without its entry.
    this.journal = new Journal(
      header,
      opening.live ? { keep: limits.heldEntries + 3 * limits.droppedEntries, checkpoint } : { keep: "all" },
    );
    this.#begin = { index: header.first, tick: header.tick, state: header.state };
    this.entryTable = new EntryTable(this.chart, this.#chartFold.context);
    this.index = new RowIndex(this.chart);
    this.latestRevision = LatestRevision.beside(this.chart, header.state);
  }

  /** The number of entries. */
  get length(): number {
    return this.entryTable.length;
  }

  /** The index of the first entry. */
  get firstIndex(): number {
    return this.#begin.index;
  }

  /** Ticks that had passed before the first entry. */
  get firstTick(): number {
    return this.#begin.tick;
  }

  /** The row of the first violation of the story's claim: its last. A mark may come after it, that a run repeats for ever. */
  get violationRow(): number {
    const violationIndex = this.story?.rows.at(-1)?.index ?? Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(violationIndex - this.firstIndex, this.length - 1));
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
    const delays: number[] = [];
    const divisorLatchOpen = chart.divisorLatchOpen(chartFold.context);
    this.journal.append(entry);
    const transitions: ChartTransition[] = [];
    this.index.lookBefore(entry, chartFold);
    if (isInput(entry)) {
      chartFold.apply(entry, emitted, transitions, delays);
      for (const transition of transitions) {
        const transitionWords = describeTransition(transition);
        this.transitionCounts.set(transitionWords, (this.transitionCounts.get(transitionWords) ?? 0) + 1);
      }
    }
    this.index.append(entry, divisorLatchOpen, transitions);
    this.latestRevision?.append(entry, emitted);
    entryTable.appendEntry(entry, tick, divisorLatchOpen, chartFold.context, emitted, delays);
  }

  /**
   * Drops the oldest entries of a live session that has grown too long.
   *
   * @returns the number of rows by which all have moved to the front.
   */
  dropOldest(): number {
    const { heldEntries, droppedEntries } = this.#limits;
    if (!this.live || this.length < heldEntries + droppedEntries) return 0;
    this.entryTable.dropFirst(droppedEntries);
    this.index.dropFirst(droppedEntries);
    this.latestRevision?.dropFirst(droppedEntries);
    this.#checkpoints.splice(0, droppedEntries / CHECKPOINT_EVERY);
    this.#begin = this.#checkpoints[0] as JournalCheckpoint;
    this.#windows.clear();
    return droppedEntries;
  }

  /** Takes what was found while the recording was read. */
  takeFindings({ differences, warnings }: Findings): void {
    this.differences = differences;
    this.warnings = warnings;
  }

  /** Marks the rows at which the recorded device behaved differently. Called once they have been appended. */
  markDifferences(): void {
    for (const { index } of this.differences)
      this.entryTable.flags.setBits(index - this.firstIndex, ENTRY_FLAGS.DIFFERENCE);
  }

  /** Returns the active states after a row, as paths. */
  statesAt(rowIndex: number): readonly string[] {
    return this.#windowOf(rowIndex).states[rowIndex % CHECKPOINT_EVERY] ?? [];
  }

  /** Returns the transitions that a row's entry took. */
  transitionsAt(rowIndex: number): readonly TransitionInWords[] {
    return this.#windowOf(rowIndex).transitions[rowIndex % CHECKPOINT_EVERY] ?? [];
  }

  /**
   * Plays rows `firstRow` up to, not including, `endRow`.
   *
   * @param visit - called before each input is applied.
   */
  playRows(firstRow: number, endRow: number, visit: (played: PlayedRow) => void): void {
    const chartFold = this.#foldTo(firstRow);
    const emitted: ChartEmission[] = [];
    for (const [i, entry] of this.entriesIn(firstRow, endRow).entries()) {
      if (!isInput(entry)) continue;
      visit({ rowIndex: firstRow + i, input: entry, chartFold });
      chartFold.apply(entry, emitted);
      emitted.length = 0;
    }
  }

  #windowOf(rowIndex: number): Window {
    const windowIndex = Math.floor(rowIndex / CHECKPOINT_EVERY);
    const knownWindow = this.#windows.get(windowIndex);
    const firstRow = windowIndex * CHECKPOINT_EVERY;
    const endRow = Math.min(this.length, firstRow + CHECKPOINT_EVERY);
    if (knownWindow && knownWindow.states.length === endRow - firstRow) return knownWindow;
    const states: (readonly string[])[] = [];
    const transitions: (readonly TransitionInWords[])[] = [];
    const windowFold = this.#foldTo(firstRow);
    const emitted: ChartEmission[] = [];
    for (const entry of this.entriesIn(firstRow, endRow)) {
      const taken: ChartTransition[] = [];
      if (isInput(entry)) windowFold.apply(entry, emitted, taken);
      emitted.length = 0;
      transitions.push(taken.map(describeTransition));
      states.push(activeStates(windowFold.value));
    }
    if (this.#windows.size >= MOST_WINDOWS) this.#windows.delete(this.#windows.keys().next().value as number);
    const window = { states, transitions };
    this.#windows.set(windowIndex, window);
    return window;
  }

  /** Returns the entry in a row. */
  entryAt(rowIndex: number): Entry {
    const index = this.firstIndex + rowIndex;
    const [foundEntry] = this.journal.entries({ from: index, until: index + 1 });
    return (foundEntry as { entry: Entry }).entry;
  }

  /** Returns the entries in rows `firstRow` up to, not including, `endRow`; of rows beyond the ends none. */
  entriesIn(firstRow: number, endRow: number): Entry[] {
    const rowWithin = (row: number) => Math.max(0, Math.min(row, this.length));
    const firstRowWithin = rowWithin(firstRow);
    const endRowWithin = Math.max(firstRowWithin, rowWithin(endRow));
    const range = { from: this.firstIndex + firstRowWithin, until: this.firstIndex + endRowWithin };
    return [...this.journal.entries(range)].map(({ entry }) => entry);
  }

  /** Returns the chart after a row; -1 is before the first. */
  momentAfter(rowIndex: number): Moment {
    const { chart } = this;
    const chartFold = this.#foldTo(rowIndex);
    const contextBefore = { ...chartFold.context };
    const stateValueBefore = chartFold.value;
    const divisorLatchOpen = chart.divisorLatchOpen(chartFold.context);
    const takenEntry = rowIndex < 0 ? undefined : this.entryAt(rowIndex);
    const emitted: ChartEmission[] = [];
    const transitions: ChartTransition[] = [];
    if (takenEntry && isInput(takenEntry)) chartFold.apply(takenEntry, emitted, transitions);
    const ticksBefore = rowIndex < 0 ? this.firstTick : this.entryTable.tickBefore.valueAt(rowIndex);
    const peekFrom = (state: unknown, offset: number): PeekedRead => {
      const peekFold = new Fold(chart, this.#chartEngine, state);
      const peekEmissions: ChartEmission[] = [];
      const peekTransitions: ChartTransition[] = [];
      peekFold.apply({ type: "read", offset }, peekEmissions, peekTransitions);
      const byteValue = peekEmissions.find(({ type }) => type === "data")?.value ?? 0;
      return { byteValue, context: peekFold.context, transitions: peekTransitions.map(describeTransition) };
    };
    const peek = (offset: number) => peekFrom(chart.stateOf(chartFold.context), offset);
    const shownValue = (register: RegisterView, context: AnyContext, state: () => unknown): number =>
      register.name === "IIR" ? peekFrom(state(), REGISTERS.IIR.offset).byteValue : register.value(context);
    return {
      ...{ rowIndex, entry: takenEntry, divisorLatchOpen, stateValueBefore, contextBefore, emitted, peek },
      tick: ticksBefore + (takenEntry?.type === "advance" ? takenEntry.ticks : 0),
      stateValue: chartFold.value,
      context: chartFold.context,
      valueOf: (register) => shownValue(register, chartFold.context, () => chart.stateOf(chartFold.context)),
      valueBefore: (register) => shownValue(register, contextBefore, () => chart.stateOf(contextBefore)),
      transitions: transitions.map(describeTransition),
    };
  }

  /** Returns the chart before a row is taken; before the first entry, if there is none. */
  #foldTo(rowIndex: number): Fold {
    const nearest = this.#checkpoints[Math.floor(Math.max(rowIndex, 0) / CHECKPOINT_EVERY)];
    if (!nearest) return new Fold(this.chart, this.#chartEngine, this.#begin.state);
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
    const { journal, firstIndex } = this;
    const causingRow = this.#causingRow(rowIndex, explained);
    // The search backwards ends in the window of the row that is known to have changed it.
    const endIndex = firstIndex + (causingRow ?? Math.min(rowIndex, 0)) + 1;
    const journalPrefix: JournalView = {
      header: journal.header,
      keepsEntries: true,
      first: firstIndex,
      next: endIndex,
      length: endIndex - firstIndex,
      tick: journal.tick,
      bytes: journal.bytes,
      lost: journal.lost,
      entries: (range) => journal.entries({ from: firstIndex, until: endIndex, ...range }),
      checkpoint: (index) =>
        this.#checkpoints[Math.floor((index - firstIndex) / CHECKPOINT_EVERY)] as JournalCheckpoint,
    };
    return explain(
      this.chart,
      this.#chartEngine,
      journalPrefix,
      this.momentAfter(rowIndex).context,
      explained,
    );
  }

  /** Returns the last row up to `rowIndex` that changed a register or the interrupt; undefined if none did. */
  #causingRow(rowIndex: number, explained: RegisterName | "interrupt"): number | undefined {
    const { entryTable } = this;
    if (explained !== "interrupt") return entryTable.lastChangeOf(explained, rowIndex);
    const { interruptChangeRow } = entryTable;
    const changeCount = interruptChangeRow.countBelow(rowIndex + 1);
    return changeCount === 0 ? undefined : interruptChangeRow.valueAt(changeCount - 1);
  }

  /** Returns the inputs in rows `firstRow` up to, not including, `endRow`, without the marks. */
  inputsIn(firstRow: number, endRow: number): Input[] {
    return this.entriesIn(firstRow, endRow).filter(isInput);
  }
}
