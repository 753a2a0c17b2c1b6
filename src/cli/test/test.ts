import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseCount, parseJobs } from "../count-options.js";
import { UNMAPPED_CHOICES } from "../device-options.js";
import { withWriteErrors } from "../files.js";
import { type CommandHelp, withHelp } from "../help.js";
import { inspectStories } from "../inspect.js";
import { CommandError, type ExitCode, type Io } from "../io.js";
import { Progress } from "../progress.js";
import { choosePaint, toSafeJson } from "../terminal.js";
import { watchFile } from "../watch-file.js";
import { type CheckPool, createLocalPool, createWorkerPool } from "./check-pool.js";
import { checkExploreFlags, type ExploreFlags, exploreTarget } from "./explore-target.js";
import { FailureStore } from "./failure-store.js";
import {
  areAllBoardsMeant,
  createSettings,
  DEVICES,
  PIC_MODES,
  PRESETS,
  parseChoices,
  parseNumber,
  REVISIONS,
  type Setting,
  type SettingFlags,
} from "./settings.js";
import { loadProgram, loadTarget, loadTestingLibrary, type TestTarget } from "./target.js";
import {
  progressInWords,
  reportAsJson,
  reportAsJunit,
  reportInWords,
  type TestReport,
} from "./test-report.js";
import { runTests } from "./test-run.js";

/** The options of `vm-superio test`. */
interface TestFlags extends SettingFlags, ExploreFlags {
  readonly explore?: true;
  readonly races?: true;
  readonly export?: string;
  readonly exec?: string;
  readonly timeout?: number;
  readonly seed?: number;
  readonly minutes?: number;
  readonly junit?: string;
  readonly save?: string;
  readonly jobs?: number;
  readonly failures: string;
  readonly watch?: true;
}

const DEFAULT_RUNS = 500;
const DEFAULT_STORE = ".vm-superio/failures.json";

const HELP: CommandHelp = {
  summary: "look for bugs in a serial driver, in C, Rust, TypeScript or another language",
  examples: `\
  vm-superio test driver.wasm                          a driver compiled for wasm32, on every part
  vm-superio test driver.wasm --preset pc16550d        on the one that it is for
  vm-superio test driver.wasm --minutes 10 --seed 1    for ten minutes
  vm-superio test driver.wasm --explore --device serial    every schedule within a bound
  vm-superio test uart.wasm --mmio 0x10000000          registers through volatile pointers
  vm-superio test driver.wasm --races                  interrupts between its own loads and stores
  vm-superio test --exec ./driver                      a native build, with sanitizers, or Python
  vm-superio test driver.js --device serial            on vm-superio's Serial
  vm-superio test driver.wasm --junit report.xml --save failures      in CI`,
  details: `\
The driver runs on a device, on which bytes arrive, interrupts are taken, the host stalls and time
passes between any two of its accesses. The answer is the shortest scenario that was found in which
it loses, repeats or invents a byte, misses an interrupt, hangs, traps or breaks a rule of the part.

A .wasm file imports uart.read8, uart.write8 and others, and exports the entry points that it has
(init, interrupt, send, print, receive, timer, probe): vm-superio.h in the package's folder include
declares them for C and C++. A .js or .ts file exports a function that creates a driver on a bus, as
checkDriver of vm-superio/testing takes it.

With --explore no scenario is drawn: all schedules of a few deeds are tried, and each state of a
module is visited once. If there are no more states, no schedule of any length breaks a claim
within the bound.

Without --device, --preset, --revision and --pic it is tried on every part, with edges and with
levels: first on a PC16550D, and if it passes there on the others, each for 5 seconds at most.

What failed is kept in ${DEFAULT_STORE} and is tried first the next time.

The exit code is 0 if no claim was broken, which is no proof, 1 if one was, 2 for usage errors.`,
};

const parseSeed = (text: string): number => {
  if (!/^-?\d{1,10}$/.test(text) || Number(text) !== (Number(text) | 0))
    throw new InvalidArgumentError("Expected a whole number of 32 bits.");
  return Number(text);
};

const parseMinutes = (text: string): number => {
  if (!/^\d{1,5}(\.\d+)?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError("Expected a number of minutes above 0.");
  return Number(text);
};

/** The command `test`. */
export function testCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("test"), HELP)
    .argument("[driver]", "the driver: a .wasm, .js or .ts file")
    .option("--exec <command>", "in place of a file: a program that speaks the protocol of lines")
    .option(
      "--timeout <ms>",
      "of --exec: milliseconds without a line that are a hang (default: 10000)",
      parseCount,
    )
    .addOption(
      new Option("--device <device>", "the device (default: every one; with --pic uart16550)").choices(
        DEVICES,
      ),
    )
    .option(
      "--preset <presets>",
      `of uart16550: ${PRESETS.join(", ")}, or all (default: all; with --pic pc16550d)`,
      parseChoices(PRESETS),
    )
    .option(
      "--revision <revisions>",
      "of serial: 0.8.2, 0.8.1 or all (default: 0.8.2)",
      parseChoices(REVISIONS),
    )
    .option(
      "--pic <modes>",
      "interrupts: edge, level, plic or all (default: all; with --preset edge)",
      parseChoices(PIC_MODES),
    )
    .option(
      "--base <address>",
      "the address of the first register, as the driver sees it (default: 0)",
      parseNumber,
    )
    .option("--mmio <address>", "of a .wasm file: where it has the registers in memory", parseNumber)
    .option("--races", "of a .wasm file: interrupts also come before each load and store of its memory")
    .option("--shift <bits>", "registers lie 2 to the power of this apart: 0 to 3 (default: 0)", parseNumber)
    .option("--width <bytes>", "the width of a register: 1, 2 or 4 (default: 1)", parseNumber)
    .option("--big-endian", "the most significant byte of a register comes first")
    .addOption(
      new Option(
        "--unmapped <answer>",
        "where there is no register: reads give zero or ones, or an access is an error (default)",
      ).choices(UNMAPPED_CHOICES),
    )
    .option("--claims <claims>", "the claims to check, with commas (default: all)", (text) => text.split(","))
    .option("--export <name>", "of a .js or .ts file: the export that creates the driver")
    .option(
      "--runs <count>",
      `how many scenarios to try on each machine (default: 4000; of several ${DEFAULT_RUNS})`,
      parseCount,
    )
    .option("--minutes <minutes>", "how long to try, in place of --runs", parseMinutes)
    .option("--seed <seed>", "the seed of the scenarios (default: another one each time)", parseSeed)
    .option(
      "--jobs <count>",
      "how many scenarios to try at once, or all for a job on each processor (default: 1)",
      parseJobs,
    )
    .option("--explore", "try all schedules of deeds within a bound, in place of random scenarios")
    .option(
      "--depth <count>",
      "of --explore: how many deeds there are at most (default: any number; 3 if states cannot be told apart)",
      parseCount,
    )
    .addOption(
      new Option("--deeds <count>", "the same as --depth")
        .argParser(parseCount)
        .conflicts("depth")
        .hideHelp(),
    )
    .option("--preemptions <count>", "of --explore: how many deeds within a call (default: 1)", parseNumber)
    .option("--outstanding <bytes>", "of --explore: how many bytes on their way (default: 4)", parseCount)
    .option(
      "--access-ticks <ticks>",
      "of --explore: how long an access takes (default: a microsecond)",
      parseNumber,
    )
    .option("--save <folder>", "where to write the journal and the text of each failure")
    .option("--junit <file>", "where to write the results for a CI system")
    .option("--json", "print the results as JSON")
    .option("--failures <file>", "where failures are kept for the next time, or none", DEFAULT_STORE)
    .option("--inspect", "serve the first failure's scenario to the inspector, until Ctrl-C")
    .option("--watch", "try the driver again whenever its file changes")
    .action(async (file: string | undefined, flags: TestFlags) =>
      setExitCode(await runTest(file, flags, io)),
    );
}

async function runTest(filePath: string | undefined, flags: TestFlags, io: Io): Promise<ExitCode> {
  const { exec } = flags;
  if ((filePath === undefined) === (exec === undefined))
    throw new CommandError(
      `driver: expected a file or --exec with a command, got ${filePath === undefined ? "neither" : "both"}`,
    );
  for (const name of ["export", "mmio", "races"] as const)
    if (exec !== undefined && flags[name] !== undefined)
      throw new CommandError(`--${name}: expected a file with it, got --exec`);
  if (exec === undefined && flags.timeout !== undefined)
    throw new CommandError("--timeout: expected --exec with it");
  if (flags.minutes !== undefined && flags.runs !== undefined)
    throw new CommandError(`--minutes: expected no --runs with it, got ${flags.runs}`);
  checkExploreFlags({ ...flags }, flags.explore === true);
  const library = await loadTestingLibrary();
  const isLimited = flags.runs === undefined && flags.minutes === undefined;
  // An exploration is of one machine.
  const machineFlags = flags.explore && !flags.pic ? { ...flags, pic: ["edge" as const] } : flags;
  const settings = createSettings(machineFlags, library, isLimited);
  if (flags.inspect && flags.watch)
    throw new CommandError("--inspect: expected no --watch with it, which goes on by itself");
  if (flags.explore) {
    const target =
      filePath === undefined
        ? await loadProgram(exec ?? "", flags.timeout)
        : await loadTarget(filePath, flags, library);
    return exploreTarget(target, flags, { settings, library, io });
  }
  const { jobs = 1 } = flags;
  const testOnce = async (): Promise<ExitCode> => {
    const target =
      filePath === undefined
        ? await loadProgram(exec ?? "", flags.timeout)
        : await loadTarget(filePath, flags, library);
    const { export: exportName, mmio, races } = flags;
    const loadFlags = {
      ...(exportName === undefined ? {} : { export: exportName }),
      ...(mmio === undefined ? {} : { mmio }),
      ...(races === undefined ? {} : { races }),
    };
    // A program is a process of its own: threads would add nothing.
    const pool =
      jobs > 1 && filePath !== undefined
        ? await createWorkerPool({ filePath, flags: loadFlags }, jobs)
        : createLocalPool(target, library, jobs);
    try {
      const report = await testTarget(target, flags, { settings, pool, io });
      await writeReport(report, flags, io);
      const failed = report.results.find(({ failure }) => failure);
      if (failed?.failure && flags.inspect)
        await inspectStories([{ name: failed.setting.name, story: failed.failure.story }], io);
      return failed ? 1 : 0;
    } finally {
      await pool.close();
    }
  };
  return flags.watch ? watchFile(filePath ?? (exec ?? "").split(" ", 1)[0] ?? "", testOnce, io) : testOnce();
}

async function testTarget(
  target: TestTarget,
  flags: TestFlags,
  { settings, pool, io }: { settings: readonly Setting[]; pool: CheckPool; io: Io },
): Promise<TestReport> {
  const seed = flags.seed ?? Math.floor(Math.random() * 2 ** 31);
  const store = flags.failures === "none" ? undefined : await FailureStore.open(flags.failures);
  const progress = new Progress(io);
  const isEveryBoard = areAllBoardsMeant(flags);
  const budget = {
    seed,
    runs: flags.minutes === undefined ? (flags.runs ?? DEFAULT_RUNS) : Number.POSITIVE_INFINITY,
    ...(flags.minutes === undefined ? {} : { milliseconds: flags.minutes * 60_000 }),
    isFirstAlone: isEveryBoard && flags.minutes === undefined,
  };
  const results = await runTests(target, settings, budget, { pool, store, io }, (testProgress) =>
    progress.showIfDue(() => progressInWords(testProgress)),
  );
  await progress.hide();
  const untried = settings.length - results.length;
  return { target: target.name, entryPoints: target.entryPoints, seed, results, untried, isEveryBoard };
}

async function writeReport(report: TestReport, { json, junit, save }: TestFlags, io: Io): Promise<void> {
  await io.stdout.write(
    json ? `${toSafeJson(reportAsJson(report))}\n` : reportInWords(report, choosePaint(io.stdout, io.env)),
  );
  if (junit !== undefined) await withWriteErrors(junit, () => writeFile(junit, reportAsJunit(report)));
  if (save !== undefined) await saveFailures(report, save, io);
}

/** Writes the journal and the text of each failure, named after the machine and the claim. */
async function saveFailures({ results }: TestReport, folder: string, io: Io): Promise<void> {
  await withWriteErrors(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const { setting, failure } of results) {
      if (!failure) continue;
      const { device, revision, preset, pic } = setting.options;
      const name = [device, revision ?? preset, pic, failure.claim].join("-");
      await writeFile(join(folder, `${name}.txt`), `${failure.text}\n`);
      const journalPath = join(folder, `${name}.jsonl`);
      await writeFile(journalPath, failure.journal);
      await io.stderr.write(`vm-superio inspect ${journalPath} shows the device in this scenario\n`);
    }
  });
}
