import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckOptions, CheckResult } from "../../testing/index.js";
import { createTestIo } from "../io.test-helper.js";
import type { Setting } from "./settings.js";
import { runTests } from "./test-run.js";

const settings = (["qemu", "ns16450", "pc16550d"] as const).map(
  (preset): Setting => ({ name: preset, options: { device: "uart16550", preset } }),
);

/** A check whose answer depends on machine and seed alone: rounds whose seeds are in `failing` fail. */
function answerOf(
  { preset, seed = 0, numRuns = 0 }: CheckOptions,
  failing: ReadonlySet<string>,
): CheckResult {
  const isFailing = failing.has(`${preset} ${seed}`);
  const coverage = { total: 4, missed: [`${seed % 4}`], causes: { [`cause ${seed % 3}`]: 1 } };
  const failure = { claim: "no-hang", seed, runs: 1, actions: [], scenario: `${preset} ${seed}` };
  return {
    ok: !isFailing,
    runs: isFailing ? 1 : numRuns,
    coverage,
    ...(isFailing ? { failure } : {}),
  } as unknown as CheckResult;
}

/** Runs the rounds with a number of jobs, whose answers come after these numbers of turns. */
async function runJobs(
  jobs: number,
  turns: readonly number[],
  failing: ReadonlySet<string>,
  isFirstAlone = false,
) {
  let running = 0;
  let mostRunning = 0;
  let checkCount = 0;
  const pool = {
    jobs,
    async check(options: CheckOptions) {
      mostRunning = Math.max(mostRunning, ++running);
      const delay = turns[checkCount++ % turns.length] ?? 0;
      for (let turn = 0; turn < delay; turn++) await new Promise((resolve) => setImmediate(resolve));
      running--;
      return answerOf(options, failing);
    },
    close: async () => {},
  };
  const io = createTestIo();
  const budget = { seed: 7, runs: 650, isFirstAlone };
  const results = await runTests(
    { name: "driver" },
    settings,
    budget,
    { pool, store: undefined, io },
    async () => {},
  );
  return { results, mostRunning };
}

test("several jobs have the answer of one, in whatever order their rounds end", async () => {
  const failing = fc.uniqueArray(
    fc.tuple(fc.constantFrom(...settings), fc.nat(8)).map(([{ name }, round]) => `${name} ${7 + round}`),
    { maxLength: 4 },
  );
  const turns = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 5 }), turns, failing, async (jobs, delays, failures) => {
      const one = await runJobs(1, delays, new Set(failures));
      const several = await runJobs(jobs, delays, new Set(failures));
      expect(several.results).toEqual(one.results);
      expect(one.mostRunning).toBe(1);
      expect(several.mostRunning).toBeGreaterThan(1);
    }),
    { numRuns: 60 },
  );
});

test("machines behind the first are tried if it passes, whatever the number of jobs", async () => {
  const failing = fc.uniqueArray(
    fc.tuple(fc.constantFrom(...settings), fc.nat(8)).map(([{ name }, round]) => `${name} ${7 + round}`),
    { maxLength: 3 },
  );
  const turns = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), turns, failing, async (jobs, delays, failures) => {
      const names = new Set(failures);
      const { results } = await runJobs(jobs, delays, names, true);
      // Of 650 scenarios in rounds of 100 the seven seeds from 7 on are tried.
      const failsOnFirst = failures.some((name) => /^qemu ([7-9]|1[0-3])$/.test(name));
      expect(results.map(({ setting }) => setting.name)).toEqual(
        failsOnFirst ? ["qemu"] : ["qemu", "ns16450", "pc16550d"],
      );
      expect(results).toEqual((await runJobs(1, delays, names)).results.slice(0, results.length));
    }),
    { numRuns: 60 },
  );
});
