import { Command, Option } from "commander";
import type { Device } from "../device/index.js";
import {
  isSame,
  openRecording,
  type PartReport,
  type Recording,
  type ReplayOptions,
  type Report,
  replay,
  replayCandidates,
  replayTraces,
  type Step,
  type TracesReport,
} from "../guests/index.js";
import { JournalError, type MissingEntries } from "../journal/index.js";
import { missingInWords } from "../journal/internal.js";
import { createConsole } from "./console.js";
import {
  type RecordingFlags,
  recordingOptionsOf,
  withDeviceOptions,
  withRecordingOptions,
} from "./device-options.js";
import { type DeviceChoice, deviceFactory, deviceInWords, partCandidates } from "./devices.js";
import { type CommandHelp, withHelp } from "./help.js";
import { openInput } from "./input.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { otherPartsInWords, partsAsData } from "./parts-report.js";
import { Progress } from "./progress.js";
import { outcomeInWords, replayInWords } from "./replay-report.js";
import { choosePaint, escapeUnsafe, formatNumber, toSafeJson } from "./terminal.js";
import { prepareReplay, withPolling } from "./traces.js";
import { notComparedInWords, unmappedInWords } from "./verdict.js";

/** The options of `vm-superio replay`. */
export interface ReplayFlags extends DeviceChoice, RecordingFlags {
  readonly port?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly coverage?: true;
  readonly raw?: true;
  readonly salvage?: true;
}

/** The number of holes in a salvaged journal that are listed. */
const LISTED_HOLES = 5;

const HELP: CommandHelp = {
  summary: "drive a device with a recorded guest, and compare",
  examples: `\
  vm-superio replay boot.jsonl.gz                       does 0.8.2 do what was recorded?
  vm-superio replay boot.jsonl.gz --revision 0.8.1      did 0.8.1?
  vm-superio replay linux.replay.jsonl.gz               does uart16550, as QEMU's part?
  vm-superio replay traces.jsonl.gz --preset pc16550d   where does the datasheet's part differ?
  vm-superio replay boot.jsonl.gz --device uart16550    what would another device have answered?
  vm-superio replay boot.jsonl.gz --coverage            how often each state and transition was used
  vm-superio replay boot.jsonl.gz --json | jq .first    the first difference
  vm-superio replay kvm.trace                           which part did this monitor have?
  vm-superio replay wires.vcd --baud 9600 --signal D0   what was on the line?
  vm-superio replay broken.jsonl --salvage              what is whole of a damaged journal
  gzip -dc boot.jsonl.gz | vm-superio replay - --quiet  only the verdict`,
  details: `\
FILE is a guest recorded under v86, a guest or many traces recorded under QEMU, a journal of this
package, or another program's recording: KVM's trace events, QEMU's trace log, simpletrace or qtest
log, the logs of Bochs, DOSBox, Renode and v86, a captured line (VCD, sigrok, pcap); plain or gzip.
- is the standard input. docs/traces.md says how to make each.

A log of an unknown part is compared with every part, and the nearest is reported; --preset,
--revision or --device selects one. A captured line needs --baud.

The guest's console is printed first, with control characters escaped, then the report. With --json
both are one object with the console in the field "console"; --quiet omits the console. For a file
of many traces the report counts those that pass, and shows the first difference of the first that
fails; there is no console. The exit code is 0 if the recorded device and ours behaved the same, 1
if not, 2 if FILE cannot be read.`,
};

/** Everything that is printed. */
interface ReplayFindings {
  readonly file: string;
  readonly recording: Recording;
  /** Of one recording, or the sum of those of many traces. */
  readonly report: Report;
  readonly traces: TracesReport | undefined;
  /** Of a recording of an unknown part: the comparison with each, the nearest first. */
  readonly parts?: readonly PartReport[] | undefined;
  readonly warnings: readonly string[];
  /** The guest's output, if it is collected for JSON. */
  readonly console: string | undefined;
}

/** The command `replay`. */
export function replayCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withRecordingOptions(withDeviceOptions(withHelp(new Command("replay"), HELP)))
    .argument("<file>", "the recording, or - for the standard input")
    .option("--salvage", "of a damaged journal: replay all that is whole, and list what is missing")
    .option("--coverage", "list every state and transition with its count")
    .option("--quiet", "print the verdict only")
    .option("--json", "print the console and the report as JSON")
    .addOption(
      new Option(
        "--raw",
        "print the console's bytes as they are, even if they drive the terminal; the report goes to standard error",
      ).conflicts(["quiet", "json"]),
    )
    .action(async (file: string, flags: ReplayFlags) => setExitCode(await runReplay(file, flags, io)));
}

/**
 * Replays a file and prints the result.
 *
 * @throws CommandError or RecordingError if it cannot be read.
 */
export async function runReplay(filePath: string, flags: ReplayFlags, io: Io): Promise<ExitCode> {
  const input = await openInput(filePath, io);
  const recording = await openRecording(input.chunks, {
    ...recordingOptionsOf(flags),
    salvage: flags.salvage === true,
  });
  if (flags.salvage && recording.format !== "journal")
    throw new CommandError(`--salvage: expected a journal with it, got ${recording.title}`);
  const warnings: string[] = [];
  const createDevice = deviceFactory(
    recording,
    flags,
    (warning) => void warnings.push(escapeUnsafe(warning)),
  );
  const progress = new Progress(io);
  const showsProgress = !flags.quiet && !(flags.raw && io.stdout.isTTY);
  const options: ReplayOptions = {
    coverage: !flags.quiet || flags.json === true,
    clock: recording.clock,
    ...(showsProgress
      ? {
          progress: ({ accesses }) =>
            progress.showIfDue(() => progressInWords(accesses, input.readShare, progress.elapsed)),
        }
      : {}),
  };
  const { steps, traces } = await prepareReplay(recording);
  const console = flags.quiet || traces ? undefined : createConsole(flags, io, progress);
  const output = console ? { output: (bytes: Uint8Array) => console.pushBytes(bytes) } : {};
  const outcome = await (steps
    ? replaySteps(recording, steps, createDevice, flags, { ...options, ...output })
    : replayTraces(createDevice, traces, options).then(withTotal)
  )
    .catch((error: unknown) => {
      throw withSalvageHint(error);
    })
    .finally(() => progress.hide());
  const consoleText = await console?.finish();
  warnings.push(...unmappedInWords(outcome.report));
  warnings.push(...notComparedInWords(outcome.report));
  warnings.push(...missingEntriesInWords(recording.missing ?? []));
  warnings.push(...(recording.leftOut ?? []).map((sentence) => escapeUnsafe(sentence)));
  if (recording.cut !== undefined) warnings.push(`the recording is cut off: ${recording.cut}`);
  await printFindings(
    { file: escapeUnsafe(input.name), recording, ...outcome, warnings, console: consoleText },
    flags,
    io,
  );
  return isSame(outcome.report) ? 0 : 1;
}

/** What one replay found, of one part or of all. */
interface Outcome {
  readonly report: Report;
  readonly traces: TracesReport | undefined;
  readonly parts?: readonly PartReport[];
}

/** Replays one sequence of steps: on the requested device, or on every part where the recording is of an unknown one. */
async function replaySteps(
  recording: Recording,
  steps: AsyncIterable<Step> | Iterable<Step>,
  createDevice: () => Device,
  flags: ReplayFlags,
  options: ReplayOptions,
): Promise<Outcome> {
  const { origin } = recording;
  const isPartChosen = flags.device ?? flags.preset ?? flags.revision;
  if (origin === "accesses" && isPartChosen === undefined) {
    const parts = await replayCandidates(partCandidates(flags), steps, { ...options, coverage: true });
    const [nearest] = parts;
    return { report: (nearest as PartReport).report, traces: undefined, parts };
  }
  if (origin !== "line") return { report: await replay(createDevice(), steps, options), traces: undefined };
  // Nobody answers a captured line: its characters are the console.
  const { output, ...others } = options;
  const received: number[] = [];
  const pollSteps = withPolling(recording, steps, createDevice, (byte) => void received.push(byte));
  const passed = async function* () {
    for await (const step of pollSteps) {
      yield step;
      if (received.length > 0) await output?.(Uint8Array.from(received.splice(0)));
    }
  };
  return { report: await replay(createDevice(), passed(), others), traces: undefined };
}

/** Returns the error of a damaged journal with the option that reads on; other errors stay. */
const withSalvageHint = (error: unknown): unknown =>
  error instanceof JournalError
    ? new CommandError(`${error.message}; --salvage replays what is whole before and after`)
    : error;

/** Lists the entries that a salvaged journal lacks. */
function missingEntriesInWords(missing: readonly MissingEntries[]): string[] {
  if (missing.length === 0) return [];
  const listed = missing.slice(0, LISTED_HOLES).map((hole) => escapeUnsafe(missingInWords(hole)));
  const more = missing.length - listed.length;
  return [
    ...listed,
    ...(more > 0 ? [`${formatNumber(more)} more not listed`] : []),
    "what follows missing entries was replayed on the state before them, and may differ",
  ];
}

/** Adds the total, which exists as there are at least two traces. */
const withTotal = (traces: TracesReport) => ({ report: traces.total as Report, traces });

function progressInWords(accesses: number, readShare: number | undefined, elapsed: number): string {
  const readText = readShare === undefined ? "" : `${Math.floor(readShare * 100)} % read, `;
  const rateText = formatNumber(Math.round((accesses / elapsed) * 1000));
  return `replaying: ${readText}${formatNumber(accesses)} accesses, ${rateText} a second`;
}

async function printFindings(
  { file: filePath, recording, report, traces, parts, warnings, console }: ReplayFindings,
  flags: ReplayFlags,
  { stdout, stderr, env }: Io,
): Promise<void> {
  const { format, title, cut } = recording;
  if (flags.json) {
    const findings = {
      version: 1,
      file: filePath,
      format,
      cut: cut ?? null,
      warnings,
      same: isSame(report),
      ...report,
      ...(parts ? { parts: partsAsData(parts) } : {}),
    };
    const { total, ...outcomes } = traces ?? {};
    const jsonReport = { ...findings, ...outcomes, ...(console === undefined ? {} : { console }) };
    await stdout.write(`${toSafeJson(jsonReport)}\n`);
  } else if (flags.quiet) {
    const deviceText = deviceInWords(report.chart, report.options);
    const notesText = [...warnings, ...(parts ? [otherPartsInWords(parts)] : [])]
      .map((warning) => `; ${warning}`)
      .join("");
    await stdout.write(`${filePath} on ${deviceText}: ${outcomeInWords(report, traces)}${notesText}\n`);
  } else {
    const replayResult = { file: filePath, format: title, report, traces, parts, warnings };
    // With --raw the standard output is the console's alone.
    const output = flags.raw ? stderr : stdout;
    await output.write(`\n${replayInWords(replayResult, flags.coverage === true, choosePaint(output, env))}`);
  }
}
