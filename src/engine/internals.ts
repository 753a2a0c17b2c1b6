import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";

/**
 * The parts of XState that its types hide or leave open, as this package relies on them.
 * What stands here is checked against XState itself by the properties.
 */

/** A guard as a machine holds it: a name, a reference with params, a function, or one made by `and`, `or`, `not`, `stateIn`. */
export type RawGuard = string | RawReference | RawFunction | undefined | null;
/** An action as a machine holds it: a name, a reference with params, a function, or one made by an action creator. */
export type RawAction = string | RawReference | RawFunction;

interface RawReference {
  readonly type: string;
  readonly params?: unknown;
}

/** A function, perhaps with the properties that XState's creators of guards and actions leave on it. */
export interface RawFunction {
  (args: never, params?: unknown): unknown;
  readonly type?: string;
  /** Set on a guard made by a creator. */
  readonly check?: unknown;
  readonly guards?: readonly RawGuard[];
  readonly stateValue?: unknown;
  /** Set on an action made by a creator. */
  readonly resolve?: unknown;
  readonly assignment?: unknown;
  readonly event?: unknown;
  readonly delay?: unknown;
  /** Set on an expression for `emit` by its author: what its events look like, and what gives their payload alone. */
  readonly emission?: { readonly type: string; readonly payload: string; readonly of: RawFunction };
}

export interface RawTransition {
  readonly source: RawNode;
  readonly target?: readonly RawNode[];
  readonly guard?: RawGuard;
  readonly actions: readonly RawAction[];
  readonly reenter: boolean;
  readonly eventType: string;
}

export interface RawNode {
  readonly id: string;
  readonly key: string;
  readonly path: readonly string[];
  readonly type: "atomic" | "compound" | "parallel" | "final" | "history";
  readonly config: { readonly after?: object };
  readonly parent?: RawNode;
  readonly states: Readonly<Record<string, RawNode>>;
  readonly initial: { readonly target: readonly RawNode[]; readonly actions: readonly RawAction[] };
  readonly invoke: readonly unknown[];
  readonly entry: readonly RawAction[];
  readonly exit: readonly RawAction[];
  readonly output?: unknown;
  readonly order: number;
  readonly transitions: ReadonlyMap<string, readonly RawTransition[]>;
  readonly always?: readonly RawTransition[];
}

/** A machine with the parts that its type hides. */
export interface RawMachine {
  readonly id: string;
  readonly root: RawNode;
  readonly options?: { readonly maxIterations?: number };
  readonly implementations: {
    readonly guards: Readonly<Record<string, RawGuard>>;
    readonly actions: Readonly<Record<string, RawAction | undefined>>;
  };
  getStateNodeById(id: string): RawNode;
  getInitialSnapshot(scope: Scope, input: unknown): AnyMachineSnapshot;
  restoreSnapshot(snapshot: unknown, scope: Scope): AnyMachineSnapshot;
  resolveState(config: object): AnyMachineSnapshot;
  transition(snapshot: AnyMachineSnapshot, event: EventObject, scope: Scope): AnyMachineSnapshot;
}

/** The machine behind its public type. */
export const raw = (machine: AnyStateMachine): RawMachine => machine as unknown as RawMachine;

/** The active nodes of a snapshot, in the order in which XState keeps them. */
export const nodesOf = (snapshot: AnyMachineSnapshot): readonly RawNode[] =>
  (snapshot as unknown as { readonly _nodes: readonly RawNode[] })._nodes;

/** `snapshot` with its active nodes in another order, which is the order in which `always` is tried. */
export const reorder = (snapshot: AnyMachineSnapshot, nodes: readonly RawNode[]): AnyMachineSnapshot =>
  Object.assign(snapshot, { _nodes: nodes });

/** What XState asks of the actor around a machine. */
export interface Scope {
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

const INERT = "vm-superio";

/**
 * An actor's surroundings without an actor: what is emitted goes to `emit`, the transitions of a microstep to
 * `step`, plain actions run at once, and whatever needs a living actor is an error.
 */
export const inertScope = (
  emit: (event: EventObject) => void,
  step: (transitions: readonly object[]) => void,
): Scope => {
  const needsActor = (what: string) => () => {
    throw new Error(`Only an actor can ${what}`);
  };
  const system = {
    _sendInspectionEvent: (event: { type: string; _transitions?: readonly object[] }) => {
      if (event.type === "@xstate.microstep" && event._transitions !== undefined) step(event._transitions);
    },
    _bookId: () => INERT,
    _register: needsActor("spawn"),
    _unregister: () => {},
    _set: needsActor("spawn"),
    _relay: needsActor("send to an actor"),
    scheduler: { schedule: needsActor("delay an event"), cancel: () => {}, cancelAll: () => {} },
    get: () => undefined,
  };
  const scope: Scope = {
    self: { id: INERT, sessionId: INERT, system },
    id: INERT,
    sessionId: INERT,
    logger: () => {},
    defer: (task) => task(),
    emit,
    stopChild: () => {},
    actionExecutor: (action) => action.exec?.(action.info, action.params),
    system,
  };
  return scope;
};
