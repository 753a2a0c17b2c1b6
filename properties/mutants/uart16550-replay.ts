/**
 * Runs the mutants of `uart16550` on cases from where they may begin to differ. What the chart itself does is written down once: its
 * state before every input, and which places the input reaches. A mutant is put into that state at each input that reaches its
 * own place, and goes on while its state differs from the chart's.
 */
import type { AnyStateMachine } from "xstate";
import type { Uart16550Options } from "../../machines/index.js";
import { Watcher } from "../support/pin-watcher.js";
import type { ChartMutant, ReachCondition } from "./chart-mutants.js";
import { type MarkSet, type Telling, tellingOf } from "./instrument.js";
import { isSame, MutantTable, type RunCheckpoint, type TableRun } from "./table-run.js";
import { type Expected, expectedOf, peekedAt, seenBy, type TestCase } from "./uart16550-cases.js";

interface ReplayMoment {
  readonly expected: Expected;
  /** The chart's state before the input. */
  readonly stateBefore: RunCheckpoint;
  /** The sites that the input, or a question after it, reaches. */
  readonly reached: MarkSet;
}

interface Recording {
  readonly options: Uart16550Options;
  readonly moments: readonly ReplayMoment[];
  readonly last: RunCheckpoint;
}

interface Beginning {
  readonly state: RunCheckpoint;
  readonly reached: MarkSet;
}

export class Replay {
  readonly #telling: Telling;
  readonly #chart: MutantTable;
  readonly #beginnings = new Map<Uart16550Options, Beginning>();
  readonly #recordings: readonly Recording[];
  /** By region, in the order in which they have killed of late. */
  readonly #orders = new Map<string, Recording[]>();

  /** @throws Error if the chart itself does anything else than the model. */
  constructor(
    chartMachine: AnyStateMachine,
    cases: readonly TestCase[],
    progress: (done: number, total: number) => void,
  ) {
    this.#telling = tellingOf(chartMachine);
    this.#chart = new MutantTable(this.#telling.machine);
    this.#recordings = cases.map((testCase, stepIndex) => {
      progress(stepIndex, cases.length);
      return this.#record(testCase);
    });
  }

  /** Returns the number of inputs that reach a mutation site. */
  reached(reach: ReachCondition): number {
    return this.#recordings.reduce(
      (sum, { moments }) =>
        sum + moments.filter(({ reached }) => this.#telling.matters(reach, reached)).length,
      0,
    );
  }

  /** True if a mutant differs from the model, or its regions from its registers. */
  kills({ regionName: region, reach }: ChartMutant, machine: AnyStateMachine): boolean {
    const mutantTable = new MutantTable(machine);
    const order = this.#orders.get(region) ?? [...this.#recordings];
    this.#orders.set(region, order);
    const begins = new Map<Uart16550Options, boolean>();
    const recordingIndex = order.findIndex((recording) => {
      const { options } = recording;
      try {
        const alike = begins.get(options) ?? this.#beginsAlike(mutantTable, reach, options);
        begins.set(options, alike);
        return !this.#survives(mutantTable, reach, recording, alike);
      } catch {
        return true;
      }
    });
    if (recordingIndex < 0) return false;
    const [killer] = order.splice(recordingIndex, 1) as [Recording];
    order.unshift(killer);
    return true;
  }

  #record(testCase: TestCase): Recording {
    const { options } = testCase;
    const { marks } = this.#telling;
    const run = this.#chart.runFrom(this.#begin(options).state);
    const moments = expectedOf(testCase).map((expected, stepIndex): ReplayMoment => {
      const previous = run.state;
      const watcher = new Watcher(expected.levels);
      marks.take();
      const observed = seenBy(watcher, run.apply(expected.input));
      const peeked = peekedAt(run, run.nextDue, expected.isAsked);
      const reached = marks.take();
      const agrees = this.#chart.agrees(options, run.state);
      if (observed !== expected.observed || peeked !== expected.peeked || !agrees) {
        const differs = { index: stepIndex, expected, seen: observed, peeked, agrees };
        throw new Error(`the chart itself is not the model: ${JSON.stringify({ differs, each: testCase })}`);
      }
      return { expected, stateBefore: previous, reached };
    });
    return { options, moments, last: run.state };
  }

  #begin(options: Uart16550Options): Beginning {
    const beginning = this.#beginnings.get(options);
    if (beginning !== undefined) return beginning;
    this.#telling.marks.take();
    const { state } = this.#chart.start(options);
    const begun = { state, reached: this.#telling.marks.take() };
    this.#beginnings.set(options, begun);
    return begun;
  }

  #beginsAlike(mutantTable: MutantTable, reach: ReachCondition, options: Uart16550Options): boolean {
    const { state, reached } = this.#begin(options);
    return !this.#telling.matters(reach, reached) || isSame(mutantTable.start(options).state, state);
  }

  #survives(
    mutantTable: MutantTable,
    reach: ReachCondition,
    { options, moments, last }: Recording,
    alike: boolean,
  ): boolean {
    let run: TableRun | undefined = alike ? undefined : mutantTable.start(options);
    let watcher = new Watcher(moments[0]?.expected.levels);
    for (const [stepIndex, { expected, stateBefore: before, reached }] of moments.entries()) {
      if (run === undefined) {
        if (!this.#telling.matters(reach, reached)) continue;
        run = mutantTable.runFrom(before);
        watcher = new Watcher(expected.levels);
      }
      if (seenBy(watcher, run.apply(expected.input)) !== expected.observed) return false;
      const { state } = run;
      const same = isSame(state, moments[stepIndex + 1]?.stateBefore ?? last);
      const asks = !same || this.#telling.matters(reach, reached);
      if (asks && peekedAt(run, run.nextDue, expected.isAsked) !== expected.peeked) return false;
      if (same) run = undefined;
      else if (!mutantTable.agrees(options, state)) return false;
    }
    return true;
  }
}
