import type { Input } from "../../journal/index.js";

/** What a recording says followed from an input. What it does not say is absent, and not compared. */
export interface Expected {
  /** The byte that the guest read, 0 to 255. */
  readonly value?: number;
  /** How often the interrupt line was triggered. */
  readonly interrupts?: number;
}

/** One thing that happened to the recorded device: every format becomes a sequence of these. */
export interface Step {
  /** The line of the recording on which it starts, from 1. */
  readonly line: number;
  /** What entered the device. */
  readonly input: Input;
  /** What followed from it, as far as the recording says. */
  readonly expected?: Expected;
}

/** A recording that cannot be read: of no known format, or broken in a line. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
  /** The line that is broken, from 1; absent where it is not one line's fault. */
  readonly line: number | undefined;

  constructor(message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `line ${line}: ${message}`, options);
    this.line = line;
  }
}
