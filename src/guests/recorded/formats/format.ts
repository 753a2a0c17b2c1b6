import type { Uart16550Options } from "../../../../machines/index.js";
import type {
  JournalHeader,
  MissingEntries,
  ReadOptions,
  Recorded,
  TextLines,
} from "../../../journal/index.js";
import { textLines } from "../../../journal/index.js";
import type { Trace } from "../qemu.js";
import { RecordingError, type Step } from "../step.js";
import type { StepTranslator } from "../windowed-steps.js";
import type { UartLocation } from "./uart-selection.js";
import type { WireOptions } from "./wire.js";

/** A recording that has been opened: it is known what it is, and its steps can be read once. */
export interface Recording {
  /** Its format's name, one of `RECORDING_FORMATS`. */
  readonly format: string;
  /** The format in words. */
  readonly title: string;
  /** Of a journal: its header, which says on which device it was recorded and from which state it goes on. */
  readonly header?: JournalHeader;
  /** The ticks a second of its `advance` steps; undefined where it does not say, or has none. */
  readonly clock?: number | undefined;
  /**
   * In QEMU's format: its traces, a line each, of which each begins with a fresh device. Either these or `steps` can be gone through, once.
   *
   * @throws RecordingError at a line that is broken, after all traces before it.
   */
  readonly traces?: AsyncIterable<Trace>;
  /**
   * Its steps, in constant memory; in QEMU's format, in that of a line.
   *
   * @throws RecordingError or JournalError at a line that is broken, after all steps before it; RecordingError too where a second trace
   *   begins.
   */
  readonly steps: AsyncIterable<Step>;
  /**
   * Of a journal: its entries with their own numbers, notes included. Either these or `steps` can be gone through, once.
   *
   * @throws JournalError at a line that is broken, after all entries before it.
   */
  readonly entries?: AsyncIterable<Recorded>;
  /** Where the recording is cut off, in words; undefined where it is not, and until all steps have been read. */
  readonly cut: string | undefined;
  /** Of a journal that is salvaged: the entries that are missing, once all steps have been read. */
  readonly missing?: readonly MissingEntries[];
  /**
   * Of another program's log: a sentence for each kind of entry that was left out, is missing or out of order, and for each kind of input that
   * was inferred, once all steps have been read.
   */
  readonly leftOut?: readonly string[];
  /**
   * "accesses" of an unknown part for another program's log, "line" for a capture of a line, whose characters nobody reads. Absent for
   * recordings of a known device.
   */
  readonly origin?: "accesses" | "line";
  /** Options of the part that a capture of a line needs, such as the clock by which it samples. */
  readonly part?: Partial<Uart16550Options>;
}

/** What a format's reader gets. */
export interface OpenContext {
  /** The file's bytes, compressed or not. */
  readonly byteChunks: AsyncIterable<Uint8Array>;
  readonly translator: StepTranslator | undefined;
  readonly readOptions: ReadOptions;
  readonly location: UartLocation;
  readonly wire: WireOptions;
  readonly inputClock: number | undefined;
}

/** A format of recordings: how it is recognised, and how it is read. */
export interface RecordingFormat {
  /** Its name, for `--format`. */
  readonly name: string;
  readonly title: string;
  /** An example of its first line, or of its bytes, for the error about an unknown recording. */
  readonly example: string;
  /** Where the facts are from, and whether recordings of the program itself were tried. */
  readonly provenance: "recorded" | "from source, not tried" | "our own exports" | "ours";
  /** Returns true if these are the first bytes of such a file, decompressed. */
  matchesBytes?(bytes: Uint8Array): boolean;
  /** Returns true if this is a line of such a file. */
  matchesLine?(line: string): boolean;
  /** True if lines of other programs may come first. */
  readonly toleratesOthers?: true;
  open(context: OpenContext): Promise<Recording> | Recording;
}

/** Returns the lines of a recording. */
export const linesOf = (byteChunks: AsyncIterable<Uint8Array>): TextLines =>
  textLines(byteChunks, (line, problem, options) => new RecordingError(problem, line, options));

/** A recording whose cut is known where its text is read. */
export const withCut = (
  recording: Omit<Recording, "cut">,
  cutSource: { readonly cut: string | undefined; readonly missing?: readonly MissingEntries[] },
): Recording => ({
  ...recording,
  get cut() {
    return cutSource.cut;
  },
  get missing() {
    return cutSource.missing ?? [];
  },
});
