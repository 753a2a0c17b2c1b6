import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import type { AnyStateMachine } from "xstate";
import { generate, UnsupportedError } from "../engine/index.js";
import { writing } from "./files.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";

/** What `vm-superio compile` can be told. */
interface CompileFlags {
  readonly export?: string;
  readonly out?: string;
}

const EXAMPLES = `
FILE is an ES module that exports an XState machine; it is run to get it. The module that is written
goes with that machine: compile(machine, { source: module }), both from vm-superio/engine. It holds no
guard and no action, and is refused for a machine with another definition. It is plain JavaScript;
written with --out x.compiled.ts it type-checks in a TypeScript project. The exit code is 2 if there
is no such machine, or if it uses what cannot be compiled.

Examples:
  vm-superio compile light.js > light.compiled.js               the only machine that it exports
  vm-superio compile lights.js --export red --out red.compiled.js`;

/** The command `compile`. */
export function compileCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("compile")
    .description("write the fast code of an XState machine")
    .argument("<file>", "an ES module that exports the machine")
    .option("--export <name>", "which of its exports (default: the only machine)")
    .option("--out <file>", "where to write (default: the standard output)")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: CompileFlags) => end(await runCompile(file, flags, io)));
}

async function runCompile(file: string, flags: CompileFlags, io: Surroundings): Promise<ExitCode> {
  const text = textOf(machineIn(await exportsOf(file), file, flags.export));
  if (flags.out === undefined) await io.stdout.write(text);
  else {
    const file = flags.out;
    await writing(file, () => writeFile(file, text));
  }
  return 0;
}

async function exportsOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new CommandError(`cannot load ${file}: ${firstLine(error)}`);
  }
}

/** Told by its shape: the file may have an XState of its own. */
const isMachine = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "root" in value && "implementations" in value;

function machineIn(
  exports: Readonly<Record<string, unknown>>,
  file: string,
  name: string | undefined,
): AnyStateMachine {
  const machines = Object.entries(exports).filter(([, value]) => isMachine(value));
  const names =
    machines
      .map(([each]) => each)
      .sort()
      .join(", ") || "none";
  const found = name === undefined ? machines : machines.filter(([each]) => each === name);
  const [only] = found;
  if (only && found.length === 1) return only[1] as AnyStateMachine;
  throw new CommandError(
    name === undefined
      ? `${file}: expected one XState machine among its exports, got ${names}${machines.length > 1 ? "; name one with --export" : ""}`
      : `export: expected one of the machines in ${file} (${names}), got ${name}`,
  );
}

function textOf(machine: AnyStateMachine): string {
  try {
    return generate(machine);
  } catch (error) {
    if (error instanceof UnsupportedError) throw new CommandError(error.message);
    throw error;
  }
}

const firstLine = (error: unknown): string => String((error as Error)?.message ?? error).split("\n")[0] ?? "";
