import type * as fastCheck from "fast-check";
import type { AnyStateMachine } from "xstate";
import type { Action } from "./action.js";
import { CoverageCounter, type DriverCoverage } from "./coverage.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import { type EnvironmentOptions, environment } from "./environment.js";
import { type FailureOptions, type FoundFailure, failureOf } from "./failure.js";
import { fc } from "./fast-check.js";
import type { PlayOptions } from "./options.js";
import { checkPlayable, type Listeners, type Outcome, playDriver, playDriverAsync } from "./play.js";
import { requireRepeatable } from "./repeatable.js";
import { Schedule } from "./schedule.js";
import { shrink } from "./shrink.js";
import { TestBench } from "./test-bench.js";

/** Options for a check. All but `device` are optional. */
export interface CheckOptions extends PlayOptions, EnvironmentOptions, FailureOptions {
  /** The number of scenarios to try, from 1: 500 by default. */
  readonly numRuns?: number;
  /** The seed of the random scenarios, a whole number; by default another one each time. */
  readonly seed?: number;
  /** The `path` of an earlier failure: with its seed, reproduces the scenario at once. */
  readonly path?: string;
  /** Scenarios that are tried first, such as the `actions` of earlier failures. They count as runs. */
  readonly examples?: readonly (readonly Action[])[];
  /** The number of runs counted in `coverage`, from 0: 50 by default, as counting takes time. */
  readonly coverageRuns?: number;
}

/** A driver's failure with what reproduces it. */
export interface DriverFailure extends FoundFailure {
  /** The seed that reproduces the check. */
  readonly seed: number;
  /** The path that, with the seed, reproduces this scenario at once. */
  readonly path: string;
  /** The number of scenarios tried until one failed, from 1. */
  readonly runs: number;
}

/** The result of a check. */
export interface CheckResult {
  /** True if no claim was broken in any run. */
  readonly ok: boolean;
  /** The failure, if a claim was broken. */
  readonly failure?: DriverFailure;
  /** The number of scenarios tried, without those of shrinking. */
  readonly runs: number;
  /** The part of the chart that they used. */
  readonly coverage: DriverCoverage;
}

/** Reports that a driver has failed: thrown by {@link assertDriver}. */
export class DriverError extends Error {
  override readonly name = "DriverError";
  /** The driver's failure. */
  readonly failure: DriverFailure;

  /** @param failure - of a {@link CheckResult}. */
  constructor(failure: DriverFailure) {
    super(failure.text);
    this.failure = failure;
  }
}

const DEFAULT_RUNS = 500;

/** A check of a driver: the parts that synchronous and asynchronous drivers share. */
class DriverCheck {
  readonly coverage = new CoverageCounter();
  readonly arbitrary: fastCheck.Arbitrary<readonly Action[]>;
  readonly parameters: fastCheck.Parameters<[readonly Action[]]>;
  readonly #options: CheckOptions;
  readonly #machine: AnyStateMachine;
  #runCount = 0;

  /** @param testBench - a fresh one, which shows the entry points; it is closed. */
  constructor(options: CheckOptions, testBench: TestBench) {
    const { driver, subject } = testBench;
    const { numRuns = DEFAULT_RUNS, seed, path, examples } = options;
    this.#options = options;
    this.#machine = subject.device.chart.machine;
    this.arbitrary = environment(options, driver);
    testBench.close();
    this.parameters = {
      numRuns,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
      ...(examples === undefined ? {} : { examples: examples.map((actions) => [actions]) }),
    };
  }

  /** Begins a run. Returns its listeners. */
  beginRun(): Listeners {
    const { coverage } = this;
    if (coverage.runCount >= (this.#options.coverageRuns ?? 50)) return {};
    coverage.beginRun(this.#machine);
    return { transition: (it) => coverage.countTransition(it) };
  }

  /** True for the first run, the second, the fourth and so on: these are played twice, to see whether the driver repeats them. */
  isRepeatedRun(): boolean {
    const runNumber = ++this.#runCount;
    return (runNumber & (runNumber - 1)) === 0;
  }

  /** Summarizes the check, with the scenario that failed, if one did. */
  summarize(details: fastCheck.RunDetails<[readonly Action[]]>): {
    result: CheckResult;
    counterexample?: readonly Action[];
    reproduction: Pick<DriverFailure, "seed" | "path" | "runs">;
  } {
    const error = details.errorInstance;
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    const reproduction = {
      seed: details.seed,
      path: details.counterexamplePath ?? "",
      runs: details.numRuns,
    };
    const result = { ok: !details.failed, runs: details.numRuns, coverage: this.coverage.summarize() };
    const [counterexample] = details.counterexample ?? [];
    return details.failed && counterexample
      ? { result, counterexample, reproduction }
      : { result, reproduction };
  }

  describeFailure(
    outcome: Outcome,
    actions: readonly Action[],
    reproduction: Pick<DriverFailure, "seed" | "path" | "runs">,
  ) {
    const { seed, path, runs } = reproduction;
    const reproduceHint = `Found in run ${runs}. Again: { seed: ${seed}, path: ${JSON.stringify(path)} }`;
    return { ...failureOf(outcome, actions, this.#options, reproduceHint), ...reproduction };
  }
}

/**
 * Tries a driver in many scenarios, and shrinks the first one that fails.
 *
 * @param makeDriver - creates a fresh driver for each run.
 * @throws RangeError or TypeError if an option has an invalid value, or an entry point returns a promise; Error if the journal's file
 *   cannot be written.
 * @example
 * const { ok, failure } = checkDriver(linuxDriver, { device: "serial", revision: "0.8.1" });
 * if (!ok) console.log(failure?.text);
 */
export function checkDriver(makeDriver: MakeDriver, options: CheckOptions): CheckResult {
  // Invalid options are refused before anything is drawn.
  checkPlayable(options);
  const driverCheck = new DriverCheck(
    options,
    TestBench.create(makeDriver, { ...options, claims: [] }, new Schedule([]), false),
  );
  const property = fc.property(driverCheck.arbitrary, (actions) => {
    const outcome = playDriver(makeDriver, options, actions, driverCheck.beginRun());
    if (driverCheck.isRepeatedRun()) requireRepeatable(outcome, playDriver(makeDriver, options, actions, {}));
    if (outcome.violation) throw outcome.violation;
  });
  const {
    result: checkResult,
    counterexample,
    reproduction,
  } = driverCheck.summarize(fc.check(property, driverCheck.parameters));
  if (!counterexample) return checkResult;
  const shrinking = shrink(counterexample);
  let shrinkStep = shrinking.next();
  while (!shrinkStep.done)
    shrinkStep = shrinking.next(playDriver(makeDriver, options, shrinkStep.value).violation?.claim);
  const outcome = playDriver(makeDriver, options, shrinkStep.value, { recordHappenings: true });
  return { ...checkResult, failure: driverCheck.describeFailure(outcome, shrinkStep.value, reproduction) };
}

/**
 * {@link checkDriver} for a driver whose entry points return promises.
 *
 * @throws as that does.
 */
export async function checkDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: CheckOptions,
): Promise<CheckResult> {
  checkPlayable(options);
  const driverCheck = new DriverCheck(
    options,
    TestBench.createAsync(makeDriver, { ...options, claims: [] }, new Schedule([]), false),
  );
  const property = fc.asyncProperty(driverCheck.arbitrary, async (actions) => {
    const outcome = await playDriverAsync(makeDriver, options, actions, driverCheck.beginRun());
    if (driverCheck.isRepeatedRun())
      requireRepeatable(outcome, await playDriverAsync(makeDriver, options, actions, {}));
    if (outcome.violation) throw outcome.violation;
  });
  const {
    result: checkResult,
    counterexample,
    reproduction,
  } = driverCheck.summarize(await fc.check(property, driverCheck.parameters));
  if (!counterexample) return checkResult;
  const shrinking = shrink(counterexample);
  let shrinkStep = shrinking.next();
  while (!shrinkStep.done)
    shrinkStep = shrinking.next(
      (await playDriverAsync(makeDriver, options, shrinkStep.value)).violation?.claim,
    );
  const outcome = await playDriverAsync(makeDriver, options, shrinkStep.value, { recordHappenings: true });
  return { ...checkResult, failure: driverCheck.describeFailure(outcome, shrinkStep.value, reproduction) };
}

/**
 * Checks a driver and throws if it fails, for use in a test.
 *
 * @throws DriverError if a claim is broken; and what {@link checkDriver} throws.
 */
export function assertDriver(makeDriver: MakeDriver, options: CheckOptions): CheckResult {
  return requireSuccess(checkDriver(makeDriver, options));
}

/**
 * {@link assertDriver} for a driver whose entry points return promises.
 *
 * @throws as that does.
 */
export async function assertDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: CheckOptions,
): Promise<CheckResult> {
  return requireSuccess(await checkDriverAsync(makeDriver, options));
}

function requireSuccess(result: CheckResult): CheckResult {
  if (result.failure) throw new DriverError(result.failure);
  return result;
}
