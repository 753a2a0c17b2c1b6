import type { Program } from "../ir/program.js";

/** Returns the selected transitions without those whose exit sets conflict, as SCXML does. */
export const removeConflicts = (program: Program, selected: readonly number[]): number[] => {
  let remaining: number[] = [];
  for (const transitionIndex of selected) {
    const { conflicts, source } = program.transitions[transitionIndex] as Program["transitions"][number];
    const conflicting = remaining.filter((otherIndex) => conflicts.includes(otherIndex));
    const isDescendant = conflicting.every((otherIndex) => {
      const otherSource = (program.transitions[otherIndex] as Program["transitions"][number]).source;
      return source > otherSource && source <= (program.nodes[otherSource]?.last ?? otherSource);
    });
    if (!isDescendant) continue;
    remaining = remaining.filter((otherIndex) => !conflicting.includes(otherIndex));
    remaining.push(transitionIndex);
  }
  return remaining;
};

/** Sorts transitions by their exit domains, in document order: states are entered in this order and exited in its reverse. */
export const sortByDomain = (program: Program, selected: readonly number[]): number[] =>
  selected.length < 2
    ? [...selected]
    : [...selected].sort(
        (a, b) => (program.transitions[a]?.domain ?? -1) - (program.transitions[b]?.domain ?? -1),
      );
