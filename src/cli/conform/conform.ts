import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  type ConformOptions,
  type ConformReport,
  type ConformTarget,
  conform,
  type Departure,
  TargetEndedError,
} from "../../conform/index.js";
import { PRESETS } from "../devices.js";
import { withWriteErrors } from "../files.js";
import { type CommandHelp, withHelp } from "../help.js";
import { CommandError, type ExitCode, type Io } from "../io.js";
import { labelledField } from "../layout.js";
import { Progress } from "../progress.js";
import { choosePaint, escapeUnsafe, formatCount, formatNumber, type Paint, toSafeJson } from "../terminal.js";
import { programTarget } from "./program-target.js";
import { qtestTarget } from "./qtest-target.js";

/** The options of `vm-superio conform`. */
interface ConformFlags {
  readonly qtest?: true;
  readonly base?: number;
  readonly preset?: NonNullable<ConformOptions["preset"]>;
  readonly runs?: number;
  readonly seed?: number;
  readonly json?: true;
  readonly junit?: string;
  readonly suite?: string;
}

const HELP: CommandHelp = {
  summary: "hold any 16550 against the chart, without a driver",
  examples: `\
  vm-superio conform ./my-uart.mjs                         a JavaScript module
  vm-superio conform -- ./my-uart --flag                   any program, by six verbs on its streams
  vm-superio conform --qtest -- qemu-system-x86_64 -machine pc -nodefaults -serial null
  vm-superio conform ./my-uart.mjs --preset pc16550d       every departure from this part
  vm-superio conform ./my-uart.mjs --suite suite.json      the accesses, for a CI without us`,
  details: `\
The suite is derived from the chart: a sequence for each transition that exploring reaches, with
reads after it that tell states apart, then random sequences. The nearest part is named, with the
options in which the target is unlike it; what no option explains is a departure, with the shortest
accesses that show it, the rule, what a driver would suffer, and reports of the same fault. What the
target throws is a departure, too. docs/conformance.md has the protocol, and an example in C and in
Python.

The exit code is 0 if no departure is left, 1 with one, 2 if the target cannot be run.`,
};

const parseWhole = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number, got ${text}.`);
};

const parsePort = (text: string): number => {
  const port = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (port <= 0xfff8) return port;
  throw new InvalidArgumentError(`Expected a port such as 0x3f8, got ${text}.`);
};

/** The command `conform`. */
export function conformCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("conform"), HELP)
    .argument("<target...>", "a module, or after -- a program with its arguments")
    .option("--qtest", "the program is a QEMU: use its qtest socket")
    .addOption(
      new Option("--base <port>", "with --qtest: the UART's port")
        .argParser(parsePort)
        .default(0x3f8, "0x3f8"),
    )
    .addOption(
      new Option("--preset <part>", "compare with this part (default: the nearest)").choices([
        ...PRESETS,
        "serial 0.8.1",
        "serial 0.8.2",
      ]),
    )
    .addOption(new Option("--runs <number>", "random sequences (default: 150)").argParser(parseWhole))
    .addOption(new Option("--seed <number>", "of the random sequences (default: 1)").argParser(parseWhole))
    .option("--json", "print the report as JSON")
    .option("--junit <file>", "write the result as JUnit XML")
    .option("--suite <file>", "write the accesses, with the answers that were expected, as JSON")
    .action(async (target: readonly string[], flags: ConformFlags) =>
      setExitCode(await runConform(target, flags, io)),
    );
}

/** Runs the suite on a target. @throws CommandError if it cannot be run. */
async function runConform(args: readonly string[], flags: ConformFlags, io: Io): Promise<ExitCode> {
  const report = await reportOn(args, flags, io).catch((error: unknown) => {
    throw error instanceof TargetEndedError ? new CommandError(error.message) : error;
  });

  if (flags.suite !== undefined)
    await writeText(flags.suite, `${JSON.stringify({ version: 1, sequences: report.suite })}\n`);
  if (flags.junit !== undefined) await writeText(flags.junit, junitOf(report));
  const { suite: _suite, ...reportParts } = report;
  await io.stdout.write(
    flags.json
      ? `${toSafeJson({ version: 1, ...reportParts })}\n`
      : reportInWords(report, choosePaint(io.stdout, io.env)),
  );
  return report.departures.length === 0 ? 0 : 1;
}

async function reportOn(args: readonly string[], flags: ConformFlags, io: Io): Promise<ConformReport> {
  const target = await openTarget(args, flags);
  const progress = new Progress(io);
  try {
    return await conform(target, {
      ...(flags.preset === undefined ? {} : { preset: flags.preset }),
      ...(flags.runs === undefined ? {} : { random: flags.runs }),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      progress: (done, total) => progress.showIfDue(() => `sequence ${done} of ${total}`),
    });
  } finally {
    await progress.hide();
    await target.close?.();
  }
}

const writeText = (path: string, text: string): Promise<void> =>
  withWriteErrors(path, () => writeFile(path, text));

async function openTarget(
  args: readonly string[],
  { qtest, base = 0x3f8 }: ConformFlags,
): Promise<ConformTarget> {
  const [first = "", ...others] = args;
  if (qtest) return qtestTarget(args, base);
  if (!/\.[cm]?js$/.test(first)) return programTarget(args);
  if (others.length > 0) throw new CommandError(`target: expected one module, got ${args.length} arguments`);
  let create: unknown;
  try {
    const loaded = (await import(pathToFileURL(resolve(first)).href)) as { default?: unknown };
    create = loaded.default;
  } catch (error) {
    throw new CommandError(`cannot load ${first}: ${(error as Error).message.split("\n", 1)[0]}`);
  }
  const uart: unknown = typeof create === "function" ? await create() : create;
  const missing = ["read", "write"].filter(
    (name) => typeof (uart as Record<string, unknown> | undefined)?.[name] !== "function",
  );
  if (missing.length > 0)
    throw new CommandError(
      `${first}: expected a default export that makes a device with read and write, got none with ${missing.join(" and ")}`,
    );
  return moduleTarget(first, uart as ConformTarget);
}

const OPTIONAL_METHODS = [
  ...(["reset", "masterReset", "receive", "modem", "advance"] as const),
  ...(["hold", "release", "restore", "sense", "close"] as const),
] as const satisfies readonly (keyof ConformTarget)[];

/** A module's device as a target, with the methods that it has. */
function moduleTarget(name: string, uart: ConformTarget): ConformTarget {
  const optional = OPTIONAL_METHODS.filter((method) => typeof uart[method] === "function");
  return {
    ...{ name, read: (offset) => uart.read(offset), write: (offset, value) => uart.write(offset, value) },
    ...Object.fromEntries(
      optional.map((method) => [
        method,
        (...args: never[]) => (uart[method] as (...args: never[]) => unknown)(...args),
      ]),
    ),
  };
}

const xml = (text: string): string =>
  escapeUnsafe(text).replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);

function junitOf({ target, nearest, agreeing, departures }: ConformReport): string {
  const failures = departures.map(
    (departure) =>
      `  <testcase classname="${xml(nearest)}" name="${xml(`${departure.subject}: ${departure.covers}`)}"><failure message="${xml(`expected ${departure.expected}, got ${departure.actual}`)}">${xml(departure.accesses.join(" / "))}</failure></testcase>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="${xml(target)}" tests="${departures.length + 1}" failures="${departures.length}">\n  <testcase classname="${xml(nearest)}" name="${agreeing} sequences agree"/>\n${failures.join("")}</testsuite>\n`;
}

function reportInWords(report: ConformReport, paint: Paint): string {
  const label = (text: string) => paint("bold", text);
  const { target, nearest, options, sequences, agreeing, leftOut, transitions, departures, parts } = report;
  const changes = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);
  const others = Object.entries(parts)
    .filter(([name]) => name !== nearest)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([name, count]) => `${name} ${formatNumber(count)}`);
  return [
    labelledField("Target", escapeUnsafe(target), label),
    labelledField(
      "Nearest part",
      `like ${nearest}${changes.length === 0 ? "" : `, but ${changes.join(", ")}`}`,
      label,
    ),
    labelledField(
      "Agreement",
      `${formatNumber(agreeing)} of ${formatCount(sequences, "sequence")}${leftOut === 0 ? "" : `; ${formatNumber(leftOut)} left out, as the target cannot take their inputs`}`,
      label,
    ),
    labelledField(
      "Toured",
      `${formatNumber(transitions.toured)} of the charts' ${formatCount(transitions.reached, "transition")} that exploring reaches`,
      label,
    ),
    ...(others.length === 0
      ? []
      : [labelledField("Other parts", `${others.join(", ")} sequences agree`, label)]),
    ...departures.flatMap((departure) => departureInWords(departure, paint)),
    labelledField(
      "Verdict",
      departures.length === 0 ? "no departure" : formatCount(departures.length, "departure"),
      (text) => paint(departures.length === 0 ? "green" : "red", text),
    ),
    "",
  ].join("\n");
}

function departureInWords(departure: Departure, paint: Paint): string[] {
  const label = (text: string) => paint("bold", text);
  const { subject, covers, sequences, accesses, expected, actual, rules, consequence, reports } = departure;
  return [
    "",
    paint("red", `${subject}: expected ${expected}, got ${actual} (${formatCount(sequences, "sequence")})`),
    labelledField("Accesses", escapeUnsafe(accesses.join("; ")), label),
    labelledField("Found by", escapeUnsafe(covers), label),
    ...Object.entries(rules).map(([id, text]) => labelledField(`Rule ${id}`, text, label)),
    labelledField("Drivers", consequence, label),
    ...reports.map(({ fault, report }) => labelledField("Reported", `${report}: ${fault}`, label)),
  ];
}
