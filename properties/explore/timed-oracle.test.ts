import fc from "fast-check";
import { expect, test, vi } from "vitest";
import * as explorer from "../../src/explore/index.js";
import { runOptions } from "../support/runs.js";
import { VacuityGuard } from "../support/vacuity-guard.js";
import { formulaOf } from "./oracle/agreement.js";
import { type ClaimSpec, claimSpec } from "./oracle/claim-specs.js";
import { HOSTILE_EVENTS } from "./oracle/hostile-charts.js";
import { NaiveChecker, type NaiveVerdict, TooManyStates } from "./oracle/naive-checker.js";
import { ACTOR_BEHAVIOURS, exploreTimed, timedChart, timedMachine } from "./oracle/timed-charts.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const STATE_LIMIT = 40;
const EVENTS = HOSTILE_EVENTS.map((type) => ({ type }));
const claims = fc.array(claimSpec, { minLength: 6, maxLength: 6 });

test("with timers and actors, what may come and every verdict are those of XState's own actors on a clock", () => {
  const guard = new VacuityGuard(
    "timer",
    "actor",
    "waiting timer",
    "ended",
    "always refuted",
    "leadsTo refuted",
    "until refuted",
  );
  const count = (name: string) => guard.count(name as never);
  fc.assert(
    fc.property(timedChart, claims, (spec, claimSpecs) => {
      const timed = timedMachine(spec);
      let naive: ReturnType<typeof exploreTimed>;
      try {
        naive = exploreTimed(timed, STATE_LIMIT);
      } catch (error) {
        if (error instanceof TooManyStates) return;
        throw error;
      }
      const graph = explorer.explore(
        timed.machine,
        { events: EVENTS, actors: ACTOR_BEHAVIOURS },
        { limit: 200 },
      );
      expect(graph.states.length).toBe(naive.states.length);
      expect(graph.transitions.length).toBe(naive.edges.length);
      for (const { view } of naive.edges) {
        if (view.event?.startsWith("xstate.after")) count("timer");
        if (view.event?.includes(".actor.")) count("actor");
        if (view.isDone) count("ended");
      }
      if (naive.hasWaitingTimer) count("waiting timer");
      const checker = new NaiveChecker(naive);
      for (const claim of claimSpecs)
        checkVerdict(graph as explorer.Graph<unknown>, claim, checker.decide(claim), count);
    }),
    runOptions(60),
  );
  guard.expectEach();
});

function checkVerdict(
  graph: explorer.Graph<unknown>,
  claim: ClaimSpec,
  expected: NaiveVerdict,
  count: (name: string) => void,
): void {
  const formula = explorer.claim("C", "", formulaOf(explorer, claim, 0));
  const { verdict, inputs, reason } = explorer.check(graph, formula);
  // An event that no state handles makes a claim be about nothing; the oracle of verdicts knows nothing of it.
  if (verdict === "vacuous" && reason?.includes("which the scope sends it")) return;
  count(`${claim.kind} ${verdict}`);
  expect({ claim, verdict }).toEqual({ claim, verdict: expected.verdict });
  if (expected.length !== undefined)
    expect({ claim, length: inputs?.length }).toEqual({ claim, length: expected.length });
}
