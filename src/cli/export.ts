import { extname } from "node:path";
import { Command, Option } from "commander";
import type { Chart } from "../device/index.js";
import { openRecording, type Recording, RecordingError, type Step } from "../guests/index.js";
import { ClockChange, inferredInput } from "../guests/internal.js";
import { EXPORT_FORMATS, Exporter, type ExportFormat, type Timescale } from "../inspect/export/index.js";
import { type RecordingFlags, recordingOptionsOf, withRecordingOptions } from "./device-options.js";
import { DEVICES, type DeviceChoice, deviceFactory, PRESETS, REVISIONS } from "./devices.js";
import { type CommandHelp, withHelp } from "./help.js";
import { type InputFile, openInput } from "./input.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { type OutputFile, openOutput } from "./output.js";
import { Progress } from "./progress.js";
import { escapeUnsafe, formatNumber } from "./terminal.js";
import { stepsOfTrace, withPolling } from "./traces.js";

/** The options of `vm-superio export`. */
interface ExportFlags extends DeviceChoice, RecordingFlags {
  readonly port?: string;
  readonly as?: ExportFormat;
  readonly out?: string;
  readonly trace?: string;
  readonly timescale?: Timescale;
  readonly signals?: "all" | "pins";
  readonly quiet?: true;
}

const TIMESCALES: readonly Timescale[] = ["1ns", "10ns", "100ns", "1us"];

/** The format for each extension of a file's name. */
const FORMAT_BY_EXTENSION: Readonly<Record<string, ExportFormat>> = {
  ".vcd": "vcd",
  ".pcap": "pcap",
  ".json": "perfetto",
  ".jsonl": "jsonl",
  ".csv": "csv",
};

/** A program that opens each format. */
const OPENED_WITH: Readonly<Record<ExportFormat, string>> = {
  vcd: "GTKWave or PulseView opens it",
  pcap: "Wireshark opens it",
  perfetto: "ui.perfetto.dev opens it",
  jsonl: "an object an input",
  csv: "a row an input",
};

/** The number of steps between two reports of progress. */
const PROGRESS_EVERY = 256;

const HELP: CommandHelp = {
  summary: "convert a recorded guest for GTKWave, PulseView, Wireshark, Perfetto, or to a table",
  examples: `\
  vm-superio export boot.jsonl.gz --out boot.vcd           for GTKWave: the name selects the format
  vm-superio export session.jsonl --as pcap | wireshark -k -i -
  vm-superio export boot.jsonl.gz --out boot.json          for ui.perfetto.dev
  vm-superio export boot.jsonl.gz --as csv | grep IIR      every read of IIR
  vm-superio export boot.jsonl.gz --signals pins --out boot.vcd
                                                           for tools that decode wires`,
  details: `\
FILE is any file that replay reads: a journal of this package, a guest recorded under v86 or QEMU,
another program's log, a captured line, plain or gzip; - is the standard input. It is replayed on
the device, and the device's activity is written:

  vcd       SOUT and SIN bit by bit, INTR, the modem's lines, registers, FIFO levels and states
  pcap      characters, breaks, overruns and errors on the line, for Wireshark
  perfetto  accesses, characters, states and levels on a time line, for ui.perfetto.dev
  jsonl     each input with its register, bits by name, and effects; csv is the same as a table

A device with character times is drawn in its own time. One that transmits at once (serial, the
preset qemu) has no time: an access then takes a microsecond, a character stays on the line for as
long as LCR and the divisor latch say, and the next one waits until the line is free.`,
};

/** The command `export`. */
export function exportCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withRecordingOptions(withHelp(new Command("export"), HELP))
    .argument("<file>", "the recording, or - for the standard input")
    .addOption(
      new Option("--as <format>", "the format (default: by the name of --out)").choices(EXPORT_FORMATS),
    )
    .option("--out <file>", "where to write (default: the standard output)")
    .option("--trace <name>", "of a recording of many traces: which, by its name or line")
    .addOption(new Option("--device <device>", "the device (default: as for replay)").choices(DEVICES))
    .addOption(new Option("--revision <revision>", "of serial: vm-superio's revision").choices(REVISIONS))
    .addOption(new Option("--preset <preset>", "of uart16550: which part it is").choices(PRESETS))
    .addOption(
      new Option("--timescale <unit>", "of vcd: its unit of time").choices(TIMESCALES).default("100ns"),
    )
    .addOption(
      new Option("--signals <which>", "of vcd: all, or the pins alone")
        .choices(["all", "pins"])
        .default("all"),
    )
    .option("--quiet", "say nothing of what was written")
    .action(async (file: string, flags: ExportFlags) => setExitCode(await runExport(file, flags, io)));
}

/**
 * Converts a recording to another format.
 *
 * @throws CommandError, RecordingError or JournalError if it cannot be read or written.
 */
async function runExport(filePath: string, flags: ExportFlags, io: Io): Promise<ExitCode> {
  const format = chooseFormat(flags);
  if (format === "pcap" && flags.out === undefined && io.stdout.isTTY)
    throw new CommandError("pcap is binary: expected --out FILE or a pipe, got a terminal");
  const input = await openInput(filePath, io);
  const recording = await openRecording(input.chunks, recordingOptionsOf(flags));
  const recordedSteps = await stepsOfTrace(recording, flags.trace);
  const warnings: string[] = [];
  const createDevice = deviceFactory(recording, flags, (warning) => void warnings.push(warning));
  const device = createDevice();
  const steps = withPolling(recording, recordedSteps, createDevice);
  const { chart } = device;
  const { first = 0, tick = 0 } = recording.header ?? {};
  const { timescale, signals } = flags;
  const exporter = new Exporter(
    chart,
    { state: device.save().state, first, tick },
    { as: format, ...(timescale ? { timescale } : {}), ...(signals ? { signals } : {}) },
  );
  const output = await openOutput(flags.out, io);
  const summary = await output.writeWhole(() =>
    writeExport({
      exporter,
      chart,
      steps,
      output,
      clock: new ClockConverter(recording, chart.clock),
      input,
      io,
      flags,
    }),
  );
  if (summary.different > 0)
    warnings.push(
      `${formatNumber(summary.different)} reads gave something else than was recorded, the first on line ${summary.line}: what is written is what this device answers; see vm-superio replay`,
    );
  warnings.push(...(recording.leftOut ?? []));
  if (recording.cut !== undefined) warnings.push(`the recording is cut off: ${recording.cut}`);
  if (flags.quiet) return 0;
  for (const warning of warnings) await io.stderr.write(`vm-superio: ${escapeUnsafe(warning)}\n`);
  const seconds = (exporter.time / 1e9).toPrecision(3);
  const sizeText = `${formatNumber(summary.steps)} steps as ${format}, ${seconds} s, ${formatNumber(output.byteCount)} bytes`;
  await io.stderr.write(`${escapeUnsafe(output.name)}: ${sizeText}; ${OPENED_WITH[format]}\n`);
  return 0;
}

function chooseFormat({ as, out }: ExportFlags): ExportFormat {
  const format = as ?? (out === undefined ? undefined : FORMAT_BY_EXTENSION[extname(out).toLowerCase()]);
  if (format) return format;
  const extensions = Object.keys(FORMAT_BY_EXTENSION).join(", ");
  const requested = out === undefined ? "neither" : `--out ${out}`;
  throw new CommandError(
    `--as: expected one of ${EXPORT_FORMATS.join(", ")}, or --out with a name in ${extensions}, got ${requested}`,
  );
}

/** Converts a recording's ticks to the device's. */
class ClockConverter {
  readonly #clockChange: ClockChange | undefined;

  constructor({ clock }: Recording, deviceClock: number) {
    if (clock !== undefined) this.#clockChange = new ClockChange(clock, deviceClock);
  }

  toDeviceTicks(input: Step["input"]): Step["input"] {
    if (input.type !== "advance" || !this.#clockChange) return input;
    return { type: "advance", ticks: this.#clockChange.ticks(input.ticks) };
  }
}

interface ExportJob {
  readonly exporter: Exporter;
  readonly chart: Chart;
  readonly steps: AsyncIterable<Step> | Iterable<Step>;
  readonly output: OutputFile;
  readonly clock: ClockConverter;
  readonly input: InputFile;
  readonly io: Io;
  readonly flags: ExportFlags;
}

async function writeExport({ exporter, chart, steps, output, clock, input, io, flags }: ExportJob) {
  const progress = new Progress(io);
  const summary = { steps: 0, different: 0, line: 0 };
  try {
    for await (const step of steps) {
      const accepted = step.inferred ? inferredInput(step.input, chart) : step.input;
      if (!accepted) continue;
      await output.write(exportInput(exporter, clock.toDeviceTicks(accepted), step));
      summary.steps++;
      const { value } = step.expected ?? {};
      if (value !== undefined && value !== exporter.answer && summary.different++ === 0)
        summary.line = step.line;
      if (summary.steps % PROGRESS_EVERY === 0 && !flags.quiet && flags.out !== undefined)
        await progress.showIfDue(() => progressInWords(summary.steps, input.readShare));
    }
    await output.write(exporter.end());
  } finally {
    await progress.hide();
  }
  return summary;
}

/** Exports an input. @throws RecordingError that names the line, for an input that the device refuses. */
function exportInput(
  exporter: Exporter,
  input: Step["input"],
  { line, index, entryIndex }: Step,
): Uint8Array {
  try {
    return exporter.take(input, entryIndex);
  } catch (error) {
    const position = index === undefined ? "" : `steps[${index}]: `;
    throw new RecordingError(`${position}${(error as Error).message}`, line, { cause: error });
  }
}

function progressInWords(steps: number, readShare: number | undefined): string {
  const readText = readShare === undefined ? "" : `${Math.floor(readShare * 100)} % read, `;
  return `exporting: ${readText}${formatNumber(steps)} steps`;
}
