/** `npm run mutate`: makes every mutant of the charts and tells which live. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import type { AnyStateMachine } from "xstate";
import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { type ChartMutant, mutantsOf } from "./chart-mutants.js";
import { EXPLAINED } from "./equivalent-mutants.js";
import { MutantRunner, type TrialSuite } from "./mutant-runner.js";
import { reportOf } from "./report.js";
import { serialTrials } from "./serial-trials.js";
import { uart16550Trials } from "./uart16550-trials.js";

type Progress = (message: string) => void;

interface Chart {
  readonly machine: unknown;
  readonly trials: (progress: Progress) => TrialSuite;
}

const CHARTS: Readonly<Record<string, Chart>> = {
  "serial 0.8.1": { machine: serialMachine081, trials: () => serialTrials("0.8.1") },
  "serial 0.8.2": { machine: serialMachine, trials: () => serialTrials("0.8.2") },
  uart16550: { machine: uart16550Machine, trials: uart16550Trials },
};

interface Flags {
  readonly chart?: string;
  readonly region?: string;
  readonly only?: string;
  readonly minutes: number;
  readonly resume?: boolean;
  readonly list?: boolean;
}

const KEPT = ".cache/mutants";

const names = Object.keys(CHARTS).join(", ");

function chartNamed(message: string): string {
  if (Object.keys(CHARTS).some((chartName) => chartName.startsWith(message))) return message;
  throw new InvalidArgumentError(`expected one of ${names}, or serial for both`);
}

function minutes(message: string): number {
  const registerValue = Number(message);
  if (registerValue > 0) return registerValue;
  throw new InvalidArgumentError("expected a number above 0");
}

const flags = new Command("mutate")
  .description("Makes every mutant of the charts and holds it against the properties.")
  .option("--chart <name>", `one of ${names}, or serial for both: all by default`, chartNamed)
  .option("--region <name>", "only mutants of this region")
  .option("--only <text>", "only mutants in whose id this stands")
  .option("--minutes <n>", "stop a chart after so many", minutes, 60)
  .option("--resume", "do not try again what died in an earlier run")
  .option("--list", "tell the mutants, and try none")
  .addHelpText(
    "after",
    `
The charts of serial take half a minute together, uart16550 some four minutes on a free core: half a minute for what the chart itself
does, a tenth of a second for a mutant that dies soon, and up to a minute for one that does not. What there was no time
for is told, and fails: so does whatever lives unexplained. What died is kept in ${KEPT} for --resume, which
asks for no more than that: after a change of the chart, or of what kills, run without it.`,
  )
  .parse()
  .opts<Flags>();

let lastReport = performance.now();

/** A line that is written over by the next, on a terminal; else one in ten seconds. */
function progress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${message}`);
  else if (performance.now() - lastReport > 10_000) {
    process.stderr.write(`${message}\n`);
    lastReport = performance.now();
  }
}

type Dead = Record<string, string>;

const keptAs = (chartName: string): string => `${KEPT}/${chartName.replaceAll(" ", "-")}.json`;

/** Returns the killing property of each mutant that an earlier run killed. */
function deadBefore(chartName: string): Dead {
  if (!flags.resume) return {};
  try {
    return JSON.parse(readFileSync(keptAs(chartName), "utf8"));
  } catch {
    return {};
  }
}

function keep(chartName: string, dead: Dead): void {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(keptAs(chartName), JSON.stringify(dead, undefined, 1));
}

function run(chartName: string, mutants: readonly ChartMutant[], killer: MutantRunner, dead: Dead): boolean {
  const startTick = performance.now();
  const fates = new Map<ChartMutant, string | undefined>();
  for (const chartMutant of mutants) {
    if (performance.now() - startTick > flags.minutes * 60_000) break;
    const fate = dead[chartMutant.id] ?? killer.runMutant(chartMutant);
    fates.set(chartMutant, fate);
    if (fate !== undefined && dead[chartMutant.id] === undefined) {
      dead[chartMutant.id] = fate;
      keep(chartName, dead);
    }
    const alive = [...fates.values()].filter((each) => each === undefined).length;
    progress(`${chartName}: ${fates.size} of ${mutants.length}, ${alive} alive`);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const whole = flags.only === undefined && flags.region === undefined;
  const report = reportOf(chartName, mutants, fates, EXPLAINED[chartName] ?? {}, whole);
  console.log(`${report.text}\n${Math.round((performance.now() - startTick) / 1000)} s\n`);
  return report.holds;
}

/** True once a mutant was selected: a misspelt name must not pass. */
let anyFound = false;

/** Runs the mutants of a chart. Returns true if enough of them die. */
function tried(chartName: string, { machine, trials }: Chart): boolean {
  const mutants = mutantsOf(machine as AnyStateMachine).filter(
    ({ id: mutantId, regionName: region }) =>
      mutantId.includes(flags.only ?? "") && region === (flags.region ?? region),
  );
  if (flags.list) {
    console.log(mutants.map(({ id: mutantId }) => `${chartName}: ${mutantId}`).join("\n"));
    return true;
  }
  if (mutants.length === 0) return true;
  anyFound = true;
  const killer = new MutantRunner(trials((text) => progress(`${chartName}: ${text}`)));
  progress(`${chartName}: the chart itself`);
  const fails = killer.failingProperty(machine as AnyStateMachine);
  if (fails !== undefined) {
    console.error(`${chartName}: the chart itself fails ${fails}`);
    return false;
  }
  return run(chartName, mutants, killer, deadBefore(chartName));
}

const chosen = Object.entries(CHARTS).filter(([chartName]) => chartName.startsWith(flags.chart ?? ""));
if (!chosen.map(([chartName, chart]) => tried(chartName, chart)).every(Boolean)) process.exitCode = 1;
if (!anyFound && !flags.list) {
  console.error("there is no such mutant");
  process.exitCode = 1;
}
