import type { UndoPlan } from "../ir/plan.js";
import type { Effect, Program, ProgramTransition } from "../ir/program.js";
import {
  allEffects,
  canThrow,
  effectsOf,
  exitableNodes,
  nodeAt,
  runInOrder,
  transitionAt,
} from "../ir/program-queries.js";
import type { DirtyParts } from "./dirty-parts.js";
import type { ExecutionFacts } from "./execution-facts.js";
import { transitionsOf } from "./selection-tree.js";

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

/**
 * Plans the undo of one microstep that takes at most one transition of each slot, in the slots' order: the changes that are made
 * while a function of the machine can still throw.
 */
export const planMicrostepUndo = (
  program: Program,
  slots: readonly (readonly ProgramTransition[])[],
  records: boolean,
): UndoPlan | undefined => {
  const keys = new Set<string>();
  const variables = new Set<number>();
  let merges = false;
  let emissions = false;
  const effects = new Map(
    slots.flat().map((transition) => [transition, effectsInOrder(program, transition)] as const),
  );
  const canThrowEffect = (transition: ProgramTransition) => (effects.get(transition) ?? []).some(canThrow);
  const inOrder = runInOrder(program, slots);
  let emitted = false;
  for (const [slotIndex, slotTransitions] of slots.entries()) {
    // Transitions that exit and enter states interleave: any effect of one may precede any effect of another.
    const otherSlots = inOrder
      ? slots.slice(slotIndex + 1)
      : slots.filter((other) => other !== slotTransitions);
    const isFollowed = otherSlots.flat().some(canThrowEffect);
    const hadEmitted = emitted;
    for (const transition of slotTransitions) {
      let isFirst = inOrder && !hadEmitted;
      const ownEffects = effects.get(transition) ?? [];
      for (const [position, effect] of ownEffects.entries()) {
        const needsUndo = isFollowed || ownEffects.slice(position + 1).some(canThrow);
        if (effect.kind === "assign") merges ||= needsUndo || !inOrder;
        if (!needsUndo) continue;
        if (effect.kind === "set") for (const { key } of effect.keys) keys.add(key);
        if (effect.kind !== "emit") continue;
        if (!isFirst) emissions = true;
        isFirst = false;
      }
      emitted ||= ownEffects.some(({ kind }) => kind === "emit");
      if (isFollowed) for (const [variable] of transition.sets) variables.add(variable);
    }
  }
  if (keys.size + variables.size === 0 && !merges && !emissions && !records) return undefined;
  return { keys: [...keys], variables: [...variables], ages: [], merges, emissions, records };
};

/** Plans the undo of everything that some transitions can change. */
const planUndoOf = (
  program: Program,
  { ageSlots, canFinish }: ExecutionFacts,
  transitions: readonly ProgramTransition[],
): UndoPlan => {
  const effects = [
    ...transitions.flatMap((transition) => effectsOf(program, transition)),
    ...(canFinish ? allEffects(program) : []),
  ];
  const ages = transitions.flatMap(({ entered }) =>
    entered.map((nodeIndex) => ageSlots.get(nodeIndex)).filter((age) => age !== undefined),
  );
  const sorted = (numbers: Iterable<number>) => [...new Set(numbers)].sort((a, b) => a - b);
  return {
    keys: [
      ...new Set(
        effects.flatMap((effect) => (effect.kind === "set" ? effect.keys.map(({ key }) => key) : [])),
      ),
    ].sort(),
    variables: sorted(transitions.flatMap(({ sets }) => sets.map(([variable]) => variable))),
    ages: sorted(ages),
    merges: effects.some(({ kind }) => kind === "assign"),
    emissions: true,
    records: true,
  };
};

/** Plans the undo of whatever a machine does. */
export const planUndoAll = (program: Program, facts: ExecutionFacts): UndoPlan =>
  planUndoOf(program, facts, program.transitions);

/**
 * Plans the undo of the first microstep of a macrostep, whatever follows: of the fields that functions return, which are logged, that of the whole
 * macrostep.
 */
export const planStepUndo = (
  program: Program,
  facts: ExecutionFacts,
  first: readonly ProgramTransition[],
): UndoPlan => ({ ...planUndoOf(program, facts, first), merges: planUndoAll(program, facts).merges });

/**
 * Plans the undo of a macrostep that begins with one of some transitions, in a state in which no part is dirty; undefined if nothing
 * can follow. What follows is found step by step: the transitions of parts that become dirty may make others dirty.
 */
export const planMacrostepUndo = (
  program: Program,
  facts: ExecutionFacts,
  parts: DirtyParts,
  first: readonly ProgramTransition[],
): UndoPlan | undefined => {
  if (facts.usesRaiseQueue) return planUndoAll(program, facts);
  const transitions = new Set(first);
  let dirty = first.reduce((bits, transition) => bits | parts.dirtiedBy(transition), parts.event);
  if (dirty === 0) return undefined;
  for (let before = -1; before !== dirty; ) {
    before = dirty;
    for (const { bit, selection } of parts.parts) {
      if ((dirty & bit) === 0) continue;
      for (const transitionIndex of transitionsOf(selection)) {
        const transition = transitionAt(program, transitionIndex);
        transitions.add(transition);
        dirty |= parts.dirtiedBy(transition);
      }
    }
  }
  return planUndoOf(program, facts, [...transitions]);
};
