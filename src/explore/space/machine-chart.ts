import type { AnyMachineSnapshot, AnyStateMachine, EventFrom, SnapshotFrom } from "xstate";
import type { Chart } from "../../device/index.js";
import { isReserved, refusalsOf } from "../../engine/internal.js";
import type { Input } from "../../journal/index.js";
import type { Abstraction, Scope } from "./scope.js";
import { refusalOf, UnsupportedMachineError } from "./unsupported-machine.js";
import type { ClassIdentity } from "./value-identity.js";

/** The snapshot of a machine where the type of a state is one; that of any machine otherwise. */
export type SnapshotIn<TState> = TState extends AnyMachineSnapshot ? TState : AnyMachineSnapshot;

/** The scope in which a machine is explored: its events, and where it begins and ends. */
export interface MachineScope<TMachine extends AnyStateMachine = AnyStateMachine> {
  /** The events that are possible: in every state each may come next, any number of times. */
  readonly events: readonly EventFrom<TMachine>[];
  /** The scope in words, which reports print; by default the types of the events. */
  readonly name?: string;
  /** The snapshot in which the machine begins: `actor.getSnapshot()`. By default it begins in its initial state, without an input. */
  readonly start?: SnapshotFrom<TMachine>;
  /** By field of the context: the representative of all values that make no difference to guards, as in {@link Scope}. */
  readonly abstract?: Abstraction;
  /** The rules for instances of classes in the context, as in {@link Scope}. */
  readonly classes?: readonly ClassIdentity<never>[];
  /** Returns true if a snapshot lies within the scope; events that lead out of it are left out, and counted. By default all do. */
  within?(snapshot: SnapshotFrom<TMachine>): boolean;
}

const machineCharts = new WeakSet<object>();

/** Returns true if the states of a chart are snapshots: it was built by {@link chartOfMachine}. */
export const hasSnapshotStates = (chart: object): boolean => machineCharts.has(chart);

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
  const refusals = refusalsOf(machine).map(refusalOf);
  if (refusals.length > 0) throw new UnsupportedMachineError(machine.id, refusals);
  const { events, start, name = `the events ${eventTypes(events).join(", ")}`, ...options } = machineScope;
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
    stateOf: (context: unknown) => context as never,
    snapshotOf: (snapshot) => snapshot as never,
    ...(start === undefined ? {} : { initial: start }),
  };
  machineCharts.add(chart);
  return { chart, scope: { ...options, name, inputs: events as readonly unknown[] as readonly Input[] } };
}

const eventTypes = (events: readonly { readonly type: string }[]): string[] => [
  ...new Set(events.map(({ type }) => type)),
];

const SCOPE_KEYS = ["events", "name", "start", "abstract", "classes", "within"];

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
  if (events.length === 0) throw new RangeError("events: expected at least one event, got none");
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

const isMachineSnapshot = (value: unknown): boolean =>
  isMachine((value as { readonly machine?: unknown } | null)?.machine);

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
  const resolved = snapshots.get(valueKey) ?? machine.resolveState({ value: value as never, context: {} });
  snapshots.set(valueKey, resolved);
  return { ...resolved, context, status: isDone ? "done" : resolved.status } as AnyMachineSnapshot;
}
