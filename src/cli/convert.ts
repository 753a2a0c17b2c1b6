import { Command } from "commander";
import type { Device } from "../device/index.js";
import { openRecording, type Recording, Replay } from "../guests/index.js";
import { journalSink } from "../journal/index.js";
import {
  type RecordingFlags,
  recordingOptionsOf,
  withDeviceOptions,
  withRecordingOptions,
} from "./device-options.js";
import { type DeviceChoice, deviceFactory, deviceInWords } from "./devices.js";
import { type CommandHelp, withHelp } from "./help.js";
import { openInput } from "./input.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { openOutput } from "./output.js";
import { Progress } from "./progress.js";
import { escapeUnsafe, formatCount, formatNumber } from "./terminal.js";
import { stepsOfTrace, withPolling } from "./traces.js";

/** The options of `vm-superio convert`. */
interface ConvertFlags extends DeviceChoice, RecordingFlags {
  readonly port?: string;
  readonly out?: string;
  readonly trace?: string;
  readonly quiet?: true;
}

/** The number of steps between two reports of progress. */
const PROGRESS_EVERY = 256;

const HELP: CommandHelp = {
  summary: "write another program's recording as a journal",
  examples: `\
  vm-superio convert kvm.trace --out boot.jsonl.gz        the name says whether it is compressed
  vm-superio convert qemu.log --out boot.jsonl --preset pc16550d
  vm-superio convert wires.sr --baud 115200 --signal RX --out line.jsonl
  vm-superio convert qtest.log --uart com2 > com2.jsonl`,
  details: `\
FILE is any file that replay reads. The device takes every input of it, and its journal is written:
what replay, inspect, export and the library read. The answers that were recorded are not in a
journal: differences are counted, and replay on FILE shows them.

What was left out of a log, and what was inferred from it, is said on standard error.`,
};

/** The command `convert`. */
export function convertCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withRecordingOptions(withDeviceOptions(withHelp(new Command("convert"), HELP)))
    .argument("<file>", "the recording, or - for the standard input")
    .option("--out <file>", "the journal (default: the standard output)")
    .option("--trace <name>", "of a recording of many traces: which, by its name or line")
    .option("--quiet", "say nothing of what was written")
    .action(async (file: string, flags: ConvertFlags) => setExitCode(await runConvert(file, flags, io)));
}

/**
 * Converts a recording into a journal.
 *
 * @throws CommandError, RecordingError or JournalError if it cannot be read or written.
 */
async function runConvert(filePath: string, flags: ConvertFlags, io: Io): Promise<ExitCode> {
  if (flags.out === filePath)
    throw new CommandError(`--out: expected another file than the recording, got ${filePath}`);
  const input = await openInput(filePath, io);
  const recording = await openRecording(input.chunks, recordingOptionsOf(flags));
  const recordedSteps = await stepsOfTrace(recording, flags.trace);
  const warnings: string[] = [];
  const addWarning = (warning: string) => void warnings.push(warning);
  const output = await openOutput(flags.out, io);
  const chunks: Uint8Array[] = [];
  const sink = journalSink((chunk) => void chunks.push(chunk.slice()), {
    gzip: flags.out?.endsWith(".gz") ?? false,
    flushEvery: { milliseconds: Number.POSITIVE_INFINITY },
  });
  const createDevice = deviceFactory(recording, flags, () => {});
  const device = deviceFactory(recording, flags, addWarning, sink)();
  const steps = withPolling(recording, recordedSteps, createDevice);
  const progress = new Progress(io);
  let different = 0;
  const replay = new Replay(device, {
    ...{ coverage: false, clock: recording.clock, difference: () => void different++ },
  });
  await output
    .writeWhole(async () => {
      for await (const step of steps) {
        replay.step(step);
        for (const chunk of chunks.splice(0)) await output.write(chunk);
        if (replay.steps % PROGRESS_EVERY === 0 && !flags.quiet && flags.out !== undefined)
          await progress.showIfDue(() => `converting: ${formatNumber(replay.steps)} steps`);
      }
      device.close();
      for (const chunk of chunks.splice(0)) await output.write(chunk);
    })
    .finally(() => progress.hide());
  if (flags.quiet) return 0;
  if (different > 0)
    warnings.push(
      `${formatCount(different, "answer differs", "answers differ")} from what was recorded; see vm-superio replay`,
    );
  await printSummary({ recording, device, replay, warnings, outputName: output.name }, io);
  return 0;
}

async function printSummary(
  {
    recording,
    device,
    replay,
    warnings,
    outputName,
  }: {
    readonly recording: Recording;
    readonly device: Device;
    readonly replay: Replay;
    readonly warnings: readonly string[];
    readonly outputName: string;
  },
  { stderr }: Io,
): Promise<void> {
  const notes = [...warnings, ...(recording.leftOut ?? [])];
  if (recording.cut !== undefined) notes.push(`the recording is cut off: ${recording.cut}`);
  for (const note of notes) await stderr.write(`vm-superio: ${escapeUnsafe(note)}\n`);
  const { chart } = device;
  await stderr.write(
    `${escapeUnsafe(outputName)}: ${recording.title}, ${formatCount(replay.steps, "step")}, as a journal of ${deviceInWords(chart.id, chart.options)}\n`,
  );
}
