import type { ChartEmission } from "../../device/index.js";
import type { ChartTransition, Emissions } from "../../engine/index.js";
import { LivelockError } from "../../engine/internal.js";
import type { ChanceGuard } from "./chance.js";
import { ExploreError } from "./explore-error.js";
import { needsActors } from "./machine-chart.js";
import { FAILED, IMPOSSIBLE, LayoutChange } from "./state-layout.js";
import type { StateSpace } from "./state-space.js";
import type { FunctionFault } from "./stepping-engine.js";
import { IdentityError } from "./value-identity.js";

/** A failure of the chart itself in one step. */
export interface StepFailure {
  /** "exception" if a guard or an action threw, "livelock" if the step does not end. */
  readonly kind: "exception" | "livelock";
  /** The message of the error. */
  readonly message: string;
  /** The guard or action that threw: `the action "add" of state "a", event "GO"`; absent for a livelock. */
  readonly source?: string;
}

/** Thrown where a step is not a function of the state and the input, so that nothing can be explored. */
export class ImpureStepError extends Error {
  override readonly name = "ImpureStepError";
}

/** The steps that are all taken twice, and the interval of those that are later. */
const OBSERVED_STEPS = 1000;
const OBSERVED_INTERVAL = 256;
/** The same for steps that may depend on the order in which states were entered. */
const REVERSED_STEPS = 20_000;
const REVERSED_INTERVAL = 64;

/**
 * Takes the steps of a state space, and tests on the way what exploring assumes: a step is a function of the state and the input, nothing is
 * changed in place, and the order in which states were entered makes no difference.
 */
export class StepTaker<TState> {
  /** The steps taken. */
  stepCount = 0;
  /** The steps that were taken a second time. */
  observedCount = 0;
  /** The steps that may depend on the order of entry, and those that were tried in the opposite order. */
  doubtfulCount = 0;
  reversedCount = 0;
  /** The failure of the last step; undefined if it did not fail. */
  failure: StepFailure | undefined;
  readonly #space: StateSpace<TState>;
  readonly #chance: ChanceGuard;

  constructor(space: StateSpace<TState>, chance: ChanceGuard) {
    this.#space = space;
    this.#chance = chance;
  }

  /**
   * Takes an input from the state that was entered. Emissions and the transitions taken are appended.
   *
   * @returns the id of the target, or a negative number as for `internTarget`; FAILED if the chart fails, see {@link failure}; IMPOSSIBLE if the
   *   input is not possible.
   * @throws ImpureStepError, LayoutChange, IdentityError.
   */
  take(
    inputIndex: number,
    limit: number,
    emissions: Emissions<ChartEmission>,
    transitions: ChartTransition[],
  ): number {
    const space = this.#space;
    this.failure = undefined;
    if (!space.isPossible(inputIndex)) return IMPOSSIBLE;
    this.stepCount++;
    try {
      space.takeInput(inputIndex, emissions, transitions);
    } catch (error) {
      if (error instanceof LayoutChange || error instanceof ExploreError) throw error;
      if (needsActors(space.chart, error)) throw new LayoutChange(space.chart, space.layout);
      return this.#fail(error);
    }
    this.#expectNoChance();
    const targetId = space.internTarget(limit);
    if (space.hasChangedValue) throw this.#impureStep(undefined);
    if (this.stepCount <= OBSERVED_STEPS || this.stepCount % OBSERVED_INTERVAL === 0)
      this.#takeAgain(emissions);
    if (!space.layout.hasOrder && space.engine.isOrderDoubtful(transitions)) {
      this.doubtfulCount++;
      if (this.doubtfulCount <= REVERSED_STEPS || this.doubtfulCount % REVERSED_INTERVAL === 0)
        this.#takeReversed(inputIndex, emissions);
    }
    return targetId;
  }

  #fail(error: unknown): number {
    const space = this.#space;
    const { outcome, fault } = space.takeObserved();
    const source = fault?.source;
    if (this.#chance.usedSource !== undefined)
      throw new ImpureStepError(
        `${source ?? "the chart"} uses ${this.#chance.usedSource}: expected a function of the context and the event`,
      );
    // Where nothing is frozen it does not throw: it changes the context in place.
    if (outcome || fault?.changedField !== undefined) throw this.#impureStep(undefined);
    const message = error instanceof Error ? error.message : String(error);
    this.failure =
      error instanceof LivelockError
        ? { kind: "livelock", message }
        : { kind: "exception", message, ...(source ? { source } : {}) };
    return FAILED;
  }

  #expectNoChance(): void {
    if (this.#chance.usedSource === undefined) return;
    const { fault } = this.#space.takeObserved();
    const source = fault?.source;
    throw new ImpureStepError(
      `${source ?? "the chart"} uses ${this.#chance.usedSource}: expected a function of the context and the event`,
    );
  }

  /** Takes the step a second time. @throws ImpureStepError if the outcome is another one. */
  #takeAgain(emissions: Emissions<ChartEmission>): void {
    this.observedCount++;
    const first = this.#space.outcome(emissions.toArray());
    const { outcome: second, fault } = this.#space.takeObserved();
    if (fault?.changedField !== undefined || !second || !isSameOutcome(first, second))
      throw this.#impureStep(fault);
  }

  #takeReversed(inputIndex: number, emissions: Emissions<ChartEmission>): void {
    this.reversedCount++;
    const first = this.#space.outcome(emissions.toArray());
    let isSame = false;
    try {
      isSame = isSameOutcome(first, this.#space.takeReversed());
    } catch (error) {
      if (error instanceof LayoutChange || error instanceof IdentityError) throw error;
    }
    if (!isSame) throw new LayoutChange(this.#space.chart, { ...this.#space.layout, hasOrder: true });
    this.#space.takeInput(inputIndex, [], []);
  }

  #impureStep(observedFault: FunctionFault | undefined): ImpureStepError {
    const fault = observedFault ?? this.#space.takeObserved().fault;
    if (fault?.changedField !== undefined)
      return new ImpureStepError(
        `${fault.source ?? "a guard or an action"} changes context.${fault.changedField} in place: expected an assign that returns a new value`,
      );
    const source = fault?.source;
    return new ImpureStepError(
      `${source ?? "a guard or an action"} gives another outcome when the step is taken again: expected a function of the context and the event, not of anything outside or of which object a value is`,
    );
  }
}

interface ComparedOutcome {
  readonly row: readonly (number | string)[];
  readonly emissions: string;
}

const isSameOutcome = (first: ComparedOutcome, second: ComparedOutcome): boolean =>
  first.emissions === second.emissions && first.row.every((cell, column) => cell === second.row[column]);
