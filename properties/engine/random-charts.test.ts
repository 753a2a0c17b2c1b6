import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { AnyStateMachine } from "xstate";
import { analyse } from "../../src/engine/analyse.js";
import { build } from "../../src/engine/compile.js";
import { UnsupportedError } from "../../src/engine/errors.js";
import { generateFrom } from "../../src/engine/generate.js";
import { interpret } from "../../src/engine/index.js";
import { type ChartSpec, journal, machineOf } from "./chart-spec.js";
import { type Between, compareOn, load } from "./equal.js";
import { FAULTS, type Fault } from "./faults.js";
import { chart, chartEvent } from "./random-charts.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const { RUNS: runs } = process.env;
const RUNS = Number(runs ?? 300);

const analysed = (machine: AnyStateMachine) => {
  try {
    return analyse(machine);
  } catch (error) {
    if (error instanceof UnsupportedError && error.feature === "targets that exclude each other")
      return undefined;
    throw error;
  }
};

const between = fc.array(fc.constantFrom<Between>("go on", "go on", "fork", "exchange"), { maxLength: 40 });
const events = fc.array(chartEvent, { minLength: 1, maxLength: 40, size: "max" });

/** That a compiled random chart does what XState does; with a fault, in its program. */
const property = (forms: readonly ("table" | "source")[], fault: Fault = (program) => program) =>
  fc.asyncProperty(chart, events, between, async (spec: ChartSpec, sequence, pauses) => {
    const machine = machineOf(spec);
    const analysis = analysed(machine);
    fc.pre(analysis !== undefined);
    if (analysis === undefined) return;
    const program = fault(analysis.program);
    const compiled = await Promise.all(
      forms.map(async (form) =>
        build(
          machine,
          { ...analysis, program },
          form === "table" ? undefined : await load(generateFrom(program)),
        ),
      ),
    );
    compareOn([interpret(machine), ...compiled], sequence, journal, pauses);
  });

test("a compiled random chart does what XState does", { timeout: 600_000 }, () =>
  fc.assert(property(["table", "source"]), { numRuns: RUNS }),
);

describe.each(Object.entries(FAULTS))("%s", (_, fault) => {
  test.each(["table", "source"] as const)("is found in the %s", { timeout: 120_000 }, async (form) => {
    const { failed, numRuns } = await fc.check(property([form], fault), {
      numRuns: RUNS,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
    if (runs !== undefined) console.log(`after ${numRuns}`);
  });
});
