import type {
  AnyStateMachine,
  EmittedFrom,
  EventFromLogic,
  InputFrom,
  SnapshotFrom,
  StateValue,
} from "xstate";
import type { EmissionKind } from "../ir/emission-kind.js";
import type { Collector, Emissions } from "./emissions.js";

/** A transition as the machine itself holds it, from `StateNode.transitions`: source, targets, guard, actions, meta. */
export type ChartTransition =
  AnyStateMachine["root"]["transitions"] extends Map<string, (infer T)[]> ? T : never;

/**
 * Something that can run an XState machine: the interpreter ({@link interpret}) or compiled code ({@link compile}).
 *
 * Both give the same values, contexts and emissions for the same events; they differ in speed only.
 */
export interface Engine<TMachine extends AnyStateMachine> {
  /** The machine that the runs of this engine run. */
  readonly machine: TMachine;
  /**
   * Starts a run from `snapshot`, or from the machine's initial state (with `input`, if it takes one).
   * Emissions of entering the initial state are not reported.
   *
   * A snapshot may be one of XState's or the JSON of one. State values are read in document order, whatever the order of
   * their keys. A run whose status is not `active` handles no more events.
   *
   * @throws the error of a guard or an action of entering the initial state.
   * @throws {TypeError} if `snapshot` is no snapshot.
   * @throws {UnsupportedError} if a snapshot has child actors and, if compiled, if the context is no plain object.
   */
  start(snapshot?: SnapshotFrom<TMachine>, input?: InputFrom<TMachine>): Run<TMachine>;
}

/** Handles the events of one type, as {@link Run.send} does. */
export type EventHandler<TMachine extends AnyStateMachine, TType extends string = string> = (
  event: Extract<EventFromLogic<TMachine>, { type: TType }>,
  emitted: Collector<EmittedFrom<TMachine>>,
  selected?: ChartTransition[],
) => void;

/**
 * Handles events of several types: `typeIndex` is the index of the event's type in the dispatcher's list.
 * Emissions are appended, as by {@link Run.send}; but a single emission may be returned instead of appended.
 */
export type EventDispatcher<TMachine extends AnyStateMachine, TType extends string = string> = (
  typeIndex: number,
  event: Extract<EventFromLogic<TMachine>, { type: TType }>,
  emitted: Collector<EmittedFrom<TMachine>>,
  selected?: ChartTransition[],
) => EmittedFrom<TMachine> | undefined;

/** Creates and handles events of several types. */
export interface EventPort<TMachine extends AnyStateMachine> {
  /**
   * Handles an event of the type at `typeIndex` in the port's list, with `payload` under the port's payload key.
   * Neither is checked.
   *
   * @returns the kind number of the first emission, whose payload is in `given`: the position of its kind in the port's list,
   * from 1, or 0 if it is of none and `given` is the emission itself. -1 if no emission is returned:
   * then all are in `rest`.
   */
  take(typeIndex: number, payload?: unknown): number;
  /** The payload of the emission that {@link take} returned last. */
  readonly given: unknown;
  /** The emissions that {@link take} did not return, in order. The caller empties the list. */
  readonly rest: Emissions<EmittedFrom<TMachine>>;
}

/** One machine with a current state, which events change. */
export interface Run<TMachine extends AnyStateMachine> {
  /**
   * Runs the macrostep of one event, with every `always` and raised event that follows.
   * An event that no state handles changes nothing, unless an `always` is enabled.
   *
   * An error of a guard or an action is thrown, and the changes to the run and both lists are undone. Plain
   * functions among the actions run at once, in order; their side effects outside the machine are not undone.
   *
   * @param event - the event; it is never changed, and retained at most until the next one.
   * @param emitted - the list to which emissions are appended, in order: an array, or an `Emissions`.
   * @param selected - the list to which the transitions that XState selects are appended, in order, including those that a conflict
   * then removes, as in XState's own inspection.
   * @throws Error for an event of the types `*`, `xstate.init`, `xstate.stop` and `xstate.error.actor...`, and if the
   * machine takes more microsteps than its `maxIterations`.
   */
  send(
    event: EventFromLogic<TMachine>,
    emitted: Collector<EmittedFrom<TMachine>>,
    selected?: ChartTransition[],
  ): void;
  /**
   * Returns a handler of events of `type`: the same as {@link Run.send} without looking up the type. The type of its
   * events is not checked.
   *
   * @throws Error for a type that no event may have, as `send` does.
   */
  handler<TType extends EventFromLogic<TMachine>["type"]>(type: TType): EventHandler<TMachine, TType>;
  /**
   * Returns a {@link Run.handler} for a list of types, which are named by index. Neither the event's type nor the index is checked.
   *
   * @throws Error for a type that no event may have, as `send` does.
   */
  dispatcher<TType extends EventFromLogic<TMachine>["type"]>(
    types: readonly TType[],
  ): EventDispatcher<TMachine, TType>;
  /**
   * Returns the fastest interface, for events that are named by number: it creates the events of a list of types by index.
   * It is fast if the source was generated with this list and key among its groups; then one event of
   * each type is reused, and the machine's functions must not keep it.
   *
   * @param types - the types, as for {@link Run.dispatcher}.
   * @param payload - the one key that the events have beside `type`, if there is one.
   * @param emissionKinds - the kinds of emissions that are returned by number. It is fastest if the source was generated with these kinds.
   * @throws Error for a type that no event may have, as `send` does.
   */
  port<TType extends EventFromLogic<TMachine>["type"]>(
    types: readonly TType[],
    payload?: string,
    emissionKinds?: readonly EmissionKind[],
  ): EventPort<TMachine>;
  /** The current state as a true XState snapshot, which later events do not change. */
  readonly snapshot: SnapshotFrom<TMachine>;
  /** The current state value, in document order: that of the snapshot, without creating one. */
  readonly value: StateValue;
  /** The current context. The next event may change it: read it, do not keep it. */
  readonly context: SnapshotFrom<TMachine> extends { context: infer C } ? C : never;
  /**
   * Appends the emissions that {@link Run.send} would append for this event, and changes nothing: faster than a fork.
   *
   * @throws as `send` does.
   */
  preview(event: EventFromLogic<TMachine>, emitted: Collector<EmittedFrom<TMachine>>): void;
  /**
   * Runs a task that moves this run, by several events say: all of it happens to the run, or nothing if the task throws. What the task has
   * appended to lists stays. Much faster than a fork.
   *
   * @throws what the task throws.
   */
  transact(task: () => void): void;
  /** Returns an independent run from the current state. */
  fork(): Run<TMachine>;
}

/**
 * The active states of a machine, without its context: for each compound state the state number of its active child.
 * Two configurations of one machine have the same state value exactly if their state numbers are the same.
 */
export type Configuration = readonly number[];

/** An engine of compiled code, whose runs can be moved to any configuration. */
export interface CompiledEngine<TMachine extends AnyStateMachine> extends Engine<TMachine> {
  start(snapshot?: SnapshotFrom<TMachine>, input?: InputFrom<TMachine>): CompiledRun<TMachine>;
  /** Returns the configuration of a state value. @throws RangeError if the machine has no such value, naming the state. */
  configurationOf(value: StateValue): Configuration;
  /** Returns the state value of a configuration, in document order. */
  stateValueOf(configuration: Configuration): StateValue;
}

/** A run of compiled code. */
export interface CompiledRun<TMachine extends AnyStateMachine> extends Run<TMachine> {
  /** The current configuration. */
  readonly configuration: Configuration;
  fork(): CompiledRun<TMachine>;
  /**
   * Moves the run to a configuration, as if started from its snapshot: active, with states entered in document order. Much
   * faster than starting another run.
   *
   * @param configuration - a configuration of this engine.
   * @param fields - the fields of the context that change.
   */
  moveTo(configuration: Configuration, fields: Readonly<Record<string, unknown>>): void;
  /** Returns true if the run is in a configuration of this engine: faster than reading {@link CompiledRun.configuration}. */
  isIn(configuration: Configuration): boolean;
  /**
   * Finds the fields in which the context differs from a list of values, which are in the order of its keys.
   *
   * @param fieldIndexes - receives the indexes of these fields among the keys, from index 0.
   * @param fieldValues - receives the values of these fields.
   * @returns the number of these fields; -1 if the context has more or fewer keys than the list has values. Later entries of the two
   *   arrays are meaningless.
   */
  changedFields(contextValues: readonly unknown[], fieldIndexes: number[], fieldValues: unknown[]): number;
  /**
   * True if no eventless transition can be enabled, whatever the next event. It depends on configuration and context only; after
   * {@link CompiledRun.moveTo} it is false, as it is not known.
   */
  readonly settled: boolean;
  /**
   * {@link CompiledRun.moveTo} with the whole context, which is faster.
   *
   * @param contextValues - the value of each field, in the order of the context's keys.
   * @param settled - true if the run was settled in that state.
   * @param isDone - true if the machine has ended in that state: it handles no more events. False by default.
   */
  restore(
    configuration: Configuration,
    contextValues: readonly unknown[],
    settled: boolean,
    isDone?: boolean,
  ): void;
  /** True if the machine has ended: it is in its final state, and handles no more events. */
  readonly isDone: boolean;
  /**
   * The current configuration with the order in which states were entered, where that can decide the order of eventless transitions: after
   * the state numbers, for each such region the rank of its active state by the time of its entry, from 0; 0 if none is active.
   */
  readonly orderedConfiguration: Configuration;
}
