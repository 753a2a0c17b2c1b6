import { Command, CommanderError } from "commander";
import { RecordingError } from "../guests/index.js";
import { JournalError } from "../journal/index.js";
import { VERSION } from "../version.js";
import { compileCommand } from "./compile.js";
import { diffCommand } from "./diff.js";
import { exploreCommand } from "./explore.js";
import { exportCommand } from "./export.js";
import { inspectCommand } from "./inspect.js";
import { proveCommand } from "./prove.js";
import { replayCommand } from "./replay.js";
import { runCommand } from "./run/run.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { visible } from "./terminal.js";

/** Every command: a function that makes it, one file each. */
const COMMANDS: readonly ((io: Surroundings, end: (code: ExitCode) => void) => Command)[] = [
  replayCommand,
  exportCommand,
  compileCommand,
  proveCommand,
  diffCommand,
  exploreCommand,
  runCommand,
  inspectCommand,
];

const HELP_WIDTH = 100;

/**
 * The command line, from its arguments to its exit code. It touches nothing but files and what surrounds it.
 *
 * @param args - without the program's name.
 */
export async function main(args: readonly string[], io: Surroundings): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command("vm-superio")
    .description(
      "Serial consoles as statecharts: replay, export or look at what a guest did, run one, prove what a device does, compile a chart.",
    )
    .version(VERSION, "--version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => HELP_WIDTH,
    });
  for (const command of COMMANDS) {
    const made = command(io, (ended) => {
      code = ended;
    });
    program.addCommand(made.copyInheritedSettings(program));
  }
  try {
    if (args.length === 0)
      throw new CommandError(
        `command: expected one of ${program.commands.map((command) => command.name()).join(", ")}, got none`,
      );
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const command = program.commands.find((it) => it.name() === args[0]);
    const message = messageOf(error, command ? `vm-superio ${command.name()} --help` : "vm-superio --help");
    if (message === undefined) throw error;
    await io.stderr.write(`vm-superio: ${visible(message)}\n`);
    return 2;
  }
}

/** What to tell the user, on one line; undefined for an error that is ours. */
function messageOf(error: unknown, help: string): string | undefined {
  if (error instanceof CommanderError) {
    const problem = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    return `${problem.replace(/\.?$/, ".")} See ${help}.`;
  }
  const expected = [CommandError, RecordingError, JournalError].some((kind) => error instanceof kind);
  return expected ? (error as Error).message : undefined;
}
