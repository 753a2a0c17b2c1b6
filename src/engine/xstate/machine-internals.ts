import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import type { ActorScope } from "./actor-scope.js";

/**
 * The parts of XState that its types hide or leave open, as this package relies on them.
 * The properties check them against XState itself.
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
  /** Set on a guard by its author: the fields of the context and of the event that it reads. */
  readonly reads?: { readonly context?: unknown; readonly event?: unknown };
  /** Set on an expression for `emit` by its author: the type of its events, and a function that computes their payload alone. */
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
  readonly config: { readonly after?: object; readonly states?: object };
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
  getInitialSnapshot(actorScope: ActorScope, input: unknown): AnyMachineSnapshot;
  restoreSnapshot(snapshot: unknown, actorScope: ActorScope): AnyMachineSnapshot;
  resolveState(config: object): AnyMachineSnapshot;
  transition(snapshot: AnyMachineSnapshot, event: EventObject, actorScope: ActorScope): AnyMachineSnapshot;
}

/** Returns a machine with the parts that its public type hides. */
export const raw = (machine: AnyStateMachine): RawMachine => machine as unknown as RawMachine;

/** Returns the active nodes of a snapshot, in XState's order. */
export const activeNodes = (snapshot: AnyMachineSnapshot): readonly RawNode[] =>
  (snapshot as unknown as { readonly _nodes: readonly RawNode[] })._nodes;

/** Puts the active nodes of a snapshot in another order, the order in which `always` is tried. */
export const reorderNodes = (snapshot: AnyMachineSnapshot, nodes: readonly RawNode[]): AnyMachineSnapshot =>
  Object.assign(snapshot, { _nodes: nodes });

/**
 * Returns the XState combinator that made a guard, by its result for no guards: `and` is true, `or` false, and `not` throws.
 * Its name does not survive minifying, and its identity not a second copy of XState.
 */
export const combinatorOf = (guard: RawFunction): "and" | "or" | "not" => {
  const check = guard.check as (snapshot: object, args: object, resolved: object) => boolean;
  try {
    return check({ machine: { implementations: { guards: {} } } }, {}, { guards: [] }) ? "and" : "or";
  } catch {
    return "not";
  }
};
