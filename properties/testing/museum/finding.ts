/** Measures the runs until a claim finds an exhibit, and the length of its shortest scenario. */
import fc from "fast-check";
import { UART16550_PRESETS, type Uart16550Machine } from "../../../machines/index.js";
import { type CheckOptions, type ClaimId, checkDriver, type MakeDriver } from "../../../src/testing/index.js";
import { makeMutant } from "../../support/uart16550-subject.js";
import { VacuityGuard } from "../../support/vacuity-guard.js";
import type { Invariant } from "../../uart16550/invariant.js";
import { INVARIANTS } from "../../uart16550/invariants.js";

/** The seeds with which each exhibit is measured. */
export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1);

/** The greatest number of runs: `checkDriver`'s default. */
const MAX_RUNS = 500;

/** A claim that finds the fault of an exhibit. */
export interface FaultFinder {
  /** Returns the number of the run that finds the fault, with a seed; undefined if none does. */
  runs(seed: number): number | undefined;
  /** Returns the shrunk scenario that it finds with a seed: the number of steps, and their text. Undefined if it finds none. */
  shortest(seed: number): { readonly steps: number; readonly text: string } | undefined;
}

/** Creates a finder from a claim of `checkDriver`; other claims are not checked. */
export function driverFinder(
  makeDriver: MakeDriver,
  checkOptions: CheckOptions,
  claim: ClaimId,
): FaultFinder {
  const options = { ...checkOptions, claims: [claim], numRuns: MAX_RUNS, coverageRuns: 0 };
  return {
    runs(seed) {
      return checkDriver(makeDriver, { ...options, seed, shrinkSeconds: 0 }).failure?.runs;
    },
    shortest(seed) {
      const { failure } = checkDriver(makeDriver, { ...options, seed });
      return failure && { steps: failure.accesses + failure.actions.length, text: failure.scenario };
    },
  };
}

/** Creates a finder from an invariant, on a part. */
export function invariantFinder(
  id: string,
  machine: Uart16550Machine,
  preset: keyof typeof UART16550_PRESETS = "pc16550d",
): FaultFinder {
  const invariant = INVARIANTS.find((candidate) => candidate.id === id) as Invariant;
  const createMutant = makeMutant(machine);
  const checkProperty = (seed: number, endOnFailure: boolean) => {
    const premises = new VacuityGuard<string>(...invariant.premises);
    const property = invariant.property(createMutant, UART16550_PRESETS[preset], premises);
    return fc.check(property as fc.IProperty<[unknown]>, { numRuns: MAX_RUNS, seed, endOnFailure });
  };
  return {
    runs(seed) {
      const { failed, numRuns } = checkProperty(seed, true);
      return failed ? numRuns : undefined;
    },
    shortest(seed) {
      const { failed, counterexample } = checkProperty(seed, false);
      return failed
        ? { steps: countInputs(counterexample), text: JSON.stringify(counterexample) }
        : undefined;
    },
  };
}

/** Counts the inputs in a counterexample, at any depth. */
function countInputs(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if ("type" in value) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + countInputs(each), 0);
}
