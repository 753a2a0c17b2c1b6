/** Runs mutants of a chart against the trials that should kill them. */
import type { AnyStateMachine } from "xstate";
import type { ChartMutant } from "./chart-mutants.js";

/** One thing that a chart has to do right: true if it does. */
export interface MutantTrial {
  /** Which property it is a case of: what a mutant dies by. */
  readonly property: string;
  /** A mutant that throws dies too. */
  readonly passes: (subject: unknown) => boolean;
}

/** All that a chart has to get past, cheapest first. */
export interface TrialSuite {
  /** A first trial, before all others. Returns the property that the mutant dies by. */
  readonly first?: (chartMutant: ChartMutant, machine: AnyStateMachine) => string | undefined;
  /** Whatever runs the chart of a mutant. */
  readonly subjectOf: (machine: AnyStateMachine) => unknown;
  readonly trials: readonly MutantTrial[];
}

/** Runs trials in the order in which they have killed of late: what kills one mutant of a region often kills the next. */
export class MutantRunner {
  readonly #trials: TrialSuite;
  readonly #orders = new Map<string, MutantTrial[]>();

  constructor(trials: TrialSuite) {
    this.#trials = trials;
  }

  /** The property that a mutant dies by, if it dies. */
  runMutant(chartMutant: ChartMutant): string | undefined {
    let machine: AnyStateMachine;
    let subject: unknown;
    try {
      machine = chartMutant.machine();
      subject = this.#trials.subjectOf(machine);
    } catch {
      return "it cannot be made";
    }
    return this.#trials.first?.(chartMutant, machine) ?? this.#failed(chartMutant.regionName, subject);
  }

  /** The property that a chart fails. */
  failingProperty(machine: AnyStateMachine): string | undefined {
    return this.#failed("", this.#trials.subjectOf(machine));
  }

  #failed(regionName: string, subject: unknown): string | undefined {
    const order = this.#orders.get(regionName) ?? [...this.#trials.trials];
    this.#orders.set(regionName, order);
    const trialIndex = order.findIndex((trial) => !passesTrial(trial, subject));
    if (trialIndex < 0) return undefined;
    const [trial] = order.splice(trialIndex, 1) as [MutantTrial];
    order.unshift(trial);
    return trial.property;
  }
}

function passesTrial(trial: MutantTrial, subject: unknown): boolean {
  try {
    return trial.passes(subject);
  } catch {
    return false;
  }
}

/** Computes something when it is first asked for. */
export function computeOnce<T>(compute: () => T): () => T {
  let computed: { readonly value: T } | undefined;
  return () => {
    computed ??= { value: compute() };
    return computed.value;
  };
}
