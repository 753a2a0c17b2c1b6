import { extname } from "node:path";
import { Command, Option } from "commander";
import { openRecording, type Recording, RecordingError, type Step } from "../guests/index.js";
import { ClockChange } from "../guests/recorded/clock-change.js";
import { EXPORT_FORMATS, Exporter, type ExportFormat, type Timescale } from "../inspect/export/index.js";
import { DEVICES, type DeviceChoice, devicesFor, PRESETS, REVISIONS } from "./devices.js";
import { type InputFile, openInput } from "./input.js";
import { type Output, openOutput } from "./output.js";
import { Progress } from "./progress.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { grouped, visible } from "./terminal.js";
import { stepsOfTrace } from "./traces.js";

/** What `vm-superio export` can be told. */
export interface ExportFlags extends DeviceChoice {
  readonly as?: ExportFormat;
  readonly out?: string;
  readonly trace?: string;
  readonly timescale?: Timescale;
  readonly signals?: "all" | "pins";
  readonly quiet?: true;
}

const TIMESCALES: readonly Timescale[] = ["1ns", "10ns", "100ns", "1us"];

/** Which format a file's name asks for. */
const BY_EXTENSION: Readonly<Record<string, ExportFormat>> = {
  ".vcd": "vcd",
  ".pcap": "pcap",
  ".json": "perfetto",
  ".jsonl": "jsonl",
  ".csv": "csv",
};

/** What opens each format. */
const OPENED_WITH: Readonly<Record<ExportFormat, string>> = {
  vcd: "GTKWave or PulseView opens it",
  pcap: "Wireshark opens it",
  perfetto: "ui.perfetto.dev opens it",
  jsonl: "an object an input",
  csv: "a row an input",
};

/** How many steps go by between two reports of progress. */
const PROGRESS_EVERY = 256;

const EXAMPLES = `
FILE is what replay reads: a journal of this package, a guest recorded under v86 or QEMU, plain or
gzip; - is the standard input. It is replayed on the device, and what that does is written:

  vcd       SOUT and SIN bit by bit, INTR, the modem's lines, registers, FIFO levels and states
  pcap      characters, breaks, overruns and errors on the line, for Wireshark
  perfetto  accesses, characters, states and levels on a time line, for ui.perfetto.dev
  jsonl     each input with its register, bits by name, and effects; csv is the same as a table

A device that takes a character's time is drawn at its own time. One that transmits at once (serial,
the preset qemu) has none: there an access takes a microsecond, a character is on the line for as
long as LCR and the divisor latch say, and what follows waits until the line is free.

Examples:
  vm-superio export boot.jsonl.gz --out boot.vcd           for GTKWave: the name says which format
  vm-superio export session.jsonl --as pcap | wireshark -k -i -
  vm-superio export boot.jsonl.gz --out boot.json          for ui.perfetto.dev
  vm-superio export boot.jsonl.gz --as csv | grep IIR      every read of IIR
  vm-superio export boot.jsonl.gz --signals pins --out boot.vcd
                                                           for what reads nothing but wires`;

/** The command `export`. */
export function exportCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("export")
    .description("write what a recorded guest did for GTKWave, PulseView, Wireshark, Perfetto, or as a table")
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
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: ExportFlags) => end(await runExport(file, flags, io)));
}

/**
 * Writes a file in another format.
 *
 * @throws CommandError, RecordingError or JournalError if it cannot be read or written.
 */
export async function runExport(file: string, flags: ExportFlags, io: Surroundings): Promise<ExitCode> {
  const as = formatOf(flags);
  if (as === "pcap" && flags.out === undefined && io.stdout.isTTY)
    throw new CommandError("pcap is binary: expected --out FILE or a pipe, got a terminal");
  const input = await openInput(file, io);
  const recording = await openRecording(input.chunks);
  const steps = await stepsOfTrace(recording, flags.trace);
  const warnings: string[] = [];
  const device = devicesFor(recording, flags, (warning) => void warnings.push(warning))();
  const { chart } = device;
  const { first = 0, tick = 0 } = recording.header ?? {};
  const { timescale, signals } = flags;
  const exporter = new Exporter(
    chart,
    { state: device.save().state, first, tick },
    { as, ...(timescale ? { timescale } : {}), ...(signals ? { signals } : {}) },
  );
  const output = await openOutput(flags.out, io);
  const found = await output.whole(() =>
    write({ exporter, steps, output, clock: new Clock(recording, chart.clock), input, io, flags }),
  );
  if (found.different > 0)
    warnings.push(
      `${grouped(found.different)} reads gave something else than was recorded, the first on line ${found.line}: what is written is what this device answers; see vm-superio replay`,
    );
  if (recording.cut !== undefined) warnings.push(`the recording is cut off: ${recording.cut}`);
  if (flags.quiet) return 0;
  for (const warning of warnings) await io.stderr.write(`vm-superio: ${visible(warning)}\n`);
  const seconds = (exporter.time / 1e9).toPrecision(3);
  const what = `${grouped(found.steps)} steps as ${as}, ${seconds} s, ${grouped(output.bytes)} bytes`;
  await io.stderr.write(`${visible(output.name)}: ${what}; ${OPENED_WITH[as]}\n`);
  return 0;
}

function formatOf({ as, out }: ExportFlags): ExportFormat {
  const format = as ?? (out === undefined ? undefined : BY_EXTENSION[extname(out).toLowerCase()]);
  if (format) return format;
  const extensions = Object.keys(BY_EXTENSION).join(", ");
  const asked = out === undefined ? "neither" : `--out ${out}`;
  throw new CommandError(
    `--as: expected one of ${EXPORT_FORMATS.join(", ")}, or --out with a name in ${extensions}, got ${asked}`,
  );
}

/** Turns a recording's ticks into the device's. */
class Clock {
  readonly #change: ClockChange | undefined;

  constructor({ clock }: Recording, ours: number) {
    if (clock !== undefined) this.#change = new ClockChange(clock, ours);
  }

  inOurTicks({ input }: Step): Step["input"] {
    if (input.type !== "advance" || !this.#change) return input;
    return { type: "advance", ticks: this.#change.ticks(input.ticks) };
  }
}

interface Writing {
  readonly exporter: Exporter;
  readonly steps: AsyncIterable<Step> | Iterable<Step>;
  readonly output: Output;
  readonly clock: Clock;
  readonly input: InputFile;
  readonly io: Surroundings;
  readonly flags: ExportFlags;
}

async function write({ exporter, steps, output, clock, input, io, flags }: Writing) {
  const progress = new Progress(io);
  const found = { steps: 0, different: 0, line: 0 };
  try {
    for await (const step of steps) {
      await output.write(taken(exporter, clock.inOurTicks(step), step));
      found.steps++;
      const { value } = step.expected ?? {};
      if (value !== undefined && value !== exporter.answer && found.different++ === 0) found.line = step.line;
      if (found.steps % PROGRESS_EVERY === 0 && !flags.quiet && flags.out !== undefined)
        await progress.tick(() => progressInWords(found.steps, input.done));
    }
    await output.write(exporter.end());
  } finally {
    await progress.hide();
  }
  return found;
}

/** @throws RecordingError that names the line, for an input that the device does not take. */
function taken(exporter: Exporter, input: Step["input"], { line, index }: Step): Uint8Array {
  try {
    return exporter.take(input);
  } catch (error) {
    const place = index === undefined ? "" : `steps[${index}]: `;
    throw new RecordingError(`${place}${(error as Error).message}`, line, { cause: error });
  }
}

function progressInWords(steps: number, done: number | undefined): string {
  const part = done === undefined ? "" : `${Math.floor(done * 100)} % read, `;
  return `exporting: ${part}${grouped(steps)} steps`;
}
