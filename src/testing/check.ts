import fc from "fast-check";
import type { AnyStateMachine } from "xstate";
import type { Action } from "./action.js";
import { CoverageCount, type DriverCoverage } from "./coverage.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import { type EnvironmentOptions, environment } from "./environment.js";
import { type FailureOptions, type FoundFailure, failureOf } from "./failure.js";
import type { PlayOptions } from "./options.js";
import { type Listeners, type Outcome, playDriver, playDriverAsync } from "./play.js";
import { Schedule } from "./schedule.js";
import { shortened } from "./shorten.js";
import { World } from "./world.js";

/** How a driver is checked. All but `device` may be left out. */
export interface CheckOptions extends PlayOptions, EnvironmentOptions, FailureOptions {
  /** How many scenarios are tried, from 1: 500 by default. */
  readonly numRuns?: number;
  /** From which they are drawn: a whole number; by default another one each time. */
  readonly seed?: number;
  /** With the seed, the scenario of an earlier failure, at once: that failure's `path`. */
  readonly path?: string;
  /** How many runs are counted in `coverage`, from 0: 50 by default, as it takes time. */
  readonly coverageRuns?: number;
}

/** What a driver did wrong, and how to come by it again. */
export interface DriverFailure extends FoundFailure {
  /** With which to try again. */
  readonly seed: number;
  /** With the seed: leads to this scenario at once. */
  readonly path: string;
  /** How many scenarios were tried until one failed, from 1. */
  readonly runs: number;
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

/** What both kinds of drivers are checked alike in. */
class Check {
  readonly coverage = new CoverageCount();
  readonly arbitrary: fc.Arbitrary<readonly Action[]>;
  readonly parameters: fc.Parameters<[readonly Action[]]>;
  readonly #options: CheckOptions;
  readonly #machine: AnyStateMachine;

  constructor(options: CheckOptions, { driver, subject }: World) {
    const { numRuns = DEFAULT_RUNS, seed, path } = options;
    this.#options = options;
    this.#machine = subject.device.chart.machine;
    this.arbitrary = environment(options, driver);
    this.parameters = {
      numRuns,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
    };
  }

  /** Another run begins: who hears it. */
  begin(): Listeners {
    const { coverage } = this;
    if (coverage.runs >= (this.#options.coverageRuns ?? 50)) return {};
    coverage.begin(this.#machine);
    return { transition: (it) => coverage.add(it) };
  }

  /** What came of it; and the scenario that failed, if one did. */
  result(details: fc.RunDetails<[readonly Action[]]>): {
    result: CheckResult;
    found?: readonly Action[];
    again: Pick<DriverFailure, "seed" | "path" | "runs">;
  } {
    const error = details.errorInstance;
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    const again = { seed: details.seed, path: details.counterexamplePath ?? "", runs: details.numRuns };
    const result = { ok: !details.failed, runs: details.numRuns, coverage: this.coverage.result() };
    const [found] = details.counterexample ?? [];
    return details.failed && found ? { result, found, again } : { result, again };
  }

  failure(
    outcome: Outcome,
    actions: readonly Action[],
    again: Pick<DriverFailure, "seed" | "path" | "runs">,
  ) {
    const { seed, path, runs } = again;
    const how = `Found in run ${runs}. Again: { seed: ${seed}, path: ${JSON.stringify(path)} }`;
    return { ...failureOf(outcome, actions, this.#options, how), ...again };
  }
}

/**
 * Tries a driver in many scenarios, and makes the first that fails as short as it can.
 *
 * @param makeDriver - gives a fresh driver for each run.
 * @throws RangeError or TypeError if an option has a value that it cannot have, or an entry point gives a promise; Error if the journal's
 *   file cannot be written.
 * @example
 * const { ok, failure } = checkDriver(linuxDriver, { device: "serial", revision: "0.8.1" });
 * if (!ok) console.log(failure?.text);
 */
export function checkDriver(makeDriver: MakeDriver, options: CheckOptions): CheckResult {
  // Refuses wrong options before anything is drawn, and shows which entry points there are.
  playDriver(() => ({}), options, []);
  const check = new Check(options, World.of(makeDriver, { ...options, claims: [] }, new Schedule([]), false));
  const property = fc.property(check.arbitrary, (actions) => {
    const { violation } = playDriver(makeDriver, options, actions, check.begin());
    if (violation) throw violation;
  });
  const { result, found, again } = check.result(fc.check(property, check.parameters));
  if (!found) return result;
  const shortening = shortened(found);
  let step = shortening.next();
  while (!step.done) step = shortening.next(playDriver(makeDriver, options, step.value).violation?.claim);
  const outcome = playDriver(makeDriver, options, step.value, { tell: true });
  return { ...result, failure: check.failure(outcome, step.value, again) };
}

/**
 * {@link checkDriver} for a driver whose entry points give promises.
 *
 * @throws as that does.
 */
export async function checkDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: CheckOptions,
): Promise<CheckResult> {
  playDriver(() => ({}), options, []);
  const check = new Check(
    options,
    World.ofAsync(makeDriver, { ...options, claims: [] }, new Schedule([]), false),
  );
  const property = fc.asyncProperty(check.arbitrary, async (actions) => {
    const { violation } = await playDriverAsync(makeDriver, options, actions, check.begin());
    if (violation) throw violation;
  });
  const { result, found, again } = check.result(await fc.check(property, check.parameters));
  if (!found) return result;
  const shortening = shortened(found);
  let step = shortening.next();
  while (!step.done)
    step = shortening.next((await playDriverAsync(makeDriver, options, step.value)).violation?.claim);
  const outcome = await playDriverAsync(makeDriver, options, step.value, { tell: true });
  return { ...result, failure: check.failure(outcome, step.value, again) };
}

/**
 * Checks a driver, for use in a test.
 *
 * @throws DriverError if a claim is broken; and what {@link checkDriver} throws.
 */
export function assertDriver(makeDriver: MakeDriver, options: CheckOptions): CheckResult {
  return assured(checkDriver(makeDriver, options));
}

/**
 * {@link assertDriver} for a driver whose entry points give promises.
 *
 * @throws as that does.
 */
export async function assertDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: CheckOptions,
): Promise<CheckResult> {
  return assured(await checkDriverAsync(makeDriver, options));
}

function assured(result: CheckResult): CheckResult {
  if (result.failure) throw new DriverError(result.failure);
  return result;
}
