import type { EmissionKind } from "./emission-kind.js";

/**
 * A machine as plain data, the intermediate representation: the table executes it and source is generated from it.
 *
 * Functions and values that the machine holds are referred to by their index in {@link Links}, so a program describes the
 * structure of a machine and not its functions. The definition hash is a hash of its JSON, names of fields included.
 */
export interface Program {
  readonly id: string;
  /** State nodes in document order; the first is the root. */
  readonly nodes: readonly ProgramNode[];
  readonly transitions: readonly ProgramTransition[];
  /** For each state variable the compound node whose active child it holds. */
  readonly variables: readonly number[];
  /** Every event type that a descriptor spells out, in document order. */
  readonly events: readonly string[];
  /** Every wildcard descriptor, the longest first. */
  readonly wildcards: readonly string[];
  readonly functions: readonly string[];
  /** For each function the inputs that it declares; null if it declares none, and may read everything. */
  readonly reads: readonly (DeclaredReads | null)[];
  readonly values: readonly string[];
  /** The root's output, for a machine that ends. */
  readonly output?: Operand;
}

export interface ProgramNode {
  readonly index: number;
  readonly id: string;
  readonly key: string;
  readonly path: string;
  readonly type: "atomic" | "compound" | "parallel" | "final";
  /** -1 for the root. */
  readonly parent: number;
  readonly children: readonly number[];
  /** The last descendant in document order: a subtree is `index` to `last`. */
  readonly last: number;
  /** The state variable: it holds the state number of the active child, 0 if none is active. -1 unless compound. */
  readonly variable: number;
  /** The state number: the value of the parent's variable while this node is active. 0 if the parent has no variable. */
  readonly value: number;
  readonly on: readonly { readonly event: string; readonly transitions: readonly number[] }[];
  readonly always: readonly number[];
  readonly entry: readonly Effect[];
  readonly exit: readonly Effect[];
  readonly initial: readonly Effect[];
  /** The output of the node's `done` event. */
  readonly output?: Operand;
}

export interface ProgramTransition {
  readonly index: number;
  readonly source: number;
  /** The location in the machine, for messages. */
  readonly place: string;
  readonly guard?: Guard;
  /** The guard's own name, if it has one, for error messages. */
  readonly guardName?: string;
  readonly actions: readonly Effect[];
  /** The node whose active descendants are the exit set; -1 if the root itself is exited; absent if nothing is. */
  readonly domain?: number;
  /** The entry set, in document order. */
  readonly entered: readonly number[];
  /** The nodes among them whose initial transition's actions run. */
  readonly initials: readonly number[];
  /** The state numbers after the transition, for every variable under the domain. */
  readonly sets: readonly (readonly [variable: number, value: number])[];
  /** Transitions that cannot be taken together with this one. */
  readonly conflicts: readonly number[];
}

/** A function of the machine, or a value that it holds. */
export type Operand = { readonly fn: number } | { readonly value: number };

export type Guard =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "in"; readonly node: number }
  | { readonly kind: "not"; readonly guard: Guard }
  | { readonly kind: "and" | "or"; readonly guards: readonly Guard[] }
  | { readonly kind: "call"; readonly fn: number; readonly params?: Operand }
  | { readonly kind: "missing"; readonly name: string }
  /** A call that is constant during a run: only passes make it. */
  | { readonly kind: "flag"; readonly flag: number };

export type Effect =
  | { readonly kind: "assign"; readonly fn: number; readonly params?: Operand }
  | {
      readonly kind: "set";
      readonly keys: readonly { readonly key: string; readonly to: Operand }[];
      readonly params?: Operand;
    }
  | {
      readonly kind: "emit";
      readonly event: Operand;
      readonly params?: Operand;
      /** The kind of its events, if it is known; `fn` computes the payload alone. */
      readonly shape?: EmissionKind & { readonly fn?: number };
    }
  | { readonly kind: "raise"; readonly event: Operand; readonly params?: Operand }
  | { readonly kind: "call"; readonly fn?: number; readonly params?: Operand };

/**
 * The inputs of a guard, as its property `reads` names them: fields of the context and of the event. It reads nothing else but its
 * params, so that its result stays the same until one of them changes.
 */
export interface DeclaredReads {
  readonly context: readonly string[];
  readonly event: readonly string[];
}

/** A function that a machine holds: a guard, an assigner, an action, or one that computes params, an event or an output. */
export type UserFunction = { call(args: FunctionArguments, params?: unknown): unknown }["call"];

/** What a function is called with at least; each declares the types of its own machine. */
export interface FunctionArguments {
  readonly context: Readonly<Record<string, unknown>>;
  readonly event: { readonly type: string };
}

/** The functions and values of one machine, by the indexes of its {@link Program}. */
export interface Links {
  readonly functions: readonly UserFunction[];
  readonly values: readonly unknown[];
  /** The machine's own transition objects. */
  readonly transitions: readonly object[];
  /** The largest number of microsteps of an event. */
  readonly maxIterations: number;
}
