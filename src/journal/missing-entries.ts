/** Entries of a journal's text that are missing, as the text is damaged or cut off. */
export interface MissingEntries {
  /** Index of the first of them. */
  readonly first: number;
  /** Index of the next entry that is whole; absent if the text does not say how many are missing. */
  readonly next?: number;
  /** Number of the line where the damage begins, from 1. In a compressed file, of the text within. */
  readonly line: number;
  /** The reason, in words. */
  readonly reason: string;
}

/** Describes missing entries: "entries 120 to 180 are missing: line 122 ...". */
export function missingInWords({ first, next, line, reason }: MissingEntries): string {
  const subject =
    next === undefined
      ? `the entries from ${first} on are`
      : next - first === 1
        ? `entry ${first} is`
        : `entries ${first} to ${next - 1} are`;
  return `${subject} missing (line ${line}: ${reason})`;
}
