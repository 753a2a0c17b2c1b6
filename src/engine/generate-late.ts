import type { Selection } from "./events.js";
import type { Case } from "./generate-cases.js";
import { isPlain, nodeAt, transitionAt, watchedBy } from "./layout.js";
import type { Program } from "./program.js";

/** The regions of a case that look for transitions by themselves, by their first slots; nothing where it has no regions. */
export const partsOf = (program: Program, { selection }: Case): ReadonlyMap<number, Selection> => {
  const parts = new Map<number, Selection>();
  if (nodeAt(program, selection.node).type !== "parallel" || selection.own.length > 0) return parts;
  let base = 0;
  for (const inner of selection.inner) {
    parts.set(base, inner);
    base += inner.width;
  }
  return parts;
};

/**
 * The regions that may look for their transitions when these are to act, and not before any does: then nothing has to be kept until
 * they do. They ask for states only, which the regions before them leave as they are. If all but the first are of this kind then the
 * first is too, whatever it asks for.
 */
export const latePartsOf = (program: Program, one: Case): ReadonlyMap<number, Selection> => {
  const parts = partsOf(program, one);
  const late = new Map<number, Selection>();
  const changed = new Set<number>();
  for (const [base, part] of parts) {
    const { variables, calls } = watchedBy(program, part);
    const all = transitionsOf(part).map((index) => transitionAt(program, index));
    if (!all.every((transition) => isPlain(program, transition))) return new Map();
    const independent = !calls && [...variables].every((variable) => !changed.has(variable));
    if (isChain(part) && (base === 0 || independent)) late.set(base, part);
    for (const { sets } of all) for (const [variable] of sets) changed.add(variable);
  }
  const [first] = parts;
  if (first !== undefined && late.size < parts.size && watchedBy(program, first[1]).calls) late.delete(0);
  return late;
};

const transitionsOf = ({ inner, own }: Selection): number[] => [...inner.flatMap(transitionsOf), ...own];

/** Whether at most one transition of a region is found, and none behind one that was looked for further inside. */
const isChain = ({ width, inner, own }: Selection): boolean =>
  width === 1 && (inner.length === 0 || own.length === 0) && inner.every(isChain);
