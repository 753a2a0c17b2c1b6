import type { AnyStateMachine } from "xstate";
import { type Transition, type TransitionInWords, transitionsOf } from "../device/index.js";

/** The part of the chart that a driver's runs have used. */
export interface DriverCoverage {
  /** The number of runs counted: the first ones, without shrinking. */
  readonly runs: number;
  /** The number of different transitions taken. */
  readonly taken: number;
  /** The number of transitions of the chart, including those that this part's options exclude. */
  readonly total: number;
  /** The ids of transitions never taken, in the chart's order, such as "receiveFifo.holding read.RBR_DLL [readTakesLastCharacter]". */
  readonly missed: readonly string[];
  /** The number of interrupts by cause; for `serial`, all under "interrupt". */
  readonly causes: Readonly<Record<string, number>>;
}

/** Counts the transitions and interrupts of runs. */
export class CoverageCounter {
  readonly #takenTransitions = new Set<TransitionInWords>();
  readonly #causeCounts: Record<string, number> = {};
  #machine: AnyStateMachine | undefined;
  runCount = 0;

  /** Begins a run on a device of this machine. */
  beginRun(machine: AnyStateMachine): void {
    this.#machine = machine;
    this.runCount++;
  }

  countTransition({ taken, emissions }: Transition): void {
    for (const transition of taken) this.#takenTransitions.add(transition);
    for (const { type, cause } of emissions) {
      const causeName = type === "identified" || type === "interrupt" ? (cause ?? type) : undefined;
      if (causeName !== undefined && causeName !== "none")
        this.#causeCounts[causeName] = (this.#causeCounts[causeName] ?? 0) + 1;
    }
  }

  summarize(): DriverCoverage {
    const transitions = this.#machine ? transitionsOf(this.#machine) : [];
    const missed = transitions
      .filter((transition) => !this.#takenTransitions.has(transition))
      .map(({ id }) => id);
    return {
      runs: this.runCount,
      taken: transitions.length - missed.length,
      total: transitions.length,
      missed,
      causes: { ...this.#causeCounts },
    };
  }
}
