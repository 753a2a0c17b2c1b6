/** Each mutant of the chart dies by its own property, and by no other. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UART16550_PRESETS } from "../../machines/index.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { type Make, mutant } from "../support/uart16550-subject.js";
import type { Invariant } from "./invariant.js";
import { INVARIANTS } from "./invariants.js";
import type { Mutant } from "./mutants.js";

/** How often a property is tried on the mutant that must die by it, and on the others. */
const KILLING = 400;
const SPARING = 1;

/** Whether a mutant dies by a property. What has been met is not counted: that is the property's own test's. */
function diesBy(invariant: Invariant, make: Make, { part }: Mutant, numRuns: number): boolean {
  const preset = UART16550_PRESETS[part];
  const options = invariant.applies(preset) ? preset : UART16550_PRESETS.tl16c550c;
  const held = new Premises<string>(...invariant.premises);
  const property = invariant.property(make, options, held);
  return fc.check(property, { ...runs(numRuns), endOnFailure: true }).failed;
}

/** Tests these mutants against all properties. */
export function testMutants(mutants: readonly Mutant[]): void {
  for (const each of mutants) {
    describe(`a chart that is wrong in ${each.id}: ${each.wrong}`, () => {
      const make = mutant(each.machine() as never);
      const own = INVARIANTS.find(({ id }) => id === each.id) as Invariant;

      it(`dies by ${own.id} ${own.name}`, () => {
        expect(diesBy(own, make, each, KILLING)).toBe(true);
      });

      it("lives by all others", () => {
        const others = INVARIANTS.filter((invariant) => invariant !== own);
        const killers = others.filter((invariant) => diesBy(invariant, make, each, SPARING));
        expect(killers.map(({ id }) => id)).toEqual([]);
      });
    });
  }
}
