import type { AnyActorRef, AnyMachineSnapshot, EventObject, StateValue } from "xstate";
import type { AnyContext } from "../../../device/index.js";
import type { ChartTransition, Collector, Configuration } from "../../../engine/index.js";
import { environmentEventOf } from "../environment.js";
import type { FunctionFault, SteppingRun } from "../stepping-engine.js";
import type { HostedStep } from "./actor-host.js";
import type { Timers } from "./timers.js";
import type { XStateSteppingEngine } from "./xstate-stepping-engine.js";

/** A state of a run: a snapshot, the timers that run, and the actors that are no longer active. */
export interface HostedState {
  readonly snapshot: AnyMachineSnapshot;
  readonly timers: Timers;
  /** Actors that are done or have failed; they stay among the snapshot's children until their state is left. */
  readonly endedActors: ReadonlySet<AnyActorRef>;
}

/** A run of a machine on XState itself. Its configuration has one number, that of everything in a state but the context. */
export class XStateRun implements SteppingRun {
  /** The first misdeed of a function, if the run is observed. */
  fault: FunctionFault | undefined;
  readonly #engine: XStateSteppingEngine;
  readonly #isObserved: boolean;
  #state: HostedState;
  #context: Record<string, unknown>;
  #controlId: number;

  constructor(engine: XStateSteppingEngine, state: HostedState, isObserved = false) {
    this.#engine = engine;
    this.#isObserved = isObserved;
    this.#state = state;
    this.#context = { ...state.snapshot.context };
    this.#controlId = engine.controlIdOf(state);
  }

  get configuration(): Configuration {
    return [this.#controlId];
  }

  get orderedConfiguration(): Configuration {
    return this.configuration;
  }

  get context(): AnyContext {
    return this.#context;
  }

  get isDone(): boolean {
    return this.#state.snapshot.status !== "active";
  }

  /** XState itself looks whether an eventless transition is enabled. */
  get settled(): boolean {
    return false;
  }

  get snapshot(): AnyMachineSnapshot {
    return this.#state.snapshot;
  }

  get value(): StateValue {
    return this.#engine.stateValueOf(this.configuration);
  }

  isIn([controlId]: Configuration): boolean {
    return this.#controlId === controlId;
  }

  changedFields(values: readonly unknown[], fieldIndexes: number[], fieldValues: unknown[]): number {
    const contextValues = Object.values(this.#context);
    if (contextValues.length !== values.length) return -1;
    let changeCount = 0;
    for (const [field, value] of contextValues.entries()) {
      if (Object.is(value, values[field])) continue;
      fieldIndexes[changeCount] = field;
      fieldValues[changeCount++] = value;
    }
    return changeCount;
  }

  restore([controlId]: Configuration, contextValues: readonly unknown[]): void {
    const fields = Object.keys(this.#context).map((fieldName, field) => [fieldName, contextValues[field]]);
    this.#moveToState(controlId as number, Object.fromEntries(fields));
  }

  moveTo([controlId]: Configuration, fields: Readonly<Record<string, unknown>>): void {
    this.#moveToState(controlId as number, { ...this.#context, ...fields });
  }

  #moveToState(controlId: number, context: Record<string, unknown>): void {
    this.#controlId = controlId;
    this.#context = context;
    this.#state = this.#engine.stateOf(controlId, context);
  }

  send(event: EventObject, emissions: Collector<EventObject>, transitions?: ChartTransition[]): void {
    if (this.isDone) return;
    const before = this.#isObserved ? this.#engine.fieldKeysOf(this.#state.snapshot.context) : undefined;
    try {
      this.#take(event, emissions, transitions);
    } finally {
      if (before) this.#fault(before, this.#sourceContext);
    }
  }

  /** The context object that the last event was taken with. */
  #sourceContext: unknown;

  #fault(before: ReadonlyMap<string, string>, context: unknown): void {
    const after = this.#engine.fieldKeysOf(context);
    for (const [fieldName, key] of before)
      if (after.get(fieldName) !== key) this.fault ??= { changedField: fieldName };
  }

  #take(
    event: EventObject,
    emissions: Collector<EventObject>,
    transitions: ChartTransition[] | undefined,
  ): void {
    const { host } = this.#engine;
    const { snapshot, endedActors } = this.#state;
    let { timers } = this.#state;
    this.#sourceContext = snapshot.context;
    const environmentEvent = environmentEventOf(event);
    const ended = new Set(endedActors);
    let step: HostedStep;
    if (environmentEvent?.kind === "timer") {
      timers = timers.remove(environmentEvent.key);
      const { targetId } = environmentEvent;
      step =
        targetId === undefined
          ? host.take(snapshot, timers, event)
          : host.relay(snapshot, timers, targetId, event);
    } else {
      const actor = environmentEvent && snapshot.children[environmentEvent.actorId];
      if (actor && environmentEvent.ends) ended.add(actor);
      step = host.take(snapshot, timers, event);
    }
    const state = { snapshot: step.snapshot, timers: step.timers, endedActors: ended };
    const controlId = this.#engine.controlIdOf(state);
    for (const emission of step.emissions) emissions.push(emission);
    transitions?.push(...(step.transitions as ChartTransition[]));
    this.#state = state;
    this.#context = { ...step.snapshot.context };
    this.#controlId = controlId;
  }

  /** Returns an independent run from the current state. */
  fork(): XStateRun {
    return new XStateRun(this.#engine, this.#state);
  }
}
