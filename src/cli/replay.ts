import { Command, Option } from "commander";
import {
  isSame,
  openRecording,
  type Recording,
  type ReplayOptions,
  type Report,
  replay,
  replayTraces,
  type TracesReport,
} from "../guests/index.js";
import { consoleFor } from "./console.js";
import { withDeviceOptions } from "./device-options.js";
import { type DeviceChoice, deviceInWords, devicesFor } from "./devices.js";
import { openInput } from "./input.js";
import { Progress } from "./progress.js";
import { outcome, replayInWords } from "./replay-report.js";
import type { ExitCode, Surroundings } from "./surroundings.js";
import { grouped, paintFor, visible, visibleJson } from "./terminal.js";
import { toReplay } from "./traces.js";
import { notComparedInWords } from "./verdict.js";

/** What `vm-superio replay` can be told. */
export interface ReplayFlags extends DeviceChoice {
  readonly json?: true;
  readonly quiet?: true;
  readonly coverage?: true;
  readonly raw?: true;
}

const EXAMPLES = `
FILE is a guest recorded under v86, a guest or many traces recorded under QEMU, or a journal of this
package, plain or gzip; - is the standard input.

First comes the guest's console, with control characters written out, then the report. As JSON both
are one object, in which the console is the field "console"; with --quiet it is left out. Of a file
of many traces the report says how many pass, and where the first that fails differs; it has no
console. The exit code is 0 if the recorded device and ours did the same, 1 if not, 2 if FILE cannot
be read.

Examples:
  vm-superio replay boot.jsonl.gz                       does 0.8.2 do what was recorded?
  vm-superio replay boot.jsonl.gz --revision 0.8.1      did 0.8.1?
  vm-superio replay linux.replay.jsonl.gz               does uart16550, as QEMU's part?
  vm-superio replay traces.jsonl.gz --preset pc16550d   where does the datasheet's part differ?
  vm-superio replay boot.jsonl.gz --device uart16550    what would another device have answered?
  vm-superio replay boot.jsonl.gz --coverage            how often each state and transition was used
  vm-superio replay boot.jsonl.gz --json | jq .first    the first difference
  gzip -dc boot.jsonl.gz | vm-superio replay - --quiet  only the verdict`;

/** Everything that there is to print. */
interface Found {
  readonly file: string;
  readonly recording: Recording;
  /** Of one recording, or the sum of those of many traces. */
  readonly report: Report;
  readonly traces: TracesReport | undefined;
  readonly warnings: readonly string[];
  /** What the guest printed, where JSON is to hold it. */
  readonly console: string | undefined;
}

/** The command `replay`. */
export function replayCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return withDeviceOptions(new Command("replay"))
    .description("drive a device with a recorded guest, and compare")
    .argument("<file>", "the recording, or - for the standard input")
    .option("--coverage", "list every state and transition with its count")
    .option("--quiet", "print the verdict only")
    .option("--json", "print the console and the report as JSON")
    .addOption(
      new Option("--raw", "print the console's bytes as they are, even if they drive the terminal").conflicts(
        ["quiet", "json"],
      ),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: ReplayFlags) => end(await runReplay(file, flags, io)));
}

/**
 * Replays a file and prints what was found.
 *
 * @throws CommandError or RecordingError if it cannot be read.
 */
export async function runReplay(file: string, flags: ReplayFlags, io: Surroundings): Promise<ExitCode> {
  const input = await openInput(file, io);
  const recording = await openRecording(input.chunks);
  const warnings: string[] = [];
  const device = devicesFor(recording, flags, (warning) => void warnings.push(visible(warning)));
  const progress = new Progress(io);
  const showsProgress = !flags.quiet && !(flags.raw && io.stdout.isTTY);
  const options: ReplayOptions = {
    coverage: !flags.quiet || flags.json === true,
    clock: recording.clock,
    ...(showsProgress
      ? {
          progress: ({ accesses }) =>
            progress.tick(() => progressInWords(accesses, input.done, progress.elapsed)),
        }
      : {}),
  };
  const { steps, traces } = await toReplay(recording);
  const console = flags.quiet || traces ? undefined : consoleFor(flags, io, progress);
  const output = console ? { output: (bytes: Uint8Array) => console.push(bytes) } : {};
  const found = await (steps
    ? replay(device(), steps, { ...options, ...output }).then((report) => ({ report, traces: undefined }))
    : replayTraces(device, traces, options).then(ofTraces)
  ).finally(() => progress.hide());
  const text = await console?.end();
  warnings.push(...notComparedInWords(found.report));
  if (recording.cut !== undefined) warnings.push(`the recording is cut off: ${recording.cut}`);
  await print({ file: visible(input.name), recording, ...found, warnings, console: text }, flags, io);
  return isSame(found.report) ? 0 : 1;
}

/** There is a sum, as there are two traces at least. */
const ofTraces = (traces: TracesReport) => ({ report: traces.total as Report, traces });

function progressInWords(accesses: number, done: number | undefined, elapsed: number): string {
  const part = done === undefined ? "" : `${Math.floor(done * 100)} % read, `;
  const rate = grouped(Math.round((accesses / elapsed) * 1000));
  return `replaying: ${part}${grouped(accesses)} accesses, ${rate} a second`;
}

async function print(
  { file, recording, report, traces, warnings, console }: Found,
  flags: ReplayFlags,
  { stdout, env }: Surroundings,
): Promise<void> {
  const { format, title, cut } = recording;
  if (flags.json) {
    const found = { version: 1, file, format, cut: cut ?? null, warnings, same: isSame(report), ...report };
    const { total, ...outcomes } = traces ?? {};
    const all = { ...found, ...outcomes, ...(console === undefined ? {} : { console }) };
    await stdout.write(`${visibleJson(all)}\n`);
  } else if (flags.quiet) {
    const notes = warnings.map((warning) => `; ${warning}`).join("");
    const device = deviceInWords(report.chart, report.options);
    await stdout.write(`${file} on ${device}: ${outcome(report, traces)}${notes}\n`);
  } else {
    const replayed = { file, format: title, report, traces, warnings };
    await stdout.write(`\n${replayInWords(replayed, flags.coverage === true, paintFor(stdout, env))}`);
  }
}
