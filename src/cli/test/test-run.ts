import type { CheckOptions, CheckResult, DriverFailure } from "../../testing/index.js";
import type { Io } from "../io.js";
import type { CheckPool } from "./check-pool.js";
import type { FailureStore, StoredFailure } from "./failure-store.js";
import type { Setting } from "./settings.js";
import type { TestTarget } from "./target.js";

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
  /** True if the others are tried only once the first machine has been, without a failure. */
  readonly isFirstAlone?: boolean;
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

/** The rounds on one machine, with what they have found so far. Rounds may end in any order; they count in theirs. */
class SettingRun {
  readonly setting: Setting;
  readonly #budget: TestBudget;
  readonly #endedRounds = new Map<number, CheckResult>();
  readonly #missed = new Map<string, number>();
  readonly #causes: Record<string, number> = {};
  #total = 0;
  #countedChecks = 0;
  #startedRounds = 0;
  #countedRounds = 0;
  /** The scenarios of an earlier call's failure. */
  #storedRuns = 0;
  runs = 0;
  milliseconds = 0;
  failure: DriverFailure | undefined;
  isStoredFailure = false;

  constructor(setting: Setting, budget: TestBudget) {
    this.setting = setting;
    this.#budget = budget;
  }

  get taken(): number {
    return this.#total - [...this.#missed.values()].filter((count) => count === this.#countedChecks).length;
  }

  get total(): number {
    return this.#total;
  }

  /** The number of rounds that have been started. */
  get startedRounds(): number {
    return this.#startedRounds;
  }

  /** The number of scenarios of the next round; 0 if there is none. */
  get nextRuns(): number {
    const { runs = this.#budget.runs, milliseconds = Number.POSITIVE_INFINITY } = this.setting.limit ?? {};
    if (this.failure || this.milliseconds >= milliseconds) return 0;
    const startedRuns = this.#storedRuns + this.#startedRounds * ROUND_RUNS;
    return Math.max(0, Math.min(ROUND_RUNS, runs - startedRuns));
  }

  /** Tries the next round. */
  async tryRound(pool: CheckPool, io: Io): Promise<void> {
    const numRuns = this.nextRuns;
    const round = this.#startedRounds++;
    const seed = (this.#budget.seed + round) | 0;
    this.#endedRounds.set(round, await this.#check({ seed, numRuns }, pool, io));
    for (;;) {
      const ended = this.#endedRounds.get(this.#countedRounds);
      // What comes after a failure is not tried with one job.
      if (!ended || this.failure) break;
      this.#endedRounds.delete(this.#countedRounds++);
      this.#count(ended);
    }
  }

  /** Tries the failure of an earlier call: its scenario, and then the scenarios of its seed. */
  async tryStored({ seed, runs, actions }: StoredFailure, pool: CheckPool, io: Io): Promise<void> {
    this.#count(await this.#check({ seed, numRuns: runs + 1, examples: [actions] }, pool, io));
    this.#storedRuns = this.runs;
    this.isStoredFailure = this.failure?.runs === 1;
  }

  async #check(
    round: Pick<CheckOptions, "seed" | "numRuns" | "examples">,
    pool: CheckPool,
    io: Io,
  ): Promise<CheckResult> {
    const startTime = io.now();
    const { options: settingOptions, limit } = this.setting;
    const runSeconds = limit && Math.ceil(Math.max(0, limit.milliseconds - this.milliseconds) / 1000);
    const options = {
      ...{ ...settingOptions, ...round, coverageRuns: ROUND_COVERAGE_RUNS },
      ...(runSeconds === undefined ? {} : { runSeconds }),
    };
    const checkResult = await pool.check(options);
    this.milliseconds += io.now() - startTime;
    return checkResult;
  }

  #count({ failure, runs, coverage }: CheckResult): void {
    this.runs += runs;
    this.#countedChecks++;
    this.#total = coverage.total;
    for (const id of coverage.missed) this.#missed.set(id, (this.#missed.get(id) ?? 0) + 1);
    for (const [cause, count] of Object.entries(coverage.causes))
      this.#causes[cause] = (this.#causes[cause] ?? 0) + count;
    this.failure = failure;
  }

  result(): SettingResult {
    const { setting, runs, milliseconds, taken, total, failure, isStoredFailure } = this;
    return {
      ...{ setting, runs, milliseconds, taken, total, causes: this.#causes, isStoredFailure },
      ...(failure ? { failure } : {}),
    };
  }
}

/** Returns the machine whose next round is due: of the one that has had the fewest, the first. */
const nextDue = (settingRuns: readonly SettingRun[]): SettingRun | undefined =>
  settingRuns
    .filter(({ nextRuns }) => nextRuns > 0)
    .reduce<SettingRun | undefined>(
      (due, settingRun) => (due && due.startedRounds <= settingRun.startedRounds ? due : settingRun),
      undefined,
    );

/**
 * Tries a driver on each machine until it fails there, or the budget is used up. What failed in an earlier call comes first. With several
 * jobs the answer is that of one, unless time ends it.
 *
 * @param showProgress - called between rounds.
 */
export async function runTests(
  target: Pick<TestTarget, "name">,
  settings: readonly Setting[],
  budget: TestBudget,
  { pool, store, io }: { pool: CheckPool; store: FailureStore | undefined; io: Io },
  showProgress: (progress: TestProgress) => Promise<void>,
): Promise<SettingResult[]> {
  const startTime = io.now();
  const settingRuns = settings.map((setting) => new SettingRun(setting, budget));
  const hasTime = () => budget.milliseconds === undefined || io.now() - startTime < budget.milliseconds;
  const pending = [...settingRuns];
  const tryStored = async (): Promise<void> => {
    for (let settingRun = pending.shift(); settingRun; settingRun = pending.shift()) {
      const stored = store?.find(target.name, settingRun.setting.name);
      if (stored) await settingRun.tryStored(stored, pool, io);
    }
  };
  const tryRoundsOf = (candidates: readonly SettingRun[]) => async (): Promise<void> => {
    while (hasTime()) {
      const settingRun = nextDue(candidates);
      if (!settingRun) return;
      await settingRun.tryRound(pool, io);
      await showProgress(settingRun);
      // The clock of the host and its signals have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const runJobs = (job: () => Promise<void>) => Promise.all(Array.from({ length: pool.jobs }, job));
  await runJobs(tryStored);
  const { isFirstAlone = false } = budget;
  if (isFirstAlone) await runJobs(tryRoundsOf(settingRuns.slice(0, 1)));
  if (!isFirstAlone || !settingRuns[0]?.failure) await runJobs(tryRoundsOf(settingRuns));
  const triedRuns = isFirstAlone ? settingRuns.filter(({ runs }) => runs > 0) : settingRuns;
  const results = triedRuns.map((settingRun) => settingRun.result());
  for (const result of results) await keepFailure(result, target, store);
  return results;
}

/** Keeps the failure of a result for the next call, or forgets an earlier one. */
async function keepFailure(
  { setting, failure, runs, isStoredFailure }: SettingResult,
  { name }: Pick<TestTarget, "name">,
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
