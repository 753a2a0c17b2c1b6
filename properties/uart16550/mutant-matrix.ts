/** Each mutant of the chart dies by its own property, and by no other. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UART16550_PRESETS } from "../../machines/index.js";
import { runOptions } from "../support/runs.js";
import { type MakeSubject, makeMutant } from "../support/uart16550-subject.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import type { Invariant } from "./invariant.js";
import { INVARIANTS } from "./invariants.js";
import type { Mutant } from "./mutants.js";

/** The runs of a property on the mutant that must die by it, and on the others. */
const KILLING = 400;
const SPARING = 1;

/** True if a mutant dies by a property. What has been met is not counted: that is the property's own test's. */
function diesBy(invariant: Invariant, makeSubject: MakeSubject, { part }: Mutant, numRuns: number): boolean {
  const presetOptions = UART16550_PRESETS[part];
  const options = invariant.applies(presetOptions) ? presetOptions : UART16550_PRESETS.tl16c550c;
  const vacuityGuard = new VacuityGuard<string>(...invariant.premises);
  const property = invariant.property(makeSubject, options, vacuityGuard);
  return fc.check(property, { ...runOptions(numRuns), endOnFailure: true }).failed;
}

/** Tests these mutants against all properties. */
export function testMutants(mutants: readonly Mutant[]): void {
  for (const chartMutant of mutants) {
    describe(`a chart that is wrong in ${chartMutant.id}: ${chartMutant.wrong}`, () => {
      const makeSubject = makeMutant(chartMutant.machine());
      const ownInvariant = INVARIANTS.find(({ id }) => id === chartMutant.id) as Invariant;

      it(`dies by ${ownInvariant.id} ${ownInvariant.name}`, () => {
        expect(diesBy(ownInvariant, makeSubject, chartMutant, KILLING)).toBe(true);
      });

      it("lives by all others", () => {
        const others = INVARIANTS.filter((invariant) => invariant !== ownInvariant);
        const killers = others.filter((invariant) => diesBy(invariant, makeSubject, chartMutant, SPARING));
        expect(killers.map(({ id }) => id)).toEqual([]);
      });
    });
  }
}
