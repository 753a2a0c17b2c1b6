import type { AnyStateMachine } from "xstate";
import type { Action } from "./action.js";
import { areForAllBoards, BOARDS, type Board, boardInWords } from "./boards.js";
import type { ClaimId } from "./claims.js";
import { CoverageCounter, type DriverCoverage } from "./coverage.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import type { EnvironmentOptions } from "./environment.js";
import { type FailureOptions, type FoundFailure, failureOf } from "./failure.js";
import { checkOptionNames, type PlayOptions } from "./options.js";
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
  /** The seconds after which no other scenario is tried, from 0: by default there is no limit. Results depend on the host's speed then. */
  readonly runSeconds?: number;
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

/** Options for a check that names no machine: all of {@link BOARDS} are tried, the first with `numRuns` scenarios, each other with a fifth. */
export type AllBoardsOptions = Omit<
  CheckOptions,
  "device" | "preset" | "revision" | "machine" | "pic" | "absentReads" | "path"
> & { readonly device?: undefined };

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
  /** The part of the chart that they used; of several machines that of the one that failed, or the first. */
  readonly coverage: DriverCoverage;
  /** The machines that were tried, where the options name none: "uart16550 ns16450, edge interrupts". */
  readonly boards?: readonly string[];
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
/** Of a machine behind the first: the part of the scenarios, and the seconds after which the next one has its turn. */
const OTHER_BOARD_SHARE = 5;
const OTHER_BOARD_SECONDS = 5;
const DEFAULT_SHRINK_SECONDS = 30;

/** A scenario to be played, and what is asked of it. */
interface PlayRequest {
  readonly options: CheckOptions;
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
  /** The machine as options, where several are tried. */
  readonly #boardHint: string;
  #runCount = 0;

  /**
   * @param testBench - a fresh one, which shows the entry points; it is closed.
   * @param board - the machine, where several are tried.
   */
  constructor(options: CheckOptions, testBench: TestBench, board?: Board) {
    const { driver, subject } = testBench;
    this.#options = options;
    this.#machine = subject.device.chart.machine;
    this.#seed = options.seed ?? Math.floor(Math.random() * 0x7fffffff);
    this.#source = new ScenarioSource(this.#seed, options, driver);
    this.#boardHint = Object.entries(board ?? {})
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}, `)
      .join("");
    testBench.close();
  }

  *run(): Generator<PlayRequest, CheckResult, Outcome> {
    const options = this.#options;
    const { numRuns = DEFAULT_RUNS, path, examples = [] } = options;
    const first = path === undefined ? examples : [decodePath(path)];
    const runLimit = path === undefined ? numRuns : 1;
    for (const actions of this.#scenarios(first, runLimit)) {
      this.#runCount++;
      const outcome = yield { options, actions, listeners: this.#listeners() };
      if (this.#isRepeated) requireRepeatable(outcome, yield { options, actions, listeners: {} });
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
    const endTime = performance.now() + (this.#options.runSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    yield* first.slice(0, runLimit);
    for (let run = first.length; run < runLimit && performance.now() < endTime; run++)
      yield this.#source.draw();
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
    const options = this.#options;
    const { shrinkSeconds = DEFAULT_SHRINK_SECONDS } = options;
    const budget = shrinkBudget(shrinkSeconds);
    const shrinking = shrink(found, claim, budget);
    let shrinkStep = shrinking.next();
    while (!shrinkStep.done) {
      const outcome: Outcome = yield { options, actions: shrinkStep.value, listeners: {} };
      shrinkStep = shrinking.next(outcome.violation?.claim);
    }
    const smallest = shrinkStep.value;
    const reproduction = { seed: this.#seed, path: encodePath(smallest), runs: this.#runCount };
    const cutShort = budget.isOver() ? `\nShrinking stopped after ${shrinkSeconds} s (shrinkSeconds).` : "";
    const reproduceHint = `Found in run ${reproduction.runs}. Again: { ${this.#boardHint}seed: ${reproduction.seed}, path: ${JSON.stringify(reproduction.path)} }${cutShort}`;
    const outcome: Outcome = yield { options, actions: smallest, listeners: { recordHappenings: true } };
    return { ...failureOf(outcome, smallest, options, reproduceHint), ...reproduction };
  }
}

/** Checks a driver on the machine that the options name, or on every one until it fails. */
function* checkBoards(
  options: CheckOptions | AllBoardsOptions,
  createTestBench: (options: CheckOptions) => TestBench,
): Generator<PlayRequest, CheckResult, Outcome> {
  const checkBoard = (boardOptions: CheckOptions, board?: Board) => {
    checkPlayable(boardOptions);
    return new DriverCheck(boardOptions, createTestBench({ ...boardOptions, claims: [] }), board).run();
  };
  checkOptionNames(options);
  if (!areForAllBoards(options)) return yield* checkBoard(options as CheckOptions);
  const { numRuns = DEFAULT_RUNS, runSeconds = OTHER_BOARD_SECONDS } = options;
  // The seed of the failure is that of every machine.
  const seed = options.seed ?? Math.floor(Math.random() * 0x7fffffff);
  const otherLimits = { numRuns: Math.ceil(numRuns / OTHER_BOARD_SHARE), runSeconds };
  const results: CheckResult[] = [];
  const [firstBoard, ...otherBoards] = BOARDS as readonly [Board, ...Board[]];
  results.push(yield* checkBoard({ ...options, ...firstBoard, seed }, firstBoard));
  for (const otherBoard of otherBoards) {
    if (results.at(-1)?.ok === false) break;
    results.push(yield* checkBoard({ ...options, ...otherLimits, ...otherBoard, seed }, otherBoard));
  }
  const decisive = results.find(({ ok }) => !ok) ?? (results[0] as CheckResult);
  return {
    ...decisive,
    runs: results.reduce((sum, { runs }) => sum + runs, 0),
    boards: BOARDS.slice(0, results.length).map(boardInWords),
  };
}

/**
 * Tries a driver in many scenarios, and shrinks the first one that fails.
 *
 * @param makeDriver - creates a fresh driver for each run.
 * @param options - without `device` every machine of {@link BOARDS} is tried, until the driver fails.
 * @throws RangeError or TypeError if an option has an invalid value, the driver has no entry points or none that fit, or an entry point returns a
 *   promise; Error if the journal's file cannot be written.
 * @example
 * const { ok, failure } = checkDriver(linuxDriver, { device: "serial", revision: "0.8.1" });
 * if (!ok) console.log(failure?.text);
 */
export function checkDriver(
  makeDriver: MakeDriver,
  options: CheckOptions | AllBoardsOptions = {},
): CheckResult {
  const check = checkBoards(options, (benchOptions) =>
    TestBench.create(makeDriver, benchOptions, new Schedule([]), false),
  );
  let step = check.next();
  while (!step.done) {
    const { options: playOptions, actions, listeners } = step.value;
    step = check.next(playDriver(makeDriver, playOptions, actions, listeners));
  }
  return step.value;
}

/**
 * {@link checkDriver} for a driver whose entry points return promises.
 *
 * @throws as that does.
 */
export async function checkDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: CheckOptions | AllBoardsOptions = {},
): Promise<CheckResult> {
  const check = checkBoards(options, (benchOptions) =>
    TestBench.createAsync(makeDriver, benchOptions, new Schedule([]), false),
  );
  let step = check.next();
  while (!step.done) {
    const { options: playOptions, actions, listeners } = step.value;
    step = check.next(await playDriverAsync(makeDriver, playOptions, actions, listeners));
  }
  return step.value;
}

/**
 * Checks a driver and throws if it fails, for use in a test.
 *
 * @throws DriverError if a claim is broken; and what {@link checkDriver} throws.
 */
export function assertDriver(
  makeDriver: MakeDriver,
  options: CheckOptions | AllBoardsOptions = {},
): CheckResult {
  return requireSuccess(checkDriver(makeDriver, options));
}

/**
 * {@link assertDriver} for a driver whose entry points return promises.
 *
 * @throws as that does.
 */
export async function assertDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: CheckOptions | AllBoardsOptions = {},
): Promise<CheckResult> {
  return requireSuccess(await checkDriverAsync(makeDriver, options));
}

function requireSuccess(result: CheckResult): CheckResult {
  if (result.failure) throw new DriverError(result.failure);
  return result;
}
