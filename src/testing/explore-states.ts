import { type Action, type Deed, isDriverCall } from "./action.js";
import type { Checkpoint } from "./checkpoint.js";
import { type Coroutine, runSync } from "./coroutine.js";
import { performAction, runUntilQuiet, startDriver } from "./play.js";
import type { Schedule } from "./schedule.js";
import { isRunEnd, UsageError } from "./stop.js";
import type { TestBench } from "./test-bench.js";

/** The bound within which states are explored. */
export interface StateBound {
  /** How many deeds there are at most. */
  readonly depth: number;
  /** After how many accesses at most the environment acts within a call, counted from the deed before. */
  readonly positions: number;
  /** The deeds of the environment. */
  readonly deeds: readonly Deed[];
  /** How many times calls are run at most. */
  readonly maxRuns: number;
  /** How many deeds at most take place before the driver is idle again, after the one that it was idle at. */
  readonly preemptions: number;
  /** How many bytes at most are on their way when the driver is idle, those of the deeds that follow included. */
  readonly outstanding: number;
}

/** What an exploration of states has found. */
export interface StateExploration {
  /** The number of states that differ, with an idle driver. */
  readonly states: number;
  /** The number of runs from one state to another. */
  readonly runs: number;
  /** The number of deeds up to which everything was explored. */
  readonly depth: number;
  /** True if no schedule leads to another state: all of them were explored, of any number of deeds. */
  readonly isComplete: boolean;
  /** The actions of a shortest schedule that breaks a claim. */
  readonly failed?: readonly Action[];
}

/** The deeds that states can be explored with: what they do ends within the call, or is part of the state. */
const EXPLORABLE: ReadonlySet<Deed["type"]> = new Set([
  ...(["arrive", "error", "break", "pass", "stall", "snapshot", "modem", "late", "spurious"] as const),
  ...(["send", "print"] as const),
]);

/** Bytes have so many values, in turn: a driver that treats all values alike mixes up any two that follow one another. */
const SYMBOL_COUNT = 3;
const FIRST_SYMBOLS = { send: 0x41, print: 0x10, arrive: 0x61 } as const;
const PROGRESS_INTERVAL = 500;

type ByteRoute = keyof typeof FIRST_SYMBOLS;
const isByteDeed = (deed: Deed): deed is Extract<Deed, { type: ByteRoute }> => deed.type in FIRST_SYMBOLS;

/** A state in which the driver is idle, with the schedule that led to it. */
interface IdleState {
  readonly checkpoint: Checkpoint;
  readonly outstanding: number;
  /** For each route how many symbols were drawn, by the number of symbols. */
  readonly symbols: Readonly<Record<ByteRoute, number>>;
  readonly before: IdleState | undefined;
  /** The actions from the state before to this one. */
  readonly actions: readonly Action[];
  /** The number of accesses from the last of them until the driver was idle. */
  readonly idleAfter: number;
}

/** A run from a state that may be cut up further: the actions so far, and the accesses after the last. */
interface Extension {
  readonly state: IdleState;
  readonly actions: readonly Action[];
  readonly idleAfter: number;
}

/** Returns the schedule that leads to a state. The first action of each run waits until the driver is idle: for more accesses than it makes. */
function scheduleTo({ before, actions }: IdleState): Action[] {
  const [first, ...others] = actions;
  if (!before || !first) return [];
  return [...scheduleTo(before), { ...first, after: before.idleAfter + 1 }, ...others];
}

/** Visits each state once that a driver reaches, by all schedules within a bound, in the order of the numbers of deeds. */
export class StateSearch {
  readonly #testBench: TestBench;
  readonly #schedule: Schedule;
  readonly #bound: StateBound;
  readonly #seen = new Set<string>();
  /** What is to be extended by another deed, by the number of deeds so far. */
  readonly #extensions: Extension[][] = [[]];
  #runCount = 0;
  #failed: readonly Action[] | undefined;

  /** @throws TypeError if a deed cannot be explored so. */
  constructor(testBench: TestBench, schedule: Schedule, bound: StateBound) {
    for (const { type } of bound.deeds)
      if (!EXPLORABLE.has(type))
        throw new UsageError(
          `deeds: ${type} is none that states can be explored with; expected some of ${[...EXPLORABLE].join(", ")}`,
        );
    this.#testBench = testBench;
    this.#schedule = schedule;
    this.#bound = bound;
  }

  /** Explores, until all is visited, a claim is broken or the bound is reached. */
  search(progress?: (reached: { runs: number; states: number; depth: number }) => void): StateExploration {
    const symbols = { send: 0, print: 0, arrive: 0 };
    const started = this.#run(startDriver(this.#testBench));
    if (started === "idle") this.#visit(undefined, [], this.#schedule.accessCount, symbols, 0);
    else if (started === "broken") this.#failed = [];
    let depth = 0;
    for (; !this.#failed && depth < this.#bound.depth; depth++) {
      const level = this.#extensions[depth] ?? [];
      if (level.length === 0) return this.#result(depth, true);
      for (const extension of level) {
        for (const actions of this.#longerActions(extension)) {
          if (this.#runCount === this.#bound.maxRuns) return this.#result(depth, false);
          this.#follow(extension.state, actions, depth + 1);
          if (this.#runCount % PROGRESS_INTERVAL === 0)
            progress?.({ runs: this.#runCount, states: this.#seen.size, depth });
          if (this.#failed) return this.#result(depth, false);
        }
      }
      this.#extensions[depth] = [];
    }
    const isComplete = !this.#failed && (this.#extensions[depth] ?? []).length === 0;
    return this.#result(depth, isComplete);
  }

  #result(depth: number, isComplete: boolean): StateExploration {
    const failed = this.#failed;
    return {
      ...{ states: this.#seen.size, runs: this.#runCount, depth, isComplete },
      ...(failed ? { failed } : {}),
    };
  }

  /** Yields the actions with one more: any deed while the driver is idle, and no call of the driver within another. */
  *#longerActions({ state, actions, idleAfter }: Extension): Generator<readonly Action[]> {
    const { deeds, positions, outstanding } = this.#bound;
    const byteCount = actions.reduce((sum, action) => sum + (isByteDeed(action) ? action.count : 0), 0);
    for (const deed of deeds) {
      if (isByteDeed(deed) && state.outstanding + byteCount + deed.count > outstanding) continue;
      if (actions.length === 0) {
        yield [{ ...deed, after: 0 }];
        continue;
      }
      if (isDriverCall(deed)) continue;
      for (let after = 0; after < Math.min(idleAfter, positions); after++)
        yield [...actions, { ...deed, after }];
    }
  }

  /** Runs from a state to the next in which the driver is idle. */
  #follow(state: IdleState, chosenActions: readonly Action[], deedCount: number): void {
    this.#runCount++;
    const symbols = { ...state.symbols };
    const actions = chosenActions.map((action): Action => {
      if (!isByteDeed(action)) return action;
      const first = FIRST_SYMBOLS[action.type] + symbols[action.type];
      symbols[action.type] = (symbols[action.type] + action.count) % SYMBOL_COUNT;
      return { ...action, first };
    });
    state.checkpoint.restore();
    this.#schedule.restart(actions);
    const ended = this.#run(performAction(this.#testBench, this.#schedule.takeNext() as Action));
    if (ended === "broken") this.#failed = scheduleTo({ ...state, before: state, actions, idleAfter: 0 });
    // A print within a call finds none where interrupts are disabled.
    if (ended !== "idle" || this.#schedule.hasNext) return;
    const idleAfter = this.#schedule.accessCount;
    if (actions.length <= this.#bound.preemptions)
      this.#extendLater({ state, actions: chosenActions, idleAfter }, deedCount);
    this.#visit(state, actions, idleAfter, symbols, deedCount);
  }

  /** Visits the state that the test bench is in, unless it has been seen. */
  #visit(
    before: IdleState | undefined,
    actions: readonly Action[],
    idleAfter: number,
    symbols: IdleState["symbols"],
    deedCount: number,
  ): void {
    const checkpoint = this.#testBench.checkpoint() as Checkpoint;
    const key = `${symbols.send}${symbols.print}${symbols.arrive}${checkpoint.key}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const outstanding = this.#testBench.byteLedger.outstandingCount;
    const state: IdleState = { checkpoint, outstanding, symbols, before, actions, idleAfter };
    this.#extendLater({ state, actions: [], idleAfter: 0 }, deedCount);
    if (this.#run(runUntilQuiet(this.#testBench)) === "broken") this.#failed = scheduleTo(state);
  }

  #extendLater(extension: Extension, deedCount: number): void {
    const level = this.#extensions[deedCount];
    if (level) level.push(extension);
    else this.#extensions[deedCount] = [extension];
  }

  /** Runs to the end. Returns how that is: with an idle driver, with a claim broken, or with one that is not checked. */
  #run(coroutine: Coroutine<void>): "idle" | "broken" | "stopped" {
    try {
      runSync(coroutine);
    } catch (error) {
      if (!isRunEnd(error)) throw error;
      if (!this.#testBench.violation) return "stopped";
    }
    return this.#testBench.violation ? "broken" : "idle";
  }
}
