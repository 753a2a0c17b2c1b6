import type { AnyMachineSnapshot, StateValue } from "xstate";
import { UnsupportedError } from "./errors.js";
import { expectSnapshot } from "./expect.js";
import { nodesOf, type RawMachine, type RawNode, reorder, type Scope } from "./internals.js";
import type { Context } from "./runtime.js";

const isLive = (snapshot: AnyMachineSnapshot): boolean => nodesOf(snapshot) !== undefined;

/** The regions of a value in document order, at every depth. */
const inDocumentOrder = (node: RawNode, value: StateValue): StateValue => {
  if (typeof value === "string") return value;
  const ordered: Record<string, StateValue> = {};
  for (const [key, child] of Object.entries(node.states)) {
    const inner = value[key];
    if (inner !== undefined) ordered[key] = inDocumentOrder(child, inner);
  }
  return ordered;
};

/**
 * The snapshot that a run starts from.
 *
 * @param given - a snapshot, the JSON of one, or nothing for the initial state.
 * @throws the error with which the machine comes to its initial state.
 * @throws {TypeError} where `given` is no snapshot.
 */
export const startingSnapshot = (
  machine: RawMachine,
  scope: Scope,
  given: AnyMachineSnapshot | undefined,
  input: unknown,
): AnyMachineSnapshot => {
  if (given === undefined) {
    const initial = machine.getInitialSnapshot(scope, input);
    if (initial.status === "error") throw initial.error;
    return withoutChildren(initial);
  }
  expectSnapshot(given);
  const snapshot = withoutChildren(isLive(given) ? given : machine.restoreSnapshot(given, scope));
  const value = inDocumentOrder(machine.root, snapshot.value);
  if (JSON.stringify(value) === JSON.stringify(snapshot.value)) return snapshot;
  const { context, status, output, error } = snapshot;
  return machine.resolveState({ value, context, status, output, error });
};

const withoutChildren = (snapshot: AnyMachineSnapshot): AnyMachineSnapshot => {
  const [id] = Object.keys(snapshot.children ?? {});
  if (id !== undefined) throw new UnsupportedError(`a child actor "${id}"`, "the snapshot to start from");
  return snapshot;
};

/**
 * A copy of a context, which the engine then changes in place.
 *
 * @throws {UnsupportedError} where it is more than a plain object: a copy would not be what it was.
 */
export const copyOfContext = (context: unknown): Context => {
  const prototype = context === undefined || context === null ? null : Object.getPrototypeOf(context);
  // Plain in any realm: nothing stands above its prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = prototype.constructor?.name || "a class";
    throw new UnsupportedError(
      `a context that is an instance of ${name}`,
      "the snapshot to start from, or the initial one",
    );
  }
  return { ...(context as Context) };
};

/** A snapshot made of its parts; `age` tells when a leaf was entered, where it matters. */
export const makeSnapshot = (
  machine: RawMachine,
  parts: { value: StateValue; context: unknown; status: string; output: unknown },
  age: ((leaf: RawNode) => number) | undefined,
): AnyMachineSnapshot => {
  const snapshot = machine.resolveState(parts);
  return age === undefined ? snapshot : reorder(snapshot, byAge(nodesOf(snapshot), age));
};

/** Leaves by age, each after what is above it; the regions of a parallel state always in document order. */
const byAge = (nodes: readonly RawNode[], age: (leaf: RawNode) => number): RawNode[] => {
  const active = new Set(nodes);
  const placed = new Set<RawNode>();
  const place = (node: RawNode): void => {
    if (placed.has(node) || !active.has(node)) return;
    const { parent } = node;
    if (parent !== undefined) {
      place(parent);
      if (parent.type === "parallel") {
        for (const region of Object.values(parent.states)) {
          if (region === node) break;
          place(region);
        }
      }
    }
    placed.add(node);
  };
  const leaves = nodes.filter(({ type }) => type === "atomic" || type === "final");
  for (const leaf of leaves.sort((a, b) => age(a) - age(b) || a.order - b.order)) place(leaf);
  for (const node of nodes) place(node);
  return [...placed];
};
