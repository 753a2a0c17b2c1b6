import type { WindowOptions } from "../../bus/index.js";
import { serialChart } from "../../device/index.js";
import {
  isJournalText,
  type JournalHeader,
  type MissingEntries,
  type ReadOptions,
  readJournal,
  type TextLines,
  textLines,
} from "../../journal/index.js";
import { formatValue } from "../../journal/internal.js";
import { journalSteps } from "./journal.js";
import { isQemu, QEMU_CLOCK, qemuTraces, stepsOfOnly, type Trace } from "./qemu.js";
import { RecordingError, type Step } from "./step.js";
import { isV86, v86Steps } from "./v86.js";
import { StepTranslator } from "./windowed-steps.js";

/** A recording that has been opened: it is known what it is, and its steps can be read once. */
export interface Recording {
  /** Its format: "v86", "journal" or "qemu". */
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
  /** Where the recording is cut off, in words; undefined where it is not, and until all steps have been read. */
  readonly cut: string | undefined;
  /** Of a journal that is salvaged: the entries that are missing, once all steps have been read. */
  readonly missing?: readonly MissingEntries[];
}

/** Options for opening a recording. */
export interface RecordingOptions {
  /** True to read what is whole of a damaged journal: the steps after damage follow those before it. Other formats have no checks. */
  readonly salvage?: boolean;
  /**
   * The window through which the recorded guest reached the device: the recording holds addresses, of accesses as wide as `regIoWidth`, in place
   * of register offsets. An access to no register is an error; it is left out where `unmapped` is "zero" or "ones", as the bus answered it.
   */
  readonly window?: WindowOptions | undefined;
}

interface Format {
  readonly title: string;
  /** An example of its first line, for the error about an unknown recording. */
  readonly example: string;
  matches(firstLine: string): boolean;
  open(
    byteChunks: AsyncIterable<Uint8Array>,
    title: string,
    translator: StepTranslator | undefined,
    readOptions: ReadOptions,
  ): Promise<Recording>;
}

const FORMATS: readonly Format[] = [
  {
    title: "v86 accesses",
    example: '["w",1,2]',
    matches: isV86,
    open: async (byteChunks, title, translator) => {
      const recordingLines = linesOf(byteChunks);
      const recordedSteps = v86Steps(recordingLines, translator?.limits);
      const steps = translator?.translateEach(recordedSteps) ?? recordedSteps;
      return withCut({ format: "v86", title, steps }, recordingLines);
    },
  },
  {
    title: "a vm-superio journal",
    example: '{"format":"vm-superio-journal",...}',
    matches: isJournalText,
    open: async (byteChunks, title, translator, readOptions) => {
      const reading = await readJournal(byteChunks, readOptions);
      const { header } = reading;
      const clockRate = clockOf(header);
      const recordedSteps = journalSteps(reading);
      const steps = translator?.translateEach(recordedSteps) ?? recordedSteps;
      return withCut({ format: "journal", title, header, clock: clockRate, steps }, reading);
    },
  },
  {
    title: "QEMU's 16550A",
    example: '{"name":...,"backend":"socket","steps":[...]}',
    matches: isQemu,
    open: async (byteChunks, title, translator) => {
      const recordingLines = linesOf(byteChunks);
      const traces = qemuTraces(recordingLines, translator);
      return withCut(
        { format: "qemu", title, clock: QEMU_CLOCK, traces, steps: stepsOfOnly(traces) },
        recordingLines,
      );
    },
  },
];

/** The clock of the device that wrote a journal. */
function clockOf({ chart, options: { clock } }: JournalHeader): number | undefined {
  if (chart === "serial") return serialChart().clock;
  return Number.isSafeInteger(clock) && (clock as number) >= 1 ? (clock as number) : undefined;
}

/**
 * Opens a recording, plain or gzip; its first line says which format it is.
 *
 * @param chunks - the file's bytes, in pieces of any size.
 * @param options - `salvage` to read on after damage, `window` for a recording of a bus.
 * @throws RangeError or TypeError if an option of the window is wrong.
 * @throws RecordingError if it is empty or of no known format, or JournalError if it is a journal without a header.
 */
export async function openRecording(
  chunks: AsyncIterable<Uint8Array>,
  options: RecordingOptions = {},
): Promise<Recording> {
  const { window, ...readOptions } = options;
  const translator = window && new StepTranslator(window);
  const { first, again } = await firstLineOf(chunks);
  const format = FORMATS.find(({ matches }) => first !== undefined && matches(first));
  if (format) return format.open(again, format.title, translator, readOptions);
  const expected = FORMATS.map(({ title, example }) => `${title} (first line such as ${example})`);
  throw new RecordingError(
    `recording: expected ${expected.join(" or ")}, plain or gzip, got ${formatValue(first)}`,
  );
}

const linesOf = (byteChunks: AsyncIterable<Uint8Array>): TextLines =>
  textLines(byteChunks, (line, problem, options) => new RecordingError(problem, line, options));

/** The first line that is not blank, and then all the bytes from the start. */
async function firstLineOf(byteChunks: AsyncIterable<Uint8Array>) {
  const chunkSource = byteChunks[Symbol.asyncIterator]();
  const bytesRead: Uint8Array[] = [];
  const remembering = async function* () {
    for (let nextChunk = await chunkSource.next(); !nextChunk.done; nextChunk = await chunkSource.next()) {
      bytesRead.push(nextChunk.value);
      yield nextChunk.value;
    }
  };
  const replayedChunks = async function* () {
    try {
      yield* bytesRead.splice(0);
      for (let nextChunk = await chunkSource.next(); !nextChunk.done; nextChunk = await chunkSource.next())
        yield nextChunk.value;
    } finally {
      await chunkSource.return?.();
    }
  };
  const recordingLines = linesOf(remembering());
  for await (const lineTexts of recordingLines) {
    const firstLine = lineTexts.find((text) => text.trim() !== "");
    if (firstLine !== undefined) return { first: firstLine, again: replayedChunks() };
  }
  return { first: recordingLines.rest, again: replayedChunks() };
}

/** A recording whose cut is known where its text is read. */
const withCut = (
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
