import type {
  AnyStateMachine,
  EmittedFrom,
  EventFromLogic,
  InputFrom,
  SnapshotFrom,
  StateValue,
} from "xstate";
import type { Collector, Emissions } from "./emissions.js";
import type { EmissionKind } from "./kinds.js";

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
   * Starts a run from `snapshot`, or from the machine's initial state (with `input`, where it takes one).
   * What the machine emits while it comes to its initial state is not reported.
   *
   * A snapshot may be one of XState's or the JSON of one. State values are taken in document order, whatever the order of
   * their keys. A run whose status is not `active` handles no more events.
   *
   * @throws the error of a guard or an action that runs while the machine comes to its initial state.
   * @throws {TypeError} where `snapshot` is none.
   * @throws {UnsupportedError} where a snapshot has child actors and, if compiled, where the context is no plain object.
   */
  start(snapshot?: SnapshotFrom<TMachine>, input?: InputFrom<TMachine>): Run<TMachine>;
}

/** Takes the events of one type, as {@link Run.send} does. */
export type EventHandler<TMachine extends AnyStateMachine, TType extends string = string> = (
  event: Extract<EventFromLogic<TMachine>, { type: TType }>,
  emitted: Collector<EmittedFrom<TMachine>>,
  taken?: ChartTransition[],
) => void;

/**
 * Takes events of several types: `at` is the place of the event's type in the list that the dispatcher was made for.
 * What an event emits is appended, as {@link Run.send} does; but where it emits one thing only, that may be given back
 * instead, and nothing is appended then.
 */
export type EventDispatcher<TMachine extends AnyStateMachine, TType extends string = string> = (
  at: number,
  event: Extract<EventFromLogic<TMachine>, { type: TType }>,
  emitted: Collector<EmittedFrom<TMachine>>,
  taken?: ChartTransition[],
) => EmittedFrom<TMachine> | undefined;

/** Makes events of several types and takes them. */
export interface EventPort<TMachine extends AnyStateMachine> {
  /**
   * Takes an event of the type at the place `at` of the list that the port was made for, with `payload` under the key that it
   * was made with. Neither is checked.
   *
   * @returns the kind of the first thing that the event emits, with its payload in `given`: the place of the kind in the list that
   * the port was made for, from 1, or 0 where it is of none and `given` is the emission itself. -1 where nothing is given back:
   * what the event emits is all in `rest`.
   */
  take(at: number, payload?: unknown): number;
  /** The payload of what {@link take} gave back last. */
  readonly given: unknown;
  /** What events have emitted beside what {@link take} gave back, in order. Whoever uses the port empties it. */
  readonly rest: Emissions<EmittedFrom<TMachine>>;
}

/** One machine with a present state, taken from event to event. */
export interface Run<TMachine extends AnyStateMachine> {
  /**
   * Takes one event to its end: the macrostep with every `always` and raised event that follows from it.
   * An event that no state handles changes nothing, unless an `always` waits for it.
   *
   * Where a guard or an action throws, its error is thrown here, and the run and both arrays are as they were. Plain
   * functions among the actions run at once, in order; what they do outside the machine is not taken back.
   *
   * @param event - the event; it is never changed, and kept at most until the next one.
   * @param emitted - what the machine emits is appended here, in order: an array, or an `Emissions`.
   * @param taken - the transitions that XState selects are appended here, in order. One that a conflict then keeps from being
   * taken is among them, as in XState's own inspection.
   * @throws Error for an event of the types `*`, `xstate.init`, `xstate.stop` and `xstate.error.actor...`, and where the
   * machine takes more microsteps than its `maxIterations`.
   */
  send(
    event: EventFromLogic<TMachine>,
    emitted: Collector<EmittedFrom<TMachine>>,
    taken?: ChartTransition[],
  ): void;
  /**
   * What takes events of `type` on this run: the same as {@link Run.send} without looking the type up. The type of an
   * event given to it is not checked.
   *
   * @throws Error for a type that no event may have, as `send` does.
   */
  handler<TType extends EventFromLogic<TMachine>["type"]>(type: TType): EventHandler<TMachine, TType>;
  /**
   * {@link Run.handler} for a list of types, to be chosen from by their places. It is fastest where the source was
   * generated with this list among its groups. Neither the event's type nor the place is checked.
   *
   * @throws Error for a type that no event may have, as `send` does.
   */
  dispatcher<TType extends EventFromLogic<TMachine>["type"]>(
    types: readonly TType[],
  ): EventDispatcher<TMachine, TType>;
  /**
   * The fastest way in, for events that come by number: what takes events of a list of types by their places, and makes them
   * itself. It is so fast where the source was generated with this list and key among its groups; then one event of
   * each type serves for ever, and the machine's functions must not keep it.
   *
   * @param types - the types, as for {@link Run.dispatcher}.
   * @param payload - the one key that the events have beside `type`, if there is one.
   * @param kinds - the kinds of emissions that are told by number. It is fastest where the source was generated with these kinds.
   * @throws Error for a type that no event may have, as `send` does.
   */
  port<TType extends EventFromLogic<TMachine>["type"]>(
    types: readonly TType[],
    payload?: string,
    kinds?: readonly EmissionKind[],
  ): EventPort<TMachine>;
  /** The present state as a true XState snapshot. Later events leave it as it is. */
  readonly snapshot: SnapshotFrom<TMachine>;
  /** The present state value, in document order: what the snapshot's is, without making one. */
  readonly value: StateValue;
  /** The present context. It may change with the next event: read it, do not keep it. */
  readonly context: SnapshotFrom<TMachine> extends { context: infer C } ? C : never;
  /** Another run, from this one's present state; the two do not affect each other. */
  fork(): Run<TMachine>;
}

/**
 * Where in a machine a run stands, without its context: for each compound state which of its children is active, as small whole
 * numbers. Two places of one machine are the same state value exactly if their numbers are the same.
 */
export type Place = readonly number[];

/** An engine of compiled code: its runs can be put anywhere. */
export interface CompiledEngine<TMachine extends AnyStateMachine> extends Engine<TMachine> {
  start(snapshot?: SnapshotFrom<TMachine>, input?: InputFrom<TMachine>): CompiledRun<TMachine>;
  /** The place of a state value. @throws RangeError if the machine has no such value, naming the state. */
  placeOf(value: StateValue): Place;
  /** The state value at a place, in document order. */
  valueAt(place: Place): StateValue;
}

/** A run of compiled code. */
export interface CompiledRun<TMachine extends AnyStateMachine> extends Run<TMachine> {
  /** Where it stands. */
  readonly place: Place;
  fork(): CompiledRun<TMachine>;
  /**
   * Puts it elsewhere, as it would begin from a snapshot of that place: active, and its states entered in document order. Much
   * faster than to start another run.
   *
   * @param place - one of this engine's.
   * @param fields - what of the context becomes different; the rest stays.
   */
  moveTo(place: Place, fields: Readonly<Record<string, unknown>>): void;
  /** Whether it stands at a place of this engine's: faster than to look at {@link CompiledRun.place}. */
  standsAt(place: Place): boolean;
  /**
   * In which fields the context differs from a list of values, which are in the order of its keys.
   *
   * @param places - the fields' places among the keys are written here, from the beginning on.
   * @param found - and what those fields hold, here.
   * @returns how many there are. What is left in the two arrays after so many says nothing.
   */
  differ(values: readonly unknown[], places: number[], found: unknown[]): number;
  /**
   * Whether no eventless transition waits here, whatever event comes next. It says so of its place and context, however the run came there; one that
   * has just been put elsewhere is not known to be.
   */
  readonly settled: boolean;
  /**
   * {@link CompiledRun.moveTo} with the whole context, which is faster.
   *
   * @param values - what each field holds, in the order of the context's keys.
   * @param settled - whether the run was settled when it stood there.
   */
  putBack(place: Place, values: readonly unknown[], settled: boolean): void;
}
