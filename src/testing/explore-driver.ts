import { type Action, type Deed, isCall } from "./action.js";
import { CLAIMS } from "./claims.js";
import type { MakeAsyncDriver, MakeDriver } from "./driver.js";
import { type FailureOptions, type FoundFailure, failureOf } from "./failure.js";
import type { PlayOptions } from "./options.js";
import { type Listeners, type Outcome, playDriver, playDriverAsync } from "./play.js";
import { Schedule } from "./schedule.js";
import { World } from "./world.js";

/** Within which bound a driver is explored. All but `device` may be left out. */
export interface ExploreDriverOptions extends PlayOptions, FailureOptions {
  /** How many actions there are at most, from 1: 3 by default. */
  readonly depth?: number;
  /** At how many places between accesses, after the action before, the environment acts, from 1: 64 by default. */
  readonly places?: number;
  /** What it may do: by default a byte arrives, one is sent, one is printed; on a 16550, half a character time passes. */
  readonly deeds?: readonly Deed[];
  /** After how many runs it stops, from 1: 100,000 by default. */
  readonly maxRuns?: number;
  /** Hears now and then how far it is. */
  readonly progress?: (so: { readonly runs: number; readonly depth: number }) => void;
}

/** What came of an exploration: nothing was found within the bound, or a claim was broken. Neither is a proof that the driver is right. */
export interface DriverExploration {
  /** `bounded`: no run within the bound broke a claim. `refuted`: one did. */
  readonly verdict: "bounded" | "refuted";
  /** The bound. */
  readonly bound: {
    readonly depth: number;
    readonly places: number;
    readonly deeds: readonly Deed[];
    readonly maxRuns: number;
  };
  /**
   * How many actions there are in the longest scenarios of which every one was run and broke nothing; less than the bound's if one did or
   * `maxRuns` came first.
   */
  readonly depth: number;
  /** How many scenarios were run. */
  readonly runs: number;
  /** Of `refuted`: a scenario of the fewest actions that there are. */
  readonly failure?: FoundFailure;
  /** The answer for people to read. */
  readonly text: string;
}

const LIMITS = { depth: 3, places: 64, maxRuns: 100_000 } as const;
const OFTEN = 500;

/** A scenario in which nothing went wrong, and how many accesses followed its last action. */
interface Sound {
  readonly actions: readonly Action[];
  readonly idleAfter: number;
}

const waited = (actions: readonly Action[]): number => actions.reduce((sum, { after }) => sum + after, 0);

function defaultDeeds({ driver, subject }: World): readonly Deed[] {
  return [
    { type: "arrive", count: 1 },
    ...(driver.send ? [{ type: "send", count: 1 } as const] : []),
    ...(driver.print ? [{ type: "print", count: 1 } as const] : []),
    ...(subject.timed ? [{ type: "pass", halves: 1 } as const] : []),
  ];
}

/**
 * Runs a driver in every scenario within a bound, by running it anew for each: every sequence of up to `depth` of the environment's
 * actions, each at every place between two accesses of the driver. What is found is a scenario of the fewest actions. What is not found
 * is not there *within the bound*, and nothing more.
 *
 * @param makeDriver - gives a fresh driver for each run.
 * @throws RangeError or TypeError if an option has a value that it cannot have, or an entry point gives a promise.
 * @example
 * const { verdict, text } = exploreDriver(driver, { device: "serial", revision: "0.8.1" });
 */
export function exploreDriver(makeDriver: MakeDriver, options: ExploreDriverOptions): DriverExploration {
  playDriver(() => ({}), options, []);
  const world = World.of(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
  const exploration = exploring(world, options);
  let step = exploration.next();
  while (!step.done) step = exploration.next(playDriver(makeDriver, options, ...step.value));
  return step.value;
}

/**
 * {@link exploreDriver} for a driver whose entry points give promises.
 *
 * @throws as that does.
 */
export async function exploreDriverAsync(
  makeDriver: MakeAsyncDriver,
  options: ExploreDriverOptions,
): Promise<DriverExploration> {
  playDriver(() => ({}), options, []);
  const world = World.ofAsync(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
  const exploration = exploring(world, options);
  let step = exploration.next();
  while (!step.done) step = exploration.next(await playDriverAsync(makeDriver, options, ...step.value));
  return step.value;
}

/** Asks for one scenario after the other to be played, is given how each went, and answers. */
function* exploring(
  world: World,
  options: ExploreDriverOptions,
): Generator<[actions: readonly Action[], listeners: Listeners], DriverExploration, Outcome> {
  const { progress, quietInit = true } = options;
  const bound = {
    depth: whole("depth", options.depth ?? LIMITS.depth),
    places: whole("places", options.places ?? LIMITS.places),
    deeds: options.deeds ?? defaultDeeds(world),
    maxRuns: whole("maxRuns", options.maxRuns ?? LIMITS.maxRuns),
  };
  let runs = 0;
  let depth = -1;
  const broken: (readonly Action[])[] = [];
  let scenarios: Iterable<readonly Action[]> = [[]];
  levels: while (broken.length === 0 && depth < bound.depth) {
    const sound: Sound[] = [];
    for (const actions of scenarios) {
      if (runs === bound.maxRuns) break levels;
      const { violation, idleAfter } = yield [actions, {}];
      if (++runs % OFTEN === 0) progress?.({ runs, depth: actions.length });
      if (violation) broken.push(actions);
      else sound.push({ actions, idleAfter });
    }
    if (broken.length === 0) depth++;
    scenarios = further(sound, bound, quietInit);
  }
  const [shortest] = broken.toSorted((a, b) => waited(a) - waited(b));
  const so = { bound, depth: Math.max(0, depth), runs };
  if (!shortest) return { ...so, verdict: "bounded", text: boundedInWords(so, options) };
  const outcome = yield [shortest, { tell: true }];
  const how = `Found in ${runs} runs: no scenario of fewer actions fails.`;
  const failure = failureOf(outcome, shortest, options, how);
  return { ...so, verdict: "refuted", failure, text: failure.text };
}

function boundedInWords(
  { bound, depth, runs }: Pick<DriverExploration, "bound" | "depth" | "runs">,
  options: ExploreDriverOptions,
): string {
  const claims = (options.claims ?? Object.keys(CLAIMS)).length;
  return [
    `bounded: none of ${claims} claims is broken in ${runs} runs.`,
    `Each sequence of up to ${depth} actions of ${bound.deeds.map(({ type }) => type).join(", ")} was run,`,
    `each action at each of up to ${bound.places} places between the driver's accesses.`,
    ...(depth < bound.depth ? [`It stopped at ${bound.maxRuns} runs, before depth ${bound.depth}.`] : []),
    "This is no proof.",
  ].join(" ");
}

/** Scenarios with one more action: a call comes when the driver is idle, anything else at each place until then. */
function* further(
  sound: readonly Sound[],
  { deeds, places }: DriverExploration["bound"],
  quietInit: boolean,
): Generator<readonly Action[]> {
  for (const { actions, idleAfter } of sound) {
    // While nothing may happen before the driver is set up, all places of its start are the one after it.
    const last = actions.length === 0 && quietInit ? 0 : Math.min(idleAfter, places - 1);
    for (const deed of deeds)
      for (let after = 0; after <= (isCall(deed) ? 0 : last); after++) yield [...actions, { ...deed, after }];
  }
}

function whole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`${name}: expected a whole number from 1, got ${value}`);
}
