import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { inspectSources } from "../inspect/server/inspect.js";
import { sessionFile } from "../inspect/server/session-file.js";
import type { Source } from "../inspect/server/source.js";
import { withDeviceOptions } from "./device-options.js";
import type { DeviceChoice } from "./devices.js";
import { writing } from "./files.js";
import { openInput } from "./input.js";
import { sourcesOf } from "./inspect-sources.js";
import { Progress } from "./progress.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { counted, visible } from "./terminal.js";

/** What `vm-superio inspect` can be told. */
interface InspectFlags extends DeviceChoice {
  readonly port?: number;
  readonly out?: string;
}

const EXAMPLES = `
FILE is what replay reads: a guest recorded under v86, a guest or many traces recorded under QEMU, or a
journal of this package, plain or gzip; - is the standard input.

The link that is printed opens the inspector in a browser on this machine: the chart, the registers,
a time line, every access, the console. It holds a token, without which nothing is shown. The
command ends with Ctrl-C. With --out it writes the page with the recording in it, one file that opens
anywhere, and ends.

Examples:
  vm-superio inspect boot.jsonl.gz                     print a link, and serve it until Ctrl-C
  vm-superio inspect boot.jsonl.gz --revision 0.8.1    as the older revision
  vm-superio inspect boot.jsonl.gz --out session.html  for a bug report, or a class`;

/** The command `inspect`. */
export function inspectCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return withDeviceOptions(new Command("inspect"))
    .description("look at a recording in the browser")
    .argument("<file>", "the recording, or - for the standard input")
    .option("--port <port>", "listen on this port of 127.0.0.1 (default: any that is free)", portOf)
    .option("--out <file>", "write the session as one HTML file instead of serving it")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: InspectFlags) => end(await runInspect(file, flags, io)));
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError(`Expected a whole number from 0 to 65535, got ${text}`);
}

async function runInspect(file: string, flags: InspectFlags, io: Surroundings): Promise<ExitCode> {
  const progress = new Progress(io);
  const input = await openInput(file, io);
  const sources = await sourcesOf(input, flags, progress).finally(() => progress.hide());
  if (flags.out !== undefined) return save(sources, flags.out, io);
  const inspector = await expected(() => inspectSources(sources, flags.port));
  const what = sources.length === 1 ? "" : `, ${counted(sources.length, "trace")}`;
  await io.stdout.write(`inspect ${visible(input.name)}${what} at ${inspector.url}\nCtrl-C ends it\n`);
  await io.stopped();
  await inspector.close();
  return 0;
}

async function save(sources: readonly Source[], out: string, io: Surroundings): Promise<ExitCode> {
  const [source, another] = sources;
  if (!source || another)
    throw new CommandError(`--out: expected a recording of one trace, got ${sources.length}`);
  const file = await expected(() => sessionFile(source));
  await writing(out, () => writeFile(out, file));
  await io.stdout.write(`wrote ${visible(out)}\n`);
  return 0;
}

/** What may fail around us is the user's to mend: a port that is taken, a folder that is not there. */
async function expected<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new CommandError("--port: expected one that is free, got one in use");
    throw new CommandError(message);
  }
}
