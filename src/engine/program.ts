import type { EmissionKind } from "./kinds.js";

/**
 * A machine as plain data: what the table executes and what source is generated from.
 *
 * Functions and values that the machine holds are named by their index in {@link Links}, so that a program says
 * how a machine is made and nothing of what its functions do. Its JSON is what a definition's hash is taken of.
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
  /** The variable that holds which child is active: 0 where none is. -1 unless compound. */
  readonly variable: number;
  /** What the parent's variable holds while this node is active. 0 where the parent has none. */
  readonly value: number;
  readonly on: readonly { readonly event: string; readonly transitions: readonly number[] }[];
  readonly always: readonly number[];
  readonly entry: readonly Step[];
  readonly exit: readonly Step[];
  readonly initial: readonly Step[];
  /** What the node gives with its `done` event. */
  readonly output?: Operand;
}

export interface ProgramTransition {
  readonly index: number;
  readonly source: number;
  /** Where it stands, for messages. */
  readonly place: string;
  readonly guard?: Guard;
  /** The guard's own name, where it has one: errors tell it. */
  readonly guardName?: string;
  readonly actions: readonly Step[];
  /** The node whose active descendants are left; -1 where the root itself is; absent where nothing is left. */
  readonly domain?: number;
  /** Nodes that are entered, in document order. */
  readonly entered: readonly number[];
  /** The nodes among them whose initial transition's actions run. */
  readonly initials: readonly number[];
  /** Pairs of variable and value that hold afterwards, one for every variable under the domain. */
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
  | { readonly kind: "missing"; readonly name: string };

export type Step =
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
      /** What every event of it looks like, where that is known; `fn` gives the payload of one that a function makes. */
      readonly shape?: EmissionKind & { readonly fn?: number };
    }
  | { readonly kind: "raise"; readonly event: Operand; readonly params?: Operand }
  | { readonly kind: "call"; readonly fn?: number; readonly params?: Operand };

/** A function that a machine holds: a guard, an assigner, an action, or what computes params, an event or an output. */
export type UserFunction = (args: never, params?: unknown) => unknown;

/** What the indexes of a {@link Program} stand for, of one machine. */
export interface Links {
  readonly functions: readonly UserFunction[];
  readonly values: readonly unknown[];
  /** The machine's own transition objects. */
  readonly transitions: readonly object[];
  /** How many microsteps an event may take. */
  readonly maxIterations: number;
}
