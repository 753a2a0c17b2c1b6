import type { Program, ProgramNode, ProgramTransition } from "../../src/engine/internal.js";

/** Makes a program that is wrong in one way. */
export type ProgramFault = (program: Program) => Program;

const ofNodes =
  (change: (programNode: ProgramNode, program: Program) => ProgramNode): ProgramFault =>
  (program) => ({ ...program, nodes: program.nodes.map((node) => change(node, program)) });

const ofTransitions =
  (change: (transition: ProgramTransition) => ProgramTransition): ProgramFault =>
  (program) => ({ ...program, transitions: program.transitions.map(change) });

const ancestors = (programNode: ProgramNode, { nodes }: Program): ProgramNode[] => {
  const parent = nodes[programNode.parent];
  return parent === undefined ? [] : [parent, ...ancestors(parent, { nodes } as Program)];
};

/** Deliberate faults, by what they get wrong. */
export const FAULTS: Readonly<Record<string, ProgramFault>> = {
  "selection: the last candidate of a state comes first": ofNodes((programNode) => ({
    ...programNode,
    on: programNode.on.map(({ event, transitions }) => ({ event, transitions: [...transitions].reverse() })),
  })),
  "selection: parents before children": ofNodes((programNode, program) => ({
    ...programNode,
    on: programNode.on.filter(
      ({ event }) =>
        !ancestors(programNode, program).some(({ on }) =>
          on.some((otherHandler) => otherHandler.event === event),
        ),
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
  "action order: entry actions are exit actions": ofNodes((programNode) => ({
    ...programNode,
    entry: programNode.exit,
    exit: programNode.entry,
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
