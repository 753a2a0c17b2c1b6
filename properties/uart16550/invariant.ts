/** The common frame of the invariants: their statement, their vacuity guard and their test. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { Uart16550Options } from "../../machines/index.js";
import { runOptions } from "../support/runs.js";
import { partsWhere } from "../support/uart16550-parts.js";
import { type MakeSubject, makeDevice } from "../support/uart16550-subject.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

/** The kind of a statement: it decides how the statement can be explored exhaustively. */
type StatementForm = "invariant" | "liveness with fairness" | "data and time" | "two runs";

export interface Invariant {
  readonly id: string;
  readonly name: string;
  readonly form: StatementForm;
  /** The parts of which it speaks. */
  readonly applies: (options: Uart16550Options) => boolean;
  /** The cases that must have occurred. */
  readonly premises: readonly string[];
  /** The number of runs on a part. */
  readonly runs: number;
  readonly property: (
    makeSubject: MakeSubject,
    options: Uart16550Options,
    vacuityGuard: UsedPremises,
  ) => fc.IProperty<never>;
}

export type UsedPremises = VacuityGuard<string>;

/** A property whose values only fast-check looks at. */
export const propertyOf = <T>(values: fc.Arbitrary<T>, check: (value: T) => void): fc.IProperty<never> =>
  fc.property(values, check) as unknown as fc.IProperty<never>;

export const everyPart = (): boolean => true;

/** The most batches of runs while a premise of a property has not been met. */
const BATCHES = 50;

/** Checks a property so many times, and then again until each premise has held; fails if one never does. */
export function untilHeld(
  vacuityGuard: UsedPremises,
  property: fc.IProperty<never>,
  parameters: { numRuns: number },
): void {
  const { seed: randomSeed = Date.now() } = fc.readConfigureGlobal();
  for (let batch = 0; batch === 0 || (vacuityGuard.unmetPremises.length > 0 && batch < BATCHES); batch++) {
    fc.assert(property, { ...parameters, seed: randomSeed + batch });
  }
  vacuityGuard.expectEach();
}

/** Tests properties on the device, for every part of which they speak. */
export function testInvariants(
  invariants: readonly Invariant[],
  makeSubject: MakeSubject = makeDevice,
): void {
  for (const {
    id,
    name: invariantName,
    form,
    applies,
    premises,
    property,
    runs: repetitions,
  } of invariants) {
    describe(`${id} ${invariantName} (${form})`, () => {
      it.each(partsWhere(applies))("holds of %s", (_, options) => {
        const vacuityGuard: UsedPremises = new VacuityGuard(...premises);
        untilHeld(vacuityGuard, property(makeSubject, options, vacuityGuard), runOptions(repetitions));
      });
    });
  }
}
