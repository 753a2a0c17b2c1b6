import type { Input } from "../../journal/index.js";

/** The recorded results of an input. Results that were not recorded are absent, and not compared. */
export interface Expected {
  /** The byte that the guest read, 0 to 255. */
  readonly value?: number;
  /** The number of triggers of the interrupt line, where it pulses. */
  readonly interrupts?: number;
  /** The interrupt line's level afterwards: 1 is high. */
  readonly level?: 0 | 1;
  /** Every level to which the interrupt line changed meanwhile, in order. */
  readonly edges?: readonly (0 | 1)[];
  /** The bytes that were transmitted, in order, 0 to 255 each. */
  readonly output?: readonly number[];
  /** The modem outputs afterwards: MCR's bits DTR and RTS, set where the pin is asserted. */
  readonly modemOutputs?: number;
  /** The number of times SOUT left marking. */
  readonly breaks?: number;
}

/** One thing that happened to the recorded device: every format becomes a sequence of these. */
export interface Step {
  /** The line of the recording on which it starts, from 1. */
  readonly line: number;
  /** Of a recording with many steps a line: the step's index in that line, from 0. */
  readonly index?: number;
  /** Of a journal: the entry's number in it. */
  readonly entryIndex?: number;
  /**
   * False of what is no step of the recording by itself, and so not counted as one: what brings the device to where the recording
   * starts, and the end of a recorded break.
   */
  readonly counts?: false;
  /** True of an input that is not in the recording: it was inferred from reads. It is left out for a device that does not take such inputs. */
  readonly inferred?: true;
  /** The input of the device. */
  readonly input: Input;
  /** Its results, as far as the recording says. */
  readonly expected?: Expected;
}

/** A recording that cannot be read: of no known format, or broken in a line. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
  /** The line that is broken, from 1; absent where it is not one line's fault. */
  readonly line: number | undefined;

  constructor(message: string, lineNumber?: number, options?: ErrorOptions) {
    super(lineNumber === undefined ? message : `line ${lineNumber}: ${message}`, options);
    this.line = lineNumber;
  }
}
