import type { Program, ProgramNode, ProgramTransition } from "../../src/engine/program.js";

/** Makes a program that is wrong in one way. */
export type Fault = (program: Program) => Program;

const ofNodes =
  (change: (node: ProgramNode, program: Program) => ProgramNode): Fault =>
  (program) => ({ ...program, nodes: program.nodes.map((node) => change(node, program)) });

const ofTransitions =
  (change: (transition: ProgramTransition) => ProgramTransition): Fault =>
  (program) => ({ ...program, transitions: program.transitions.map(change) });

const ancestors = (node: ProgramNode, { nodes }: Program): ProgramNode[] => {
  const parent = nodes[node.parent];
  return parent === undefined ? [] : [parent, ...ancestors(parent, { nodes } as Program)];
};

/** Deliberate faults, by what they get wrong. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  "selection: the last candidate of a state comes first": ofNodes((node) => ({
    ...node,
    on: node.on.map(({ event, transitions }) => ({ event, transitions: [...transitions].reverse() })),
  })),
  "selection: parents before children": ofNodes((node, program) => ({
    ...node,
    on: node.on.filter(
      ({ event }) => !ancestors(node, program).some(({ on }) => on.some((other) => other.event === event)),
    ),
  })),
  "selection: wildcards stand for nothing": (program) => ({ ...program, wildcards: [] }),
  "conflicts: none is seen": ofTransitions((transition) => ({ ...transition, conflicts: [] })),
  "action order: the actions of a transition are reversed": ofTransitions((transition) => ({
    ...transition,
    actions: [...transition.actions].reverse(),
  })),
  "action order: children are entered before their parents": ofTransitions((transition) => ({
    ...transition,
    entered: [...transition.entered].reverse(),
  })),
  "action order: entry actions are exit actions": ofNodes((node) => ({
    ...node,
    entry: node.exit,
    exit: node.entry,
  })),
  "exit sets: a reentering transition does not leave its source": ofTransitions(
    (transition) =>
      ({
        ...transition,
        domain: transition.domain === undefined ? undefined : transition.source,
      }) as ProgramTransition,
  ),
  "entry sets: initial actions are left out": ofTransitions((transition) => ({
    ...transition,
    initials: [],
  })),
};
