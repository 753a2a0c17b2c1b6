import { formatValue } from "./format-value.js";

/** A longer name is compared with none: it is no slip of the pen. */
const LONGEST_NAME = 60;

/**
 * Counts the edits that lead from one text to another: letters inserted, deleted, replaced, or swapped with their neighbour
 * (optimal string alignment).
 */
function editDistance(source: string, target: string): number {
  let twoBefore: number[] = [];
  let before = Array.from({ length: target.length + 1 }, (_, column) => column);
  for (let row = 1; row <= source.length; row++) {
    const current = [row];
    for (let column = 1; column <= target.length; column++) {
      const same = source[row - 1] === target[column - 1];
      let edits = Math.min(
        (before[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (before[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped = source[row - 1] === target[column - 2] && source[row - 2] === target[column - 1];
      if (swapped) edits = Math.min(edits, (twoBefore[column - 2] as number) + 1);
      current.push(edits);
    }
    twoBefore = before;
    before = current;
  }
  return before[target.length] as number;
}

/**
 * Returns the known name that somebody meant who wrote `name`: the one with the fewest edits between them, upper and lower case
 * being the same. At most a third of its letters may differ.
 *
 * @returns undefined if no known name is so near.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  let found: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= Math.max(1, Math.floor(candidate.length / 3))) {
      found = candidate;
      fewest = edits;
    }
  }
  return found;
}

/**
 * Describes, in one line, a name that does not exist: `no option overlow of Serial: did you mean overflow?`.
 *
 * @param kind - what it should name: "option", "preset".
 * @param owner - the thing that has such options or presets.
 */
export function unknownName(kind: string, name: string, owner: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const help = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
  return `no ${kind} ${/^\w{1,60}$/.test(name) ? name : formatValue(name)} of ${owner}: ${help}`;
}

/**
 * Returns options that have no names but these.
 *
 * @throws TypeError that names the first other one, and the one that was meant.
 */
export function withKnownNames<T extends object>(options: T, known: readonly string[], owner: string): T {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(unknownName("option", unknown, owner, known));
  return options;
}
