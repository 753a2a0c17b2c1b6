import type { Effect, Program, ProgramNode, ProgramTransition } from "./program.js";

export const nodeAt = (program: Program, nodeIndex: number): ProgramNode =>
  program.nodes[nodeIndex] as ProgramNode;

export const transitionAt = (program: Program, transitionIndex: number): ProgramTransition =>
  program.transitions[transitionIndex] as ProgramTransition;

/** Returns a node and its descendants, in document order. */
const subtree = (program: Program, nodeIndex: number): readonly ProgramNode[] =>
  program.nodes.slice(nodeIndex, nodeAt(program, nodeIndex).last + 1);

/** Returns the nodes that a transition with this domain exits if they are active. */
export const exitableNodes = (program: Program, domain: number): readonly ProgramNode[] =>
  domain < 0 ? program.nodes : subtree(program, domain).slice(1);

/**
 * Returns the variable and state number that make a node active; undefined if it always is. A variable is 0 while its
 * node is inactive, so one comparison is enough at any depth.
 */
export const activeCondition = (
  program: Program,
  nodeIndex: number,
): readonly [variable: number, value: number] | undefined => {
  const stateNode = nodeAt(program, nodeIndex);
  if (stateNode.parent < 0) return undefined;
  if (stateNode.value === 0) return activeCondition(program, stateNode.parent);
  return [nodeAt(program, stateNode.parent).variable, stateNode.value];
};

/** Returns true if a transition runs only its own actions: the states that it exits and enters have none. */
export const runsOnlyItsActions = (program: Program, transition: ProgramTransition): boolean =>
  transition.domain === undefined ||
  (exitableNodes(program, transition.domain).every((stateNode) => stateNode.exit.length === 0) &&
    transition.entered.every((nodeIndex) => {
      const stateNode = nodeAt(program, nodeIndex);
      return stateNode.entry.length === 0 && stateNode.initial.length === 0 && stateNode.type !== "final";
    }));

/** Returns the effects of entering the states that a transition enters. */
export const entryEffects = (program: Program, { entered, initials }: ProgramTransition): Effect[] =>
  entered.flatMap((nodeIndex) => {
    const { entry, initial } = nodeAt(program, nodeIndex);
    return initials.includes(nodeIndex) ? [...entry, ...initial] : [...entry];
  });

/**
 * Returns true if the transitions of several slots may run one after the other, each with its actions and entries: no state has exit actions
 * or is final, and no entry action of one changes what actions of a later one see or emit.
 */
export const runInOrder = (program: Program, slots: readonly (readonly ProgramTransition[])[]): boolean => {
  const all = slots.flat();
  const leavesSilently = all.every(
    ({ domain, entered }) =>
      (domain === undefined ||
        exitableNodes(program, domain).every((stateNode) => stateNode.exit.length === 0)) &&
      entered.every((nodeIndex) => nodeAt(program, nodeIndex).type !== "final"),
  );
  if (!leavesSilently) return false;
  return slots.every((transitions, slot) => {
    const entries = transitions.flatMap((transition) => entryEffects(program, transition));
    if (entries.length === 0) return true;
    const onlyEmits = entries.every((effect) => effect.kind === "emit" && !canThrow(effect));
    return slots
      .slice(slot + 1)
      .flat()
      .every(
        ({ actions }) => actions.length === 0 || (onlyEmits && actions.every(({ kind }) => kind !== "emit")),
      );
  });
};

/** Returns every effect that a transition may run, in any configuration. */
export const effectsOf = (program: Program, transition: ProgramTransition): Effect[] => {
  const { domain, entered, initials } = transition;
  const effects = [...transition.actions];
  if (domain === undefined) return effects;
  for (const stateNode of exitableNodes(program, domain)) effects.push(...stateNode.exit);
  for (const nodeIndex of entered) effects.push(...nodeAt(program, nodeIndex).entry);
  for (const nodeIndex of initials) effects.push(...nodeAt(program, nodeIndex).initial);
  return effects;
};

/** Returns every effect of a program. */
export const allEffects = ({ nodes, transitions }: Program): Effect[] => [
  ...transitions.flatMap(({ actions }) => actions),
  ...nodes.flatMap(({ entry, exit, initial }) => [...entry, ...exit, ...initial]),
];

/** Returns true if running an effect can throw, by a function of the machine. */
export const canThrow = (effect: Effect): boolean => {
  if (effect.params !== undefined && "fn" in effect.params) return true;
  switch (effect.kind) {
    case "assign":
      return true;
    case "set":
      return effect.keys.some(({ to: operand }) => "fn" in operand);
    case "call":
      return effect.fn !== undefined;
    default:
      return "fn" in effect.event;
  }
};

/** Returns the state numbers that are certain while the source of a transition is active. */
export const numbersAtSource = (
  program: Program,
  { source }: ProgramTransition,
): ReadonlyMap<number, number> => {
  const known = new Map<number, number>();
  for (let node = nodeAt(program, source); node.parent >= 0; node = nodeAt(program, node.parent))
    if (node.value > 0) known.set(nodeAt(program, node.parent).variable, node.value);
  return known;
};
