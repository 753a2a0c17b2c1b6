/**
 * Runs the mutants of `uart16550` on cases from where they may begin to differ. What the chart itself does is written down once: its
 * state before every input, and which places the input reaches. A mutant is put into that state at each input that reaches its
 * own place, and goes on as long as it is in another state than the chart.
 */
import type { AnyStateMachine } from "xstate";
import type { Uart16550Options } from "../../machines/index.js";
import { Watcher } from "../support/uart16550-seen.js";
import type { ChartMutant, Reach } from "./chart-mutants.js";
import { type Marks, type Telling, tellingOf } from "./reach.js";
import { isSame, type State, Table, type TableRun } from "./table-run.js";
import { type Case, type Expected, expectedOf, peekedAt, seenBy } from "./uart16550-cases.js";

interface Moment {
  readonly expected: Expected;
  /** The chart's state before the input. */
  readonly before: State;
  /** What the input reaches, or a question after it. */
  readonly reached: Marks;
}

interface Recording {
  readonly options: Uart16550Options;
  readonly moments: readonly Moment[];
  readonly last: State;
}

interface Beginning {
  readonly state: State;
  readonly reached: Marks;
}

export class Replay {
  readonly #telling: Telling;
  readonly #chart: Table;
  readonly #beginnings = new Map<Uart16550Options, Beginning>();
  readonly #recordings: readonly Recording[];
  /** By region, in the order in which they have killed of late. */
  readonly #orders = new Map<string, Recording[]>();

  /** @throws Error if the chart itself does anything else than the model. */
  constructor(chart: AnyStateMachine, cases: readonly Case[], progress: (done: number, of: number) => void) {
    this.#telling = tellingOf(chart);
    this.#chart = new Table(this.#telling.machine);
    this.#recordings = cases.map((each, index) => {
      progress(index, cases.length);
      return this.#record(each);
    });
  }

  /** How often each place of some mutants is reached: inputs. */
  reached(reach: Reach): number {
    return this.#recordings.reduce(
      (sum, { moments }) =>
        sum + moments.filter(({ reached }) => this.#telling.matters(reach, reached)).length,
      0,
    );
  }

  /** Whether a mutant does anything else than the model, or its regions are not as its registers. */
  kills({ region, reach }: ChartMutant, machine: AnyStateMachine): boolean {
    const mutant = new Table(machine);
    const order = this.#orders.get(region) ?? [...this.#recordings];
    this.#orders.set(region, order);
    const begins = new Map<Uart16550Options, boolean>();
    const at = order.findIndex((recording) => {
      const { options } = recording;
      try {
        const alike = begins.get(options) ?? this.#beginsAlike(mutant, reach, options);
        begins.set(options, alike);
        return !this.#survives(mutant, reach, recording, alike);
      } catch {
        return true;
      }
    });
    if (at < 0) return false;
    const [killer] = order.splice(at, 1) as [Recording];
    order.unshift(killer);
    return true;
  }

  #record(each: Case): Recording {
    const { options } = each;
    const { marks } = this.#telling;
    const run = this.#chart.at(this.#begin(options).state);
    const moments = expectedOf(each).map((expected, index): Moment => {
      const before = run.state;
      const watcher = new Watcher(expected.levels);
      marks.take();
      const seen = seenBy(watcher, run.apply(expected.input));
      const peeked = peekedAt(run, run.nextDue, expected.isAsked);
      const reached = marks.take();
      const agrees = this.#chart.agrees(options, run.state);
      if (seen !== expected.seen || peeked !== expected.peeked || !agrees) {
        const differs = { index, expected, seen, peeked, agrees };
        throw new Error(`the chart itself is not the model: ${JSON.stringify({ differs, each })}`);
      }
      return { expected, before, reached };
    });
    return { options, moments, last: run.state };
  }

  #begin(options: Uart16550Options): Beginning {
    const known = this.#beginnings.get(options);
    if (known !== undefined) return known;
    this.#telling.marks.take();
    const { state } = this.#chart.start(options);
    const begun = { state, reached: this.#telling.marks.take() };
    this.#beginnings.set(options, begun);
    return begun;
  }

  #beginsAlike(mutant: Table, reach: Reach, options: Uart16550Options): boolean {
    const { state, reached } = this.#begin(options);
    return !this.#telling.matters(reach, reached) || isSame(mutant.start(options).state, state);
  }

  #survives(mutant: Table, reach: Reach, { options, moments, last }: Recording, alike: boolean): boolean {
    let run: TableRun | undefined = alike ? undefined : mutant.start(options);
    let watcher = new Watcher(moments[0]?.expected.levels);
    for (const [index, { expected, before, reached }] of moments.entries()) {
      if (run === undefined) {
        if (!this.#telling.matters(reach, reached)) continue;
        run = mutant.at(before);
        watcher = new Watcher(expected.levels);
      }
      if (seenBy(watcher, run.apply(expected.input)) !== expected.seen) return false;
      const { state } = run;
      const same = isSame(state, moments[index + 1]?.before ?? last);
      const asks = !same || this.#telling.matters(reach, reached);
      if (asks && peekedAt(run, run.nextDue, expected.isAsked) !== expected.peeked) return false;
      if (same) run = undefined;
      else if (!mutant.agrees(options, state)) return false;
    }
    return true;
  }
}
