/**
 * Proves or refutes every claim, and compares each verdict with the one in `properties/explore/verdicts.json`: what is refuted there has
 * its reason beside it. A claim that is missing, new, or comes out otherwise fails, and so does a graph that is not whole, or a slice
 * that the rest of the chart steers.
 *
 *     npm run prove:all
 *
 * Each is a process of its own, as many at a time as there are cores. With names, or parts of them, only these are explored.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnyStateMachine } from "xstate";
import { UART16550_PRESETS, type Uart16550Preset } from "../machines/index.js";
import { type Chart, serialChart, uart16550Chart } from "../src/device/index.js";
import {
  type Claim,
  checkAll,
  explore,
  independenceOf,
  type Scope,
  serialClaims,
  serialScope,
  UART16550_SLICES,
  type Uart16550ScopeName,
  uart16550Claims,
  uart16550Slice,
} from "../src/explore/index.js";

/**
 * What is explored of each part. `sources` takes as long as `whole`, some minutes: `vm-superio prove --device uart16550 --scope sources`.
 * QEMU's transmitter takes no time, and its timers are too fine for the interrupts' slice.
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
  readonly chart: Chart<AnyStateMachine>;
  readonly scope: Scope;
  readonly claims: readonly Claim[];
  /** Of a slice: its regions, which nothing outside may steer. */
  readonly slice?: readonly string[];
}

/** What is expected: by job the reason for each claim that does not hold. All others do. */
type Verdicts = Readonly<Record<string, Readonly<Record<string, string>>>>;

function* jobs(): Generator<Job> {
  for (const revision of ["0.8.1", "0.8.2"] as const)
    yield {
      name: `serial@${revision}`,
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
        chart,
        scope: uart16550Slice(scope, chart) as Scope,
        claims: uart16550Claims(scope, UART16550_PRESETS[preset]) as readonly Claim[],
        ...(slice ? { slice } : {}),
      };
    }
  }
}

const file = join(dirname(fileURLToPath(import.meta.url)), "../properties/explore/verdicts.json");
const expected: Verdicts = JSON.parse(await readFile(file, "utf8"));

/** Explores one, says what came of it, and what is wrong. */
function prove({ name, chart, scope, claims, slice }: Job): string[] {
  const wrong: string[] = [];
  const started = performance.now();
  const graph = explore(chart, scope);
  const answers = checkAll(graph, claims);
  const reasons = expected[name] ?? {};
  for (const { claim, verdict } of answers) {
    const due = reasons[claim.id] === undefined ? "proved" : "refuted";
    if (verdict !== due) wrong.push(`${name} ${claim.id}: expected ${due}, got ${verdict}`);
  }
  for (const id of Object.keys(reasons))
    if (!claims.some((claim) => claim.id === id)) wrong.push(`${name} ${id}: expected a claim, got none`);
  if (slice) {
    const { loose, shared } = independenceOf(graph, slice);
    if (loose.length + shared.length > 0)
      wrong.push(
        `${name}: expected a slice by itself, and it is steered by ${[...loose, ...shared].join(", ")}`,
      );
  }
  if (!graph.complete) wrong.push(`${name}: expected every state, got the first ${graph.states.length}`);
  const refuted = answers.filter(({ verdict }) => verdict !== "proved").map(({ claim }) => claim.id);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${name}: ${graph.states.length} states, ${graph.transitions.length} transitions; ${answers.length - refuted.length} proved${refuted.length > 0 ? `, not ${refuted.join(" ")}` : ""}; ${seconds} s`,
  );
  return wrong;
}

/** Has this one explored by another process. Whether all is as expected. */
const proveApart = (name: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...process.execArgv, fileURLToPath(import.meta.url), "--one", name],
      {
        stdio: "inherit",
      },
    );
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });

const [first, ...rest] = process.argv.slice(2);
const all = [...jobs()];
if (first === "--one") {
  const wrong = all.filter(({ name }) => name === rest[0]).flatMap(prove);
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} else {
  const only = first === undefined ? [] : [first, ...rest];
  const names = all
    .map(({ name }) => name)
    .filter((name) => only.length === 0 || only.some((part) => name.includes(part)))
    // The longest first, so that none is left alone at the end.
    .toSorted((a, b) => Number(b.endsWith("whole")) - Number(a.endsWith("whole")));
  const wrong = Object.keys(expected).filter((name) => !all.some((job) => job.name === name));
  for (const name of wrong) console.error(`${name}: expected to be explored, and is not`);
  if (names.length === 0) console.error(`expected a part of ${all.map(({ name }) => name).join(", ")}`);
  let holds = wrong.length === 0 && names.length > 0;
  const waiting = names.values();
  const worker = async (): Promise<void> => {
    for (const name of waiting) holds = (await proveApart(name)) && holds;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  process.exitCode = holds ? 0 : 1;
}
