import type { SerialRevision } from "../../../../machines/index.js";
import {
  type Chart,
  type ChartEmission,
  serialChart,
  type TransitionInWords,
} from "../../../device/index.js";
import { describeTransition, engineFor, Fold, isInput } from "../../../device/internal.js";
import type { ChartTransition } from "../../../engine/index.js";
import type { Entry } from "../../../journal/index.js";
import { NumberColumn } from "./growing-columns.js";

/** Entries between two states that are kept. */
const CHECKPOINT_EVERY = 1024;

const isInterrupt = ({ type }: ChartEmission): boolean => type === "interrupt";

/** The latest revision of an older `serial`, beside it on the same entries: it shows what a session's own revision leaves out. */
export class LatestRevision {
  readonly revision: SerialRevision;
  readonly #chart: Chart;
  readonly #chartFold: Fold;
  readonly #states: unknown[] = [];
  /** The rows in which it interrupts for a cause for which the session's own revision does not. */
  readonly #extraRows = new NumberColumn();
  #rowCount = 0;

  private constructor(chart: Chart, state: unknown) {
    this.#chart = chart;
    this.revision = chart.options["revision"] as SerialRevision;
    this.#chartFold = new Fold(chart, engineFor(chart), state);
  }

  /** Returns the latest revision beside a chart; undefined if that is the latest, or has none. */
  static beside(chart: Chart, state: unknown): LatestRevision | undefined {
    const latest = serialChart() as Chart;
    const isOlder = chart.id === latest.id && chart.options["revision"] !== latest.options["revision"];
    return isOlder ? new LatestRevision(latest, state) : undefined;
  }

  /** @param ownEmissions - those of the session's own revision. */
  append(entry: Entry, ownEmissions: readonly ChartEmission[]): void {
    const rowIndex = this.#rowCount++;
    if (rowIndex % CHECKPOINT_EVERY === 0) this.#states.push(this.#chart.stateOf(this.#chartFold.context));
    if (!isInput(entry)) return;
    const emitted: ChartEmission[] = [];
    this.#chartFold.apply(entry, emitted);
    const isExtra = (emission: ChartEmission) =>
      isInterrupt(emission) && !ownEmissions.some((own) => isInterrupt(own) && own.cause === emission.cause);
    if (emitted.some(isExtra)) this.#extraRows.append(rowIndex);
  }

  /** Returns the first row from `firstRow` to `lastRow` in which it alone interrupts; undefined if there is none. */
  firstExtraRow(firstRow: number, lastRow: number): number | undefined {
    const position = this.#extraRows.countBelow(firstRow);
    const row = this.#extraRows.valueAt(position);
    return position < this.#extraRows.length && row <= lastRow ? row : undefined;
  }

  /**
   * Returns the transition by which it interrupts in a row.
   *
   * @param entries - the entries from the row of the state before, {@link rowOfStateBefore}, to that row.
   */
  interruptingTransition(rowIndex: number, entries: readonly Entry[]): TransitionInWords | undefined {
    const state = this.#states[Math.floor(rowIndex / CHECKPOINT_EVERY)];
    const chartFold = new Fold(this.#chart, engineFor(this.#chart), state);
    let transitions: ChartTransition[] = [];
    for (const entry of entries) {
      transitions = [];
      if (isInput(entry)) chartFold.apply(entry, [], transitions);
    }
    return transitions
      .map(describeTransition)
      .find(({ actions }) => actions.some((action) => /^interrupt[A-Z]/.test(action)));
  }

  /** Returns the row before which the last state before a row is kept. */
  rowOfStateBefore(rowIndex: number): number {
    return rowIndex - (rowIndex % CHECKPOINT_EVERY);
  }

  /** Drops the first rows, a multiple of 1024. */
  dropFirst(rowCount: number): void {
    this.#states.splice(0, rowCount / CHECKPOINT_EVERY);
    this.#extraRows.shiftRows(rowCount);
    this.#rowCount -= rowCount;
  }
}
