import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import type { Chart } from "../device/index.js";
import { type InspectionSource, inspectSources, sessionFile } from "../inspect/internal.js";
import type { Story } from "../journal/index.js";
import { type RecordingFlags, withDeviceOptions, withRecordingOptions } from "./device-options.js";
import { type DeviceChoice, isDeviceName, parseDeviceName } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import { openInput } from "./input.js";
import { readSources } from "./inspect-sources.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { Progress } from "./progress.js";
import { escapeUnsafe, formatCount } from "./terminal.js";

/** The index of the recording that another is compared with. */
const OTHER_SOURCE = 1;
/** The time that a file is read before the link is printed, in milliseconds. */
const LINK_MILLISECONDS = 300;

/** The options of `vm-superio inspect`. */
interface InspectFlags extends DeviceChoice, RecordingFlags {
  readonly port?: number;
  readonly out?: string;
  readonly against?: string;
  readonly trace?: string;
  readonly open?: true;
}

const HELP: CommandHelp = {
  summary: "look at a recording in the browser",
  examples: `\
  vm-superio inspect boot.jsonl.gz                     print a link, and serve it until Ctrl-C
  vm-superio inspect boot.jsonl.gz --revision 0.8.1    on the older revision
  vm-superio inspect a.jsonl --against serial@0.8.2    two devices side by side
  vm-superio inspect a.jsonl --against b.jsonl         two recordings side by side
  vm-superio inspect boot.jsonl.gz --out session.html  for a bug report, or a class`,
  details: `\
FILE is any file that replay reads: a guest recorded under v86 or QEMU, a journal of this package,
another program's log, a captured line, plain or gzip; or the story of a failure: failure.story of
checkDriver and exploreDriver as JSON, which opens at the first violation. - is the standard
input. A log of an unknown part is shown on the preset qemu.

The printed link opens the inspector in a browser on this machine: the chart, the registers, a time
line, every access, the console. The link contains a token, without which nothing is shown. The
command ends with Ctrl-C. With --out it writes the page with the recording, one file that opens
anywhere, and ends. Of a long recording the page shows what has been read so far.`,
};

/** The command `inspect`. */
export function inspectCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withRecordingOptions(withDeviceOptions(withHelp(new Command("inspect"), HELP)), false)
    .argument("<file>", "the recording, or - for the standard input")
    .option("--port <port>", "listen on this port of 127.0.0.1 (default: any that is free)", parsePort)
    .option(
      "--against <other>",
      "beside another device on the same entries, such as serial@0.8.2, or another recording",
    )
    .option("--trace <name>", "of a recording of many traces: which, by its name or line (default: all)")
    .option("--open", "open the link in the browser")
    .option("--out <file>", "write the session as one HTML file instead of serving it")
    .action(async (file: string, flags: InspectFlags) => setExitCode(await runInspect(file, flags, io)));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError(`Expected a whole number from 0 to 65535, got ${text}`);
}

/**
 * Serves a recording to the inspector until the user ends it, or writes it as a page.
 *
 * @throws CommandError, RecordingError or JournalError if it cannot be read.
 */
async function runInspect(filePath: string, flags: InspectFlags, io: Io): Promise<ExitCode> {
  const input = await openInput(filePath, io);
  const progress = new Progress(io);
  const { against, ...readFlags } = flags;
  const comparesDevices = against !== undefined && isDeviceName(against);
  const compared = comparesDevices ? (parseDeviceName(against) as Chart) : { source: OTHER_SOURCE };
  const reading = readSources(
    input,
    against === undefined ? readFlags : { ...readFlags, against: compared },
    progress,
  );
  const readings = [reading];
  if (against !== undefined && !comparesDevices)
    readings.push(readSources(await openInput(against, io), readFlags, progress));
  let isReading = true;
  const read = Promise.all(readings.map(({ done }) => done)).finally(() => {
    isReading = false;
    return progress.hide();
  });
  if (flags.out !== undefined) {
    await read;
    return saveSession(reading.sources, flags.out, io);
  }
  // A file that is read within a moment is read, or refused, before there is a link; of any other the page shows what there is, once
  // there is something.
  const begun = readings.map((it) => it.begun);
  await Promise.race([read, Promise.all([...begun, delay(LINK_MILLISECONDS)])]);
  read.catch((error: Error) => io.stderr.write(`vm-superio: ${escapeUnsafe(error.message)}\n`));
  const sources = readings.length === 1 ? reading.sources : readings.flatMap((it) => it.sources.slice(0, 1));
  const soFar = isReading ? " so far" : "";
  const sourceCount = sources.length === 1 ? "" : `, ${formatCount(sources.length, "trace")}${soFar}`;
  await serveSources(sources, `${input.name}${sourceCount}`, flags, io, () => isReading);
  return 0;
}

/** A story and the name of the machine that it is about. */
export interface NamedStory {
  readonly name: string;
  readonly story: Story;
}

/** Serves stories to the inspector, which lets the user choose among them, until the user ends it. */
export async function inspectStories(stories: readonly NamedStory[], io: Io): Promise<void> {
  const progress = new Progress(io);
  const readings = stories.map(({ name, story }) => {
    const chunks = Readable.from([Buffer.from(JSON.stringify(story))]);
    return readSources({ name, chunks, readShare: undefined }, {}, progress);
  });
  await Promise.all(readings.map(({ done }) => done)).finally(() => progress.hide());
  const sources = readings.flatMap((reading) => reading.sources);
  const names = [...new Set(stories.map(({ name }) => name))].join(" and ");
  const storyCount = stories.length === 1 ? "" : `, ${formatCount(stories.length, "counterexample")}`;
  await serveSources(sources, `${names}${storyCount}`, {}, io);
}

/** Prints a link to the inspector that shows these sources, and serves it until the user ends it. */
async function serveSources(
  sources: readonly InspectionSource[],
  subject: string,
  { port, open }: Pick<InspectFlags, "port" | "open">,
  io: Io,
  isReading?: () => boolean,
): Promise<void> {
  const inspector = await withUserErrors(() => inspectSources(sources, port, isReading));
  await io.stdout.write(`inspect ${escapeUnsafe(subject)} at ${inspector.url}\nCtrl-C ends it\n`);
  if (open) openBrowser(inspector.url);
  await io.waitForStop();
  await inspector.close();
}

/** The commands that open a link, by platform. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Opens a link in the user's browser. Where there is none, the printed link remains. */
function openBrowser(url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  spawn(command, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
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
