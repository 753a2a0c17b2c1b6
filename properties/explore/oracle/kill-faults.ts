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
import { disagreement, type ExplorerUnderTest } from "./agreement.js";
import { claimSpec } from "./claim-specs.js";
import { EXPLORER_FAULTS, type ExplorerFault } from "./faults.js";
import { hostileChart } from "./hostile-charts.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** The charts after which a fault counts as one that survives. */
const MOST_CHARTS = 1500;

/** Returns a text with a fault. @throws Error unless the replaced text is there once. */
export function withFault(text: string, { file, from, to }: ExplorerFault): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${file}: expected once, got ${parts.length - 1} times: ${from}`);
  return parts.join(to);
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

const impurity = fc.option(fc.constantFrom("memory" as const, "mutation" as const), {
  nil: undefined,
  freq: 2,
});
const trial = fc.tuple(hostileChart, fc.array(claimSpec, { minLength: 8, maxLength: 8 }), impurity);

/** Returns the number of charts after which the oracle finds a fault; undefined if it does not. */
function chartsUntilKilled(faulty: ExplorerUnderTest, seed: number): number | undefined {
  let count = 0;
  for (let block = 0; count < MOST_CHARTS; block++)
    for (const [chart, claims, kind] of fc.sample(trial, { numRuns: 100, seed: seed + block })) {
      count++;
      // One chart in four uses what it must not: the others have verdicts to be compared.
      const spec = kind !== undefined && count % 4 === 0 ? { ...chart, impurity: kind } : chart;
      try {
        if (disagreement(faulty, spec, claims) !== undefined) return count;
      } catch {
        return count;
      }
    }
  return undefined;
}

console.warn = () => {};
const wanted = process.argv.slice(2);
const seed = Number(process.env["PROPERTY_SEED"] ?? "1");
const survivors: string[] = [];
const names = Object.keys(EXPLORER_FAULTS).filter(
  (name) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)),
);
for (const name of names) {
  const count = chartsUntilKilled(await explorerWith(EXPLORER_FAULTS[name] as ExplorerFault), seed);
  if (count === undefined) survivors.push(name);
  console.log(`${(count === undefined ? "survives" : `${count} charts`).padStart(11)}  ${name}`);
}
const started = performance.now();
const sound = wanted.length === 0 ? chartsUntilKilled(explorer, seed) : undefined;
if (sound !== undefined)
  console.error(`without a fault: chart ${sound} has another verdict than the oracle's`);
else if (wanted.length === 0)
  console.log(
    `without a fault: ${MOST_CHARTS} charts, every verdict as the oracle's, in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
console.log(`${names.length - survivors.length} of ${names.length} faults are killed`);
process.exitCode = survivors.length > 0 || sound !== undefined ? 1 : 0;
