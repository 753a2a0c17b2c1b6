import type { RunOrder } from "../ir/plan.js";
import type { Program, ProgramTransition } from "../ir/program.js";
import { entryEffects } from "../ir/program-queries.js";
import type { EffectPlanner } from "./plan-effects.js";

/**
 * Returns for each part when its transition may run as a whole before those of later parts: its actions run in the order of ages, so that
 * a part whose transitions have none is free; its entries come after all actions, and the ages of leaves are renewed if any transition moves.
 *
 * @param parts - the transitions of each part; those of different parts are independent.
 */
export const runOrders = (
  program: Program,
  effects: EffectPlanner,
  parts: readonly (readonly ProgramTransition[])[],
): readonly RunOrder[] => {
  const hasActions = (transitions: readonly ProgramTransition[]) =>
    transitions.some(({ actions }) => actions.length > 0);
  return parts.map((transitions, index) => {
    const entersWithEffects = transitions.some((transition) => entryEffects(program, transition).length > 0);
    const precedesActions = parts.slice(index + 1).some(hasActions);
    if ((entersWithEffects && precedesActions) || effects.mustNoteMoves(transitions)) return "in phases";
    return hasActions(transitions) ? "by age" : "any";
  });
};
