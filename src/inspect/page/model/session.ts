import type { AnyStateMachine } from "xstate";
import type { RegisterName } from "../../../../machines/index.js";
import { engineFor } from "../../../device/engines.js";
import { explain } from "../../../device/explain.js";
import { Fold, isInput } from "../../../device/fold.js";
import type { Chart, ChartEmission, Explanation, TransitionInWords } from "../../../device/index.js";
import { inWords } from "../../../device/words.js";
import type { ChartTransition, Engine } from "../../../engine/index.js";
import {
  type Checkpoint,
  type Entry,
  type Input,
  Journal,
  type JournalView,
} from "../../../journal/index.js";
import type { DifferenceAt, Opening } from "../../wire.js";
import { chartOf } from "./chart.js";
import { FLAG, Table } from "./table.js";

/** Entries between two states that are kept. More take longer to go to, fewer take memory. */
const CHECKPOINT_EVERY = 1024;

/** The chart as it is after an entry, and what that entry did. */
export interface Moment {
  /** The entry's row, from 0; -1 before the first. */
  readonly row: number;
  /** Ticks that had passed after it. */
  readonly tick: number;
  readonly entry: Entry | undefined;
  /** Whether the divisor latch was open before it. */
  readonly dlab: boolean;
  /** The state value, and the registers and queues. */
  readonly value: unknown;
  readonly context: never;
  /** The state value, and the registers and queues, before it. */
  readonly valueBefore: unknown;
  readonly contextBefore: never;
  readonly taken: readonly TransitionInWords[];
  readonly emitted: readonly ChartEmission[];
  /** What a read at `offset` would give and do, without doing it. */
  peek(offset: number): Peeked;
}

/** What a read would give and do. */
export interface Peeked {
  readonly value: number;
  /** The registers and queues after it. */
  readonly context: never;
  readonly taken: readonly TransitionInWords[];
}

/**
 * A journal being looked at. It grows by {@link append}; any of its moments is a fold from the nearest checkpoint. Rows count from 0,
 * where a journal's indexes may begin later.
 */
export class Session {
  readonly name: string;
  readonly live: boolean;
  readonly warnings: readonly string[];
  readonly differences: readonly DifferenceAt[];
  readonly chart: Chart;
  readonly table: Table;
  readonly journal: Journal;
  /** How often each transition was taken. */
  readonly taken = new Map<TransitionInWords, number>();
  readonly #engine: Engine<AnyStateMachine>;
  readonly #checkpoints: Checkpoint[] = [];
  readonly #fold: Fold;

  /** @throws RangeError or TypeError if there is no such chart. */
  constructor(opening: Opening) {
    const { header } = opening;
    this.name = opening.name;
    this.live = opening.live;
    this.warnings = opening.warnings;
    this.differences = opening.differences;
    this.chart = chartOf(header);
    this.#engine = engineFor(this.chart);
    this.journal = new Journal(header, { keep: "all" });
    this.#fold = new Fold(this.chart, this.#engine, header.state);
    this.table = new Table(this.chart, this.#fold.context);
  }

  /** How many entries there are. */
  get length(): number {
    return this.table.length;
  }

  /** The index of the first entry. */
  get first(): number {
    return this.journal.header.first;
  }

  /** Takes entries that follow. */
  append(entries: Iterable<Entry>): void {
    for (const entry of entries) this.add(entry);
  }

  /** Takes the entry that follows. */
  add(entry: Entry): void {
    const { chart, table } = this;
    const fold = this.#fold;
    const { tick, next: index } = this.journal;
    if (table.length % CHECKPOINT_EVERY === 0)
      this.#checkpoints.push({ index, tick, state: chart.stateOf(fold.context) });
    const emitted: ChartEmission[] = [];
    const dlab = chart.divisorLatchOpen(fold.context);
    this.journal.append(entry);
    if (isInput(entry)) {
      const taken: ChartTransition[] = [];
      fold.take(entry, emitted, taken);
      for (const transition of taken) {
        const words = inWords(transition);
        this.taken.set(words, (this.taken.get(words) ?? 0) + 1);
      }
    }
    table.add(entry, tick, dlab, fold.context, emitted);
  }

  /** Marks the rows at which the recorded device did something else. To be called when they have been appended. */
  markDifferences(): void {
    for (const { index } of this.differences) this.table.flags.add(index - this.first, FLAG.DIFFERENCE);
  }

  /** The entry in `row`. */
  entry(row: number): Entry {
    const index = this.first + row;
    const [found] = this.journal.entries({ from: index, until: index + 1 });
    return (found as { entry: Entry }).entry;
  }

  /** The entries in rows `from` up to, not including, `until`. */
  entries(from: number, until: number): Entry[] {
    const range = { from: this.first + from, until: this.first + until };
    return [...this.journal.entries(range)].map(({ entry }) => entry);
  }

  /** The chart after `row`; -1 is before the first. */
  moment(row: number): Moment {
    const { chart } = this;
    const fold = this.#foldTo(row);
    const contextBefore = { ...(fold.context as object) } as never;
    const valueBefore = fold.value;
    const dlab = chart.divisorLatchOpen(fold.context);
    const entry = row < 0 ? undefined : this.entry(row);
    const emitted: ChartEmission[] = [];
    const taken: ChartTransition[] = [];
    if (entry && isInput(entry)) fold.take(entry, emitted, taken);
    const before = row < 0 ? this.journal.header.tick : this.table.tick.at(row);
    const peek = (offset: number): Peeked => {
      const state = chart.stateOf(fold.context);
      const trial = new Fold(chart, this.#engine, state);
      const given: ChartEmission[] = [];
      const did: ChartTransition[] = [];
      trial.take({ type: "read", offset }, given, did);
      const value = given.find(({ type }) => type === "data")?.value ?? 0;
      return { value, context: trial.context, taken: did.map(inWords) };
    };
    return {
      ...{ row, entry, dlab, valueBefore, contextBefore, emitted, peek },
      tick: before + (entry?.type === "advance" ? entry.ticks : 0),
      value: fold.value,
      context: fold.context,
      taken: taken.map(inWords),
    };
  }

  /** The chart before `row` is taken; before the first, if there is none. */
  #foldTo(row: number): Fold {
    const nearest = this.#checkpoints[Math.floor(Math.max(row, 0) / CHECKPOINT_EVERY)];
    if (!nearest) return new Fold(this.chart, this.#engine, this.journal.header.state);
    const fold = new Fold(this.chart, this.#engine, nearest.state);
    const until = this.first + Math.max(row, 0);
    const emitted: ChartEmission[] = [];
    for (const { entry } of this.journal.entries({ from: nearest.index, until })) {
      if (isInput(entry)) fold.take(entry, emitted);
      emitted.length = 0;
    }
    return fold;
  }

  /** The state after `row`, as JSON. */
  stateAt(row: number): unknown {
    return this.chart.stateOf(this.moment(row).context);
  }

  /** Why a register, or the interrupt line, is as it is after `row`. */
  explain(row: number, what: RegisterName | "interrupt"): Explanation {
    const until = this.first + row + 1;
    const { journal } = this;
    const view: JournalView = {
      header: journal.header,
      first: journal.first,
      next: until,
      length: row + 1,
      tick: journal.tick,
      bytes: journal.bytes,
      entries: (range) => journal.entries({ until, ...range }),
      checkpoint: (index) =>
        this.#checkpoints[Math.floor((index - this.first) / CHECKPOINT_EVERY)] as Checkpoint,
    };
    return explain(this.chart, this.#engine, view, this.moment(row).context, what);
  }

  /** The inputs in rows `from` up to, not including, `until`: without the notes. */
  inputs(from: number, until: number): Input[] {
    return this.entries(from, until).filter(isInput);
  }
}
