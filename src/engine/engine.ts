import type { AnyStateMachine, EmittedFrom, EventFromLogic, InputFrom, SnapshotFrom } from "xstate";

/** A transition as the machine itself holds it, from `StateNode.transitions`: source, targets, guard, actions, meta. */
export type ChartTransition =
  AnyStateMachine["root"]["transitions"] extends Map<string, (infer T)[]> ? T : never;

/**
 * Something that can run an XState machine: the interpreter ({@link interpret}) or compiled code.
 *
 * Both give the same values, contexts and emissions for the same events; they differ in speed only.
 */
export interface Engine<TMachine extends AnyStateMachine> {
  /** The machine that the runs of this engine run. */
  readonly machine: TMachine;
  /** Starts a run from `snapshot`, or from the machine's initial state (with `input`, where it takes one). */
  start(snapshot?: SnapshotFrom<TMachine>, input?: InputFrom<TMachine>): Run<TMachine>;
}

/** One machine with a present state, taken from event to event. */
export interface Run<TMachine extends AnyStateMachine> {
  /**
   * Takes one event to its end: the macrostep with every `always` and raised event that follows from it.
   * An event that no state handles changes nothing.
   *
   * @param event - the event; it is never kept or changed.
   * @param emitted - what the machine emits is appended here, in order.
   * @param taken - the transitions taken are appended here, in the order in which they were taken.
   */
  send(event: EventFromLogic<TMachine>, emitted: EmittedFrom<TMachine>[], taken?: ChartTransition[]): void;
  /** The present state as a true XState snapshot. Later events leave it as it is. */
  readonly snapshot: SnapshotFrom<TMachine>;
  /** The present context. It may change with the next event: read it, do not keep it. */
  readonly context: SnapshotFrom<TMachine> extends { context: infer C } ? C : never;
  /** Another run, from this one's present state; the two do not affect each other. */
  fork(): Run<TMachine>;
}
