import { Command, Option } from "commander";
import type { SerialRevision } from "../../machines/index.js";
import { isSame, openRecording, type Recording, type Report, replay } from "../guests/index.js";
import { ConsoleText } from "./console-text.js";
import { deviceFor, REVISIONS } from "./devices.js";
import { openInput } from "./input.js";
import { Progress } from "./progress.js";
import { deviceInWords, replayInWords, verdict } from "./replay-report.js";
import type { ExitCode, Surroundings } from "./surroundings.js";
import { grouped, paintFor, visible, visibleJson } from "./terminal.js";

/** What `vm-superio replay` can be told. */
export interface ReplayFlags {
  readonly revision?: SerialRevision;
  readonly json?: true;
  readonly quiet?: true;
  readonly coverage?: true;
  readonly raw?: true;
}

const EXAMPLES = `
FILE is a guest recorded under v86, or a journal of this package, plain or gzip; - is the standard
input.

First comes the guest's console, with control characters written out, then the report. As JSON both
are one object, in which the console is the field "console"; with --quiet it is left out. The exit
code is 0 if the recorded device and ours did the same, 1 if not, 2 if FILE cannot be read.

Examples:
  vm-superio replay boot.jsonl.gz                       does 0.8.2 do what was recorded?
  vm-superio replay boot.jsonl.gz --revision 0.8.1      did 0.8.1?
  vm-superio replay boot.jsonl.gz --coverage            how often each state and transition was used
  vm-superio replay boot.jsonl.gz --json | jq .first    the first difference
  gzip -dc boot.jsonl.gz | vm-superio replay - --quiet  only the verdict`;

/** Everything that there is to print. */
interface Found {
  readonly file: string;
  readonly recording: Recording;
  readonly report: Report;
  readonly warnings: readonly string[];
  /** What the guest printed, where JSON is to hold it. */
  readonly console: string | undefined;
}

/** The command `replay`. */
export function replayCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("replay")
    .description("drive a device with a recorded guest, and compare")
    .argument("<file>", "the recording, or - for the standard input")
    .addOption(
      new Option(
        "--revision <revision>",
        "vm-superio's revision (default: the journal's, else 0.8.2)",
      ).choices(REVISIONS),
    )
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
  const device = deviceFor(recording, flags.revision, (warning) => void warnings.push(visible(warning)));
  const progress = new Progress(io);
  const showsProgress = !flags.quiet && !(flags.raw && io.stdout.isTTY);
  const console = flags.quiet ? undefined : consoleFor(flags, io, progress);
  const report = await replay(device, recording.steps, {
    coverage: !flags.quiet || flags.json === true,
    ...(console ? { output: (bytes: Uint8Array) => console.push(bytes) } : {}),
    ...(showsProgress
      ? {
          progress: ({ accesses }) =>
            progress.tick(() => progressInWords(accesses, input.done, progress.elapsed)),
        }
      : {}),
  }).finally(() => progress.hide());
  const text = await console?.end();
  if (recording.cut !== undefined) warnings.push(`the recording is cut off: ${recording.cut}`);
  await print({ file: visible(input.name), recording, report, warnings, console: text }, flags, io);
  return isSame(report) ? 0 : 1;
}

/** Where the console goes; its end gives what has been gathered of it. */
interface Console {
  push(bytes: Uint8Array): Promise<void>;
  end(): Promise<string | undefined>;
}

function consoleFor(flags: ReplayFlags, { stdout, env }: Surroundings, progress: Progress): Console {
  if (flags.json) return gathered();
  if (flags.raw)
    return { push: async (bytes) => stdout.write(bytes), end: async () => void (await stdout.write("\n")) };
  const text = new ConsoleText(
    async (written) => {
      await progress.hide();
      await stdout.write(written);
    },
    paintFor(stdout, env),
  );
  return { push: (bytes) => text.push(bytes), end: async () => void (await text.end()) };
}

function gathered(): Console {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  return {
    push: async (bytes) => {
      text += decoder.decode(bytes, { stream: true });
    },
    end: async () => text + decoder.decode(),
  };
}

function progressInWords(accesses: number, done: number | undefined, elapsed: number): string {
  const part = done === undefined ? "" : `${Math.floor(done * 100)} % read, `;
  const rate = grouped(Math.round((accesses / elapsed) * 1000));
  return `replaying: ${part}${grouped(accesses)} accesses, ${rate} a second`;
}

async function print(
  { file, recording, report, warnings, console }: Found,
  flags: ReplayFlags,
  { stdout, env }: Surroundings,
): Promise<void> {
  const { format, title, cut } = recording;
  if (flags.json) {
    const found = { version: 1, file, format, cut: cut ?? null, warnings, same: isSame(report), ...report };
    await stdout.write(`${visibleJson(console === undefined ? found : { ...found, console })}\n`);
  } else if (flags.quiet) {
    const notes = warnings.map((warning) => `; ${warning}`).join("");
    await stdout.write(`${file} on ${deviceInWords(report)}: ${verdict(report)}${notes}\n`);
  } else {
    const replayed = { file, format: title, report, warnings };
    await stdout.write(`\n${replayInWords(replayed, flags.coverage === true, paintFor(stdout, env))}`);
  }
}
