/** `npm run mutate`: makes every mutant of the charts and tells which live. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import type { AnyStateMachine } from "xstate";
import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { type ChartMutant, mutantsOf } from "./chart-mutants.js";
import { EXPLAINED } from "./explained.js";
import { Killer, type Trials } from "./killer.js";
import { reportOf } from "./report.js";
import { serialTrials } from "./serial-trials.js";
import { uart16550Trials } from "./uart16550-trials.js";

type Progress = (text: string) => void;

interface Chart {
  readonly machine: unknown;
  readonly trials: (progress: Progress) => Trials;
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

function chartNamed(text: string): string {
  if (Object.keys(CHARTS).some((name) => name.startsWith(text))) return text;
  throw new InvalidArgumentError(`expected one of ${names}, or serial for both`);
}

function minutes(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
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

let told = performance.now();

/** A line that is written over by the next, on a terminal; else one in ten seconds. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (performance.now() - told > 10_000) {
    process.stderr.write(`${text}\n`);
    told = performance.now();
  }
}

type Dead = Record<string, string>;

const keptAs = (name: string): string => `${KEPT}/${name.replaceAll(" ", "-")}.json`;

/** What each mutant that is dead died by, from an earlier run. */
function deadBefore(name: string): Dead {
  if (!flags.resume) return {};
  try {
    return JSON.parse(readFileSync(keptAs(name), "utf8"));
  } catch {
    return {};
  }
}

function keep(name: string, dead: Dead): void {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(keptAs(name), JSON.stringify(dead, undefined, 1));
}

function run(name: string, mutants: readonly ChartMutant[], killer: Killer, dead: Dead): boolean {
  const start = performance.now();
  const fates = new Map<ChartMutant, string | undefined>();
  for (const mutant of mutants) {
    if (performance.now() - start > flags.minutes * 60_000) break;
    const fate = dead[mutant.id] ?? killer.kill(mutant);
    fates.set(mutant, fate);
    if (fate !== undefined && dead[mutant.id] === undefined) {
      dead[mutant.id] = fate;
      keep(name, dead);
    }
    const alive = [...fates.values()].filter((each) => each === undefined).length;
    progress(`${name}: ${fates.size} of ${mutants.length}, ${alive} alive`);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const whole = flags.only === undefined && flags.region === undefined;
  const report = reportOf(name, mutants, fates, EXPLAINED[name] ?? {}, whole);
  console.log(`${report.text}\n${Math.round((performance.now() - start) / 1000)} s\n`);
  return report.holds;
}

/** Whether any mutant was asked for: a name that is misspelt must not pass. */
let found = false;

/** Whether so many mutants of a chart die as should. */
function tried(name: string, { machine, trials }: Chart): boolean {
  const mutants = mutantsOf(machine as AnyStateMachine).filter(
    ({ id, region }) => id.includes(flags.only ?? "") && region === (flags.region ?? region),
  );
  if (flags.list) {
    console.log(mutants.map(({ id }) => `${name}: ${id}`).join("\n"));
    return true;
  }
  if (mutants.length === 0) return true;
  found = true;
  const killer = new Killer(trials((text) => progress(`${name}: ${text}`)));
  progress(`${name}: the chart itself`);
  const fails = killer.fails(machine as AnyStateMachine);
  if (fails !== undefined) {
    console.error(`${name}: the chart itself fails ${fails}`);
    return false;
  }
  return run(name, mutants, killer, deadBefore(name));
}

const chosen = Object.entries(CHARTS).filter(([name]) => name.startsWith(flags.chart ?? ""));
if (!chosen.map(([name, chart]) => tried(name, chart)).every(Boolean)) process.exitCode = 1;
if (!found && !flags.list) {
  console.error("there is no such mutant");
  process.exitCode = 1;
}
