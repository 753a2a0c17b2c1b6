/**
 * Kills the deliberate faults of the explorer: builds a copy of it for each, and compares its verdicts with the oracle's until they differ.
 * `npm run mutate:explorer`, or with the beginning of some faults' names. Exits with 1 if a fault survives.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import fc from "fast-check";
import * as explorer from "../../../src/explore/index.js";
import { disagreement, type ExplorerUnderTest, type OracleAnswer, oracleAnswer } from "./agreement.js";
import { type ClaimSpec, claimSpec } from "./claim-specs.js";
import { EXPLORER_FAULTS, type ExplorerFault, withFault } from "./faults.js";
import { type HostileSpec, hostileChart } from "./hostile-charts.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** The trials after which a fault counts as one that survives. Most are found within a hundred, the rarest within a thousand or so. */
const MOST_TRIALS = 6000;
/** The trials in which an explorer without a fault must agree. */
const SOUND_TRIALS = 1000;
const TRIALS_DRAWN_TOGETHER = 100;
const seed = Number(process.env["PROPERTY_SEED"] ?? "1");

/** A chart with claims, and the oracle's answer to them, which is the same for each fault. */
interface Trial {
  readonly spec: HostileSpec;
  readonly claims: readonly ClaimSpec[];
  readonly answer: OracleAnswer;
}

/** One chart in four uses what it must not: the others have verdicts to be compared. */
const impurity = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom("memory" as const, "mutation" as const) },
);
const trialSpec = fc.tuple(hostileChart, fc.array(claimSpec, { minLength: 8, maxLength: 8 }), impurity);

const trials: Trial[] = [];

/** Returns a trial. Each is drawn, and answered by the oracle, once. */
function trialAt(index: number): Trial {
  while (trials.length <= index) {
    const specs = fc.sample(trialSpec, { numRuns: TRIALS_DRAWN_TOGETHER, seed: seed + trials.length });
    for (const [chart, claims, kind] of specs) {
      const spec = kind === undefined ? chart : { ...chart, impurity: kind };
      trials.push({ spec, claims, answer: oracleAnswer(spec, claims) });
    }
  }
  return trials[index] as Trial;
}

/** Returns the number of trials after which the oracle finds a fault; undefined if it does not. */
function trialsUntilKilled(faulty: ExplorerUnderTest, mostTrials: number): number | undefined {
  for (let index = 0; index < mostTrials; index++) {
    const { spec, claims, answer } = trialAt(index);
    try {
      if (disagreement(faulty, spec, claims, answer) !== undefined) return index + 1;
    } catch {
      return index + 1;
    }
  }
  return undefined;
}

/** Builds and loads a copy of the explorer with a fault. */
async function explorerWith(fault: ExplorerFault): Promise<ExplorerUnderTest> {
  const faultyPath = join(ROOT, "src/explore", fault.file);
  const plugin: Plugin = {
    name: "fault",
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, async ({ path }) =>
        path === faultyPath
          ? { contents: withFault(await readFile(path, "utf8"), fault), loader: "ts" }
          : undefined,
      );
    },
  };
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src/explore/index.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    write: false,
    plugins: [plugin],
  });
  // Inside the package, so that its dependencies are found.
  const file = join(ROOT, "node_modules", `.explorer-with-fault-${process.pid}.mjs`);
  await writeFile(file, outputFiles[0]?.contents ?? "");
  try {
    return await import(
      `${pathToFileURL(file)}?fault=${encodeURIComponent(fault.from)}${encodeURIComponent(fault.to)}`
    );
  } finally {
    await rm(file);
  }
}

console.warn = () => {};
const wanted = process.argv.slice(2);
const names = Object.keys(EXPLORER_FAULTS).filter(
  (name) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)),
);
const survivors: string[] = [];
for (const name of names) {
  const start = performance.now();
  const faulty = await explorerWith(EXPLORER_FAULTS[name] as ExplorerFault);
  const count = trialsUntilKilled(faulty, MOST_TRIALS);
  if (count === undefined) survivors.push(name);
  const outcome = count === undefined ? "survives" : `${count} trials`;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${outcome.padStart(11)}  ${seconds.padStart(5)} s  ${name}`);
}
const sound = wanted.length === 0 ? trialsUntilKilled(explorer, SOUND_TRIALS) : undefined;
if (sound !== undefined)
  console.error(`without a fault: trial ${sound} has another verdict than the oracle's`);
else if (wanted.length === 0)
  console.log(`without a fault: ${SOUND_TRIALS} trials, every verdict as the oracle's`);
console.log(`${names.length - survivors.length} of ${names.length} faults are killed`);
process.exitCode = survivors.length > 0 || sound !== undefined ? 1 : 0;
