import type { AnyStateMachine } from "xstate";
import { ActionReader } from "./actions.js";
import { type Shape, Tree } from "./domains.js";
import { UnsupportedError } from "./errors.js";
import { isReserved, isWildcard } from "./events.js";
import { GuardReader } from "./guards.js";
import { type RawNode, type RawTransition, raw } from "./internals.js";
import { Linker } from "./linker.js";
import type { Links, Operand, Program, ProgramNode, ProgramTransition } from "./program.js";

/** A machine taken apart. */
export interface Analysis {
  readonly program: Program;
  readonly links: Links;
  /** XState's nodes, by the index that the program gives them. */
  readonly nodes: readonly RawNode[];
}

const placeOf = (node: RawNode): string =>
  node.path.length === 0 ? "the root" : `state "${node.path.join(".")}"`;

const placeOfTransition = (transition: RawTransition): string => {
  const { eventType } = transition;
  return `${placeOf(transition.source)}, ${eventType === "" ? "always" : `event "${eventType}"`}`;
};

const guardName = ({ guard }: RawTransition): { guardName?: string } => {
  if (typeof guard === "string") return { guardName: guard };
  return typeof guard === "object" && guard !== null ? { guardName: guard.type } : {};
};

const inDocumentOrder = (root: RawNode): RawNode[] => [
  root,
  ...Object.values(root.states).flatMap((child) => inDocumentOrder(child)),
];

const refuseNode = (node: RawNode): void => {
  const place = placeOf(node);
  if (node.type === "history") throw new UnsupportedError("a history state", place);
  if (node.invoke.length > 0) throw new UnsupportedError("invoke", place);
  const after = node.config.after;
  if (after !== undefined && Object.keys(after).length > 0) {
    throw new UnsupportedError("after (a delayed transition)", place);
  }
  for (const event of node.transitions.keys()) {
    if (isReserved(event)) throw new UnsupportedError(`a transition for XState's own event ${event}`, place);
  }
};

/** The nodes without what is in them. */
const shapesOf = (nodes: readonly RawNode[], indexOf: (node: RawNode) => number): Shape[] => {
  const last = nodes.map((_, index) => index);
  for (let index = nodes.length - 1; index > 0; index--) {
    const parent = indexOf((nodes[index] as RawNode).parent as RawNode);
    last[parent] = Math.max(last[parent] as number, last[index] as number);
  }
  let variables = 0;
  return nodes.map((node, index) => {
    const { parent, type } = node;
    const siblings = parent === undefined ? [] : Object.values(parent.states);
    return {
      index,
      type: type as Shape["type"],
      parent: parent === undefined ? -1 : indexOf(parent),
      children: Object.values(node.states).map(indexOf),
      last: last[index] as number,
      variable: type === "compound" ? variables++ : -1,
      value: parent?.type === "compound" ? siblings.indexOf(node) + 1 : 0,
      initial: type === "compound" ? indexOf(node.initial.target[0] as RawNode) : -1,
    };
  });
};

/** Pairs that could be selected at once, and of which only one can be taken. */
const conflictsOf = (
  tree: Tree,
  transitions: readonly Omit<ProgramTransition, "conflicts">[],
  eventless: ReadonlySet<number>,
) => {
  const conflicts = transitions.map((): number[] => []);
  for (const a of transitions) {
    if (a.domain === undefined) continue;
    for (const b of transitions) {
      if (b.index <= a.index || b.domain === undefined || b.source === a.source) continue;
      const common = tree.common(a.source, b.source);
      const nested = common === a.source || common === b.source;
      const together = nested
        ? eventless.has(a.index) && eventless.has(b.index)
        : tree.at(common).type === "parallel";
      if (together && tree.conflict(a, b)) {
        conflicts[a.index]?.push(b.index);
        conflicts[b.index]?.push(a.index);
      }
    }
  }
  return conflicts;
};

/**
 * Takes a machine apart into plain data and what that data refers to.
 *
 * @throws {UnsupportedError} where the machine uses what cannot be compiled.
 */
export const analyse = (machine: AnyStateMachine): Analysis => {
  const rawMachine = raw(machine);
  const nodes = inDocumentOrder(rawMachine.root);
  for (const node of nodes) refuseNode(node);
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const indexOf = (node: RawNode) => indexes.get(node) as number;
  const tree = new Tree(shapesOf(nodes, indexOf));
  const linker = new Linker();
  const guards = new GuardReader(rawMachine, linker, indexOf);
  const actions = new ActionReader(rawMachine, linker);

  const moved: Omit<ProgramTransition, "conflicts">[] = [];
  const objects: RawTransition[] = [];
  const eventless = new Set<number>();
  const addTransition = (transition: RawTransition): number => {
    const place = placeOfTransition(transition);
    const source = indexOf(transition.source);
    const guard = guards.read(transition.guard, place);
    const index = objects.push(transition) - 1;
    moved.push({
      index,
      source,
      place,
      ...(guard.kind === "constant" && guard.value ? {} : { guard, ...guardName(transition) }),
      actions: actions.readAll(transition.actions, place),
      ...tree.move(source, transition.target?.map(indexOf), transition.reenter, place),
    });
    return index;
  };

  const output = (node: RawNode, place: string): { output?: Operand } =>
    node.output === undefined ? {} : { output: linker.operand(node.output, `output of ${place}`) };

  const programNodes = tree.nodes.map((shape): ProgramNode => {
    const node = nodes[shape.index] as RawNode;
    const place = placeOf(node);
    const { initial: _, ...rest } = shape;
    const always = (node.always ?? []).map(addTransition);
    for (const index of always) eventless.add(index);
    return {
      ...rest,
      id: node.id,
      key: node.key,
      path: node.path.join("."),
      on: [...node.transitions].map(([event, transitions]) => ({
        event,
        transitions: transitions.map(addTransition),
      })),
      always,
      entry: actions.readAll(node.entry, `${place}, entry`),
      exit: actions.readAll(node.exit, `${place}, exit`),
      initial: actions.readAll(node.initial.actions, `${place}, initial`),
      ...(node.type === "final" ? output(node, place) : {}),
    };
  });

  const descriptors = [...new Set(programNodes.flatMap((node) => node.on.map(({ event }) => event)))];
  const conflicts = conflictsOf(tree, moved, eventless);
  const program: Program = {
    id: rawMachine.id,
    nodes: programNodes,
    transitions: moved.map((transition) => ({
      ...transition,
      conflicts: conflicts[transition.index] as number[],
    })),
    variables: programNodes.filter(({ variable }) => variable >= 0).map(({ index }) => index),
    events: descriptors.filter((event) => event !== "*"),
    wildcards: descriptors.filter(isWildcard).sort((a, b) => b.length - a.length),
    ...output(rawMachine.root, "the machine"),
    functions: linker.functionNames,
    values: linker.valueNames,
  };
  const links: Links = {
    functions: linker.functions,
    values: linker.values,
    transitions: objects,
    maxIterations: rawMachine.options?.maxIterations ?? Number.POSITIVE_INFINITY,
  };
  return { program, links, nodes };
};
