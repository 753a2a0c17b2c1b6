import type { Program } from "../ir/program.js";
import { exitableNodes, nodeAt, transitionAt } from "../ir/program-queries.js";
import type { ExecutionFacts } from "./execution-facts.js";
import { transitionsBySlot } from "./slots.js";

/** Returns for each slot of the eventless selection the transitions that it can hold. */
export const eventlessSlots = (program: Program, { eventless }: ExecutionFacts): readonly number[][] =>
  eventless === undefined
    ? []
    : transitionsBySlot(eventless, (nodeIndex) => nodeAt(program, nodeIndex).type === "parallel", true);

/**
 * Returns true if eventless transitions of different slots are independent: they cannot conflict, there are no exit actions,
 * and states are entered in the order of the slots.
 */
export const hasIndependentSlots = (program: Program, facts: ExecutionFacts): boolean => {
  const slots = eventlessSlots(program, facts);
  const all = slots.flat();
  if (facts.canFinish || new Set(all).size < all.length) return false;
  const hasExitActions = (index: number) => {
    const { domain } = transitionAt(program, index);
    return domain !== undefined && exitableNodes(program, domain).some(({ exit }) => exit.length > 0);
  };
  if (all.some(hasExitActions)) return false;
  let lastDomain = -1;
  for (const slotTransitions of slots) {
    const own = slotTransitions.map((index) => transitionAt(program, index));
    const domains = own.flatMap(({ domain }) => (domain === undefined ? [] : [domain]));
    if (domains.some((domain) => domain < lastDomain)) return false;
    if (own.some(({ conflicts }) => conflicts.some((other) => !slotTransitions.includes(other))))
      return false;
    lastDomain = Math.max(lastDomain, ...domains);
  }
  return true;
};
