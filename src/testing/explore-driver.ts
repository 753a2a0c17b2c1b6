import { type Action, type Deed, isCall } from "./action.js";
import { CLAIMS } from "./claims.js";
import type { MakeDriver } from "./driver.js";
import { type FailureOptions, type FoundFailure, failureOf } from "./failure.js";
import type { PlayOptions } from "./options.js";
import { playDriver } from "./play.js";
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
  /** How many actions there are in the longest scenarios of which every one was run; less than `depth` if `maxRuns` came first. */
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

function defaultDeeds(options: PlayOptions, makeDriver: MakeDriver): readonly Deed[] {
  const { driver, subject } = World.of(makeDriver, { ...options, claims: [] }, new Schedule([]), false);
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
  const { progress } = options;
  const bound = {
    depth: whole("depth", options.depth ?? LIMITS.depth),
    places: whole("places", options.places ?? LIMITS.places),
    deeds: options.deeds ?? defaultDeeds(options, makeDriver),
    maxRuns: whole("maxRuns", options.maxRuns ?? LIMITS.maxRuns),
  };
  let runs = 0;
  let exhausted = -1;
  const broken: (readonly Action[])[] = [];
  /** Runs a scenario; undefined if it breaks a claim. */
  const run = (actions: readonly Action[]): Sound | undefined => {
    const { violation, idleAfter } = playDriver(makeDriver, options, actions);
    if (++runs % OFTEN === 0) progress?.({ runs, depth: actions.length });
    if (!violation) return { actions, idleAfter };
    broken.push(actions);
    return undefined;
  };
  let level: readonly (Sound | undefined)[] = [run([])];
  for (let depth = 0; broken.length === 0; depth++) {
    exhausted = depth;
    if (depth === bound.depth) break;
    const next: Sound[] = [];
    for (const before of level)
      for (const actions of before ? onwards(before, bound, options.quietInit ?? true) : []) {
        if (runs >= bound.maxRuns) return bounded();
        const sound = run(actions);
        if (sound) next.push(sound);
      }
    level = next;
  }
  if (broken.length === 0) return bounded();
  const [shortest = []] = broken.toSorted((a, b) => waited(a) - waited(b));
  const outcome = playDriver(makeDriver, options, shortest, { tell: true });
  const how = `Found in ${runs} runs: no scenario of fewer actions fails.`;
  const failure = failureOf(outcome, shortest, options, how);
  return { verdict: "refuted", bound, depth: exhausted, runs, failure, text: failure.text };

  function bounded(): DriverExploration {
    const claims = (options.claims ?? Object.keys(CLAIMS)).length;
    const text = [
      `bounded: none of ${claims} claims is broken in ${runs} runs.`,
      `Each sequence of up to ${exhausted} actions of ${bound.deeds.map(({ type }) => type).join(", ")} was run,`,
      `each action at each of up to ${bound.places} places between the driver's accesses.`,
      ...(exhausted < bound.depth
        ? [`It stopped at ${bound.maxRuns} runs, before depth ${bound.depth}.`]
        : []),
      "This is no proof.",
    ].join(" ");
    return { verdict: "bounded", bound, depth: exhausted, runs, text };
  }
}

/** A scenario with one more action: a call comes when the driver is idle, anything else at each place until then. */
function* onwards(
  { actions, idleAfter }: Sound,
  { deeds, places }: DriverExploration["bound"],
  quietInit: boolean,
): Generator<readonly Action[]> {
  // While nothing may happen before the driver is set up, all places of its start are the one after it.
  const last = actions.length === 0 && quietInit ? 0 : Math.min(idleAfter, places - 1);
  for (const deed of deeds)
    for (let after = 0; after <= (isCall(deed) ? 0 : last); after++) yield [...actions, { ...deed, after }];
}

function whole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`${name}: expected a whole number from 1, got ${value}`);
}
