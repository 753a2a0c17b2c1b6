import { describe, expect, it } from "vitest";
import { and, not, or, setup, stateIn } from "xstate";
import { optionGuards } from "../../../machines/internal.js";
import { serialChart, transitionsOf, uart16550Chart } from "../../device/index.js";
import { leftOut } from "./excluded-parts.js";

/** As part of a machine that has no registers. */
const asks = (name: "partHasFifos" | "partHasAutoFlow") => optionGuards[name] as unknown as () => boolean;

const machine = setup({
  guards: {
    partHasFifos: asks("partHasFifos"),
    partHasAutoFlow: asks("partHasAutoFlow"),
    asked: () => false,
  },
}).createMachine({
  initial: "a",
  states: {
    a: {
      on: {
        plain: { target: "b", guard: "partHasAutoFlow" },
        conjunction: { target: "b", guard: and(["asked", and(["partHasFifos", "partHasAutoFlow"])]) },
        disjunction: { target: "b", guard: or(["asked", "partHasAutoFlow"]) },
        negation: { target: "b", guard: and(["asked", not(or(["partHasFifos", "asked"]))]) },
        asked: { target: "b", guard: "asked" },
        behind: [{ target: "b", guard: not("partHasAutoFlow") }, { target: "a" }],
        before: [{ target: "b", guard: "partHasAutoFlow" }, { target: "a" }],
        inside: { target: "b", guard: stateIn({ c: "e" }) },
        far: { target: "c", guard: "partHasAutoFlow" },
        open: [{ target: "b", guard: or(["asked", "partHasFifos"]) }, { target: "a" }],
      },
    },
    b: { on: { behind: "a" } },
    c: {
      initial: "d",
      states: { d: { on: { further: "e" } }, e: {} },
    },
  },
});

const chartInfo = (options: Record<string, unknown>) => ({
  machine,
  options,
  initial: 0,
  snapshotOf: () => machine.resolveState({ value: "a" }),
});
const idList = (options: Record<string, unknown>) =>
  [...leftOut(chartInfo(options)).transitions].map(({ id, target }) => `${id} to ${target}`);

describe("a transition is left out", () => {
  it("if its guard is false by the options alone, or one before it is always taken", () => {
    expect(idList({ fifoSize: 16, autoFlow: false })).toEqual([
      "a plain [partHasAutoFlow] to b",
      "a conjunction [and] to b",
      "a negation [and] to b",
      "a behind to a",
      "a before [partHasAutoFlow] to b",
      "a inside [stateIn] to b",
      "a far [partHasAutoFlow] to c",
      "a open to a",
      "c.d further to c.e",
    ]);
  });

  it("by these options, and not by others", () => {
    expect(idList({ fifoSize: 1, autoFlow: true })).toEqual([
      "a conjunction [and] to b",
      "a behind [not] to b",
      "a before to a",
    ]);
  });
});

it("a state is left out that no other transition reaches", () => {
  expect([...leftOut(chartInfo({ autoFlow: false })).states]).toEqual(["c", "c.d", "c.e"]);
  expect([...leftOut(chartInfo({ autoFlow: true })).states]).toEqual([]);
});

describe("of the charts", () => {
  it("serial has no options in its guards", () => {
    expect(leftOut(serialChart())).toEqual({ transitions: new Set(), states: new Set() });
  });

  it.each([
    ["pc16550d", "autoFlow.on.ctsOnly", true],
    ["tl16c550c", "autoFlow.on.ctsOnly", false],
    ["ns16450", "fifoMode.on.sixteen", true],
    ["ns16450", "characterTimeout.pending", true],
    ["pc16550d", "fifoMode.on.sixteen", false],
    ["pc16550d", "fifoMode.on.sixtyFour", true],
    ["tl16c750", "fifoMode.on.sixtyFour", false],
    ["tl16c750", "triggerLevel.fiftySix", false],
    ["qemu", "transmitter.shifting.mark", true],
    ["pc16550d", "transmitter.shifting.mark", false],
    ["qemu", "modemSampling.running", false],
  ] as const)("%s: %s is left out: %s", (presetName, stateName, out) => {
    const { states, transitions } = leftOut(uart16550Chart(presetName));
    expect(states.has(stateName)).toBe(out);
    const leaving = transitionsOf(uart16550Chart(presetName).machine).filter(
      ({ source }) => source === stateName,
    );
    expect(leaving.every((transition) => transitions.has(transition) || !out)).toBe(true);
  });
});
