/** Formulas, against all states of a few variables. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { allOf, answered, anyOf, type Formula, isSatisfiable } from "./formula.js";

const VALUES = [0, 1, 2, 3];
const VARIABLES = 3;
const FLAGS = 2;

const formula: fc.Arbitrary<Formula> = fc.letrec<{ readonly formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { depthSize: "medium" },
    fc.boolean(),
    fc.record({
      variable: fc.nat(VARIABLES - 1),
      value: fc.constantFrom(...VALUES.slice(1)),
      holds: fc.boolean(),
    }),
    fc.record({ flag: fc.nat(FLAGS - 1), holds: fc.boolean() }),
    fc.array(tie("formula"), { maxLength: 4 }).map(allOf),
    fc.array(tie("formula"), { maxLength: 4 }).map(anyOf),
  ),
})).formula;

interface State {
  readonly numbers: readonly number[];
  readonly flags: readonly boolean[];
}

/** Every state: a variable of an inactive state is 0. */
const STATES: readonly State[] = VALUES.flatMap((first) =>
  VALUES.flatMap((second) =>
    VALUES.flatMap((third) =>
      [0, 1, 2, 3].map((bits) => ({
        numbers: [first, second, third],
        flags: [(bits & 1) !== 0, (bits & 2) !== 0],
      })),
    ),
  ),
);

const holdsIn = (of: Formula, state: State): boolean => {
  if (typeof of === "boolean") return of;
  if ("all" in of) return of.all.every((part) => holdsIn(part, state));
  if ("any" in of) return of.any.some((part) => holdsIn(part, state));
  if ("flag" in of) return state.flags[of.flag] === of.holds;
  return (state.numbers[of.variable] === of.value) === of.holds;
};

test("a formula is satisfiable if and only if it holds in a state", () => {
  fc.assert(
    fc.property(formula, (candidate) => {
      expect(isSatisfiable(candidate)).toBe(STATES.some((state) => holdsIn(candidate, state)));
    }),
    { numRuns: 2000 },
  );
});

test("answered questions are those of a state in which the answers are true", () => {
  fc.assert(
    fc.property(formula, fc.constantFrom(...VALUES), (candidate, number) => {
      const simplified = answered(candidate, (variable, value, holds) =>
        variable === 0 ? (number === value) === holds : undefined,
      );
      for (const state of STATES.filter(({ numbers }) => numbers[0] === number))
        expect(holdsIn(simplified, state)).toBe(holdsIn(candidate, state));
    }),
  );
});
