/** What a mutant of a chart has to get past. */
import type { AnyStateMachine } from "xstate";
import type { ChartMutant } from "./chart-mutants.js";

/** One thing that a chart has to do right: true if it does. */
export interface Trial {
  /** Which property it is a case of: what a mutant dies by. */
  readonly property: string;
  /** A mutant that throws dies too. */
  readonly passes: (subject: unknown) => boolean;
}

/** All that a chart has to get past, cheapest first. */
export interface Trials {
  /** What is tried before all else, if anything is: gives the property that the mutant dies by. */
  readonly first?: (mutant: ChartMutant, machine: AnyStateMachine) => string | undefined;
  /** Whatever runs the chart of a mutant. */
  readonly subjectOf: (machine: AnyStateMachine) => unknown;
  readonly trials: readonly Trial[];
}

/** Runs trials in the order in which they have killed of late: what kills one mutant of a region often kills the next. */
export class Killer {
  readonly #trials: Trials;
  readonly #orders = new Map<string, Trial[]>();

  constructor(trials: Trials) {
    this.#trials = trials;
  }

  /** The property that a mutant dies by, if it dies. */
  kill(mutant: ChartMutant): string | undefined {
    let machine: AnyStateMachine;
    let subject: unknown;
    try {
      machine = mutant.machine();
      subject = this.#trials.subjectOf(machine);
    } catch {
      return "it cannot be made";
    }
    return this.#trials.first?.(mutant, machine) ?? this.#failed(mutant.region, subject);
  }

  /** The property that a chart fails. */
  fails(machine: AnyStateMachine): string | undefined {
    return this.#failed("", this.#trials.subjectOf(machine));
  }

  #failed(region: string, subject: unknown): string | undefined {
    const order = this.#orders.get(region) ?? [...this.#trials.trials];
    this.#orders.set(region, order);
    const at = order.findIndex((trial) => !passes(trial, subject));
    if (at < 0) return undefined;
    const [trial] = order.splice(at, 1) as [Trial];
    order.unshift(trial);
    return trial.property;
  }
}

function passes(trial: Trial, subject: unknown): boolean {
  try {
    return trial.passes(subject);
  } catch {
    return false;
  }
}

/** Computes something when it is first asked for. */
export function once<T>(compute: () => T): () => T {
  let computed: { readonly value: T } | undefined;
  return () => {
    computed ??= { value: compute() };
    return computed.value;
  };
}
