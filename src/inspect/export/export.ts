import { isInput } from "../../device/fold.js";
import type { Chart } from "../../device/index.js";
import { type Input, type JournalView, shown } from "../../journal/index.js";
import { chartOf, stateAt } from "../journal.js";
import { Chunks, joined } from "./chunks.js";
import { Drawing } from "./drawing.js";
import type { Drawn, Format } from "./drawn.js";
import { Pcap } from "./pcap.js";
import { Perfetto } from "./perfetto.js";
import type { Beginning } from "./player.js";
import { Csv, JsonLines } from "./rows.js";
import { TIMESCALES, type Timescale, Vcd } from "./vcd.js";

/** The file formats that there are. */
export const EXPORT_FORMATS = ["vcd", "pcap", "perfetto", "jsonl", "csv"] as const;

/** A file format: "vcd" for GTKWave and PulseView, "pcap" for Wireshark, "perfetto" for ui.perfetto.dev, "jsonl" and "csv" for tables. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is exported, and how. */
export interface ExportOptions {
  /** The file format. */
  readonly as: ExportFormat;
  /**
   * What a unit of time is: "100ns" unless given, in which 1.5 Mbaud can still be told apart. The finer it is, the more a logic analyser's
   * program has to hold. What happens at one tick is drawn a unit apart.
   */
  readonly timescale?: Timescale;
  /**
   * Of "vcd": "all", unless given, or only the "pins", which every reader of VCD takes.
   */
  readonly signals?: "all" | "pins";
}

/** Which part of a journal is exported: absolute indexes. */
export interface ExportRange {
  /** Index of the first entry; the journal's first unless given. */
  readonly from?: number;
  /** Index before which it ends; the journal's next unless given. */
  readonly until?: number;
}

const FORMATS: Readonly<Record<ExportFormat, (timescale: Timescale, signals: "all" | "pins") => Format>> = {
  vcd: (timescale, signals) => new Vcd(timescale, signals === "pins"),
  pcap: () => new Pcap(),
  perfetto: () => new Perfetto(),
  jsonl: () => new JsonLines(),
  csv: () => new Csv(),
};

/** @throws RangeError if the list has no such value. */
function checked<T extends string>(name: string, value: T, all: readonly string[]): T {
  if (all.includes(value)) return value;
  throw new RangeError(`${name}: expected one of ${all.join(", ")}, got ${shown(value)}`);
}

/**
 * Turns what enters a device into a file, piece by piece, in memory that does not grow with it. Everything else here is a shorter way to use it.
 *
 * @example
 * const exporter = new Exporter(serialChart(), {}, { as: "csv" });
 * for (const input of inputs) file.write(exporter.take(input));
 * file.write(exporter.end());
 */
export class Exporter {
  readonly #drawing: Drawing;
  readonly #format: Format;
  readonly #utf8 = new TextEncoder();
  #begun = false;

  /**
   * @param chart - what the device runs: `device.chart`.
   * @param beginning - the state in which it begins, and how much had happened before; a fresh device's unless given.
   * @throws RangeError if there is no such format or time scale.
   * @throws TypeError, RangeError or SerialError if it begins in what is no state of the chart.
   */
  constructor(
    chart: Chart,
    beginning: Beginning,
    { as, timescale = "100ns", signals = "all" }: ExportOptions,
  ) {
    checked("as", as, EXPORT_FORMATS);
    checked("timescale", timescale, Object.keys(TIMESCALES));
    checked("signals", signals, ["all", "pins"]);
    this.#format = FORMATS[as](timescale, signals);
    this.#drawing = new Drawing(chart, beginning, TIMESCALES[timescale]);
  }

  /** What has been drawn, in nanoseconds from the beginning; a device without time takes longer here than it took. */
  get time(): number {
    return this.#drawing.end;
  }

  /** What the last input gave if it was a read, 0 to 255; else undefined. */
  get answer(): number | undefined {
    return this.#drawing.answer;
  }

  /**
   * Takes an input.
   *
   * @param index - its own, where it is not the one after that before: what lies between may be notes.
   * @returns what the file goes on with, perhaps nothing: what arrives may have to be drawn before it.
   * @throws TypeError, RangeError or SerialError if the chart takes no such input.
   */
  take(input: Input, index?: number): Uint8Array {
    return this.#written(this.#drawing.take(input, index));
  }

  /** How the file ends. */
  end(): Uint8Array {
    const { end } = this.#drawing;
    const rest = this.#written(this.#drawing.finish());
    return joined([rest, this.#bytes([this.#format.end(end)])]);
  }

  #written(drawn: Iterable<Drawn>): Uint8Array {
    const pieces: (string | Uint8Array)[] = [];
    if (!this.#begun) pieces.push(this.#format.begin(this.#drawing.scene));
    this.#begun = true;
    for (const each of drawn) pieces.push(this.#format.add(each));
    return this.#bytes(pieces);
  }

  #bytes(pieces: readonly (string | Uint8Array)[]): Uint8Array {
    if (pieces.every((piece) => typeof piece === "string")) return this.#utf8.encode(pieces.join(""));
    return joined(pieces.map((piece) => (typeof piece === "string" ? this.#utf8.encode(piece) : piece)));
  }
}

/**
 * Exports inputs as they come.
 *
 * @param chart - what the device runs: `device.chart`.
 * @param beginning - the state in which it begins, and how much had happened before.
 * @param inputs - what enters it.
 * @returns the file, some 64 kB at a time.
 * @throws as {@link Exporter} does, and what `inputs` throws.
 */
export async function* exportInputs(
  chart: Chart,
  beginning: Beginning,
  inputs: AsyncIterable<Input> | Iterable<Input>,
  options: ExportOptions,
): AsyncGenerator<Uint8Array, void> {
  const exporter = new Exporter(chart, beginning, options);
  const chunks = new Chunks();
  for await (const input of inputs) {
    const whole = chunks.add(exporter.take(input));
    if (whole) yield whole;
  }
  yield chunks.last(exporter.end());
}

/**
 * Exports a journal, or a part of one: `device.journal` of a device that lives, or one that was loaded.
 *
 * @param journal - of either chart; its notes are left out.
 * @returns the file, some 64 kB at a time.
 * @throws RangeError if the journal is of no chart that there is, or the range lies outside it, and as {@link Exporter} does.
 */
export function* exportJournal(
  journal: JournalView,
  options: ExportOptions & ExportRange,
): Generator<Uint8Array, void> {
  const { from = journal.first, until = journal.next } = options;
  const chart = chartOf(journal.header);
  const inputs = journal.entries({ from, until });
  const exporter = new Exporter(chart, stateAt(chart, journal, from), options);
  const chunks = new Chunks();
  for (const { index, entry } of inputs) {
    const whole = isInput(entry) ? chunks.add(exporter.take(entry, index)) : undefined;
    if (whole) yield whole;
  }
  yield chunks.last(exporter.end());
}
