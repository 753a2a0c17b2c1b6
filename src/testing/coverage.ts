import type { AnyStateMachine } from "xstate";
import { type Transition, type TransitionInWords, transitionsOf } from "../device/index.js";

/** How much of the chart a driver's runs have used. */
export interface DriverCoverage {
  /** Runs that were counted: the first ones, shrinking left out. */
  readonly runs: number;
  /** Transitions of the chart that were taken, each once. */
  readonly taken: number;
  /** All transitions of the chart, those included that this part's options exclude. */
  readonly of: number;
  /** Those never taken, in the chart's order: their ids, such as "receiveFifo.holding read.RBR_DLL [readTakesLastCharacter]". */
  readonly missed: readonly string[];
  /** How often each cause interrupted, by its name; of `serial`, all under "interrupt". */
  readonly causes: Readonly<Record<string, number>>;
}

/** Counts what runs use. */
export class CoverageCount {
  readonly #taken = new Set<TransitionInWords>();
  readonly #causes: Record<string, number> = {};
  #machine: AnyStateMachine | undefined;
  runs = 0;

  /** Another run begins, on a device of this machine. */
  begin(machine: AnyStateMachine): void {
    this.#machine = machine;
    this.runs++;
  }

  add({ taken, emissions }: Transition): void {
    for (const transition of taken) this.#taken.add(transition);
    for (const { type, cause } of emissions) {
      const name = type === "identified" || type === "interrupt" ? (cause ?? type) : undefined;
      if (name !== undefined && name !== "none") this.#causes[name] = (this.#causes[name] ?? 0) + 1;
    }
  }

  result(): DriverCoverage {
    const all = this.#machine ? transitionsOf(this.#machine) : [];
    const missed = all.filter((transition) => !this.#taken.has(transition)).map(({ id }) => id);
    return {
      runs: this.runs,
      taken: all.length - missed.length,
      of: all.length,
      missed,
      causes: { ...this.#causes },
    };
  }
}
