import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import type { Action, AsyncBus, AsyncDriver, Bus, MakeAsyncDriver, MakeDriver } from "../../testing/index.js";
import { ENTRY_POINT_NAMES } from "../../testing/internal.js";
import { readFailureReason } from "../files.js";
import { CommandError } from "../io.js";
import { firstLine, importScript, SCRIPT_ENDINGS } from "../script.js";

/** The library of driver tests, which is loaded only when it is needed: it needs fast-check. */
export type TestingLibrary = typeof import("../../testing/index.js");

/** A driver under test: a function that creates it, synchronous or not. */
export type LoadedDriver =
  | { readonly isAsync: false; readonly makeDriver: MakeDriver }
  | { readonly isAsync: true; readonly makeDriver: MakeAsyncDriver };

/** A driver with its names for reports. */
export type TestTarget = LoadedDriver & {
  /** The file or command, as the user wrote it. */
  readonly name: string;
  /** The entry points that it has, in words. */
  readonly entryPoints: readonly string[];
};

/** The options by which a driver is loaded. */
export interface LoadFlags {
  /** Of a script: the export that creates the driver. */
  readonly export?: string;
  /** Of a module: the address of memory-mapped registers. */
  readonly mmio?: number;
  /** Of a module: true if interrupts may come before each load and store. */
  readonly races?: true;
}

const CLANG =
  "compile it: clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -o driver.wasm, with vm-superio.h of the package's folder include";
/** What makes a module of a source, by its ending. */
const COMPILERS: Readonly<Record<string, string>> = {
  ".c": CLANG,
  ".cc": CLANG,
  ".cpp": CLANG,
  ".rs":
    "compile it: rustc --edition 2021 --target wasm32-unknown-unknown --crate-type cdylib -O -o driver.wasm, with vm_superio.rs of the package's folder include",
};

/** Loads the library. @throws CommandError if fast-check is not installed. */
export async function loadTestingLibrary(): Promise<TestingLibrary> {
  try {
    await import("fast-check");
  } catch {
    throw new CommandError("test: expected fast-check, which draws the scenarios: npm install fast-check");
  }
  return import("../../testing/index.js");
}

/** Checks that a file can be read. @throws CommandError if it cannot. */
async function checkFile(filePath: string): Promise<void> {
  try {
    if ((await stat(filePath)).isDirectory())
      throw new CommandError(`${filePath}: expected a driver, got a directory`);
  } catch (error) {
    const reason = readFailureReason(error);
    throw reason === undefined ? error : new CommandError(`cannot read ${filePath}: ${reason}`);
  }
}

/**
 * Loads a driver from a file.
 *
 * @throws CommandError if there is none.
 */
export async function loadTarget(
  filePath: string,
  { export: exportName, mmio, races }: LoadFlags,
  library: TestingLibrary,
): Promise<TestTarget> {
  await checkFile(filePath);
  const ending = extname(filePath);
  for (const [name, value] of Object.entries({ mmio, races }))
    if (ending !== ".wasm" && value !== undefined)
      throw new CommandError(`--${name}: expected a WebAssembly module with it, got ${filePath}`);
  if (SCRIPT_ENDINGS.has(ending)) return loadScript(filePath, exportName, library);
  if (exportName !== undefined)
    throw new CommandError(`--export: expected a JavaScript or TypeScript file with it, got ${filePath}`);
  if (ending !== ".wasm")
    throw new CommandError(
      `${filePath}: expected a file that ends in .wasm, .js, .mjs, .ts or .mts; ${COMPILERS[ending] ?? "a program is named with --exec"}`,
    );
  const moduleBytes = await readFile(filePath);
  const makeDriver = withErrorsOf(filePath, () =>
    library.wasmDriver(new Uint8Array(moduleBytes), {
      ...(mmio === undefined ? {} : { mmio }),
      ...(races ? { interruptMemory: true } : {}),
    }),
  );
  return { name: filePath, entryPoints: entryPointsOf(makeDriver(NO_BUS)), isAsync: false, makeDriver };
}

/** Splits a command into words; quotes keep spaces together. */
function splitCommand(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}

/** Loads a driver that is a program. @throws CommandError if it cannot be started. */
export async function loadProgram(command: string, timeout: number | undefined): Promise<TestTarget> {
  const { processDriver } = await import("../../testing/process/index.js");
  try {
    const makeDriver = await processDriver(splitCommand(command), timeout === undefined ? {} : { timeout });
    const probe = makeDriver({ log() {} } as unknown as AsyncBus);
    probe.close?.();
    return { name: command, entryPoints: entryPointsOf(probe), isAsync: true, makeDriver };
  } catch (error) {
    throw new CommandError(`--exec: ${firstLine(error)}`);
  }
}

/** A bus of a driver that is created only to see its entry points. */
const NO_BUS: Bus = {
  read: () => 0,
  write() {},
  disableInterrupts() {},
  enableInterrupts() {},
  delay() {},
  yield() {},
  step() {},
  log() {},
  adds() {},
  swallows() {},
  drops() {},
};

const entryPointsOf = (driver: AsyncDriver): string[] =>
  ENTRY_POINT_NAMES.filter((name) => typeof driver[name] === "function");

/** Runs a function, and turns what it throws into an error of the command. */
function withErrorsOf<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new CommandError(`${name}: ${firstLine(error)}`);
  }
}

async function loadScript(
  filePath: string,
  exportName: string | undefined,
  library: TestingLibrary,
): Promise<TestTarget> {
  const moduleExports = await importScript(filePath);
  const makeDriver = driverFunctionIn(moduleExports, filePath, exportName);
  const entryPoints = entryPointsOf(withErrorsOf(filePath, () => makeDriver(NO_BUS)) ?? {});
  if (entryPoints.length === 0)
    throw new CommandError(
      `${filePath}: expected a driver with one or more of the functions ${ENTRY_POINT_NAMES.join(", ")}, got none`,
    );
  const isAsync = await returnsPromises(makeDriver, library);
  return isAsync
    ? { name: filePath, entryPoints, isAsync, makeDriver: makeDriver as unknown as MakeAsyncDriver }
    : { name: filePath, entryPoints, isAsync, makeDriver };
}

function driverFunctionIn(
  moduleExports: Readonly<Record<string, unknown>>,
  filePath: string,
  exportName: string | undefined,
): MakeDriver {
  const functions = Object.entries(moduleExports).filter(([, value]) => typeof value === "function");
  const names = functions.map(([name]) => name);
  const [onlyName] = names.length === 1 ? names : [];
  const chosenName = exportName ?? (names.includes("default") ? "default" : onlyName);
  const chosen = functions.find(([name]) => name === chosenName);
  if (chosen) return chosen[1] as MakeDriver;
  throw new CommandError(
    `${filePath}: expected ${exportName === undefined ? "one function, or a default one, " : `a function ${exportName} `}that creates a driver on a bus among its exports, got ${names.join(", ") || "none"}${names.length > 1 && exportName === undefined ? "; name one with --export" : ""}`,
  );
}

/** True if an entry point returns a promise, in a scenario that calls each. */
async function returnsPromises(makeDriver: MakeDriver, library: TestingLibrary): Promise<boolean> {
  try {
    const actions = (["send", "print", "arrive", "pass"] as const).map(
      (type): Action => (type === "pass" ? { type, halves: 1, after: 0 } : { type, count: 1, after: 0 }),
    );
    library.playDriver(makeDriver, { device: "uart16550", claims: [] }, actions);
    return false;
  } catch (error) {
    if (error instanceof TypeError) return true;
    throw error;
  }
}
