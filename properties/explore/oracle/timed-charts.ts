/** Random charts with timers and actors, and what XState's own actors do with them, on a clock whose timers go off when they are told to. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import {
  type Actor,
  type AnyActorLogic,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  assign,
  createActor,
  setup,
} from "xstate";
import type { StateView } from "./claim-specs.js";
import { HOSTILE_EVENTS, hostileValue } from "./hostile-charts.js";
import { type NaiveGraph, orderOf, TooManyStates } from "./naive-checker.js";

interface TimedTransition {
  readonly target: number;
  readonly counts: boolean;
}

interface TimedState {
  readonly on: Readonly<Record<string, TimedTransition>>;
  readonly after: readonly TimedTransition[];
  /** The transitions of an actor that runs in the state; absent if there is none. */
  readonly actor?:
    | { readonly done?: TimedTransition | undefined; readonly error?: TimedTransition | undefined }
    | undefined;
}

/** A chart with timers and actors as data: its regions side by side. */
export interface TimedSpec {
  readonly regions: readonly (readonly TimedState[])[];
  /** A factor that decides which of the delays are the shorter ones. */
  readonly delayFactor: number;
}

const COUNT_LIMIT = 3;
const VALUE_GROUP = 0;
/** The delays are the numbers from 1 in another order: no two timers have the same. */
const DELAY_MODULUS = 31;

const transition: fc.Arbitrary<TimedTransition> = fc.record({
  target: fc.nat({ max: 2 }),
  counts: fc.boolean(),
});
const mayBe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const timedState: fc.Arbitrary<TimedState> = fc.record({
  on: fc.dictionary(fc.constantFrom<string>(...HOSTILE_EVENTS, "PING"), transition, { maxKeys: 2 }),
  after: fc.array(transition, { maxLength: 2, size: "max" }),
  actor: fc.option(fc.record({ done: mayBe(transition), error: mayBe(transition) }), {
    nil: undefined,
    freq: 2,
  }),
});

export const timedChart: fc.Arbitrary<TimedSpec> = fc.record({
  regions: fc.array(fc.array(timedState, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
  delayFactor: fc.integer({ min: 1, max: DELAY_MODULUS - 1 }),
});

const ACTOR_ERROR = new Error("the actor fails");

/** What each actor may do. */
export const ACTOR_BEHAVIOURS = { work: { outputs: [1], errors: [ACTOR_ERROR], sends: [{ type: "PING" }] } };

/** An actor that ends, fails or sends when it is told to. */
const workLogic = {
  getInitialSnapshot: () => ({ status: "active", output: undefined, error: undefined }),
  getPersistedSnapshot: (snapshot: unknown) => snapshot,
  transition: (
    snapshot: object,
    { type }: { readonly type: string },
    { self }: { readonly self: { readonly _parent?: { send(event: { readonly type: string }): void } } },
  ) => {
    if (type === "done") return { ...snapshot, status: "done", output: 1 };
    if (type === "error") return { ...snapshot, status: "error", error: ACTOR_ERROR };
    if (type === "PING") self._parent?.send({ type: "PING" });
    return snapshot;
  },
} as unknown as AnyActorLogic;

interface TimedMachine {
  readonly machine: AnyStateMachine;
  /** By delay: the type of the timer's event. */
  readonly timerTypes: ReadonlyMap<number, string>;
}

/** Builds the machine of a description. */
export function timedMachine({ regions, delayFactor }: TimedSpec): TimedMachine {
  const timerTypes = new Map<number, string>();
  const isParallel = regions.length > 1;
  const countUp = assign({ n: ({ context }: { context: { n: number } }) => (context.n + 1) % COUNT_LIMIT });
  const regionOf = (states: readonly TimedState[], region: number) => {
    const transitionOf = ({ target, counts }: TimedTransition) => ({
      target: `s${target % states.length}`,
      actions: counts ? [countUp] : [],
    });
    const stateOf = ({ on, after, actor }: TimedState, index: number) => {
      const stateId = `timed.${isParallel ? `r${region}.` : ""}s${index}`;
      const delayed = after.map((afterTransition) => {
        const delay = ((timerTypes.size + 1) * delayFactor) % DELAY_MODULUS;
        timerTypes.set(delay, `xstate.after.${delay}.${stateId}`);
        return [delay, transitionOf(afterTransition)] as const;
      });
      return {
        on: Object.fromEntries(Object.entries(on).map(([type, target]) => [type, transitionOf(target)])),
        after: Object.fromEntries(delayed),
        ...(actor
          ? {
              invoke: {
                src: "work",
                id: `w${region}${index}`,
                ...(actor.done ? { onDone: transitionOf(actor.done) } : {}),
                ...(actor.error ? { onError: transitionOf(actor.error) } : {}),
              },
            }
          : {}),
      };
    };
    return {
      initial: "s0",
      states: Object.fromEntries(states.map((state, index) => [`s${index}`, stateOf(state, index)])),
    };
  };
  const built = regions.map(regionOf);
  const machine = setup({ actors: { work: workLogic } }).createMachine({
    id: "timed",
    context: { x: hostileValue(VALUE_GROUP, 0), n: 0 },
    ...(isParallel
      ? { type: "parallel", states: Object.fromEntries(built.map((region, index) => [`r${index}`, region])) }
      : built[0]),
  } as never) as unknown as AnyStateMachine;
  return { machine, timerTypes };
}

/** A step of a run: an event from outside, a timer by its delay, or an actor that does something. */
type Choice =
  | { readonly kind: "event"; readonly type: string }
  | { readonly kind: "timer"; readonly delay: number }
  | { readonly kind: "actor"; readonly id: string; readonly deed: "done" | "error" | "PING" };

interface RunningTimer {
  readonly delay: number;
  readonly step: number;
  readonly serial: number;
  readonly goOff: () => void;
}

/** A run of XState's actor, on a clock of its own. */
class TimedRun {
  readonly #actor: Actor<AnyStateMachine>;
  readonly #timers = new Map<number, RunningTimer>();
  #step = 0;
  #serial = 0;

  constructor(machine: AnyStateMachine, choices: readonly Choice[]) {
    this.#actor = createActor(machine, {
      clock: {
        setTimeout: (goOff: () => void, delay: number) => {
          const serial = this.#serial++;
          this.#timers.set(serial, { delay, step: this.#step, serial, goOff });
          return serial;
        },
        clearTimeout: (serial: number) => void this.#timers.delete(serial),
      },
    });
    // An error that nobody listens to would end the process.
    this.#actor.subscribe({ error: () => undefined });
    this.#actor.start();
    for (const choice of choices) this.take(choice);
  }

  take(choice: Choice): void {
    this.#step++;
    if (choice.kind === "event") this.#actor.send({ type: choice.type });
    else if (choice.kind === "actor") this.snapshot.children[choice.id]?.send({ type: choice.deed });
    else {
      const timer = this.#running.find(({ delay }) => delay === choice.delay) as RunningTimer;
      this.#timers.delete(timer.serial);
      timer.goOff();
    }
  }

  get snapshot(): AnyMachineSnapshot {
    return this.#actor.getSnapshot() as AnyMachineSnapshot;
  }

  get #isActive(): boolean {
    return this.snapshot.status === "active";
  }

  get #running(): readonly RunningTimer[] {
    return this.#isActive ? [...this.#timers.values()] : [];
  }

  get #workers(): readonly string[] {
    if (!this.#isActive) return [];
    return Object.entries(this.snapshot.children)
      .filter(
        ([, child]) => (child as { getSnapshot(): { status: string } }).getSnapshot().status === "active",
      )
      .map(([id]) => id);
  }

  /** The pairs of timers of which the first certainly goes off before the second. */
  get #precedences(): readonly (readonly [RunningTimer, RunningTimer])[] {
    const running = this.#running;
    const isBefore = (one: RunningTimer, other: RunningTimer) =>
      one.step <= other.step && one.delay < other.delay;
    return running.flatMap((one) =>
      running.filter((other) => isBefore(one, other)).map((other) => [one, other] as const),
    );
  }

  /** True if some timer cannot be the next one that goes off. */
  get hasWaitingTimer(): boolean {
    return this.#precedences.length > 0;
  }

  /** What may come next. */
  get choices(): readonly Choice[] {
    const blocked = new Set(this.#precedences.map(([, later]) => later));
    return [
      ...HOSTILE_EVENTS.map((type) => ({ kind: "event", type }) as const),
      ...this.#running
        .filter((timer) => !blocked.has(timer))
        .map(({ delay }) => ({ kind: "timer", delay }) as const),
      ...this.#workers.flatMap((id) =>
        (["done", "error", "PING"] as const).map((deed) => ({ kind: "actor", id, deed }) as const),
      ),
    ];
  }

  /** Everything that decides what may come. */
  get state(): unknown {
    const { value, context, status } = this.snapshot;
    return {
      value,
      context,
      status,
      order: orderOf(this.snapshot),
      workers: [...this.#workers].sort(),
      timers: this.#running.map(({ delay }) => delay).sort(),
      precedences: this.#precedences.map(([one, other]) => `${one.delay} ${other.delay}`).sort(),
    };
  }
}

/** Runs everything that may come, from the beginning each time. */
export function exploreTimed(
  { machine, timerTypes }: TimedMachine,
  limit: number,
): NaiveGraph & { readonly hasWaitingTimer: boolean } {
  const viewOf = ({ value, context, status }: AnyMachineSnapshot): StateView => ({
    value,
    context,
    isDone: status !== "active",
    valueGroup: VALUE_GROUP,
  });
  const eventOf = (choice: Choice): string => {
    if (choice.kind === "event") return choice.type;
    if (choice.kind === "timer") return timerTypes.get(choice.delay) as string;
    return choice.deed === "PING" ? "PING" : `xstate.${choice.deed}.actor.${choice.id}`;
  };
  const first = new TimedRun(machine, []);
  const states = [first.snapshot];
  const identities = [first.state];
  const paths: (readonly Choice[])[] = [[]];
  const edges: NaiveGraph["edges"][number][] = [];
  let hasWaitingTimer = false;
  for (let from = 0; from < states.length; from++) {
    const path = paths[from] as readonly Choice[];
    const before = states[from] as AnyMachineSnapshot;
    const reached = new TimedRun(machine, path);
    hasWaitingTimer ||= reached.hasWaitingTimer;
    for (const choice of reached.choices) {
      const run = new TimedRun(machine, [...path, choice]);
      const { snapshot, state } = run;
      const view = { ...viewOf(snapshot), event: eventOf(choice), before: before.value };
      const knownId = identities.findIndex((identity) => isDeepStrictEqual(identity, state));
      const to = knownId >= 0 ? knownId : states.push(snapshot) - 1;
      if (knownId < 0) {
        identities.push(state);
        paths.push([...path, choice]);
      }
      edges.push({ from, to, view });
      if (states.length > limit) throw new TooManyStates();
    }
  }
  return {
    initial: viewOf(states[0] as AnyMachineSnapshot),
    states,
    edges,
    hasTwins: false,
    hasWaitingTimer,
  };
}
