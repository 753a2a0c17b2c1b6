import type { AnyMachineSnapshot, AnyStateMachine, EventFrom, SnapshotFrom, StateValue } from "xstate";
import type { Chart } from "../../device/index.js";
import { UnsupportedError } from "../../engine/index.js";
import { isReserved, refusalsOf } from "../../engine/internal.js";
import type { Input } from "../../journal/index.js";
import type { ActorBehaviour } from "./environment.js";
import type { ObserverCharts } from "./observers.js";
import type { Abstraction, Scope } from "./scope.js";
import { isExplored, refusalOf, UnsupportedMachineError } from "./unsupported-machine.js";
import type { ClassIdentity } from "./value-identity.js";

/** The snapshot of a machine where the type of a state is one; that of any machine otherwise. */
export type SnapshotIn<TState> = TState extends AnyMachineSnapshot ? TState : AnyMachineSnapshot;

/** The scope in which a machine is explored: its events, and where it begins and ends. */
export interface MachineScope<TMachine extends AnyStateMachine = AnyStateMachine> {
  /**
   * The events that are possible: in every state each may come next, any number of times. The events of the machine's own timers and actors
   * are possible besides: where they are, and only there.
   */
  readonly events: readonly EventFrom<TMachine>[];
  /** The scope in words, which reports print; by default the types of the events. */
  readonly name?: string;
  /** The snapshot in which the machine begins: `actor.getSnapshot()`. By default it begins in its initial state, without an input. */
  readonly start?: SnapshotFrom<TMachine>;
  /**
   * By id or source of an actor: what it may do. By default a promise, an observable or an actor without a logic is done without an output, or
   * fails; a machine with a final state is done; others do nothing.
   */
  readonly actors?: Readonly<Record<string, ActorBehaviour>>;
  /** By field of the context: the representative of all values that make no difference to guards, as in {@link Scope}. */
  readonly abstract?: Abstraction;
  /** The rules for instances of classes in the context, as in {@link Scope}. */
  readonly classes?: readonly ClassIdentity<never>[];
  /** By name: small charts that run beside, and see every step, as in {@link Scope}. */
  readonly observers?: ObserverCharts;
  /** Returns true if a snapshot lies within the scope; events that lead out of it are left out, and counted. By default all do. */
  within?(snapshot: SnapshotFrom<TMachine>): boolean;
}

/** What is known of the chart of a machine. */
interface MachineChart {
  /** What its actors may do, if XState itself takes its steps. */
  actors: Readonly<Record<string, ActorBehaviour>> | undefined;
  readonly classes: readonly ClassIdentity<never>[] | undefined;
}

const machineCharts = new WeakMap<object, MachineChart>();

/** Returns true if the states of a chart are snapshots: it was built by {@link chartOfMachine}. */
export const hasSnapshotStates = (chart: object): boolean => machineCharts.has(chart);

/** Returns what the actors of a chart may do; undefined if the chart can be compiled, and has none. */
export const actorsOf = (chart: object): Readonly<Record<string, ActorBehaviour>> | undefined =>
  machineCharts.get(chart)?.actors;

/** Returns the rules for instances of classes in a chart's context. */
export const classesOf = (chart: object): readonly ClassIdentity<never>[] | undefined =>
  machineCharts.get(chart)?.classes;

/** Returns true for an XState machine. */
export const isMachine = (candidate: unknown): candidate is AnyStateMachine => {
  const { root, implementations } = (candidate ?? {}) as Partial<AnyStateMachine>;
  return root !== undefined && implementations !== undefined;
};

/**
 * Returns a chart of a machine, and its scope.
 *
 * @throws TypeError or RangeError if a property of the scope is invalid. UnsupportedMachineError if the machine uses features that are not
 *   explored.
 */
export function chartOfMachine<TMachine extends AnyStateMachine>(
  machine: TMachine,
  machineScope: MachineScope<TMachine>,
): {
  readonly chart: Chart<AnyStateMachine, SnapshotFrom<TMachine>>;
  readonly scope: Scope<SnapshotFrom<TMachine>>;
} {
  checkMachineScope(machine, machineScope);
  const refusals = refusalsOf(machine);
  const unexplored = refusals.filter((refusal) => !isExplored(refusal)).map(refusalOf);
  if (unexplored.length > 0) throw new UnsupportedMachineError(machine.id, unexplored);
  const {
    events,
    start,
    name = events.length > 0 ? `the events ${eventTypes(events).join(", ")}` : "no events of its own",
    actors,
    ...options
  } = machineScope;
  const chart: Chart<AnyStateMachine, SnapshotFrom<TMachine>> = {
    id: machine.id,
    machine,
    options: {},
    clock: 1,
    interrupt: "pulse",
    registers: [],
    rules: {},
    inputs: eventTypes(events) as Input["type"][],
    characters: "bytes",
    divisorLatchOpen: () => false,
    // A snapshot needs the state value as well: see LazyDeviceState.
    stateOf: (context) => context,
    snapshotOf: (snapshot) => snapshot as ReturnType<TMachine["resolveState"]>,
    ...(start === undefined ? {} : { initial: start }),
  };
  machineCharts.set(chart, {
    actors: refusals.length > 0 ? (actors ?? {}) : actors,
    classes: machineScope.classes,
  });
  return { chart, scope: { ...options, name, inputs: events as readonly unknown[] as readonly Input[] } };
}

const eventTypes = (events: readonly { readonly type: string }[]): string[] => [
  ...new Set(events.map(({ type }) => type)),
];

const SCOPE_KEYS = ["events", "name", "start", "actors", "abstract", "classes", "observers", "within"];

const inWords = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
};

function checkMachineScope(machine: AnyStateMachine, scope: MachineScope): void {
  if (typeof scope !== "object" || scope === null)
    throw new TypeError(`scope: expected { events, within?, start? }, got ${inWords(scope)}`);
  const unknownKey = Object.keys(scope).find((key) => !SCOPE_KEYS.includes(key));
  if (unknownKey !== undefined)
    throw new RangeError(`scope: expected ${SCOPE_KEYS.join(", ")}, got ${unknownKey}`);
  const { events, start, within } = scope as {
    readonly [Key in keyof MachineScope]: unknown;
  };
  if (!Array.isArray(events))
    throw new TypeError(`events: expected a list of events, got ${inWords(events)}`);
  if (events.length === 0 && !hasEnvironment(machine))
    throw new RangeError("events: expected at least one event, got none");
  for (const [index, event] of events.entries()) {
    const eventType: unknown = event?.type;
    if (typeof eventType !== "string")
      throw new TypeError(
        `events[${index}]: expected an event such as { type: "GO" }, got ${inWords(event)}`,
      );
    if (eventType === "*" || eventType === "" || isReserved(eventType))
      throw new RangeError(
        `events[${index}].type: expected the type of an event that can be sent, got ${inWords(eventType)}`,
      );
  }
  if (within !== undefined && typeof within !== "function")
    throw new TypeError(`within: expected a function of a snapshot, got ${inWords(within)}`);
  if (start === undefined) return;
  if ((start as Partial<AnyMachineSnapshot> | null)?.machine !== machine)
    throw new TypeError(
      `start: expected a snapshot of machine "${machine.id}", such as createActor(machine).getSnapshot(), got ${isMachineSnapshot(start) ? "one of another machine" : inWords(start)}`,
    );
}

/** Returns true if a machine may have events of its own timers and actors. */
const hasEnvironment = (machine: AnyStateMachine): boolean =>
  refusalsOf(machine).some(({ feature }) => /^(invoke|after|raise|the action)/.test(feature));

const isMachineSnapshot = (value: unknown): boolean =>
  isMachine((value as { readonly machine?: unknown } | null)?.machine);

/** The beginnings of errors of functions that ask for the actor around a machine, where there is none. */
const ACTOR_ERRORS = ["There is no actor in a compiled machine", "Only an actor can "];

/**
 * Returns true if the chart of a machine was compiled, and an error says that one of its functions asks for the actor around the machine. XState
 * itself takes the steps of the chart from then on.
 */
export function needsActors(chart: object, error: unknown): boolean {
  const machineChart = machineCharts.get(chart);
  if (!machineChart || machineChart.actors) return false;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    if (!(cause instanceof UnsupportedError) && !ACTOR_ERRORS.some((words) => message.startsWith(words)))
      continue;
    machineChart.actors = {};
    return true;
  }
  return false;
}

/** By machine and state value: a snapshot of XState's own. */
const resolvedSnapshots = new WeakMap<AnyStateMachine, Map<unknown, AnyMachineSnapshot>>();

/**
 * Returns XState's own snapshot of a machine in a state.
 *
 * @param value - the state value; the same object for the same state, where possible.
 */
export function snapshotIn(
  machine: AnyStateMachine,
  value: unknown,
  context: unknown,
  isDone: boolean,
): AnyMachineSnapshot {
  const snapshots = resolvedSnapshots.get(machine) ?? new Map<unknown, AnyMachineSnapshot>();
  resolvedSnapshots.set(machine, snapshots);
  const valueKey = typeof value === "string" ? value : JSON.stringify(value);
  const resolved =
    snapshots.get(valueKey) ?? machine.resolveState({ value: value as StateValue, context: {} });
  snapshots.set(valueKey, resolved);
  return { ...resolved, context, status: isDone ? "done" : resolved.status } as AnyMachineSnapshot;
}
