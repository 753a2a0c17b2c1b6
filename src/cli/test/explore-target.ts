import { inspectStories } from "../inspect.js";
import { CommandError, type ExitCode, type Io } from "../io.js";
import { Progress } from "../progress.js";
import { choosePaint, formatCount, formatNumber, toSafeJson } from "../terminal.js";
import type { Setting } from "./settings.js";
import type { TestingLibrary, TestTarget } from "./target.js";

/** The options of `vm-superio test --explore`. */
export interface ExploreFlags {
  readonly depth?: number;
  /** Another name of `depth`. */
  readonly deeds?: number;
  readonly preemptions?: number;
  readonly outstanding?: number;
  readonly accessTicks?: number;
  readonly runs?: number;
  readonly json?: true;
  readonly inspect?: true;
}

/** Options of random scenarios, which an exploration has no use for. */
const SCENARIO_FLAGS = ["seed", "minutes", "jobs", "junit", "save", "watch"] as const;
const EXPLORE_FLAGS = ["depth", "deeds", "preemptions", "outstanding", "accessTicks"] as const;

const optionName = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws CommandError if options contradict --explore, or need it. */
export function checkExploreFlags(flags: Readonly<Record<string, unknown>>, isExploring: boolean): void {
  for (const name of isExploring ? SCENARIO_FLAGS : EXPLORE_FLAGS)
    if (flags[name] !== undefined)
      throw new CommandError(
        `${optionName(name)}: expected ${isExploring ? "no --explore" : "--explore"} with it`,
      );
}

/** Explores a driver on each machine, and prints what was found. */
export async function exploreTarget(
  target: TestTarget,
  flags: ExploreFlags,
  { settings, library, io }: { settings: readonly Setting[]; library: TestingLibrary; io: Io },
): Promise<ExitCode> {
  const paint = choosePaint(io.stdout, io.env);
  const results = [];
  const { depth = flags.deeds } = flags;
  for (const { name, options } of settings) {
    const progress = new Progress(io);
    const bound = {
      ...options,
      ...(depth === undefined ? {} : { depth }),
      ...(flags.preemptions === undefined ? {} : { preemptions: flags.preemptions }),
      ...(flags.outstanding === undefined ? {} : { outstanding: flags.outstanding }),
      ...(flags.accessTicks === undefined ? {} : { accessTicks: flags.accessTicks }),
      ...(flags.runs === undefined ? {} : { maxRuns: flags.runs }),
      progress: ({ runs, depth, states }: { runs: number; depth: number; states?: number }) => {
        const statesText = states === undefined ? "" : `${formatCount(states, "state")}, `;
        void progress.showIfDue(
          () =>
            `${name}: ${formatCount(depth, "deed")}, ${statesText}${formatCount(runs, "run")}, ${rateInWords(runs, progress.elapsed)}, ${memoryInWords()}`,
        );
      },
    };
    const result = target.isAsync
      ? await library.exploreDriverAsync(target.makeDriver, bound)
      : library.exploreDriver(target.makeDriver, bound);
    await progress.hide();
    results.push({ name, ...result });
    if (flags.json) continue;
    const cost = `${formatCount(result.runs, "run")}, ${rateInWords(result.runs, progress.elapsed)}, ${memoryInWords()}`;
    await io.stdout.write(
      `${paint(result.verdict === "refuted" ? "red" : "green", result.verdict)}  ${paint("bold", name)}: ${cost}\n${result.text}\n`,
    );
  }
  const failed = results.find(({ failure }) => failure);
  if (flags.json) {
    const reports = results.map(({ failure, ...result }) => ({
      ...result,
      ...(failure ? { claim: failure.claim, actions: failure.actions, scenario: failure.scenario } : {}),
    }));
    await io.stdout.write(`${toSafeJson({ version: 1, target: target.name, results: reports })}\n`);
  }
  if (failed?.failure && flags.inspect)
    await inspectStories([{ name: failed.name, story: failed.failure.story }], io);
  return failed ? 1 : 0;
}

const rateInWords = (runs: number, milliseconds: number): string =>
  `${formatNumber(Math.round(runs / Math.max(milliseconds / 1000, 1e-3)))} a second`;

const memoryInWords = (): string => `${formatNumber(Math.round(process.memoryUsage().heapUsed / 1e6))} MB`;
