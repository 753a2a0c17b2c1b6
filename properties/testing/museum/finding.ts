/** How long it takes until a claim finds an exhibit, and how short what it then shows is. */
import fc from "fast-check";
import { UART16550_PRESETS, type Uart16550Machine } from "../../../machines/index.js";
import {
  type CheckOptions,
  type ClaimId,
  checkDriver,
  environment,
  type MakeDriver,
  playDriver,
} from "../../../src/testing/index.js";
import { Premises } from "../../support/premise.js";
import { mutant } from "../../support/uart16550-subject.js";
import type { Invariant } from "../../uart16550/invariant.js";
import { INVARIANTS } from "../../uart16550/invariants.js";

/** The seeds that each exhibit is looked for with. */
export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1);

/** How many runs are tried at most: as many as `checkDriver` does by default. */
const RUNS = 500;

/** What a claim does about an exhibit. */
export interface Finder {
  /** In which run it finds it, with a seed; nothing if in none. */
  runs(seed: number): number | undefined;
  /** What it finds with a seed, made as short as it can: how many steps, and what they are. Nothing if nothing. */
  shortest(seed: number): { readonly steps: number; readonly text: string } | undefined;
}

/** A claim of `checkDriver`. Whatever else may be wrong is passed over. */
export function byDriver(makeDriver: MakeDriver, on: CheckOptions, claim: ClaimId): Finder {
  const options = { ...on, claims: [claim], numRuns: RUNS, coverageRuns: 0 };
  return {
    runs(seed) {
      const { print } = makeDriver({} as never);
      const property = fc.property(environment(options, { send: true, print }), (actions) => {
        const { violation } = playDriver(makeDriver, options, actions);
        if (violation) throw violation;
      });
      const { failed, numRuns } = fc.check(property, { numRuns: RUNS, seed, endOnFailure: true });
      return failed ? numRuns : undefined;
    },
    shortest(seed) {
      const { failure } = checkDriver(makeDriver, { ...options, seed });
      return failure && { steps: failure.accesses + failure.actions.length, text: failure.scenario };
    },
  };
}

/** One of the invariants, on a part. */
export function byInvariant(
  id: string,
  machine: Uart16550Machine,
  preset: keyof typeof UART16550_PRESETS = "pc16550d",
): Finder {
  const invariant = INVARIANTS.find((each) => each.id === id) as Invariant;
  const make = mutant(machine as never);
  const check = (seed: number, endOnFailure: boolean) => {
    const held = new Premises<string>(...invariant.premises);
    const property = invariant.property(make, UART16550_PRESETS[preset], held);
    return fc.check(property as fc.IProperty<[unknown]>, { numRuns: RUNS, seed, endOnFailure });
  };
  return {
    runs(seed) {
      const { failed, numRuns } = check(seed, true);
      return failed ? numRuns : undefined;
    },
    shortest(seed) {
      const { failed, counterexample } = check(seed, false);
      return failed ? { steps: stepsIn(counterexample), text: JSON.stringify(counterexample) } : undefined;
    },
  };
}

/** How many inputs there are in a counterexample, wherever in it they stand. */
function stepsIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if ("type" in value) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + stepsIn(each), 0);
}
