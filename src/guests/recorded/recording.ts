import type { WindowOptions } from "../../bus/index.js";
import {
  checkReadable,
  formatValue,
  GzipReader,
  isTransferred,
  unknownName,
  withKnownNames,
} from "../../journal/internal.js";
import type { Recording, RecordingFormat } from "./formats/format.js";
import { formatNamed, RECORDING_FORMATS } from "./formats/table.js";
import type { UartLocation } from "./formats/uart-selection.js";
import { type WireOptions, wireFormat } from "./formats/wire.js";
import { RecordingError } from "./step.js";
import { StepTranslator } from "./windowed-steps.js";

/** The number of bytes, decompressed, by which a format is recognised. */
const PROBE_LENGTH = 65_536;
/** The number of lines of other programs that may come before the first line of a log. */
const PROBE_LINES = 1000;
const SHOWN_FORMATS = 3;

/** Files that are not read, by their first bytes, with the command that makes one of them that is. */
const OTHER_FILES: readonly {
  readonly start: readonly number[];
  readonly file: string;
  readonly command: string;
}[] = [
  { start: codesOf("PERFILE2"), file: "perf's binary file", command: "perf script -i FILE > TEXT" },
  {
    start: [0x17, 0x08, ...codesOf("Dtracing")],
    ...{ file: "trace-cmd's binary file", command: "trace-cmd report -i FILE > TEXT" },
  },
  { start: [0x0a, 0x0d, 0x0d, 0x0a], file: "a pcapng file", command: "tshark -r FILE -F pcap -w FILE.pcap" },
  { start: [0xff, 0xfe], file: "text in UTF-16", command: "iconv -f UTF-16 -t UTF-8 FILE > TEXT" },
  { start: [0xfe, 0xff], file: "text in UTF-16", command: "iconv -f UTF-16 -t UTF-8 FILE > TEXT" },
  { start: [0x28, 0xb5, 0x2f, 0xfd], file: "compressed by zstd", command: "zstd -d FILE" },
  { start: [0xfd, ...codesOf("7zXZ")], file: "compressed by xz", command: "xz -d FILE" },
  { start: codesOf("BZh"), file: "compressed by bzip2", command: "bzip2 -d FILE" },
];

function codesOf(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Options for opening a recording. */
export interface RecordingOptions extends WireOptions, Omit<UartLocation, "window"> {
  /** True to read what is whole of a damaged journal: the steps after damage follow those before it. Other formats have no checks. */
  readonly salvage?: boolean;
  /**
   * The window through which the recorded guest reached the device: the recording holds addresses, of accesses as wide as `regIoWidth`, in place
   * of register offsets. An access to no register is an error; it is left out where `unmapped` is "zero" or "ones", as the bus answered it, and
   * in logs of other programs, which have every device's.
   */
  readonly window?: WindowOptions | undefined;
  /** The format's name; by default it is recognised. */
  readonly format?: string | undefined;
  /** The frequency at XIN in Hz, by which a character's time is inferred; 1,843,200 by default. */
  readonly inputClock?: number | undefined;
}

/**
 * Opens a recording, plain or gzip; its first lines, or its first bytes, say which format it is.
 *
 * @param chunks - the file's bytes, in pieces of any size.
 * @param options - `salvage` to read on after damage, `window` for a recording of a bus, and what a recording does not say.
 * @throws RangeError or TypeError if an option is wrong, or the pieces are none.
 * @throws RecordingError if it is empty or of no known format, or JournalError if it is a journal without a header.
 */
export async function openRecording(
  chunks: AsyncIterable<Uint8Array>,
  options: RecordingOptions = {},
): Promise<Recording> {
  const checkedOptions = withKnownNames(options, OPTIONS, "openRecording");
  const {
    window,
    format: formatName,
    inputClock,
    irq,
    port,
    baud,
    frame,
    signal,
    ...readOptions
  } = checkedOptions;
  const { salvage } = readOptions;
  if (salvage !== undefined && typeof salvage !== "boolean")
    throw new TypeError(`salvage: expected true or false, got ${formatValue(salvage)}`);
  if (inputClock !== undefined && !(Number.isFinite(inputClock) && inputClock > 0))
    throw new RangeError(`inputClock: expected a frequency in Hz, got ${formatValue(inputClock)}`);
  if (irq !== undefined && !(Number.isSafeInteger(irq) && irq >= 0))
    throw new RangeError(`irq: expected a whole number from 0, got ${formatValue(irq)}`);
  for (const [name, text] of Object.entries({ format: formatName, port, frame, signal }))
    if (text !== undefined && typeof text !== "string")
      throw new TypeError(`${name}: expected a string, got ${formatValue(text)}`);
  if (baud !== undefined || frame !== undefined) wireFormat({ baud: baud === undefined ? 1 : baud, frame });
  const translator = window === undefined ? undefined : new StepTranslator(window);
  const allChunks = checkedChunks(chunks);
  const { format, byteChunks } =
    formatName === undefined
      ? await probeFormat(allChunks)
      : { format: requestedFormat(formatName), byteChunks: allChunks };
  return format.open({
    byteChunks,
    translator,
    readOptions,
    location: { window, irq, port },
    wire: { baud, frame, signal },
    inputClock,
  });
}

const OPTIONS: readonly (keyof RecordingOptions)[] = [
  "salvage",
  "window",
  "format",
  "inputClock",
  "irq",
  "port",
  "baud",
  "frame",
  "signal",
];

/** Returns the bytes of a file. @throws TypeError if it is no source of chunks; its iteration, if a chunk is none. */
function checkedChunks(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const expected = "the file's bytes in pieces, such as a stream";
  checkReadable(chunks, "chunks", expected, () => {
    if (typeof chunks !== "object" || chunks === null || ArrayBuffer.isView(chunks) || !isIterable(chunks))
      throw new TypeError(`chunks: expected ${expected}, got ${formatValue(chunks)}`);
  });
  return (async function* () {
    for await (const chunk of chunks) {
      checkReadable(chunk, "chunks", expected, () => {
        if (!(chunk instanceof Uint8Array) || isTransferred(chunk.buffer))
          throw new TypeError(`chunks: expected ${expected}, got the piece ${formatValue(chunk)}`);
      });
      yield chunk;
    }
  })();
}

const isIterable = (value: object): boolean => Symbol.asyncIterator in value || Symbol.iterator in value;

/** Returns the format that the user named. @throws RecordingError if there is none. */
function requestedFormat(name: string): RecordingFormat {
  const format = formatNamed(name);
  if (format) return format;
  const names = RECORDING_FORMATS.map((known) => known.name);
  throw new RecordingError(unknownName("format", name, "recordings", names));
}

/** A file's first bytes, decompressed. */
interface Probe {
  readonly bytes: Uint8Array;
  /** True if the file has no more, or the probe has its full length: then a last line without an end counts. */
  readonly isComplete: boolean;
}

/** Recognises a format; undefined if there is none. */
function recognise({ bytes, isComplete }: Probe): RecordingFormat | undefined {
  const ofBytes = RECORDING_FORMATS.find(({ matchesBytes }) => matchesBytes?.(bytes));
  if (ofBytes) return ofBytes;
  let isFirst = true;
  for (const text of linesOfProbe(bytes, isComplete)) {
    const found = RECORDING_FORMATS.find(
      ({ matchesLine, toleratesOthers }) => (isFirst || toleratesOthers) && matchesLine?.(text),
    );
    if (found) return found;
    isFirst = false;
  }
  return undefined;
}

/** Returns the lines that are not blank. */
function linesOfProbe(bytes: Uint8Array, isComplete: boolean): readonly string[] {
  const lines = new TextDecoder().decode(bytes).split("\n", PROBE_LINES);
  return (isComplete ? lines : lines.slice(0, -1))
    .map((text) => text.replace(/\r$/, ""))
    .filter((text) => text.trim() !== "");
}

function unknownRecording(bytes: Uint8Array): RecordingError {
  const other = OTHER_FILES.find(({ start }) => start.every((byte, index) => bytes[index] === byte));
  if (other)
    return new RecordingError(`recording: this is ${other.file}; what is read comes from: ${other.command}`);
  const listedFormats = RECORDING_FORMATS.slice(0, SHOWN_FORMATS).map(
    ({ title, example }) => `${title} (first line such as ${example})`,
  );
  const others = RECORDING_FORMATS.slice(SHOWN_FORMATS).map(({ title }) => title);
  const [firstLine] = linesOfProbe(bytes, true);
  const hasMore =
    bytes.length === PROBE_LENGTH ||
    new TextDecoder().decode(bytes).split("\n", PROBE_LINES).length === PROBE_LINES;
  const advice = hasMore
    ? `; no more than its first ${PROBE_LINES} lines and ${PROBE_LENGTH} bytes were looked at: --format says what it is`
    : "";
  return new RecordingError(
    `recording: expected ${listedFormats.join(" or ")} or ${others.join(", ")}, plain or gzip, got ${formatValue(firstLine)}${advice}`,
  );
}

/**
 * Finds the format, and returns all the bytes from the start, as they are. No more is read than it takes.
 *
 * @throws RecordingError if there is none, or compressed data are damaged.
 */
async function probeFormat(byteChunks: AsyncIterable<Uint8Array>): Promise<{
  readonly format: RecordingFormat;
  readonly byteChunks: AsyncIterable<Uint8Array>;
}> {
  const source = byteChunks[Symbol.asyncIterator]();
  const bytesRead: Uint8Array[] = [];
  const allBytes = async function* () {
    try {
      yield* bytesRead.splice(0);
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    } finally {
      await source.return?.();
    }
  };
  const probe = new ProbeBuffer();
  for (;;) {
    const next = await source.next();
    if (!next.done) {
      bytesRead.push(next.value);
      probe.append(next.value);
    }
    const isComplete = next.done === true || probe.isFull;
    const format = recognise({ bytes: probe.bytes, isComplete });
    if (format) return { format, byteChunks: allBytes() };
    if (isComplete) throw unknownRecording(probe.bytes);
  }
}

/** Collects a file's first bytes, decompressed. */
class ProbeBuffer {
  readonly #buffer = new Uint8Array(PROBE_LENGTH);
  #length = 0;
  #start: number[] | undefined = [];
  #gzip: GzipReader | undefined;

  /** The bytes collected. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  get isFull(): boolean {
    return this.#length === PROBE_LENGTH;
  }

  /** Appends bytes of the file. @throws RecordingError if compressed data are damaged. */
  append(bytes: Uint8Array): void {
    let rest = bytes;
    if (this.#start) {
      const joined = Uint8Array.from([...this.#start, ...bytes]);
      if (joined.length < 2) {
        this.#start = [...joined];
        return;
      }
      this.#start = undefined;
      if (joined[0] === 0x1f && joined[1] === 0x8b) this.#gzip = new GzipReader();
      rest = joined;
    }
    if (!this.#gzip) {
      this.#collect(rest);
      return;
    }
    try {
      for (const piece of this.#gzip.push(rest)) {
        this.#collect(piece);
        if (this.isFull) return;
      }
    } catch (cause) {
      if (this.#length === 0)
        throw new RecordingError(`the gzip data are damaged: ${(cause as Error).message}`, 1, { cause });
    }
  }

  #collect(bytes: Uint8Array): void {
    const probeBytes = bytes.subarray(0, PROBE_LENGTH - this.#length);
    this.#buffer.set(probeBytes, this.#length);
    this.#length += probeBytes.length;
  }
}
