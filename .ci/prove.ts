/**
 * Proves or refutes every claim and compares each verdict with `properties/explore/verdicts.json`, which has the reason for each refuted
 * claim. A missing claim, a new claim, another verdict, an incomplete graph, or a slice that the rest of the chart affects is a failure.
 *
 *     npm run prove:all
 *
 * Each job is a process of its own, one for each core at a time. With names, or parts of names, only these are explored. With one name after
 * `--one`, that job has all cores, or as many threads as a number after the name says.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnyStateMachine } from "xstate";
import { UART16550_PRESETS, type Uart16550Preset } from "../machines/index.js";
import { type JobFlags, ProofThreads } from "../src/cli/internal.js";
import { type Chart, serialChart, uart16550Chart } from "../src/device/index.js";
import {
  type Claim,
  independenceOf,
  type Scope,
  serialClaims,
  serialScope,
  UART16550_SLICES,
  type Uart16550ScopeName,
  uart16550Claims,
  uart16550Slice,
} from "../src/explore/index.js";
import { proveWith } from "../src/explore/internal.js";

/**
 * The scopes that are explored for each part. `sources` takes as long as `whole`, some minutes: `vm-superio prove --device uart16550 --scope
 * sources`. QEMU's transmitter takes no time, and its timers are too fine for the slice of the interrupts.
 */
const EXPLORED: Readonly<Record<Uart16550Preset, readonly Uart16550ScopeName[]>> = {
  pc16550d: ["receive", "transmit", "registers", "modem", "identification", "whole"],
  ns16550: ["transmit", "identification"],
  ins8250: ["transmit", "identification", "registers"],
  ns16450: ["transmit", "identification"],
  tl16c550c: ["transmit", "identification", "flow"],
  tl16c750: ["transmit", "identification", "registers"],
  qemu: ["registers"],
};

interface Job {
  readonly name: string;
  /** The options of `vm-superio prove` for it. */
  readonly flags: JobFlags;
  readonly chart: Chart<AnyStateMachine>;
  readonly scope: Scope;
  readonly claims: readonly Claim[];
  /** The regions of a slice, which nothing outside may affect. */
  readonly slice?: readonly string[];
}

/** The reason for each claim that does not hold, by job. All other claims hold. */
type Verdicts = Readonly<Record<string, Readonly<Record<string, string>>>>;

function* allJobs(): Generator<Job> {
  for (const revision of ["0.8.1", "0.8.2"] as const)
    yield {
      name: `serial@${revision}`,
      flags: { device: "serial", revision },
      chart: serialChart(revision),
      scope: serialScope as Scope,
      claims: serialClaims as readonly Claim[],
    };
  for (const [name, scopes] of Object.entries(EXPLORED)) {
    const preset = name as Uart16550Preset;
    const chart = uart16550Chart(preset);
    for (const scope of scopes) {
      const slice = UART16550_SLICES[scope];
      yield {
        name: `uart16550@${preset} ${scope}`,
        flags: { device: "uart16550", preset, scope },
        chart,
        scope: uart16550Slice(scope, chart) as Scope,
        claims: uart16550Claims(scope, UART16550_PRESETS[preset]) as readonly Claim[],
        ...(slice ? { slice } : {}),
      };
    }
  }
}

const verdictsFile = join(dirname(fileURLToPath(import.meta.url)), "../properties/explore/verdicts.json");
const expected: Verdicts = JSON.parse(await readFile(verdictsFile, "utf8"));

/** Proves one job's claims, prints the verdicts, and returns the differences from the expected ones. */
async function proveJob({ name, flags, chart, scope, claims, slice }: Job, jobs: number): Promise<string[]> {
  const problems: string[] = [];
  const started = performance.now();
  const threads = new ProofThreads({ proofArguments: [], flags, jobIndex: 0 }, jobs);
  const { graph, results: answers } = proveWith(chart, scope, claims, {}, threads.source);
  await threads.close();
  const reasons = expected[name] ?? {};
  for (const { claim, verdict } of answers) {
    const expectedVerdict = reasons[claim.id] === undefined ? "proved" : "refuted";
    if (verdict !== expectedVerdict)
      problems.push(`${name} ${claim.id}: expected ${expectedVerdict}, got ${verdict}`);
  }
  for (const id of Object.keys(reasons))
    if (!claims.some((claim) => claim.id === id)) problems.push(`${name} ${id}: expected a claim, got none`);
  if (slice) {
    const { loose, shared } = independenceOf(graph, slice);
    if (loose.length + shared.length > 0)
      problems.push(
        `${name}: expected a slice by itself, and it is affected by ${[...loose, ...shared].join(", ")}`,
      );
  }
  if (!graph.complete) problems.push(`${name}: expected every state, got the first ${graph.states.length}`);
  const refuted = answers.filter(({ verdict }) => verdict !== "proved").map(({ claim }) => claim.id);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${name}: ${graph.states.length} states, ${graph.transitions.length} transitions; ${answers.length - refuted.length} proved${refuted.length > 0 ? `, not ${refuted.join(" ")}` : ""}; ${seconds} s; ${graph.memory.bytesPerState.toFixed(0)} bytes a state, ${graph.memory.bytesPerEdge.toFixed(1)} an edge`,
  );
  return problems;
}

/** Runs one job in another process, on one core. Resolves to true if all its verdicts are the expected ones. */
const proveInProcess = (name: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), "--one", name, "1"],
      {
        stdio: "inherit",
      },
    );
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });

const [firstArgument, ...otherArguments] = process.argv.slice(2);
const jobList = [...allJobs()];
if (firstArgument === "--one") {
  const [oneName, threadCount = availableParallelism()] = otherArguments;
  const job = jobList.find(({ name }) => name === oneName);
  const jobProblems = job
    ? await proveJob(job, Number(threadCount))
    : [`${oneName}: expected a job, got none`];
  for (const line of jobProblems) console.error(line);
  process.exitCode = jobProblems.length > 0 ? 1 : 0;
} else {
  const nameParts = firstArgument === undefined ? [] : [firstArgument, ...otherArguments];
  const selectedNames = jobList
    .map(({ name }) => name)
    .filter((name) => nameParts.length === 0 || nameParts.some((part) => name.includes(part)))
    // The longest first, so that none is left alone at the end.
    .toSorted((a, b) => Number(b.endsWith("whole")) - Number(a.endsWith("whole")));
  const unknownNames = Object.keys(expected).filter((name) => !jobList.some((job) => job.name === name));
  for (const name of unknownNames) console.error(`${name}: expected to be explored, and is not`);
  if (selectedNames.length === 0)
    console.error(`expected a part of ${jobList.map(({ name }) => name).join(", ")}`);
  let allHold = unknownNames.length === 0 && selectedNames.length > 0;
  const waitingNames = selectedNames.values();
  const worker = async (): Promise<void> => {
    for (const name of waitingNames) allHold = (await proveInProcess(name)) && allHold;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  process.exitCode = allHold ? 0 : 1;
}
