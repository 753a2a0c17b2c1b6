/** What a mutant of a chart has to get past. */
import type { AnyStateMachine } from "xstate";

/** One thing that a chart has to do right: true if it does. */
export interface Trial {
  /** Which property it is a case of: what a mutant dies by. */
  readonly property: string;
  /** A mutant that throws dies too. */
  readonly passes: (subject: unknown) => boolean;
}

/** All that a chart has to get past, cheapest first. */
export interface Trials {
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

  /** The property that a mutant of a region dies by, if it dies. */
  kill(region: string, machine: AnyStateMachine): string | undefined {
    const order = this.#orders.get(region) ?? [...this.#trials.trials];
    this.#orders.set(region, order);
    const at = this.#firstFailing(machine, order);
    if (at === "unmade") return "it cannot be made";
    if (at < 0) return undefined;
    const [trial] = order.splice(at, 1) as [Trial];
    order.unshift(trial);
    return trial.property;
  }

  #firstFailing(machine: AnyStateMachine, order: readonly Trial[]): number | "unmade" {
    let subject: unknown;
    try {
      subject = this.#trials.subjectOf(machine);
    } catch {
      return "unmade";
    }
    return order.findIndex((trial) => !passes(trial, subject));
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
