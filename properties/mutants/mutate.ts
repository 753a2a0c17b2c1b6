/** `npm run mutate`: makes every mutant of the charts and tells which live. */
import { Command, InvalidArgumentError } from "commander";
import type { AnyStateMachine } from "xstate";
import { serialMachine, serialMachine081, uart16550Machine } from "../../machines/index.js";
import { type ChartMutant, mutantsOf } from "./chart-mutants.js";
import { EXPLAINED } from "./explained.js";
import { Killer, type Trials } from "./killer.js";
import { reportOf } from "./report.js";
import { serialTrials } from "./serial-trials.js";
import { uart16550Trials } from "./uart16550-trials.js";

const CHARTS: Readonly<Record<string, { readonly machine: unknown; readonly trials: () => Trials }>> = {
  "serial 0.8.1": { machine: serialMachine081, trials: () => serialTrials("0.8.1") },
  "serial 0.8.2": { machine: serialMachine, trials: () => serialTrials("0.8.2") },
  uart16550: { machine: uart16550Machine, trials: uart16550Trials },
};

interface Flags {
  readonly chart?: string;
  readonly only?: string;
  readonly minutes: number;
  readonly list?: boolean;
}

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
  .option("--only <text>", "only mutants in whose id this stands")
  .option("--minutes <n>", "stop a chart after so many", minutes, 30)
  .option("--list", "tell the mutants, and try none")
  .addHelpText(
    "after",
    "\nThe charts of serial take half a minute together. uart16550 has 1846 mutants, more than the default of 30 minutes\n" +
      "may be enough for: with --only REGION it is tried in parts. What there was no time for is told, and fails.",
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

function run(name: string, mutants: readonly ChartMutant[], killer: Killer): boolean {
  const start = performance.now();
  const fates = new Map<ChartMutant, string | undefined>();
  for (const mutant of mutants) {
    if (performance.now() - start > flags.minutes * 60_000) break;
    fates.set(mutant, killer.kill(mutant.region, mutant.machine()));
    const alive = [...fates.values()].filter((fate) => fate === undefined).length;
    progress(`${name}: ${fates.size} of ${mutants.length}, ${alive} alive`);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const report = reportOf(name, mutants, fates, EXPLAINED[name] ?? {}, flags.only === undefined);
  console.log(`${report.text}\n${Math.round((performance.now() - start) / 1000)} s\n`);
  return report.holds;
}

let holds = true;
for (const [name, { machine, trials }] of Object.entries(CHARTS)) {
  if (flags.chart !== undefined && !name.startsWith(flags.chart)) continue;
  const mutants = mutantsOf(machine as AnyStateMachine).filter(({ id }) => id.includes(flags.only ?? ""));
  if (flags.list) console.log(mutants.map(({ id }) => `${name}: ${id}`).join("\n"));
  else {
    progress(`${name}: the chart itself`);
    const killer = new Killer(trials());
    const fails = killer.kill("the chart itself", machine as AnyStateMachine);
    if (fails !== undefined) {
      console.error(`${name}: the chart itself fails ${fails}`);
      process.exit(1);
    }
    if (!run(name, mutants, killer)) holds = false;
  }
}
if (!holds) process.exitCode = 1;
