import type { AnyStateMachine } from "xstate";
import { UnsupportedError } from "../ir/errors.js";
import { isReserved, isWildcard } from "../ir/event-descriptors.js";
import type { Links, Operand, Program, ProgramNode, ProgramTransition } from "../ir/program.js";
import { type RawAction, type RawNode, type RawTransition, raw } from "../xstate/machine-internals.js";
import { ActionLowering } from "./lower-actions.js";
import { GuardLowering } from "./lower-guards.js";
import { type NodeShape, StateTree } from "./state-tree.js";
import { SymbolTable } from "./symbol-table.js";

/** A machine lowered to plain data. */
export interface LoweredMachine {
  readonly program: Program;
  readonly links: Links;
  /** XState's nodes, by the index that the program gives them. */
  readonly rawNodes: readonly RawNode[];
}

const locationOf = (rawNode: RawNode): string =>
  rawNode.path.length === 0 ? "the root" : `state "${rawNode.path.join(".")}"`;

const transitionLocation = (transition: RawTransition): string => {
  const { eventType } = transition;
  return `${locationOf(transition.source)}, ${eventType === "" ? "always" : `event "${eventType}"`}`;
};

const guardName = ({ guard }: RawTransition): { guardName?: string } => {
  if (typeof guard === "string") return { guardName: guard };
  return typeof guard === "object" && guard !== null ? { guardName: guard.type } : {};
};

const nodesInDocumentOrder = (root: RawNode): RawNode[] => [
  root,
  ...Object.values(root.states).flatMap((child) => nodesInDocumentOrder(child)),
];

/** Returns the unsupported features of a node itself, without those of its actions and guards. */
const nodeRefusals = (rawNode: RawNode): UnsupportedError[] => {
  const location = locationOf(rawNode);
  const features: string[] = [];
  // XState puts the states of a node into an object in which this key is no key.
  if (Object.hasOwn(rawNode.config.states ?? {}, "__proto__"))
    features.push('a state with the key "__proto__"');
  if (rawNode.type === "history") features.push("a history state");
  if (rawNode.invoke.length > 0) features.push("invoke");
  if (hasDelays(rawNode)) features.push("after (a delayed transition)");
  for (const event of rawNode.transitions.keys())
    if (isReserved(event) && rawNode.invoke.length === 0)
      features.push(`a transition for XState's own event ${event}`);
  return features.map((feature) => new UnsupportedError(feature, location));
};

const hasDelays = ({ config }: RawNode): boolean => Object.keys(config.after ?? {}).length > 0;

/** Returns the error of a task where it is one for an unsupported feature. */
const refusalBy = (task: () => unknown): UnsupportedError[] => {
  try {
    task();
    return [];
  } catch (error) {
    if (error instanceof UnsupportedError) return [error];
    throw error;
  }
};

/** Returns every feature of a machine that cannot be compiled, in document order; none if it compiles. */
export const refusalsOf = (machine: AnyStateMachine): UnsupportedError[] => {
  const rawMachine = raw(machine);
  const nodes = nodesInDocumentOrder(rawMachine.root);
  const symbols = new SymbolTable(false);
  const guardLowering = new GuardLowering(rawMachine, symbols, (rawNode) => nodes.indexOf(rawNode));
  const actionLowering = new ActionLowering(rawMachine, symbols);
  const actionRefusals = (actions: readonly RawAction[], location: string) =>
    actions.flatMap((action) => refusalBy(() => actionLowering.lowerActions([action], location)));
  const refusals = nodes.flatMap((rawNode) => {
    const location = locationOf(rawNode);
    const transitions = [...[...rawNode.transitions.values()].flat(), ...(rawNode.always ?? [])];
    // XState enters the delays of a node among its actions.
    const ownActions = (actions: readonly RawAction[]) =>
      hasDelays(rawNode) ? actions.filter((action) => !isDelay(action)) : actions;
    return [
      ...nodeRefusals(rawNode),
      ...actionRefusals(ownActions(rawNode.entry), `${location}, entry`),
      ...actionRefusals(ownActions(rawNode.exit), `${location}, exit`),
      ...(rawNode.type === "compound" ? actionRefusals(rawNode.initial.actions, `${location}, initial`) : []),
      ...transitions.flatMap((transition) => [
        ...refusalBy(() => guardLowering.lowerGuard(transition.guard, transitionLocation(transition))),
        ...actionRefusals(transition.actions, transitionLocation(transition)),
      ]),
    ];
  });
  return refusals.length > 0 ? refusals : refusalBy(() => lowerMachine(machine));
};

/** Returns true for an action by which XState starts or ends the delay of an `after`. */
const isDelay = (action: RawAction): boolean => {
  if (typeof action !== "function") return false;
  const { event, sendId } = action as { event?: { type?: unknown }; sendId?: unknown };
  return [event?.type, sendId].some((name) => String(name).startsWith("xstate.after."));
};

/** Returns the shapes of the nodes, without actions and transitions. */
const nodeShapes = (nodes: readonly RawNode[], indexOf: (rawNode: RawNode) => number): NodeShape[] => {
  const lastDescendants = nodes.map((_, index) => index);
  for (let nodeIndex = nodes.length - 1; nodeIndex > 0; nodeIndex--) {
    const parent = indexOf((nodes[nodeIndex] as RawNode).parent as RawNode);
    lastDescendants[parent] = Math.max(
      lastDescendants[parent] as number,
      lastDescendants[nodeIndex] as number,
    );
  }
  let variables = 0;
  return nodes.map((rawNode, index) => {
    const { parent, type: nodeType } = rawNode;
    const siblings = parent === undefined ? [] : Object.values(parent.states);
    return {
      index,
      type: nodeType as NodeShape["type"],
      parent: parent === undefined ? -1 : indexOf(parent),
      children: Object.values(rawNode.states).map(indexOf),
      last: lastDescendants[index] as number,
      variable: nodeType === "compound" ? variables++ : -1,
      value: parent?.type === "compound" ? siblings.indexOf(rawNode) + 1 : 0,
      initial: nodeType === "compound" ? indexOf(rawNode.initial.target[0] as RawNode) : -1,
    };
  });
};

/** Returns for each transition those that can be selected with it and have an overlapping exit set. */
const conflictsOf = (
  stateTree: StateTree,
  transitions: readonly Omit<ProgramTransition, "conflicts">[],
  eventlessTransitions: ReadonlySet<number>,
) => {
  const conflicts = transitions.map((): number[] => []);
  for (const a of transitions) {
    if (a.domain === undefined) continue;
    for (const b of transitions) {
      if (b.index <= a.index || b.domain === undefined || b.source === a.source) continue;
      const commonAncestor = stateTree.commonAncestor(a.source, b.source);
      const isNested = commonAncestor === a.source || commonAncestor === b.source;
      const canCoincide = isNested
        ? eventlessTransitions.has(a.index) && eventlessTransitions.has(b.index)
        : stateTree.nodeShape(commonAncestor).type === "parallel";
      if (canCoincide && stateTree.hasConflict(a, b)) {
        conflicts[a.index]?.push(b.index);
        conflicts[b.index]?.push(a.index);
      }
    }
  }
  return conflicts;
};

/**
 * Lowers a machine to a program and the functions and values that it refers to.
 *
 * @param checkReads - true if a guard must throw when it reads a field that it does not declare.
 * @throws {UnsupportedError} if the machine uses a feature that cannot be compiled.
 */
export const lowerMachine = (
  machine: AnyStateMachine,
  { checkReads = false }: { readonly checkReads?: boolean } = {},
): LoweredMachine => {
  const rawMachine = raw(machine);
  const nodes = nodesInDocumentOrder(rawMachine.root);
  const [refusal] = nodes.flatMap(nodeRefusals);
  if (refusal) throw refusal;
  const indexByNode = new Map(nodes.map((rawNode, index) => [rawNode, index]));
  const indexOf = (rawNode: RawNode) => indexByNode.get(rawNode) as number;
  const stateTree = new StateTree(nodeShapes(nodes, indexOf));
  const symbols = new SymbolTable(checkReads);
  const guardLowering = new GuardLowering(rawMachine, symbols, indexOf);
  const actionLowering = new ActionLowering(rawMachine, symbols);

  const unresolved: Omit<ProgramTransition, "conflicts">[] = [];
  const rawTransitions: RawTransition[] = [];
  const eventlessTransitions = new Set<number>();
  const addTransition = (rawTransition: RawTransition): number => {
    const location = transitionLocation(rawTransition);
    const source = indexOf(rawTransition.source);
    const guard = guardLowering.lowerGuard(rawTransition.guard, location);
    const transitionIndex = rawTransitions.push(rawTransition) - 1;
    unresolved.push({
      index: transitionIndex,
      source,
      place: location,
      ...(guard.kind === "constant" && guard.value ? {} : { guard, ...guardName(rawTransition) }),
      actions: actionLowering.lowerActions(rawTransition.actions, location),
      ...stateTree.stateChange(source, rawTransition.target?.map(indexOf), rawTransition.reenter, location),
    });
    return transitionIndex;
  };

  const outputOperand = (rawNode: RawNode, location: string): { output?: Operand } =>
    rawNode.output === undefined
      ? {}
      : { output: symbols.addOperand(rawNode.output, `output of ${location}`) };

  const programNodes = stateTree.nodes.map((nodeShape): ProgramNode => {
    const rawNode = nodes[nodeShape.index] as RawNode;
    const location = locationOf(rawNode);
    const { initial: _, ...rest } = nodeShape;
    const always = (rawNode.always ?? []).map(addTransition);
    for (const transitionIndex of always) eventlessTransitions.add(transitionIndex);
    return {
      ...rest,
      id: rawNode.id,
      key: rawNode.key,
      path: rawNode.path.join("."),
      on: [...rawNode.transitions].map(([event, transitions]) => ({
        event,
        transitions: transitions.map(addTransition),
      })),
      always,
      entry: actionLowering.lowerActions(rawNode.entry, `${location}, entry`),
      exit: actionLowering.lowerActions(rawNode.exit, `${location}, exit`),
      initial: actionLowering.lowerActions(rawNode.initial.actions, `${location}, initial`),
      ...(rawNode.type === "final" ? outputOperand(rawNode, location) : {}),
    };
  });

  const descriptors = [
    ...new Set(programNodes.flatMap((stateNode) => stateNode.on.map(({ event }) => event))),
  ];
  const conflicts = conflictsOf(stateTree, unresolved, eventlessTransitions);
  const program: Program = {
    id: rawMachine.id,
    nodes: programNodes,
    transitions: unresolved.map((transition) => ({
      ...transition,
      conflicts: conflicts[transition.index] as number[],
    })),
    variables: programNodes.filter(({ variable }) => variable >= 0).map(({ index }) => index),
    events: descriptors.filter((event) => event !== "*"),
    wildcards: descriptors.filter(isWildcard).sort((a, b) => b.length - a.length),
    ...outputOperand(rawMachine.root, "the machine"),
    functions: symbols.functionNames,
    reads: symbols.reads,
    values: symbols.valueNames,
  };
  const links: Links = {
    functions: symbols.functions,
    values: symbols.values,
    transitions: rawTransitions,
    maxIterations: rawMachine.options?.maxIterations ?? Number.POSITIVE_INFINITY,
  };
  return { program, links, rawNodes: nodes };
};
