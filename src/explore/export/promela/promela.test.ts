import { describe, expect, it } from "vitest";
import { and, createMachine, setup, stateIn } from "xstate";
import { serialMachine, uart16550Machine } from "../../../../machines/index.js";
import { transitionsOf } from "../../../device/index.js";
import { invalid } from "../../../invalid.test-helper.js";
import { serialClaims } from "../../serial/claims.js";
import { serialScope } from "../../serial/scope.js";
import { NO_BODIES, type PromelaBodies } from "./bodies.js";
import { toPromela } from "./promela.js";
import { serialBodies } from "./serial-bodies.js";
import { serialPromelaClaims } from "./serial-claims.js";

const scope = serialScope;
const withBodies = (bodies: Partial<PromelaBodies>) =>
  toPromela(serialMachine, { bodies: { ...serialBodies, ...bodies }, scope });
const without = <T extends object>(withClaims: T, name: keyof T): T => {
  const { [name]: _, ...otherBodies } = withClaims;
  return otherBodies as T;
};

describe("serial", () => {
  const text = toPromela(serialMachine, { bodies: serialBodies, scope, claims: serialPromelaClaims });

  it("has each transition once, ordered by guard and priority", () => {
    const performed = text.match(/== \d+ \/\* .* \*\//g) ?? [];
    const silentChart = transitionsOf(serialMachine).filter(
      ({ actions, target }) => actions.length === 0 && !target,
    );
    expect(performed).toHaveLength(transitionsOf(serialMachine).length - silentChart.length);
    expect(text).toContain(
      "#define writeRaisesBoth (divisorLatchClosed && writeSetsETBEI && writeSetsERBFI && !receiveFifoEmpty)",
    );
  });

  it("depends on the scope only in one line for each input: no explored state is listed", () => {
    const lines = (inputs: typeof scope.inputs): number =>
      toPromela(serialMachine, { bodies: serialBodies, scope: { ...scope, inputs } }).split("\n").length;
    expect(lines(scope.inputs) - lines(scope.inputs.slice(0, 1))).toBe(scope.inputs.length - 1);
  });

  it("has a formula for each claim that LTL can express", () => {
    const linear = serialClaims.filter(({ formula }) => !["within", "recoverable"].includes(formula.kind));
    expect(Object.keys(serialPromelaClaims).sort()).toEqual(linear.map(({ id }) => id).sort());
    for (const { id, formula } of linear)
      expect(serialPromelaClaims[id]?.negated).toBe(formula.kind === "reachable" ? true : undefined);
  });
});

describe("refused by name", () => {
  const { guards, actions } = serialBodies;

  it.each([
    [
      "a guard without a body",
      () => withBodies({ guards: without(guards, "onePlaceFree") }),
      /serial: 1 of 8 guards have no body in Promela: onePlaceFree$/,
    ],
    [
      "an action without one",
      () => withBodies({ actions: without(actions, "storeLCR") }),
      /serial: 1 of \d+ actions have no body in Promela: storeLCR$/,
    ],
    [
      "a guard's body of no name",
      () => withBodies({ guards: { ...guards, twoPlacesFree: "true" } }),
      /no guard that needs a body is named twoPlacesFree$/,
    ],
    [
      "a body of a guard that is translated",
      () => withBodies({ guards: { ...guards, loopbackOn: "true" } }),
      /no guard that needs a body is named loopbackOn$/,
    ],
    [
      "an action's body of no name",
      () => withBodies({ actions: { ...actions, storeFCR: [] } }),
      /no action that needs a body is named storeFCR$/,
    ],
    [
      "two of a name",
      () => withBodies({ step: ["byte loopback"] }),
      /expected names that differ in Promela, got two of loopback$/,
    ],
    [
      "uart16550",
      () => toPromela(uart16550Machine, { bodies: NO_BODIES, scope }),
      /uart16550: \d+ of \d+ guards have no body in Promela: .*, \.\.\.$/,
    ],
  ])("%s", (_, translate, words) => {
    expect(translate).toThrow(words);
  });

  it.each([
    [
      "history",
      { initial: "a", states: { a: {}, h: { type: "history" } } },
      /m: a history state is not translated to Promela \(h\)$/,
    ],
    ["final", { initial: "a", states: { a: { type: "final" } } }, /m: a final state is not translated/],
    ["delays", { initial: "a", states: { a: { after: { 10: "a" } } } }, /m: after is not translated/],
    [
      "wildcards",
      { initial: "a", states: { a: { on: { "*": "a" } } } },
      /m: the wildcard \* is not translated/,
    ],
    [
      "always round regions",
      { type: "parallel", always: { actions: "x" }, states: { a: {} } },
      /m: always of a state that has regions/,
    ],
    [
      "inline guards",
      { initial: "a", states: { a: { on: { go: { guard: () => true } } } } },
      /expected guards by name, got a function$/,
    ],
    [
      "inline actions",
      { initial: "a", states: { a: { on: { go: { actions: () => {} } } } } },
      /expected actions by name, got a function$/,
    ],
    [
      "unknown guards",
      { initial: "a", states: { a: { on: { go: { guard: "x" } } } } },
      /expected the name of one of the machine's guards, got x$/,
    ],
    [
      "unknown actions",
      { initial: "a", states: { a: { entry: "x" } } },
      /expected the name of one of the machine's actions, got x$/,
    ],
  ])("%s", (_, config, words) => {
    const machine = createMachine(invalid({ id: "m", ...config }));
    expect(() => toPromela(machine, { bodies: NO_BODIES, scope })).toThrow(words);
  });

  it("a guard that reads a state which does not exist", () => {
    const machine = setup({ guards: { lost: and([stateIn({ a: "nowhere" })]) } }).createMachine({
      id: "m",
      type: "parallel",
      states: { a: { initial: "b", states: { b: { on: { go: { guard: "lost" } } } } } },
    });
    expect(() => toPromela(machine, { bodies: NO_BODIES, scope })).toThrow(
      /guard lost: expected a state of m, got nowhere$/,
    );
  });
});
