import fc from "fast-check";
import type { Action } from "./action.js";
import { CLAIMS, type ClaimId } from "./claims.js";
import { CoverageCount, type DriverCoverage } from "./coverage.js";
import type { MakeDriver } from "./driver.js";
import { type EnvironmentOptions, environment } from "./environment.js";
import { type Happening, happeningsInWords } from "./log.js";
import type { PlayOptions } from "./options.js";
import { journalText, playDriver } from "./play.js";
import { Schedule } from "./schedule.js";
import { shortened } from "./shorten.js";
import { World } from "./world.js";

/** How a driver is checked. All but `device` may be left out. */
export interface CheckOptions extends PlayOptions, EnvironmentOptions {
  /** How many scenarios are tried, from 1: 500 by default. */
  readonly numRuns?: number;
  /** From which they are drawn: a whole number; by default another one each time. */
  readonly seed?: number;
  /** With the seed, the scenario of an earlier failure, at once: that failure's `path`. */
  readonly path?: string;
  /** How many runs are counted in `coverage`, from 0: 50 by default, as it takes time. */
  readonly coverageRuns?: number;
}

/** What a driver did wrong, in the shortest scenario that was found. */
export interface DriverFailure {
  /** Which claim does not hold. */
  readonly claim: ClaimId;
  /** The claim. */
  readonly sentence: string;
  /** What happened instead. */
  readonly detail: string;
  /** What the environment did: {@link playDriver} plays it again. */
  readonly actions: readonly Action[];
  /** Everything that happened, in order. */
  readonly happenings: readonly Happening[];
  /** The accesses of the driver after its start. */
  readonly accesses: number;
  /** The scenario as text: a line a happening, polls taken together. */
  readonly scenario: string;
  /** With which to try again. */
  readonly seed: number;
  /** With the seed: leads to this scenario at once. */
  readonly path: string;
  /** How many scenarios were tried until one failed, from 1. */
  readonly runs: number;
  /** The device's journal as text, for `vm-superio replay` and `loadJournal`. */
  readonly journal: string;
  /** All of it for people to read, the journal left out. */
  readonly text: string;
}

/** What came of a check. */
export interface CheckResult {
  /** Whether no claim was broken in any run. */
  readonly ok: boolean;
  /** What was, if one was. */
  readonly failure?: DriverFailure;
  /** How many scenarios were tried, those of shrinking left out. */
  readonly runs: number;
  /** How much of the chart they used. */
  readonly coverage: DriverCoverage;
}

/** Says that a driver has failed: thrown by {@link assertDriver}. */
export class DriverError extends Error {
  override readonly name = "DriverError";
  /** What it did wrong. */
  readonly failure: DriverFailure;

  /** @param failure - of a {@link CheckResult}. */
  constructor(failure: DriverFailure) {
    super(failure.text);
    this.failure = failure;
  }
}

const DEFAULT_RUNS = 500;

/**
 * Tries a driver in many scenarios, and makes the first that fails as short as it can.
 *
 * @param makeDriver - gives a fresh driver for each run.
 * @throws RangeError or TypeError if an option has a value that it cannot have, or an entry point gives a promise.
 * @example
 * const { ok, failure } = checkDriver(linuxDriver, { device: "serial", revision: "0.8.1" });
 * if (!ok) console.log(failure?.text);
 */
export function checkDriver(makeDriver: MakeDriver, options: CheckOptions): CheckResult {
  // Refuses wrong options before anything is drawn, and shows which entry points there are.
  playDriver(() => ({}), options, []);
  const { driver, subject } = new World(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
  const coverage = new CoverageCount();
  const counted = options.coverageRuns ?? 50;
  const property = fc.property(environment(options, driver), (actions) => {
    const counts = coverage.runs < counted;
    if (counts) coverage.begin(subject.device.chart.machine);
    const listeners = counts
      ? { transition: (it: Parameters<typeof coverage.add>[0]) => coverage.add(it) }
      : {};
    const { violation } = playDriver(makeDriver, options, actions, listeners);
    if (violation) throw violation;
  });
  const { numRuns = DEFAULT_RUNS, seed, path } = options;
  const details = fc.check(property, {
    numRuns,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
  const error = details.errorInstance;
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  const result = { ok: !details.failed, runs: details.numRuns, coverage: coverage.result() };
  if (!details.failed) return result;
  const [found] = details.counterexample as [readonly Action[]];
  const broken = (actions: readonly Action[]) => playDriver(makeDriver, options, actions).violation?.claim;
  const actions = shortened(found, broken);
  const replay = { seed: details.seed, path: details.counterexamplePath ?? "", runs: details.numRuns };
  return { ...result, failure: failureOf(makeDriver, options, actions, replay) };
}

/**
 * Checks a driver, for use in a test.
 *
 * @throws DriverError if a claim is broken; and what {@link checkDriver} throws.
 */
export function assertDriver(makeDriver: MakeDriver, options: CheckOptions): CheckResult {
  const result = checkDriver(makeDriver, options);
  if (result.failure) throw new DriverError(result.failure);
  return result;
}

function failureOf(
  makeDriver: MakeDriver,
  options: CheckOptions,
  actions: readonly Action[],
  replay: Pick<DriverFailure, "seed" | "path" | "runs">,
): DriverFailure {
  const { violation, happenings, journal, subject } = playDriver(makeDriver, options, actions, {
    tell: true,
  });
  if (!violation)
    throw new Error(
      "the driver did otherwise in the same scenario: it keeps something from one run to the next",
    );
  const { claim, detail } = violation;
  const sentence = CLAIMS[claim];
  const scenario = happeningsInWords(happenings);
  const accesses = happenings.filter(({ by, start }) => by === "driver" && !start).length;
  const text = [
    `${claim}: ${sentence}`,
    `On ${subject}, ${options.pic ?? "edge"} interrupts: ${detail}.`,
    "",
    scenario,
    "",
    `Found in run ${replay.runs}. Again: { seed: ${replay.seed}, path: ${JSON.stringify(replay.path)} }`,
  ].join("\n");
  return {
    claim,
    sentence,
    detail,
    actions,
    happenings,
    accesses,
    scenario,
    ...replay,
    journal: journalText(journal),
    text,
  };
}
