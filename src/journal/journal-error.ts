/** A journal's text cannot be read. The message says where, what was expected there and what was found. */
export class JournalError extends Error {
  override readonly name = "JournalError";
  /** Number of the line, from 1. In a compressed file, of the text within. */
  readonly line: number;

  /** @param problem - what was expected at `line`, and what was found. */
  constructor(line: number, problem: string, options?: ErrorOptions) {
    super(`line ${line}: ${problem}`, options);
    this.line = line;
  }
}
