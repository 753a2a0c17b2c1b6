import type { CheckOptions, CheckResult, DriverFailure } from "../../testing/index.js";
import type { Io } from "../io.js";
import type { FailureStore, StoredFailure } from "./failure-store.js";
import type { Setting } from "./settings.js";
import type { TestingLibrary, TestTarget } from "./target.js";

/** The number of scenarios between two looks at the clock, and those of each in which transitions are counted. */
const ROUND_RUNS = 100;
const ROUND_COVERAGE_RUNS = 10;

/** How long a driver is tried. */
export interface TestBudget {
  /** The first seed; each round has the next one. */
  readonly seed: number;
  /** The number of scenarios on each machine. */
  readonly runs: number;
  /** The time for all machines, in milliseconds, after which it stops; undefined for no limit. */
  readonly milliseconds?: number;
}

/** The result of a driver on a machine. */
export interface SettingResult {
  readonly setting: Setting;
  readonly runs: number;
  readonly milliseconds: number;
  /** The number of transitions that were taken, of those that there are. */
  readonly taken: number;
  readonly total: number;
  /** Interrupts by cause. */
  readonly causes: Readonly<Record<string, number>>;
  readonly failure?: DriverFailure;
  /** True if the failure is that of an earlier call. */
  readonly isStoredFailure: boolean;
}

/** The progress on one machine. */
export interface TestProgress {
  readonly setting: Setting;
  readonly runs: number;
  readonly milliseconds: number;
  readonly taken: number;
  readonly total: number;
}

/** Checks a driver, synchronous or not. */
export type CheckTarget = (options: CheckOptions) => CheckResult | Promise<CheckResult>;

/** Returns the check that suits a driver. */
export const checkOf =
  (target: TestTarget, library: TestingLibrary): CheckTarget =>
  (options) =>
    target.isAsync
      ? library.checkDriverAsync(target.makeDriver, options)
      : library.checkDriver(target.makeDriver, options);

/** The rounds on one machine, with what they have found so far. */
class SettingRun {
  readonly setting: Setting;
  readonly #check: CheckTarget;
  readonly #missed = new Map<string, number>();
  readonly #causes: Record<string, number> = {};
  #total = 0;
  #rounds = 0;
  runs = 0;
  milliseconds = 0;
  failure: DriverFailure | undefined;
  isStoredFailure = false;

  constructor(setting: Setting, check: CheckTarget) {
    this.setting = setting;
    this.#check = check;
  }

  get taken(): number {
    return this.#total - [...this.#missed.values()].filter((count) => count === this.#rounds).length;
  }

  get total(): number {
    return this.#total;
  }

  /** Tries a number of scenarios. */
  async tryRound(round: Pick<CheckOptions, "seed" | "numRuns" | "examples">, io: Io): Promise<void> {
    const startTime = io.now();
    const { failure, runs, coverage } = await this.#check({
      ...this.setting.options,
      ...round,
      coverageRuns: ROUND_COVERAGE_RUNS,
    });
    this.milliseconds += io.now() - startTime;
    this.runs += runs;
    this.#rounds++;
    this.#total = coverage.total;
    for (const id of coverage.missed) this.#missed.set(id, (this.#missed.get(id) ?? 0) + 1);
    for (const [cause, count] of Object.entries(coverage.causes))
      this.#causes[cause] = (this.#causes[cause] ?? 0) + count;
    this.failure = failure;
  }

  /** Tries the failure of an earlier call: its scenario, and then the scenarios of its seed. */
  async tryStored({ seed, runs, actions }: StoredFailure, io: Io): Promise<void> {
    await this.tryRound({ seed, numRuns: runs + 1, examples: [actions] }, io);
    this.isStoredFailure = this.failure?.runs === 1;
  }

  result(): SettingResult {
    const { setting, runs, milliseconds, taken, total, failure, isStoredFailure } = this;
    return {
      ...{ setting, runs, milliseconds, taken, total, causes: this.#causes, isStoredFailure },
      ...(failure ? { failure } : {}),
    };
  }
}

/**
 * Tries a driver on each machine until it fails there, or the budget is used up. What failed in an earlier call comes first.
 *
 * @param showProgress - called between rounds.
 */
export async function runTests(
  target: TestTarget,
  settings: readonly Setting[],
  budget: TestBudget,
  { check, store, io }: { check: CheckTarget; store: FailureStore | undefined; io: Io },
  showProgress: (progress: TestProgress) => Promise<void>,
): Promise<SettingResult[]> {
  const startTime = io.now();
  const settingRuns = settings.map((setting) => new SettingRun(setting, check));
  for (const settingRun of settingRuns) {
    const stored = store?.find(target.name, settingRun.setting.name);
    if (stored) await settingRun.tryStored(stored, io);
  }
  const hasTime = () => budget.milliseconds === undefined || io.now() - startTime < budget.milliseconds;
  let openRuns = settingRuns.filter(({ failure }) => !failure);
  for (let round = 0; openRuns.length > 0 && hasTime(); round++) {
    for (const settingRun of openRuns) {
      const numRuns = Math.min(ROUND_RUNS, budget.runs - settingRun.runs);
      if (numRuns > 0) await settingRun.tryRound({ seed: (budget.seed + round) | 0, numRuns }, io);
      await showProgress(settingRun);
      // The clock of the host and its signals have their turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (!hasTime()) break;
    }
    openRuns = openRuns.filter(({ failure, runs }) => !failure && runs < budget.runs);
  }
  const results = settingRuns.map((settingRun) => settingRun.result());
  for (const result of results) await keepFailure(result, target, store);
  return results;
}

/** Keeps the failure of a result for the next call, or forgets an earlier one. */
async function keepFailure(
  { setting, failure, runs, isStoredFailure }: SettingResult,
  { name }: TestTarget,
  store: FailureStore | undefined,
): Promise<void> {
  // A machine that was not tried keeps its failure.
  if (!store || (!failure && runs === 0)) return;
  const earlier = store.find(name, setting.name);
  if (failure && isStoredFailure && earlier)
    return store.replace(name, setting.name, { ...earlier, claim: failure.claim, actions: failure.actions });
  const stored = failure && {
    ...{ target: name, setting: setting.name, claim: failure.claim },
    ...{ seed: failure.seed, runs: failure.runs, actions: failure.actions },
  };
  await store.replace(name, setting.name, stored);
}
