import { nearest } from "./nearest.js";

/** Fewer letters are found in names by chance. */
const FEWEST_LETTERS = 4;

/** Returns true if a name is the beginning or the end of another, as shift is of reg-shift. */
const isPart = (part: string, whole: string): boolean =>
  part.length >= FEWEST_LETTERS && (whole.startsWith(part) || whole.endsWith(part));

/**
 * Returns the known name that somebody meant who wrote `name`: the {@link nearest}, or else the first that it shortens or lengthens,
 * such as regShift for shift.
 *
 * @returns undefined if there is none.
 */
export function nearestOrRelated(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const written = name.toLowerCase();
  return (
    nearest(name, names) ??
    names.find((candidate) => {
      const target = candidate.toLowerCase();
      return isPart(written, target) || isPart(target, written);
    })
  );
}
