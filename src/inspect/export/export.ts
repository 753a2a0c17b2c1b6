import type { Chart } from "../../device/index.js";
import { isInput } from "../../device/internal.js";
import type { Input, JournalView, Note } from "../../journal/index.js";
import { checkReadable, formatValue, withKnownNames } from "../../journal/internal.js";
import { chartOfJournal, stateBefore } from "../journal-chart.js";
import type { Beginning } from "./chart-player.js";
import { ChunkBuffer, joinBytes } from "./chunks.js";
import type { DiagramItem, FileFormat } from "./diagram-items.js";
import { PcapFormat } from "./pcap.js";
import { PerfettoFormat } from "./perfetto.js";
import { CsvFormat, JsonLinesFormat } from "./table-formats.js";
import { TimingDiagram } from "./timing-diagram.js";
import { TIMESCALES, type Timescale, VcdFormat } from "./vcd.js";

/** The file formats. */
export const EXPORT_FORMATS = ["vcd", "pcap", "perfetto", "jsonl", "csv"] as const;

/** A file format: "vcd" for GTKWave and PulseView, "pcap" for Wireshark, "perfetto" for ui.perfetto.dev, "jsonl" and "csv" for tables. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Options of an export. */
export interface ExportOptions {
  /** The file format. */
  readonly as: ExportFormat;
  /**
   * The unit of time: by default "100ns", which still resolves 1.5 Mbaud. The finer it is, the more a logic analyser's
   * program has to hold. Events at one tick are drawn a unit apart.
   */
  readonly timescale?: Timescale;
  /**
   * The signals of "vcd": "all", the default, or only the "pins", which every reader of VCD takes.
   */
  readonly signals?: "all" | "pins";
}

/** The part of a journal to export, in absolute indexes. */
export interface ExportRange {
  /** True for its marks and failures too, in the tables and in "perfetto"; by default they are left out. */
  readonly notes?: boolean;
  /** Index of the first entry; by default the journal's first. */
  readonly from?: number;
  /** Index before which it ends; by default the journal's next. */
  readonly until?: number;
}

const OPTIONS: readonly (keyof ExportOptions)[] = ["as", "timescale", "signals"];
const FORMATS: Readonly<Record<ExportFormat, (timescale: Timescale, signals: "all" | "pins") => FileFormat>> =
  {
    vcd: (timescale, signals) => new VcdFormat(timescale, signals === "pins"),
    pcap: () => new PcapFormat(),
    perfetto: () => new PerfettoFormat(),
    jsonl: () => new JsonLinesFormat(),
    csv: () => new CsvFormat(),
  };

/** @throws RangeError if the list has no such value. */
function checkOption<T extends string>(optionName: string, value: T, allowedValues: readonly string[]): T {
  if (allowedValues.includes(value)) return value;
  throw new RangeError(
    `${optionName}: expected one of ${allowedValues.join(", ")}, got ${formatValue(value)}`,
  );
}

/**
 * Converts a device's inputs to a file, piece by piece, in constant memory. Everything else here is a shorter way to use it.
 *
 * @example
 * const exporter = new Exporter(serialChart(), {}, { as: "csv" });
 * for (const input of inputs) file.write(exporter.take(input));
 * file.write(exporter.end());
 */
export class Exporter {
  readonly #timingDiagram: TimingDiagram;
  readonly #fileFormat: FileFormat;
  readonly #utf8Encoder = new TextEncoder();
  #hasBegun = false;

  /**
   * @param chart - what the device runs: `device.chart`.
   * @param beginning - the initial state, and the number of inputs and ticks before it; by default a new device's.
   * @throws RangeError if the format or the time scale is unknown.
   * @throws TypeError for an unknown option.
   * @throws TypeError, RangeError or SerialError if the initial state is no state of the chart.
   */
  constructor(chart: Chart, beginning: Beginning, options: ExportOptions) {
    checkReadable(chart, "chart", "the chart of a device", () => {
      if (typeof chart?.stateOf !== "function")
        throw new TypeError(`chart: expected the chart of a device, got ${formatValue(chart)}`);
    });
    const { as, timescale = "100ns", signals = "all" } = withKnownNames(options, OPTIONS, "Exporter");
    checkOption("as", as, EXPORT_FORMATS);
    checkOption("timescale", timescale, Object.keys(TIMESCALES));
    checkOption("signals", signals, ["all", "pins"]);
    this.#fileFormat = FORMATS[as](timescale, signals);
    this.#timingDiagram = new TimingDiagram(chart, beginning, TIMESCALES[timescale]);
  }

  /** The time drawn so far, in nanoseconds; that of a device without time is longer than it was in reality. */
  get time(): number {
    return this.#timingDiagram.endTime;
  }

  /** The result of the last input if it was a read, 0 to 255; else undefined. */
  get answer(): number | undefined {
    return this.#timingDiagram.readAnswer;
  }

  /**
   * Takes an input.
   *
   * @param index - its index, if it does not follow the previous one, as marks may lie between.
   * @returns the next bytes of the file, perhaps none: characters that arrive later may be drawn before it.
   * @throws TypeError, RangeError or SerialError if the chart does not accept the input.
   */
  take(input: Input, index?: number): Uint8Array {
    return this.#writeItems(this.#timingDiagram.drawInput(input, index));
  }

  /**
   * Takes a note, of which "csv" and "jsonl" have a row, and "perfetto" an event; other formats leave it out.
   *
   * @param index - its index.
   */
  takeNote(note: Note, index: number): void {
    this.#timingDiagram.drawNote(note, index);
  }

  /** Returns the end of the file. */
  end(): Uint8Array {
    const { endTime } = this.#timingDiagram;
    const remaining = this.#writeItems(this.#timingDiagram.drainQueue());
    return joinBytes([remaining, this.#encodePieces([this.#fileFormat.writeEnd(endTime)])]);
  }

  #writeItems(diagramItems: Iterable<DiagramItem>): Uint8Array {
    const pieces: (string | Uint8Array)[] = [];
    if (!this.#hasBegun) pieces.push(this.#fileFormat.writeStart(this.#timingDiagram.diagramScene));
    this.#hasBegun = true;
    for (const diagramItem of diagramItems) pieces.push(this.#fileFormat.writeItem(diagramItem));
    return this.#encodePieces(pieces);
  }

  #encodePieces(pieces: readonly (string | Uint8Array)[]): Uint8Array {
    if (pieces.every((piece) => typeof piece === "string")) return this.#utf8Encoder.encode(pieces.join(""));
    return joinBytes(
      pieces.map((piece) => (typeof piece === "string" ? this.#utf8Encoder.encode(piece) : piece)),
    );
  }
}

/**
 * Exports inputs as they arrive.
 *
 * @param chart - what the device runs: `device.chart`.
 * @param beginning - the initial state, and the number of inputs and ticks before it.
 * @param inputs - the device's inputs.
 * @returns the file, some 64 kB at a time.
 * @throws as {@link Exporter} does, and the errors of `inputs`.
 */
export async function* exportInputs(
  chart: Chart,
  beginning: Beginning,
  inputs: AsyncIterable<Input> | Iterable<Input>,
  options: ExportOptions,
): AsyncGenerator<Uint8Array, void> {
  const exporter = new Exporter(chart, beginning, options);
  checkReadable(inputs, "inputs", "inputs in order", () => {
    if (typeof inputs !== "object" || inputs === null || ArrayBuffer.isView(inputs) || !isIterable(inputs))
      throw new TypeError(`inputs: expected inputs in order, got ${formatValue(inputs)}`);
  });
  const chunkBuffer = new ChunkBuffer();
  for await (const input of inputs) {
    const fullChunk = chunkBuffer.addPiece(exporter.take(input));
    if (fullChunk) yield fullChunk;
  }
  yield chunkBuffer.takeLast(exporter.end());
}

const isIterable = (value: object): boolean => Symbol.asyncIterator in value || Symbol.iterator in value;

/**
 * Exports a journal, or a part of one: the `device.journal` of a live device, or a loaded one.
 *
 * @param journal - of either chart; its marks are left out, unless `notes` is true.
 * @returns the file, some 64 kB at a time.
 * @throws RangeError if the journal's chart is unknown, or the range lies outside it, and as {@link Exporter} does.
 */
export function* exportJournal(
  journal: JournalView,
  options: ExportOptions & ExportRange,
): Generator<Uint8Array, void> {
  checkReadable(journal, "journal", "a journal", () => {
    if (typeof journal?.header !== "object")
      throw new TypeError(`journal: expected a journal, got ${formatValue(journal)}`);
  });
  const {
    from = journal.first,
    until = journal.next,
    notes = false,
    ...exportOptions
  } = withKnownNames(options, [...OPTIONS, "from", "until", "notes"], "exportJournal");
  if (typeof notes !== "boolean")
    throw new TypeError(`notes: expected true or false, got ${formatValue(notes)}`);
  const chart = chartOfJournal(journal.header);
  const inputs = journal.entries({ from, until });
  const exporter = new Exporter(chart, stateBefore(chart, journal, from), exportOptions);
  const chunkBuffer = new ChunkBuffer();
  for (const { index, entry } of inputs) {
    if (!isInput(entry)) {
      if (notes) exporter.takeNote(entry, index);
      continue;
    }
    const fullChunk = chunkBuffer.addPiece(exporter.take(entry, index));
    if (fullChunk) yield fullChunk;
  }
  yield chunkBuffer.takeLast(exporter.end());
}
