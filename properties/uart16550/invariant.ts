/** What the properties of INVARIANTS.md have in common. */
import fc from "fast-check";
import { describe, it } from "vitest";
import type { Uart16550Options } from "../../machines/index.js";
import { Premises } from "../support/premise.js";
import { runs } from "../support/runs.js";
import { partsWhere } from "../support/uart16550-parts.js";
import { device, type Make } from "../support/uart16550-subject.js";

/** What kind of statement it is: what it takes to believe, or to explore it exhaustively. */
export type Form = "invariant" | "liveness with fairness" | "data and time" | "two runs";

export interface Invariant {
  readonly id: string;
  readonly name: string;
  readonly form: Form;
  /** The parts of which it speaks. */
  readonly applies: (options: Uart16550Options) => boolean;
  /** What must have been the case now and then. */
  readonly premises: readonly string[];
  /** How often it is tried on a part. */
  readonly runs: number;
  readonly property: (make: Make, options: Uart16550Options, held: Held) => fc.IProperty<never>;
}

export type Held = Premises<string>;

/** A property whose values only fast-check looks at. */
export const propertyOf = <T>(values: fc.Arbitrary<T>, check: (value: T) => void): fc.IProperty<never> =>
  fc.property(values, check) as unknown as fc.IProperty<never>;

export const everyPart = (): boolean => true;

/** How often a property may be tried again because one of its premises has not been met yet. */
const BATCHES = 50;

/** Checks a property so many times, and then again until each premise has held; fails if one never does. */
export function untilHeld(held: Held, property: fc.IProperty<never>, parameters: { numRuns: number }): void {
  const { seed = Date.now() } = fc.readConfigureGlobal();
  for (let batch = 0; batch === 0 || (held.never.length > 0 && batch < BATCHES); batch++) {
    fc.assert(property, { ...parameters, seed: seed + batch });
  }
  held.expectEach();
}

/** Tests properties on the device, for every part of which they speak. */
export function testInvariants(invariants: readonly Invariant[], make: Make = device): void {
  for (const { id, name, form, applies, premises, property, runs: times } of invariants) {
    describe(`${id} ${name} (${form})`, () => {
      it.each(partsWhere(applies))("holds of %s", (_, options) => {
        const held: Held = new Premises(...premises);
        untilHeld(held, property(make, options, held), runs(times));
      });
    });
  }
}
