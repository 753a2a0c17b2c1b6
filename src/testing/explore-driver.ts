import { type Action, type Deed, isDriverCall } from "./action.js";
import { CLAIMS } from "./claims.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import { type StateBound, type StateExploration, StateSearch } from "./explore-states.js";
import { type FailureOptions, type FoundFailure, failureOf } from "./failure.js";
import type { PlayOptions } from "./options.js";
import { checkPlayable, type Listeners, type Outcome, playDriver, playDriverAsync } from "./play.js";
import { Schedule } from "./schedule.js";
import { UsageError } from "./stop.js";
import { TestBench } from "./test-bench.js";

/** The bound within which a driver is explored. All but `device` may be left out. */
export interface ExploreDriverOptions extends PlayOptions, FailureOptions {
  /** How many actions there are at most, from 1: 3 by default; as many as there are if states are visited once. */
  readonly depth?: number;
  /** After how many accesses at most the environment acts, counted from the action before, from 1: 64 positions by default. */
  readonly positions?: number;
  /** The deeds of the environment. By default a byte arrives, one is sent, one is printed; on a 16550, half a character time passes. */
  readonly deeds?: readonly Deed[];
  /** After how many runs it stops, from 1: 100,000 by default. */
  readonly maxRuns?: number;
  /**
   * True if each state is visited once: the default for a driver with a `checkpoint`, as those of {@link wasmDriver} have. False: each scenario is
   * run from the start.
   */
  readonly mergeStates?: boolean;
  /** If states are visited once: how many actions take place within a call and what it causes, from 0: 1 by default. */
  readonly preemptions?: number;
  /** If states are visited once: how many bytes are on their way at most, from 1: 4 by default. */
  readonly outstanding?: number;
  /** Called now and then with the progress so far; with the number of states if each is visited once. */
  readonly progress?: (reached: {
    readonly runs: number;
    readonly depth: number;
    readonly states?: number;
  }) => void;
}

/** The result of an exploration: no claim was broken within the bound, or one was. */
export interface DriverExploration {
  /**
   * `bounded`: no run within the bound broke a claim. `exhausted`: neither does one of any length, of these deeds and as many preemptions and bytes
   * on their way, as all states were visited. `refuted`: a run broke a claim.
   */
  readonly verdict: "bounded" | "exhausted" | "refuted";
  /** The bound. */
  readonly bound: {
    readonly depth: number;
    readonly positions: number;
    readonly deeds: readonly Deed[];
    readonly maxRuns: number;
    readonly preemptions?: number;
    readonly outstanding?: number;
  };
  /**
   * The number of actions up to which every scenario was run and broke nothing. It is less than the bound's if a claim was broken or
   * `maxRuns` was reached.
   */
  readonly depth: number;
  /** The number of scenarios that were run; of runs from one state to another if each state is visited once. */
  readonly runs: number;
  /** The number of states with an idle driver, if each was visited once. */
  readonly states?: number;
  /** For `refuted`: a scenario with the fewest possible actions. */
  readonly failure?: FoundFailure;
  /** The answer for people to read. */
  readonly text: string;
}

const DEFAULT_BOUND = { depth: 3, positions: 64, maxRuns: 100_000, preemptions: 1, outstanding: 4 } as const;
const PROGRESS_INTERVAL = 500;

/** A scenario in which no claim was broken, and the number of accesses after its last action. */
interface PassedScenario {
  readonly actions: readonly Action[];
  readonly idleAfter: number;
}

const totalDelay = (actions: readonly Action[]): number => actions.reduce((sum, { after }) => sum + after, 0);

function defaultDeeds({ driver, subject }: TestBench): readonly Deed[] {
  return [
    { type: "arrive", count: 1 },
    ...(driver.send ? [{ type: "send", count: 1 } as const] : []),
    ...(driver.print ? [{ type: "print", count: 1 } as const] : []),
    ...(subject.isTimed ? [{ type: "pass", halves: 1 } as const] : []),
  ];
}

/**
 * Runs a fresh driver in every scenario within a bound: every sequence of up to `depth` actions of the environment, each at every
 * position between two accesses of the driver. A failure that is found has the fewest possible actions. If none is found, there is none
 * *within the bound*; nothing follows about longer scenarios.
 *
 * A driver with a `checkpoint`, such as that of a WebAssembly module, need not be run from the start again: what it does from a state that has been
 * visited is known. So there may be any number of actions, and if no run leads to another state, all schedules have been tried. The bytes
 * have three values in turn. Within a call, and the handler that follows it, `preemptions` actions take place.
 *
 * @param makeDriver - creates a fresh driver for each run.
 * @throws RangeError or TypeError if an option has an invalid value, or an entry point returns a promise.
 * @example
 * const { verdict, text } = exploreDriver(driver, { device: "serial", revision: "0.8.1" });
 */
export function exploreDriver(makeDriver: MakeDriver, options: ExploreDriverOptions): DriverExploration {
  checkPlayable(options);
  if (options.mergeStates !== false) {
    const schedule = new Schedule([]);
    const testBench = TestBench.create(makeDriver, options, schedule, false);
    if (testBench.checkpoint()) return exploreStates(makeDriver, testBench, schedule, options);
    testBench.close();
    if (options.mergeStates)
      throw new UsageError(
        "mergeStates: expected a driver with a checkpoint, as wasmDriver makes, and an interrupt controller by name",
      );
  }
  const testBench = TestBench.create(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
  const exploration = exploreScenarios(testBench, options);
  let playRequest = exploration.next();
  while (!playRequest.done)
    playRequest = exploration.next(playDriver(makeDriver, options, ...playRequest.value));
  return playRequest.value;
}

/**
 * {@link exploreDriver} for a driver whose entry points return promises.
 *
 * @throws as that does.
 */
export async function exploreDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: ExploreDriverOptions,
): Promise<DriverExploration> {
  checkPlayable(options);
  const testBench = TestBench.createAsync(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
  const exploration = exploreScenarios(testBench, options);
  let playRequest = exploration.next();
  while (!playRequest.done)
    playRequest = exploration.next(await playDriverAsync(makeDriver, options, ...playRequest.value));
  return playRequest.value;
}

/** Explores the states of a driver that can be restored. */
function exploreStates(
  makeDriver: MakeDriver,
  testBench: TestBench,
  schedule: Schedule,
  options: ExploreDriverOptions,
): DriverExploration {
  const bound = {
    depth: options.depth ?? Number.POSITIVE_INFINITY,
    positions: options.positions ?? DEFAULT_BOUND.positions,
    deeds: options.deeds ?? defaultDeeds(testBench),
    maxRuns: options.maxRuns ?? DEFAULT_BOUND.maxRuns,
    preemptions: options.preemptions ?? DEFAULT_BOUND.preemptions,
    outstanding: options.outstanding ?? DEFAULT_BOUND.outstanding,
  };
  const { failed, isComplete, ...reached } = new StateSearch(testBench, schedule, bound).search(
    options.progress,
  );
  testBench.close();
  const summary = { bound, ...reached };
  if (!failed) {
    const text = statesInWords({ ...summary, isComplete }, options);
    return { ...summary, verdict: isComplete ? "exhausted" : "bounded", text };
  }
  const outcome = playDriver(makeDriver, options, failed, { recordHappenings: true });
  const reproduceHint = `Found in ${reached.runs} runs, over ${reached.states} states: no schedule of fewer actions fails.`;
  const failure = failureOf(outcome, failed, options, reproduceHint);
  return { ...summary, verdict: "refuted", failure, text: failure.text };
}

/** Yields scenarios to be played, receives their outcomes, and returns the result. */
function* exploreScenarios(
  testBench: TestBench,
  options: ExploreDriverOptions,
): Generator<[actions: readonly Action[], listeners: Listeners], DriverExploration, Outcome> {
  const { progress, quietInit = true } = options;
  const bound = {
    depth: options.depth ?? DEFAULT_BOUND.depth,
    positions: options.positions ?? DEFAULT_BOUND.positions,
    deeds: options.deeds ?? defaultDeeds(testBench),
    maxRuns: options.maxRuns ?? DEFAULT_BOUND.maxRuns,
  };
  testBench.close();
  let runCount = 0;
  let completedDepth = -1;
  const failedScenarios: (readonly Action[])[] = [];
  let scenarios: Iterable<readonly Action[]> = [[]];
  levels: while (failedScenarios.length === 0 && completedDepth < bound.depth) {
    const passedScenarios: PassedScenario[] = [];
    for (const actions of scenarios) {
      if (runCount === bound.maxRuns) break levels;
      const { violation, idleAfter } = yield [actions, {}];
      if (++runCount % PROGRESS_INTERVAL === 0) progress?.({ runs: runCount, depth: actions.length });
      if (violation) failedScenarios.push(actions);
      else passedScenarios.push({ actions, idleAfter });
    }
    if (failedScenarios.length === 0) completedDepth++;
    scenarios = extendScenarios(passedScenarios, bound, quietInit);
  }
  const [shortest] = failedScenarios.toSorted((a, b) => totalDelay(a) - totalDelay(b));
  const summary = { bound, depth: Math.max(0, completedDepth), runs: runCount };
  if (!shortest) return { ...summary, verdict: "bounded", text: boundedInWords(summary, options) };
  const outcome = yield [shortest, { recordHappenings: true }];
  const reproduceHint = `Found in ${runCount} runs: no scenario of fewer actions fails.`;
  const failure = failureOf(outcome, shortest, options, reproduceHint);
  return { ...summary, verdict: "refuted", failure, text: failure.text };
}

/** Describes an exploration of states in which no claim was broken. */
function statesInWords(
  {
    bound,
    depth,
    runs,
    states,
    isComplete,
  }: { readonly bound: StateBound } & Omit<StateExploration, "failed">,
  options: ExploreDriverOptions,
): string {
  const claimCount = (options.claims ?? Object.keys(CLAIMS)).length;
  const deeds = bound.deeds.map(({ type }) => type).join(", ");
  const schedules = isComplete ? `No schedule of ${deeds}` : `No schedule of ${depth} of ${deeds}`;
  return [
    `${isComplete ? "exhausted" : "bounded"}: ${schedules} breaks one of ${claimCount} claims, with up to ${bound.preemptions} within a call and ${bound.outstanding} bytes on their way.`,
    `${states} states of driver, device and bytes were visited in ${runs} runs${isComplete ? ": there are no more" : ""}.`,
    ...(isComplete || depth === bound.depth ? [] : [`It stopped at ${bound.maxRuns} runs.`]),
    isComplete ? "Other deeds, and bytes of other values, were not tried." : "This is no proof.",
  ].join(" ");
}

function boundedInWords(
  { bound, depth, runs }: Pick<DriverExploration, "bound" | "depth" | "runs">,
  options: ExploreDriverOptions,
): string {
  const claimCount = (options.claims ?? Object.keys(CLAIMS)).length;
  return [
    `bounded: none of ${claimCount} claims is broken in ${runs} runs.`,
    `Each sequence of up to ${depth} actions of ${bound.deeds.map(({ type }) => type).join(", ")} was run,`,
    `each action at each of up to ${bound.positions} positions between the driver's accesses.`,
    ...(depth < bound.depth ? [`It stopped at ${bound.maxRuns} runs, before depth ${bound.depth}.`] : []),
    "This is no proof.",
  ].join(" ");
}

/** Yields scenarios with one more action: a call when the driver is idle, anything else at each position until then. */
function* extendScenarios(
  passedScenarios: readonly PassedScenario[],
  { deeds, positions }: DriverExploration["bound"],
  quietInit: boolean,
): Generator<readonly Action[]> {
  for (const { actions, idleAfter } of passedScenarios) {
    // If nothing may happen before the driver is set up, all positions during its start are equal to the one after it.
    const lastPosition = actions.length === 0 && quietInit ? 0 : Math.min(idleAfter, positions - 1);
    for (const deed of deeds)
      for (let after = 0; after <= (isDriverCall(deed) ? 0 : lastPosition); after++)
        yield [...actions, { ...deed, after }];
  }
}
