import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { serialChart, uart16550Chart } from "../../src/device/index.js";
import * as explorer from "../../src/explore/index.js";
import { runOptions } from "../support/runs.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import { type HelperUse, proveWithHelpers } from "./local-helpers.test-helper.js";
import { disagreement, oracleAnswer } from "./oracle/agreement.js";
import { claimSpec } from "./oracle/claim-specs.js";
import { hostileChart } from "./oracle/hostile-charts.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const impurity = fc.option(
  fc.constantFrom("chance" as const, "time" as const, "memory" as const, "mutation" as const),
  { nil: undefined, freq: 3 },
);
const claims = fc.array(claimSpec, { minLength: 3, maxLength: 3 });

test("with helpers every verdict on a hostile chart is the oracle's, too, with a run as short", () => {
  const guard = new VacuityGuard("slices");
  fc.assert(
    fc.property(
      hostileChart,
      claims,
      fc.integer({ min: 1, max: 3 }),
      impurity,
      (spec, specs, count, kind) => {
        const use: HelperUse = { slices: 0, unknown: 0 };
        const withHelpers = {
          ...explorer,
          prove: (...proof: never[]) =>
            proveWithHelpers(count, use, ...(proof as unknown as [never, never, never])),
        } as unknown as typeof explorer;
        const chart = kind === undefined ? spec : { ...spec, impurity: kind };
        const asked = kind === undefined ? specs : specs.slice(0, 1);
        const counts = { count: (name: string) => guard.count(name as never) };
        expect(disagreement(withHelpers, chart, asked, oracleAnswer(chart, asked), counts)).toBeUndefined();
        if (use.slices > 0) guard.count("slices");
      },
    ),
    runOptions(150),
  );
  guard.expectEach();
});

/** What must not depend on the number of threads. */
const comparable = ({ graph, results }: explorer.Proof) => ({
  results: results.map(({ claim, graph: _, assumes: __, ...result }) => ({ id: claim.id, ...result })),
  states: [...graph.states].map(({ at, depth }) => JSON.stringify([at.context, at.value, depth])).join("\n"),
  counts: [graph.transitions.length, graph.leaving, graph.configurations, graph.stopped],
  deadEnds: explorer.deadEnds(graph).length,
  unreached: explorer.unreached(graph),
  unhandled: graph.unhandled,
});

const transmitter = uart16550Chart("pc16550d");
const jobs = [
  ["serial 0.8.1", serialChart("0.8.1"), explorer.serialScope, explorer.serialClaims, 250],
  [
    "the transmitter, with claims about characters",
    transmitter,
    explorer.uart16550Slice("transmit", transmitter),
    explorer.uart16550Claims("transmit", transmitter.options as never),
    300,
  ],
] as const;

test.each(jobs)("with helpers all is as without: %s", (_, chart, scope, deviceClaims, limit) => {
  const options = { exhaustive: true, limit };
  const proofArguments = [chart, scope, deviceClaims, options] as unknown as [never, never, never, never];
  const use: HelperUse = { slices: 0, unknown: 0 };
  const divided = comparable(proveWithHelpers(2, use, ...proofArguments));
  expect(divided).toEqual(comparable(explorer.prove(...proofArguments) as explorer.Proof));
  expect(use.slices).toBeGreaterThan(10);
  expect(use.unknown).toBeGreaterThan(10);
});
