import type { AnyStateMachine } from "xstate";
import type { Action } from "./action.js";
import type { ClaimId } from "./claims.js";
import { CoverageCounter, type DriverCoverage } from "./coverage.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import type { EnvironmentOptions } from "./environment.js";
import { type FailureOptions, type FoundFailure, failureOf } from "./failure.js";
import type { PlayOptions } from "./options.js";
import { checkPlayable, type Listeners, type Outcome, playDriver, playDriverAsync } from "./play.js";
import { requireRepeatable } from "./repeatable.js";
import { decodePath, encodePath } from "./scenario-path.js";
import { ScenarioSource } from "./scenario-source.js";
import { Schedule } from "./schedule.js";
import { shrink, shrinkBudget } from "./shrink.js";
import { TestBench } from "./test-bench.js";

/** Options for a check. All but `device` are optional. */
export interface CheckOptions extends PlayOptions, EnvironmentOptions, FailureOptions {
  /** The number of scenarios to try, from 1: 500 by default. */
  readonly numRuns?: number;
  /** The seed of the random scenarios, a whole number; by default another one each time. */
  readonly seed?: number;
  /** The `path` of an earlier failure, which holds its scenario: that alone is played. */
  readonly path?: string;
  /** Scenarios that are tried first, such as the `actions` of earlier failures. They count as runs. */
  readonly examples?: readonly (readonly Action[])[];
  /** The seconds for which a scenario that fails is shrunk, from 0: 30 by default. With a limit that is reached, results depend on the host's speed. */
  readonly shrinkSeconds?: number;
  /** The number of runs counted in `coverage`, from 0: 50 by default, as counting takes time. */
  readonly coverageRuns?: number;
}

/** A driver's failure with what reproduces it. */
export interface DriverFailure extends FoundFailure {
  /** The seed that reproduces the check. */
  readonly seed: number;
  /** The scenario in a line, which reproduces it at once as the option `path`. */
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
const DEFAULT_SHRINK_SECONDS = 30;

/** A scenario to be played, and what is asked of it. */
interface PlayRequest {
  readonly actions: readonly Action[];
  readonly listeners: Listeners;
}

/** A check of a driver, as a coroutine that synchronous and asynchronous drivers share: it yields scenarios and receives their outcomes. */
class DriverCheck {
  readonly #options: CheckOptions;
  readonly #coverage = new CoverageCounter();
  readonly #machine: AnyStateMachine;
  readonly #source: ScenarioSource;
  readonly #seed: number;
  #runCount = 0;

  /** @param testBench - a fresh one, which shows the entry points; it is closed. */
  constructor(options: CheckOptions, testBench: TestBench) {
    const { driver, subject } = testBench;
    this.#options = options;
    this.#machine = subject.device.chart.machine;
    this.#seed = options.seed ?? Math.floor(Math.random() * 0x7fffffff);
    this.#source = new ScenarioSource(this.#seed, options, driver);
    testBench.close();
  }

  *run(): Generator<PlayRequest, CheckResult, Outcome> {
    const { numRuns = DEFAULT_RUNS, path, examples = [] } = this.#options;
    const first = path === undefined ? examples : [decodePath(path)];
    const runLimit = path === undefined ? numRuns : 1;
    for (const actions of this.#scenarios(first, runLimit)) {
      this.#runCount++;
      const outcome = yield { actions, listeners: this.#listeners() };
      if (this.#isRepeated) requireRepeatable(outcome, yield { actions, listeners: {} });
      this.#source.learn(actions, outcome.accessOrders);
      if (outcome.violation) {
        const runs = this.#runCount;
        const failure = yield* this.#describeFailure(actions, outcome.violation.claim);
        return { ok: false, failure, runs, coverage: this.#coverage.summarize() };
      }
    }
    return { ok: true, runs: this.#runCount, coverage: this.#coverage.summarize() };
  }

  *#scenarios(first: readonly (readonly Action[])[], runLimit: number): Generator<readonly Action[]> {
    yield* first.slice(0, runLimit);
    for (let run = first.length; run < runLimit; run++) yield this.#source.draw();
  }

  /** True for the first run, the second, the fourth and so on: these are played twice, to see whether the driver repeats them. */
  get #isRepeated(): boolean {
    return (this.#runCount & (this.#runCount - 1)) === 0;
  }

  #listeners(): Listeners {
    if (this.#coverage.runCount >= (this.#options.coverageRuns ?? 50)) return {};
    this.#coverage.beginRun(this.#machine);
    return { transition: (it) => this.#coverage.countTransition(it) };
  }

  *#describeFailure(
    found: readonly Action[],
    claim: ClaimId,
  ): Generator<PlayRequest, DriverFailure, Outcome> {
    const { shrinkSeconds = DEFAULT_SHRINK_SECONDS } = this.#options;
    const budget = shrinkBudget(shrinkSeconds);
    const shrinking = shrink(found, claim, budget);
    let shrinkStep = shrinking.next();
    while (!shrinkStep.done) {
      const outcome: Outcome = yield { actions: shrinkStep.value, listeners: {} };
      shrinkStep = shrinking.next(outcome.violation?.claim);
    }
    const smallest = shrinkStep.value;
    const reproduction = { seed: this.#seed, path: encodePath(smallest), runs: this.#runCount };
    const cutShort = budget.isOver() ? `\nShrinking stopped after ${shrinkSeconds} s (shrinkSeconds).` : "";
    const reproduceHint = `Found in run ${reproduction.runs}. Again: { seed: ${reproduction.seed}, path: ${JSON.stringify(reproduction.path)} }${cutShort}`;
    const outcome: Outcome = yield { actions: smallest, listeners: { recordHappenings: true } };
    return { ...failureOf(outcome, smallest, this.#options, reproduceHint), ...reproduction };
  }
}

/**
 * Tries a driver in many scenarios, and shrinks the first one that fails.
 *
 * @param makeDriver - creates a fresh driver for each run.
 * @throws RangeError or TypeError if an option has an invalid value, the driver has no entry points or none that fit, or an entry point returns a
 *   promise; Error if the journal's file cannot be written.
 * @example
 * const { ok, failure } = checkDriver(linuxDriver, { device: "serial", revision: "0.8.1" });
 * if (!ok) console.log(failure?.text);
 */
export function checkDriver(makeDriver: MakeDriver, options: CheckOptions): CheckResult {
  checkPlayable(options);
  const testBench = TestBench.create(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
  const check = new DriverCheck(options, testBench).run();
  let step = check.next();
  while (!step.done)
    step = check.next(playDriver(makeDriver, options, step.value.actions, step.value.listeners));
  return step.value;
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
  const testBench = TestBench.createAsync(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
  const check = new DriverCheck(options, testBench).run();
  let step = check.next();
  while (!step.done)
    step = check.next(await playDriverAsync(makeDriver, options, step.value.actions, step.value.listeners));
  return step.value;
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
