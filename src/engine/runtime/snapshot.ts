import type { AnyMachineSnapshot, StateValue } from "xstate";
import { UnsupportedError } from "../ir/errors.js";
import type { ActorScope } from "../xstate/actor-scope.js";
import { activeNodes, type RawMachine, type RawNode, reorderNodes } from "../xstate/machine-internals.js";
import { expectSnapshot } from "./argument-checks.js";
import type { Context } from "./run-state.js";

const isRestored = (snapshot: AnyMachineSnapshot): boolean => activeNodes(snapshot) !== undefined;

/** Sorts the regions of a state value in document order, at every depth. */
const inDocumentOrder = (rawNode: RawNode, value: StateValue): StateValue => {
  if (typeof value === "string") return value;
  const ordered: Record<string, StateValue> = {};
  for (const [stateKey, child] of Object.entries(rawNode.states)) {
    const innerValue = Object.hasOwn(value, stateKey) ? value[stateKey] : undefined;
    if (innerValue !== undefined) ordered[stateKey] = inDocumentOrder(child, innerValue);
  }
  return ordered;
};

/**
 * Returns the snapshot that a run starts from.
 *
 * @param startSnapshot - a snapshot, the JSON of one, or undefined for the initial state.
 * @throws the error of entering the initial state.
 * @throws {TypeError} if `startSnapshot` is no snapshot.
 */
export const startingSnapshot = (
  machine: RawMachine,
  actorScope: ActorScope,
  startSnapshot: AnyMachineSnapshot | undefined,
  input: unknown,
): AnyMachineSnapshot => {
  if (startSnapshot === undefined) {
    const initial = machine.getInitialSnapshot(actorScope, input);
    if (initial.status === "error") throw initial.error;
    return withoutChildren(initial);
  }
  expectSnapshot(startSnapshot);
  const snapshot = withoutChildren(
    isRestored(startSnapshot) ? startSnapshot : machine.restoreSnapshot(startSnapshot, actorScope),
  );
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
 * Copies a context, which the engine then changes in place.
 *
 * @throws {UnsupportedError} if it is no plain object, which cannot be copied faithfully.
 */
export const copyOfContext = (context: unknown): Context => {
  const prototype = context === undefined || context === null ? null : Object.getPrototypeOf(context);
  // Plain in any realm: its prototype has no prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = prototype.constructor?.name || "a class";
    throw new UnsupportedError(
      `a context that is an instance of ${name}`,
      "the snapshot to start from, or the initial one",
    );
  }
  if (context !== undefined && context !== null && Object.hasOwn(context, "__proto__")) {
    throw new UnsupportedError(
      'a context with the key "__proto__"',
      "the snapshot to start from, or the initial one",
    );
  }
  return { ...(context as Context) };
};

/** The most configurations of a machine whose nodes are remembered. */
const MOST_REMEMBERED = 1000;

/**
 * Creates snapshots of a machine, as its `resolveState` does. XState searches a machine for the nodes of a state value, so the nodes of
 * recent configurations are remembered.
 */
export const createSnapshotMaker = (machine: RawMachine) => {
  const resolvedSnapshots = new Map<string, AnyMachineSnapshot>();

  const resolved = (configurationKey: string, stateValue: () => StateValue): AnyMachineSnapshot => {
    const knownSnapshot = resolvedSnapshots.get(configurationKey);
    if (knownSnapshot !== undefined) return knownSnapshot;
    const snapshot = machine.resolveState({ value: stateValue(), context: {} });
    if (resolvedSnapshots.size === MOST_REMEMBERED) resolvedSnapshots.clear();
    resolvedSnapshots.set(configurationKey, snapshot);
    return snapshot;
  };

  /**
   * Creates a snapshot, which shares nothing that its owner could change with another.
   *
   * @param configurationKey - what the configuration is remembered by.
   * @param age - returns when a leaf was entered, if that matters.
   */
  return (
    configurationKey: string,
    stateValue: () => StateValue,
    parts: { context: unknown; status: string; output: unknown },
    age: ((leafNode: RawNode) => number) | undefined,
  ): AnyMachineSnapshot => {
    const template = resolved(configurationKey, stateValue);
    const nodes = activeNodes(template);
    const snapshot = {
      ...template,
      ...parts,
      status: template.status === "done" ? "done" : parts.status,
      value: copyOfStateValue(template.value),
      tags: new Set(template.tags),
      children: {},
      historyValue: {},
    } as AnyMachineSnapshot;
    return reorderNodes(snapshot, age === undefined ? [...nodes] : sortByAge(nodes, age));
  };
};

const copyOfStateValue = (value: StateValue): StateValue =>
  typeof value === "string"
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([stateKey, inner]) => [stateKey, copyOfStateValue(inner as StateValue)]),
      );

/** Sorts leaves by age, each after its ancestors; the regions of a parallel state stay in document order. */
const sortByAge = (nodes: readonly RawNode[], age: (leafNode: RawNode) => number): RawNode[] => {
  const activeRawNodes = new Set(nodes);
  const ordered = new Set<RawNode>();
  const addWithAncestors = (rawNode: RawNode): void => {
    if (ordered.has(rawNode) || !activeRawNodes.has(rawNode)) return;
    const { parent } = rawNode;
    if (parent !== undefined) {
      addWithAncestors(parent);
      if (parent.type === "parallel") {
        for (const region of Object.values(parent.states)) {
          if (region === rawNode) break;
          addWithAncestors(region);
        }
      }
    }
    ordered.add(rawNode);
  };
  const leafNodes = nodes.filter(({ type: nodeType }) => nodeType === "atomic" || nodeType === "final");
  for (const leafNode of leafNodes.sort((a, b) => age(a) - age(b) || a.order - b.order))
    addWithAncestors(leafNode);
  for (const rawNode of nodes) addWithAncestors(rawNode);
  return [...ordered];
};
