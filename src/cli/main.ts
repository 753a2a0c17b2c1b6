import { Command, CommanderError } from "commander";
import { RecordingError } from "../guests/index.js";
import { JournalError } from "../journal/index.js";
import { nearestOrRelated } from "../journal/internal.js";
import { VERSION } from "../version.js";
import { compileCommand } from "./compile.js";
import { conformCommand } from "./conform/conform.js";
import { convertCommand } from "./convert.js";
import { diffCommand } from "./diff.js";
import { exploreCommand } from "./explore.js";
import { exportCommand } from "./export.js";
import { inspectCommand } from "./inspect.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { lintCommand } from "./lint/lint.js";
import { newCommand } from "./new/new.js";
import { proveCommand } from "./prove.js";
import { replayCommand } from "./replay.js";
import { runCommand } from "./run/run.js";
import { stateCommand } from "./state.js";
import { escapeUnsafe } from "./terminal.js";
import { testCommand } from "./test/test.js";

/** Every command, the most common first: a function that creates it, one file each. */
const COMMANDS: readonly ((io: Io, setExitCode: (exitCode: ExitCode) => void) => Command)[] = [
  testCommand,
  newCommand,
  replayCommand,
  inspectCommand,
  runCommand,
  exportCommand,
  convertCommand,
  lintCommand,
  stateCommand,
  conformCommand,
  proveCommand,
  exploreCommand,
  diffCommand,
  compileCommand,
];

const HELP_WIDTH = 100;

/**
 * Runs the command line, from its arguments to its exit code. It uses nothing but files and its `Io`.
 *
 * @param args - without the program's name.
 */
export async function main(args: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = new Command("vm-superio")
    .description(
      "Serial consoles as statecharts: test a driver, replay, inspect or export a recorded guest, run one, prove claims about a device, compile a chart.",
    )
    .version(VERSION, "--version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => HELP_WIDTH,
    });
  for (const command of COMMANDS) {
    const subcommand = command(io, (endCode) => {
      exitCode = endCode;
    });
    program.addCommand(subcommand.copyInheritedSettings(program));
  }
  try {
    if (args.length === 0)
      throw new CommandError(
        `command: expected one of ${program.commands.map((command) => command.name()).join(", ")}, got none`,
      );
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const command = program.commands.find((it) => it.name() === args[0]);
    const message = userMessage(error, command ?? program);
    if (message === undefined) throw error;
    await io.stderr.write(`vm-superio: ${escapeUnsafe(message)}\n`);
    return 2;
  }
}

/** Returns the message for the user, on one line; undefined for an error of ours. */
function userMessage(error: unknown, command: Command): string | undefined {
  if (error instanceof CommanderError) {
    const problem = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    const helpCommand = [command.parent?.name(), command.name(), "--help"].filter(Boolean).join(" ");
    return `${problem.replace(/\.?$/, "")}${meantOption(problem, command)}. See ${helpCommand}.`;
  }
  const expected = [CommandError, RecordingError, JournalError].some((kind) => error instanceof kind);
  return expected ? (error as Error).message : undefined;
}

/** Returns the option that was meant, where commander suggests none: " (Did you mean --shift?)" for --reg-shift. */
function meantOption(problem: string, { options }: Command): string {
  const [, unknownOption] = /^unknown option '--([^']+)'$/.exec(problem) ?? [];
  if (unknownOption === undefined) return "";
  const names = options.flatMap(({ long }) => long?.replace(/^--/, "") ?? []);
  const meant = nearestOrRelated(unknownOption, names);
  return meant === undefined ? "" : ` (Did you mean --${meant}?)`;
}
