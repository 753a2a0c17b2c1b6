import type { SelectionTree } from "./selection-tree.js";

/** Returns `count` slots from `first`. */
export const slotsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, offset) => first + offset);

/**
 * Returns for each slot the transitions that it can hold.
 *
 * @param perLeaf - true if each active leaf selects its own, as for eventless transitions.
 */
export const transitionsBySlot = (
  selection: SelectionTree,
  isParallel: (nodeIndex: number) => boolean,
  perLeaf: boolean,
): number[][] => {
  const slots: Set<number>[] = Array.from({ length: selection.slotCount }, () => new Set<number>());
  const visit = (parentSelection: SelectionTree, baseSlot: number): void => {
    let offset = 0;
    for (const child of parentSelection.childSelections) {
      visit(child, baseSlot + (isParallel(parentSelection.nodeIndex) ? offset : 0));
      offset += child.slotCount;
    }
    const reachableSlots = perLeaf ? parentSelection.slotCount : 1;
    for (let slotIndex = baseSlot; slotIndex < baseSlot + reachableSlots; slotIndex++)
      for (const transitionIndex of parentSelection.ownTransitions) slots[slotIndex]?.add(transitionIndex);
  };
  visit(selection, 0);
  return slots.map((transitions) => [...transitions].sort((a, b) => a - b));
};
