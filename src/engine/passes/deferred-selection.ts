import type { Program } from "../ir/program.js";
import { nodeAt, runInOrder, transitionAt } from "../ir/program-queries.js";
import type { EventCase } from "./case-split.js";
import { guardInputsOf } from "./execution-facts.js";
import { type SelectionTree, transitionsOf } from "./selection-tree.js";

/** Returns the regions of a case that select independently, by their first slots; none if it has no regions. */
const regionSelections = (program: Program, { selection }: EventCase): ReadonlyMap<number, SelectionTree> => {
  const regions = new Map<number, SelectionTree>();
  if (nodeAt(program, selection.nodeIndex).type !== "parallel" || selection.ownTransitions.length > 0)
    return regions;
  let baseSlot = 0;
  for (const childSelection of selection.childSelections) {
    regions.set(baseSlot, childSelection);
    baseSlot += childSelection.slotCount;
  }
  return regions;
};

/**
 * Returns the regions whose selection can be deferred until their transitions run, so that no slot has to be kept until then.
 * Their guards read only states that the regions before them do not change. If all but the first can be deferred then the
 * first can too, whatever its guards read. A region whose transition is certain selects nothing.
 */
export const deferredSelections = (
  program: Program,
  eventCase: EventCase,
  certainSlots: ReadonlyMap<number, number>,
): ReadonlyMap<number, SelectionTree> => {
  const regions = regionSelections(program, eventCase);
  const transitionsByRegion = [...regions.values()].map((selection) =>
    transitionsOf(selection).map((transitionIndex) => transitionAt(program, transitionIndex)),
  );
  if (!runInOrder(program, transitionsByRegion)) return new Map();
  const deferred = new Map<number, SelectionTree>();
  const changedVariables = new Set<number>();
  for (const [regionIndex, [baseSlot, regionSelection]] of [...regions].entries()) {
    const { variables: stateVariables, callsFunctions } = guardInputsOf(program, regionSelection);
    const isIndependent =
      !callsFunctions && [...stateVariables].every((variable) => !changedVariables.has(variable));
    if (isChain(regionSelection) && (baseSlot === 0 || isIndependent))
      deferred.set(baseSlot, regionSelection);
    for (const { sets } of transitionsByRegion[regionIndex] ?? [])
      for (const [variable] of sets) changedVariables.add(variable);
  }
  const [firstRegion] = regions;
  if (
    firstRegion !== undefined &&
    deferred.size < regions.size &&
    guardInputsOf(program, firstRegion[1]).callsFunctions
  )
    deferred.delete(0);
  for (const slot of certainSlots.keys()) deferred.delete(slot);
  return deferred;
};

/** Returns true if a region selects at most one transition, and tries none after those of a descendant. */
const isChain = ({ slotCount, childSelections, ownTransitions }: SelectionTree): boolean =>
  slotCount === 1 &&
  (childSelections.length === 0 || ownTransitions.length === 0) &&
  childSelections.every(isChain);
