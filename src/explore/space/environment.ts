import type { EventObject } from "xstate";

/** What an actor that a machine invokes or spawns may do, as far as the machine notices. */
export interface ActorBehaviour {
  /** The outputs with which it may be done; an empty list if it never is. */
  readonly outputs?: readonly unknown[];
  /** The errors with which it may fail; an empty list if it never does. */
  readonly errors?: readonly unknown[];
  /** The events that it may send to the machine while it is active, any number of times. */
  readonly sends?: readonly EventObject[];
  /** The snapshots that it may have, for `onSnapshot`. */
  readonly snapshots?: readonly unknown[];
}

/** An event of the clock: a timer that the machine has started goes off. */
export interface TimerEvent {
  readonly kind: "timer";
  /** The timer's key. */
  readonly key: string;
  /** The id of the actor that the event is sent to; absent if it is the machine itself. */
  readonly targetId?: string;
  readonly event: EventObject;
}

/** An event of an actor that the machine has invoked or spawned. */
export interface ActorEvent {
  readonly kind: "actor";
  /** The text of actor and event. */
  readonly key: string;
  readonly actorId: string;
  /** The key of the actor's logic. */
  readonly logicKey: string;
  /** True if the actor is no longer active afterwards. */
  readonly ends: boolean;
  readonly event: EventObject;
}

/** An event of a machine's environment, which is possible in some of its states only. */
export type EnvironmentEvent = TimerEvent | ActorEvent;

const environmentEvents = new WeakMap<object, EnvironmentEvent>();

/** Records that an event object stands for an event of the environment, which is returned. */
export function recordEnvironmentEvent<TEvent extends EnvironmentEvent>(environmentEvent: TEvent): TEvent {
  environmentEvents.set(environmentEvent.event, environmentEvent);
  return environmentEvent;
}

/** Returns the event of the environment that an event object stands for; undefined if it is an event of the scope. */
export const environmentEventOf = (event: object): EnvironmentEvent | undefined =>
  environmentEvents.get(event);
