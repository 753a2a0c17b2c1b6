import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { generate, UnsupportedError } from "../engine/index.js";
import { explainMachine } from "../engine/internal.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { importScript, machineIn } from "./script.js";

/** The options of `vm-superio compile`. */
interface CompileFlags {
  readonly export?: string;
  readonly out?: string;
  readonly explain?: boolean;
}

const HELP: CommandHelp = {
  summary: "generate fast code from an XState machine",
  examples: `\
  vm-superio compile light.js > light.compiled.js               the only machine that it exports
  vm-superio compile lights.js --export red --out red.compiled.js
  vm-superio compile light.js --explain                         what it does, in words`,
  details: `\
FILE is an ES module that exports an XState machine; it is executed. The generated module belongs to
that machine: compile(machine, { source: module }), both from vm-superio/engine. It contains no
guard and no action, and is refused for a machine with another definition. It is plain JavaScript;
written with --out x.compiled.ts it type-checks in a TypeScript project. The exit code is 2 if there
is no such machine, or if it uses a feature that cannot be compiled.`,
};

/** The command `compile`. */
export function compileCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("compile"), HELP)
    .argument("<file>", "an ES module that exports the machine")
    .option("--export <name>", "which of its exports (default: the only machine)")
    .option("--out <file>", "where to write (default: the standard output)")
    .option("--explain", "describe program and plan in words, instead of writing code")
    .action(async (file: string, flags: CompileFlags) => setExitCode(await runCompile(file, flags, io)));
}

async function runCompile(filePath: string, flags: CompileFlags, io: Io): Promise<ExitCode> {
  const machine = machineIn(await importScript(filePath), filePath, flags.export);
  const generatedCode = withoutUnsupported(() => (flags.explain ? explainMachine : generate)(machine));
  if (flags.out === undefined) await io.stdout.write(generatedCode);
  else {
    const file = flags.out;
    await withWriteErrors(file, () => writeFile(file, generatedCode));
  }
  return 0;
}

/** Returns a text of a machine. @throws CommandError if the machine cannot be compiled. */
function withoutUnsupported(writeText: () => string): string {
  try {
    return writeText();
  } catch (error) {
    if (error instanceof UnsupportedError) throw new CommandError(error.message);
    throw error;
  }
}
