import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Proof } from "../explore/index.js";
import type { ExploreHelper } from "../explore/internal.js";
import { createTestIo } from "./io.test-helper.js";
import { main } from "./main.js";
import { type JobFlags, loadJobs, type ProofJob, proveJob } from "./proof-jobs.js";
import { ProofThreads } from "./proof-threads.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DEVICE: JobFlags = { device: "serial", revision: "0.8.1" };

let folder: string;
beforeAll(async () => {
  // Inside the package, so that its dependencies are found.
  folder = await mkdtemp(join(ROOT, ".claims-"));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (name: string, text: string): Promise<string> => {
  const filePath = join(folder, name);
  await writeFile(filePath, text);
  return filePath;
};

/** A machine with four counters, a claim that one run breaks, and one that a lasso breaks. */
const counters = (more: string) => `
import { assign, createMachine } from "xstate";
const { claim, leadsTo, never } = await import(${JSON.stringify(join(ROOT, "src/explore/index.ts"))});
const step = (name) => assign({ [name]: ({ context }) => (context[name] + 1) % 6 });
export const machine = createMachine({ id: "counters", context: { a: 0, b: 0, c: 0, d: 0 }, initial: "on",
  states: { on: { on: { A: { actions: step("a") }, B: { actions: step("b") }, C: { actions: step("c") }, D: { actions: step("d") }, OFF: "off" }, ${more} }, off: { on: { ON: "on" } } } });
export const scope = { events: ["A", "B", "C", "D", "OFF", "ON"].map((type) => ({ type })) };
export const claims = [
  claim("C1", "They never meet at the end.", never(({ context: { a, b } }) => a === 5 && b === 5)),
  claim("C2", "Off turns on.", leadsTo(({ value }) => value === "off", ({ value }) => value === "on")),
];`;

/** Proves a job with a number of threads, each of which is ready from the beginning. */
async function proveInThreads(proofArguments: string[], flags: JobFlags, jobCount: number, limit: number) {
  const threads = new ProofThreads({ proofArguments, flags, jobIndex: 0 }, jobCount, 0);
  const { source } = threads;
  const helpers = source?.start() ?? [];
  let sliceCount = 0;
  const counted = helpers.map(
    (helper): ExploreHelper => ({
      isReady: true,
      get isAnswered() {
        return helper.isAnswered;
      },
      ask: (request) => helper.ask(request),
      receive() {
        sliceCount++;
        return helper.receive();
      },
    }),
  );
  try {
    await expect.poll(() => helpers.every(({ isReady }) => isReady), { timeout: 60_000 }).toBe(true);
    const [job] = await loadJobs(proofArguments, flags);
    const proof = proveJob(
      job as ProofJob,
      { limit, exhaustive: true },
      source && { ...source, start: () => counted },
    );
    return { proof, sliceCount };
  } finally {
    await threads.close();
  }
}

const comparable = ({ graph, results }: Proof) => ({
  counts: [graph.states.length, graph.transitions.length, graph.configurations, graph.stopped],
  results: results.map(({ claim, verdict, inputs, repeats, premises }) => [
    claim.id,
    verdict,
    inputs,
    repeats,
    premises,
  ]),
});

it.each([
  ["a device", async () => ["L1", "L2", "I5"], DEVICE],
  ["a machine of a module", async () => [await write("counters.mjs", counters(""))], { device: "serial" }],
] as const)("threads have the answer of one: %s", async (_, writeArguments, flags) => {
  const proofArguments = await writeArguments();
  const one = await proveInThreads(proofArguments, flags, 1, 2_000);
  const two = await proveInThreads(proofArguments, flags, 2, 2_000);
  expect(comparable(two.proof)).toEqual(comparable(one.proof));
  expect([one.sliceCount, two.sliceCount > 10]).toEqual([0, true]);
});

it("says in one line where one thread explores", async () => {
  const filePath = await write("timer.mjs", counters('after: { 10: "off" }'));
  const io = createTestIo();
  expect(await main(["prove", filePath, "--jobs", "2", "C1"], io)).toBe(1);
  expect(io.stderrText()).toMatch(/^--jobs: timers, actors, .* are explored by one thread\n$/m);
});

it.each([
  [["prove", "--jobs", "0"], /Expected a whole number from 1/],
  [["prove", "--driver", "linux", "--jobs", "2"], /--jobs: expected no --driver with it/],
])("%j is refused with one line", async (cliArguments, words) => {
  const io = createTestIo();
  expect(await main(cliArguments, io)).toBe(2);
  expect(io.stderrText()).toMatch(words);
});
