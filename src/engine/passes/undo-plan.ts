import type { Effect, Program, ProgramTransition } from "../ir/program.js";
import { canThrow, exitableNodes, nodeAt, runsOnlyItsActions } from "../ir/program-queries.js";

/** Changes made while a function of the machine can still throw, which an error must undo. */
export interface UndoPlan {
  /** Keys of the context that are assigned one by one. */
  readonly contextKeys: readonly string[];
  readonly variables: readonly number[];
  /** True if an assign by a function uses the undo log. */
  readonly undoesMerge: boolean;
  /** True if emissions are listed. The first of a case that runs only actions is held back until there is a second. */
  readonly undoesEmissions: boolean;
}

/** Returns the effects of a transition in their order, with those of every node that it may exit. */
const effectsInOrder = (program: Program, transition: ProgramTransition): Effect[] => {
  const { domain, actions, entered, initials } = transition;
  const exits = domain === undefined ? [] : [...exitableNodes(program, domain)].reverse();
  return [
    ...exits.flatMap(({ exit }) => exit),
    ...actions,
    ...entered.flatMap((nodeIndex) => {
      const { entry, initial } = nodeAt(program, nodeIndex);
      return initials.includes(nodeIndex) ? [...entry, ...initial] : entry;
    }),
  ];
};

/** Plans the undo for an event that takes at most one transition of each slot, in the slots' order. */
export const planUndo = (program: Program, slots: readonly (readonly ProgramTransition[])[]): UndoPlan => {
  const contextKeys = new Set<string>();
  const stateVariables = new Set<number>();
  let undoesMerge = false;
  let undoesEmissions = false;
  const effects = new Map(
    slots.flat().map((transition) => [transition, effectsInOrder(program, transition)] as const),
  );
  const canThrowEffect = (transition: ProgramTransition) => (effects.get(transition) ?? []).some(canThrow);
  const onlyActions = slots.flat().every((transition) => runsOnlyItsActions(program, transition));
  let emitted = false;
  for (const [slotIndex, slotTransitions] of slots.entries()) {
    // Transitions that exit and enter states interleave: any effect of one may precede any effect of another.
    const otherSlots = onlyActions
      ? slots.slice(slotIndex + 1)
      : slots.filter((other) => other !== slotTransitions);
    const isFollowed = otherSlots.flat().some(canThrowEffect);
    const hadEmitted = emitted;
    for (const transition of slotTransitions) {
      let isFirst = onlyActions && !hadEmitted;
      const ownEffects = effects.get(transition) ?? [];
      for (const [position, effect] of ownEffects.entries()) {
        const needsUndo = isFollowed || ownEffects.slice(position + 1).some(canThrow);
        if (effect.kind === "assign") undoesMerge ||= needsUndo || !onlyActions;
        if (!needsUndo) continue;
        if (effect.kind === "set") for (const { key: contextKey } of effect.keys) contextKeys.add(contextKey);
        if (effect.kind !== "emit") continue;
        if (!isFirst) undoesEmissions = true;
        isFirst = false;
      }
      emitted ||= ownEffects.some(({ kind }) => kind === "emit");
      if (isFollowed) for (const [variable] of transition.sets) stateVariables.add(variable);
    }
  }
  return { contextKeys: [...contextKeys], variables: [...stateVariables], undoesMerge, undoesEmissions };
};
