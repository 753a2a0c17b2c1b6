/** An error in a journal's text. The message has the line, the expected and the actual text. */
export class JournalError extends Error {
  override readonly name = "JournalError";
  /** Number of the line, from 1. In a compressed file, of the text within. */
  readonly line: number;

  /** @param problem - the expected and the actual text at `line`. */
  constructor(line: number, problem: string, options?: ErrorOptions) {
    super(`line ${line}: ${problem}`, options);
    this.line = line;
  }
}
