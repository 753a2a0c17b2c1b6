import type { AnyActorLogic, AnyActorRef, AnyStateMachine, EventObject } from "xstate";
import { type ActorBehaviour, type ActorEvent, recordEnvironmentEvent } from "../environment.js";
import { isMachine } from "../machine-chart.js";
import type { ValueIdentity } from "../value-identity.js";

/** The error with which an actor fails, unless the scope has others: one object, always the same. */
const ANY_ERROR = Object.freeze(new Error("an error of the actor"));

/** The logic of an actor of which nothing is known but its name. */
export const UNKNOWN_LOGIC = {
  transition: (snapshot: unknown) => snapshot,
  getInitialSnapshot: () => ({ status: "active", output: undefined, error: undefined }),
  getPersistedSnapshot: (snapshot: unknown) => snapshot,
} as unknown as AnyActorLogic;

/** Returns true if a logic ends when it is sent an event of XState's own: only its own kind knows the event. */
function endsOn(logic: AnyActorLogic, eventType: string): boolean {
  const scope = { self: {}, system: { _sendInspectionEvent: () => undefined }, defer: () => undefined };
  try {
    const snapshot = { status: "active", output: undefined, error: undefined, input: undefined };
    const next = logic.transition(snapshot, { type: eventType }, scope as never);
    return (next as { readonly status?: string } | undefined)?.status === "done";
  } catch {
    return false;
  }
}

/** What is known of a logic: it ends with an output or an error, it is a machine with a final state, or it does not end. */
type LogicKind = "completing" | "ending" | "endless";

function kindOf(logic: AnyActorLogic): LogicKind {
  // A logic that is provided only where the machine runs may be any.
  if (logic === UNKNOWN_LOGIC) return "completing";
  if (isMachine(logic)) {
    const states = Object.values((logic as AnyStateMachine).states);
    return states.some(({ type }) => type === "final") ? "ending" : "endless";
  }
  const isCompleting = endsOn(logic, "xstate.promise.resolve") || endsOn(logic, "xstate.observable.complete");
  return isCompleting ? "completing" : "endless";
}

/** What an actor may do, if the scope does not say it. */
const DEFAULT_BEHAVIOURS: Readonly<Record<LogicKind, ActorBehaviour>> = {
  completing: { outputs: [undefined], errors: [ANY_ERROR] },
  ending: { outputs: [undefined] },
  endless: {},
};

const logicOf = (actor: AnyActorRef) => (actor as unknown as { readonly logic: AnyActorLogic }).logic;

/** The events of actors, each event object created once. */
export class ActorEvents {
  readonly #behaviours: Readonly<Record<string, ActorBehaviour>>;
  readonly #events = new Map<string, readonly ActorEvent[]>();
  readonly #identity: ValueIdentity;

  constructor(behaviours: Readonly<Record<string, ActorBehaviour>>, identity: ValueIdentity) {
    this.#behaviours = behaviours;
    this.#identity = identity;
  }

  /** Returns the key of an actor's logic: the name of its source, or the kind of a logic without a name. */
  logicKeyOf(actor: AnyActorRef): string {
    return typeof actor.src === "string" ? actor.src : `#${kindOf(logicOf(actor))}`;
  }

  /** Returns the events of an actor. */
  eventsOf(actor: AnyActorRef): readonly ActorEvent[] {
    const actorId = actor.id;
    const logicKey = this.logicKeyOf(actor);
    const actorKey = JSON.stringify([actorId, logicKey]);
    const knownEvents = this.#events.get(actorKey);
    if (knownEvents) return knownEvents;
    const own = Object.hasOwn(this.#behaviours, actorId) ? this.#behaviours[actorId] : undefined;
    const ofLogic = Object.hasOwn(this.#behaviours, logicKey) ? this.#behaviours[logicKey] : undefined;
    const { outputs, errors, sends, snapshots } = {
      ...DEFAULT_BEHAVIOURS[kindOf(logicOf(actor))],
      ...ofLogic,
      ...own,
    };
    const eventOf = (ends: boolean, event: EventObject): ActorEvent => {
      const key = this.#identity.keyOf([actorKey, event], `the event ${event.type}`);
      return recordEnvironmentEvent({ kind: "actor", key, actorId, logicKey, ends, event });
    };
    const events = [
      ...(outputs ?? []).map((output) =>
        eventOf(true, { type: `xstate.done.actor.${actorId}`, output, actorId } as EventObject),
      ),
      ...(errors ?? []).map((error) =>
        eventOf(true, { type: `xstate.error.actor.${actorId}`, error, actorId } as EventObject),
      ),
      ...(snapshots ?? []).map((snapshot) =>
        eventOf(false, { type: `xstate.snapshot.${actorId}`, snapshot } as EventObject),
      ),
      ...(sends ?? []).map((event) => eventOf(false, { ...event })),
    ];
    this.#events.set(actorKey, events);
    return events;
  }
}
