import type { EventObject } from "xstate";

const ACTOR_ID = "vm-superio";

/**
 * Returns an actor scope without an actor: emissions go to `onEmission`, the transitions of a microstep to
 * `onMicrostep`, plain actions run at once, and features that need a running actor throw.
 */
export const inertScope = (
  onEmission: (event: EventObject) => void,
  onMicrostep: (transitions: readonly object[]) => void,
): ActorScope => {
  const needsActor = (capability: string) => () => {
    throw new Error(`Only an actor can ${capability}`);
  };
  const system = {
    _sendInspectionEvent: (event: { type: string; _transitions?: readonly object[] }) => {
      if (event.type === "@xstate.microstep" && event._transitions !== undefined)
        onMicrostep(event._transitions);
    },
    _bookId: () => ACTOR_ID,
    _register: needsActor("spawn"),
    _unregister: () => {},
    _set: needsActor("spawn"),
    _relay: needsActor("send to an actor"),
    scheduler: { schedule: needsActor("delay an event"), cancel: () => {}, cancelAll: () => {} },
    get: () => undefined,
  };
  const actorScope: ActorScope = {
    self: { id: ACTOR_ID, sessionId: ACTOR_ID, system },
    id: ACTOR_ID,
    sessionId: ACTOR_ID,
    logger: () => {},
    defer: (task) => task(),
    emit: onEmission,
    stopChild: () => {},
    actionExecutor: (action) => action.exec?.(action.info, action.params),
    system,
  };
  return actorScope;
};

/** The interface of the actor around a machine, as XState uses it. */
export interface ActorScope {
  self: object;
  id: string;
  sessionId: string;
  logger: (...args: unknown[]) => void;
  defer: (task: () => void) => void;
  emit: (event: EventObject) => void;
  stopChild: (child: unknown) => void;
  actionExecutor: (action: {
    exec?: (info: unknown, params: unknown) => void;
    info: unknown;
    params: unknown;
  }) => void;
  system: object;
}
