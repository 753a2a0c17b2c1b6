import type { Input } from "../../journal/index.js";

/** What a recording says followed from an input. What it does not say is absent, and not compared. */
export interface Expected {
  /** The byte that the guest read, 0 to 255. */
  readonly value?: number;
  /** How often the interrupt line was triggered, where it pulses. */
  readonly interrupts?: number;
  /** The interrupt line's level afterwards: 1 is high. */
  readonly level?: 0 | 1;
  /** Every level to which the interrupt line changed meanwhile, in order. */
  readonly edges?: readonly (0 | 1)[];
  /** The bytes that were transmitted, in order, 0 to 255 each. */
  readonly output?: readonly number[];
  /** The modem outputs afterwards: MCR's bits DTR and RTS, set where the pin is asserted. */
  readonly modemOutputs?: number;
  /** How often SOUT left marking. */
  readonly breaks?: number;
}

/** One thing that happened to the recorded device: every format becomes a sequence of these. */
export interface Step {
  /** The line of the recording on which it starts, from 1. */
  readonly line: number;
  /** Of a recording with many steps a line: the step's index in that line, from 0. */
  readonly index?: number;
  /**
   * False of what is no step of the recording by itself, and so not counted as one: what brings the device to where the recording
   * starts, and the end of a recorded break.
   */
  readonly counts?: false;
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
