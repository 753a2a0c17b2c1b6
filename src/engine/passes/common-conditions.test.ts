/** Conditions that several transitions share are tested once. */
import { expect, test } from "vitest";
import { setup } from "xstate";
import { lowerMachine } from "../frontend/lower-machine.js";
import type { Branch, Test } from "../ir/plan.js";
import { withCommonConditions } from "./common-conditions.js";

const call = (fn: number): Test => ({ test: "call", fn });
const all = (...of: Test[]): Test => ({ test: "all", of });
const state: Test = { test: "state", variable: 0, value: 1 };

/** A program of which only what its functions declare is read: all declare it but the last. */
const program = {
  ...lowerMachine(setup({}).createMachine({})).program,
  reads: [{ context: [], event: [] }, { context: [], event: [] }, { context: [], event: [] }, null],
};
const branch = (names: number, ...conditions: Test[]): Branch => ({
  ...(conditions.length === 0 ? {} : { test: all(...conditions), names }),
  body: [{ op: "fill", slots: [0], from: names }],
});

/** Returns a text of branches: tests, and in brackets the transition that an error names. */
const textOf = (branches: readonly Branch[]): string =>
  branches
    .map(({ test: condition, names, body }) => {
      const [operation] = body;
      const inner = operation?.op === "choose" ? `{${textOf(operation.branches)}}` : "";
      const own = operation?.op === "fill" ? String(operation.from) : inner;
      return `${condition ? conditionText(condition) : "else"}${names === undefined ? "" : `[${names}]`} ${own}`;
    })
    .join("; ");

const conditionText = (condition: Test): string => {
  if (condition.test === "all") return condition.of.map(conditionText).join("&");
  return condition.test === "call" ? `f${condition.fn}` : condition.test;
};

const factor = (...branches: Branch[]): string => textOf(withCommonConditions(program, branches));

test("a group ends with a transition that asks nothing more, or with the last", () => {
  const [a, b, c] = [call(0), call(1), call(2)] as const;
  expect(factor(branch(1, a, b), branch(2, a, state), branch(3, a), branch(4))).toBe(
    "f0[1] {f1[1] 1; state 2; else 3}; else 4",
  );
  expect(factor(branch(1, a, b), branch(2, a, c))).toBe("f0[1] {f1[1] 1; f2[2] 2}");
  expect(factor(branch(1, a, b, c), branch(2, a, b), branch(3, a, c), branch(4, a), branch(5))).toBe(
    "f0[1] {f1[1] {f2[1] 1; else 2}; f2[3] 3; else 4}; else 5",
  );
});

test("an open group stays: a later transition could be enabled", () => {
  const [a, b, c] = [call(0), call(1), call(2)] as const;
  expect(factor(branch(1, a, b), branch(2, a, c), branch(3))).toBe("f0&f1[1] 1; f0&f2[2] 2; else 3");
});

test("a function that declares nothing is called as often as XState calls it", () => {
  const undeclared = call(3);
  expect(factor(branch(1, undeclared, call(0)), branch(2, undeclared))).toBe("f3&f0[1] 1; f3[2] 2");
  expect(factor(branch(1, state, undeclared), branch(2, state))).toBe("state {f3[1] 1; else 2}");
});
