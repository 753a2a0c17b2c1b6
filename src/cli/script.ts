import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyStateMachine } from "xstate";
import { readFailureReason } from "./files.js";
import { CommandError } from "./io.js";

/** The endings of files that are modules of JavaScript or TypeScript. */
export const SCRIPT_ENDINGS: ReadonlySet<string> = new Set([".js", ".mjs", ".ts", ".mts"]);

/**
 * Imports a module; again if its file has changed. Where Node runs no TypeScript, tsx does, if it is installed.
 *
 * @throws CommandError if it cannot be loaded.
 */
export async function importScript(filePath: string): Promise<Readonly<Record<string, unknown>>> {
  const { href } = pathToFileURL(resolve(filePath));
  return importHref(filePath, `${href}?changed=${await changeTimeOf(filePath)}`);
}

async function changeTimeOf(filePath: string): Promise<number> {
  try {
    return (await stat(filePath)).mtimeMs;
  } catch (error) {
    const reason = readFailureReason(error);
    throw reason === undefined ? error : new CommandError(`cannot load ${filePath}: ${reason}`);
  }
}

async function importHref(
  filePath: string,
  href: string,
  isTypeScriptMissing = false,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(href)) as Record<string, unknown>;
  } catch (error) {
    const isUnknown = (error as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION";
    if (isUnknown && !isTypeScriptMissing && (await registerTsx(filePath)))
      // Node does not load an address again that it could not load.
      return importHref(filePath, `${href}&by=tsx`, true);
    const hint = isUnknown
      ? `Node ${process.versions.node} runs no TypeScript: npm install --save-dev tsx`
      : firstLine(error);
    throw new CommandError(`cannot load ${filePath}: ${hint}`);
  }
}

/** Lets Node import TypeScript by tsx, as it is installed for a file. Returns false if it is not. */
async function registerTsx(filePath: string): Promise<boolean> {
  try {
    const { register } = (await import(tsxLoaderFor(filePath))) as { register(): unknown };
    register();
    return true;
  } catch {
    return false;
  }
}

/** Returns the address of the module by which tsx registers itself, as it is installed for a file. @throws Error if it is not. */
export function tsxLoaderFor(filePath: string): string {
  const manifestPath = createRequire(resolve(filePath)).resolve("tsx/package.json");
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as {
    exports: { "./esm/api": { import: { default: string } } };
  };
  // Its API for `require` does not find the rest of it.
  return pathToFileURL(resolve(dirname(manifestPath), manifest.exports["./esm/api"].import.default)).href;
}

/** Returns the first line of an error's message. */
export const firstLine = (error: unknown): string =>
  String((error as Error)?.message ?? error).split("\n")[0] ?? "";

/** True for a machine, recognised by its shape: the file may import another copy of XState. */
const isMachine = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "root" in value && "implementations" in value;

/**
 * Returns the machine among the exports of a file.
 *
 * @param exportName - the name of its export; by default it is the only machine.
 * @throws CommandError if there is none.
 */
export function machineIn(
  exports: Readonly<Record<string, unknown>>,
  filePath: string,
  exportName: string | undefined,
): AnyStateMachine {
  const machines = Object.entries(exports).filter(([, value]) => isMachine(value));
  const machineNames =
    machines
      .map(([each]) => each)
      .sort()
      .join(", ") || "none";
  const matching = exportName === undefined ? machines : machines.filter(([each]) => each === exportName);
  const [onlyMachine] = matching;
  if (onlyMachine && matching.length === 1) return onlyMachine[1] as AnyStateMachine;
  throw new CommandError(
    exportName === undefined
      ? `${filePath}: expected one XState machine among its exports, got ${machineNames}${machines.length > 1 ? "; name one with --export" : ""}`
      : `export: expected one of the machines in ${filePath} (${machineNames}), got ${exportName}`,
  );
}
