import fc from "fast-check";
import { expect, test, vi } from "vitest";
import * as explorer from "../../src/explore/index.js";
import { runOptions } from "../support/runs.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import { disagreement } from "./oracle/agreement.js";
import { claimSpec } from "./oracle/claim-specs.js";
import { hostileChart } from "./oracle/hostile-charts.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const claims = fc.array(claimSpec, { minLength: 8, maxLength: 8 });

test("every verdict on a hostile chart is the oracle's, with a run as short", () => {
  const guard = new VacuityGuard(
    "failed",
    "outside",
    "inconclusive",
    "always refuted",
    "recoverable proved",
    "recoverable refuted",
    "leadsTo proved",
    "leadsTo refuted",
    "leadsTo vacuous",
    "until refuted",
  );
  fc.assert(
    fc.property(hostileChart, claims, (spec, claimSpecs) => {
      const counts = { count: (name: string) => guard.count(name as never) };
      expect(disagreement(explorer, spec, claimSpecs, counts)).toBeUndefined();
    }),
    runOptions(150),
  );
  guard.expectEach();
});

test("chance, the time, memory and changes in place are found wherever the chart uses them", () => {
  const guard = new VacuityGuard("impure: chance", "impure: time", "impure: memory", "impure: mutation");
  const impurity = fc.constantFrom(
    "chance" as const,
    "time" as const,
    "memory" as const,
    "mutation" as const,
  );
  fc.assert(
    fc.property(hostileChart, impurity, claims, (spec, kind, claimSpecs) => {
      const counts = { count: (name: string) => guard.count(name as never) };
      expect(
        disagreement(explorer, { ...spec, impurity: kind }, claimSpecs.slice(0, 1), counts),
      ).toBeUndefined();
    }),
    runOptions(80),
  );
  guard.expectEach();
});
