import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import * as explorer from "../../src/explore/index.js";
import { runOptions } from "../support/runs.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import { disagreement, oracleAnswer } from "./oracle/agreement.js";
import { type ClaimSpec, claimSpec } from "./oracle/claim-specs.js";
import { EXPLORER_FAULTS, withFault } from "./oracle/faults.js";
import { type HostileSpec, hostileChart } from "./oracle/hostile-charts.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const disagreementOf = (
  spec: HostileSpec,
  claimSpecs: readonly ClaimSpec[],
  guard: Pick<VacuityGuard<string>, "count">,
) => disagreement(explorer, spec, claimSpecs, oracleAnswer(spec, claimSpecs), guard);

const claims = fc.array(claimSpec, { minLength: 8, maxLength: 8 });

test("every verdict on a hostile chart is the oracle's, with a run as short, on the way as well as afterwards", () => {
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
    "ended early",
    "premise",
  );
  fc.assert(
    fc.property(hostileChart, claims, (spec, claimSpecs) => {
      expect(disagreementOf(spec, claimSpecs, guard)).toBeUndefined();
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
      expect(disagreementOf({ ...spec, impurity: kind }, claimSpecs.slice(0, 1), guard)).toBeUndefined();
    }),
    runOptions(80),
  );
  guard.expectEach();
});

test.each(Object.entries(EXPLORER_FAULTS))(
  "the text of the fault is in the explorer once: %s",
  async (_, fault) => {
    const file = new URL(`../../src/explore/${fault.file}`, import.meta.url);
    expect(withFault(await readFile(file, "utf8"), fault)).toContain(fault.to);
  },
);
