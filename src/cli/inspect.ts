import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { type InspectionSource, inspectSources, sessionFile } from "../inspect/internal.js";
import { type RecordingFlags, withDeviceOptions, withRecordingOptions } from "./device-options.js";
import type { DeviceChoice } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import { type InputFile, openInput } from "./input.js";
import { readSources } from "./inspect-sources.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { Progress } from "./progress.js";
import { escapeUnsafe, formatCount } from "./terminal.js";

/** The options of `vm-superio inspect`. */
interface InspectFlags extends DeviceChoice, RecordingFlags {
  readonly port?: number;
  readonly out?: string;
}

const HELP: CommandHelp = {
  summary: "look at a recording in the browser",
  examples: `\
  vm-superio inspect boot.jsonl.gz                     print a link, and serve it until Ctrl-C
  vm-superio inspect boot.jsonl.gz --revision 0.8.1    on the older revision
  vm-superio inspect boot.jsonl.gz --out session.html  for a bug report, or a class`,
  details: `\
FILE is any file that replay reads: a guest recorded under v86 or QEMU, a journal of this package,
another program's log, a captured line, plain or gzip; - is the standard input. A log of an unknown
part is shown on the preset qemu.

The printed link opens the inspector in a browser on this machine: the chart, the registers, a time
line, every access, the console. The link contains a token, without which nothing is shown. The
command ends with Ctrl-C. With --out it writes the page with the recording, one file that opens
anywhere, and ends.`,
};

/** The command `inspect`. */
export function inspectCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withRecordingOptions(withDeviceOptions(withHelp(new Command("inspect"), HELP)), false)
    .argument("<file>", "the recording, or - for the standard input")
    .option("--port <port>", "listen on this port of 127.0.0.1 (default: any that is free)", parsePort)
    .option("--out <file>", "write the session as one HTML file instead of serving it")
    .action(async (file: string, flags: InspectFlags) => setExitCode(await runInspect(file, flags, io)));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError(`Expected a whole number from 0 to 65535, got ${text}`);
}

async function runInspect(filePath: string, flags: InspectFlags, io: Io): Promise<ExitCode> {
  return inspectInput(await openInput(filePath, io), flags, io);
}

/**
 * Serves a recording to the inspector until the user ends it, or writes it as a page.
 *
 * @throws CommandError, RecordingError or JournalError if it cannot be read.
 */
export async function inspectInput(input: InputFile, flags: InspectFlags, io: Io): Promise<ExitCode> {
  const progress = new Progress(io);
  const sources = await readSources(input, flags, progress).finally(() => progress.hide());
  if (flags.out !== undefined) return saveSession(sources, flags.out, io);
  const inspector = await withUserErrors(() => inspectSources(sources, flags.port));
  const traceCount = sources.length === 1 ? "" : `, ${formatCount(sources.length, "trace")}`;
  await io.stdout.write(
    `inspect ${escapeUnsafe(input.name)}${traceCount} at ${inspector.url}\nCtrl-C ends it\n`,
  );
  await io.waitForStop();
  await inspector.close();
  return 0;
}

async function saveSession(
  sources: readonly InspectionSource[],
  outputPath: string,
  io: Io,
): Promise<ExitCode> {
  const [source, secondSource] = sources;
  if (!source || secondSource)
    throw new CommandError(`--out: expected a recording of one trace, got ${sources.length}`);
  const sessionHtml = await withUserErrors(() => sessionFile(source));
  await withWriteErrors(outputPath, () => writeFile(outputPath, sessionHtml));
  await io.stdout.write(`wrote ${escapeUnsafe(outputPath)}\n`);
  return 0;
}

/** Turns errors that the user can correct into CommandErrors: a port in use, a missing folder. */
async function withUserErrors<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const { code: exitCode, message } = error as NodeJS.ErrnoException;
    if (exitCode === "EADDRINUSE")
      throw new CommandError("--port: expected one that is free, got one in use");
    throw new CommandError(message);
  }
}
