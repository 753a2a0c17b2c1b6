import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import type { AnyStateMachine } from "xstate";
import { type Chart, type ChartEmission, hex } from "../device/index.js";
import {
  type Comparison,
  compare,
  journalOf,
  type Scope,
  serialScope,
  showRun,
  uart16550Scope,
} from "../explore/index.js";
import { inspectSources } from "../inspect/internal.js";
import { loadJournal } from "../journal/index.js";
import { deviceInWords, parseDeviceName } from "./devices.js";
import { withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import type { ExitCode, Io } from "./io.js";
import { labelledField } from "./layout.js";
import { Progress } from "./progress.js";
import { exploredInWords, parseLimit } from "./prove.js";
import { runInWords } from "./prove-report.js";
import { choosePaint, formatCount, type Paint, toSafeJson } from "./terminal.js";

/** The options of `vm-superio diff`. */
interface DiffFlags {
  readonly limit?: number;
  readonly reads?: true;
  readonly json?: true;
  readonly save?: string;
  readonly inspect?: true;
}

/** A device to compare, with its scope. */
interface ComparedDevice {
  readonly chart: Chart<AnyStateMachine>;
  readonly scope: Scope;
}

/** A 16550 has too many states to explore all pairs: a difference is found soon, or not at all. */
const DEFAULT_LIMIT = 10_000;

const HELP: CommandHelp = {
  summary: "find the fewest accesses that distinguish two devices",
  examples: `\
  vm-superio diff serial@0.8.1 serial@0.8.2            the one thing that 0.8.2 changed
  vm-superio diff serial@0.8.1 serial@0.8.2 --reads    how a driver that only reads can notice
  vm-superio diff uart16550@pc16550d uart16550@qemu    where QEMU's part departs from the chip
  vm-superio diff serial@0.8.1 serial --inspect        both side by side in the browser
  vm-superio diff serial uart16550@qemu                where vm-superio's device departs from QEMU's`,
  details: `\
A and B are a device, and after an @ its revision or preset: serial@0.8.1, uart16550@qemu. Two
variants of one device are compared in all outputs; two devices in what is read and transmitted. The
exit code is 0 if no difference was found, 1 with one, 2 if there is no such device. The answer says
if the limit was reached first.`,
};

/** The command `diff`. */
export function diffCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("diff"), HELP)
    .argument("<a>", "a device: serial@REVISION or uart16550@PRESET")
    .argument("<b>", "the other one")
    .option("--limit <pairs>", `how many pairs of states to stop at (default: ${DEFAULT_LIMIT})`, parseLimit)
    .option("--reads", "compare what is read only")
    .option("--save <file>", "write the journal of the accesses on A, for replay and inspect")
    .option("--inspect", "show both devices side by side in the browser, until Ctrl-C")
    .option("--json", "print the answer as JSON")
    .action(async (a: string, b: string, flags: DiffFlags) => setExitCode(await runDiff(a, b, flags, io)));
}

function parseDevice(deviceName: string): ComparedDevice {
  const chart = parseDeviceName(deviceName);
  return { chart, scope: (chart.id === "serial" ? serialScope : uart16550Scope(chart)) as Scope };
}

async function runDiff(nameA: string, nameB: string, flags: DiffFlags, io: Io): Promise<ExitCode> {
  const [deviceA, deviceB] = [parseDevice(nameA), parseDevice(nameB)];
  const progress = new Progress(io);
  const comparison = compare(deviceA, deviceB, {
    limit: flags.limit ?? DEFAULT_LIMIT,
    ...(flags.reads ? { seen: ({ type }: ChartEmission) => type === "data" } : {}),
    progress: (so) => void progress.showIfDue(() => exploredInWords(so)),
  });
  await progress.hide();
  await io.stdout.write(
    flags.json
      ? `${toSafeJson(await comparisonAsJson(comparison, deviceA, deviceB))}\n`
      : comparisonInWords(comparison, deviceA, deviceB, choosePaint(io.stdout, io.env)),
  );
  const { inputs } = comparison;
  if (inputs && (flags.save !== undefined || flags.inspect)) {
    const journalText = await journalOf(deviceA.chart, inputs);
    const { save } = flags;
    if (save !== undefined) await withWriteErrors(save, () => writeFile(save, journalText));
    if (flags.inspect) await inspectBoth(journalText, deviceA, deviceB, io);
  }
  return comparison.verdict === "different" ? 1 : 0;
}

/** Serves the inspector with both devices on the accesses that distinguish them, until the user ends it. */
async function inspectBoth(
  journalText: string,
  deviceA: ComparedDevice,
  deviceB: ComparedDevice,
  io: Io,
): Promise<void> {
  const { journal } = await loadJournal(journalText);
  const { id, options } = deviceB.chart;
  const inspector = await inspectSources([
    {
      ...{ name: `${formatName(deviceA)} and ${formatName(deviceB)}`, live: false, journal },
      ...{ differences: [], warnings: [], against: { chart: id, options } },
    },
  ]);
  await io.stdout.write(`inspect at ${inspector.url}\nCtrl-C ends it\n`);
  await io.waitForStop();
  await inspector.close();
}

const formatName = ({ chart }: ComparedDevice): string => deviceInWords(chart.id, chart.options);

function comparisonInWords(
  comparison: Comparison,
  deviceA: ComparedDevice,
  deviceB: ComparedDevice,
  paint: Paint,
): string {
  const paintBold = (text: string) => paint("bold", text);
  const [nameA, nameB] = [formatName(deviceA), formatName(deviceB)];
  const exploredText = `${formatCount(comparison.states, "pair")} of states, ${formatCount(comparison.transitions, "transition")}, ${(comparison.milliseconds / 1000).toFixed(1)} s`;
  const lines = [verdictInWords(comparison, paintBold(nameA), paintBold(nameB))];
  if (comparison.inputs) {
    lines.push("", `On ${nameA}:`, ...runInWords(deviceA.chart, comparison.inputs, paint));
    lines.push("", `On ${nameB}:`, ...runInWords(deviceB.chart, comparison.inputs, paint), "");
    lines.push(
      labelledField("The first", emissionsInWords(comparison.first), paintBold),
      labelledField("The second", emissionsInWords(comparison.second), paintBold),
    );
  }
  lines.push(
    labelledField("Explored", exploredText, paintBold),
    labelledField("Scope", scopeName(deviceA, deviceB), paintBold),
  );
  return `${lines.join("\n")}\n`;
}

const scopeName = (deviceA: ComparedDevice, deviceB: ComparedDevice): string =>
  deviceA.scope.name === deviceB.scope.name
    ? deviceA.scope.name
    : `what these have in common: ${deviceA.scope.name}; and ${deviceB.scope.name}`;

function verdictInWords({ verdict, inputs }: Comparison, nameA: string, nameB: string): string {
  if (verdict === "different")
    return `${formatCount(inputs?.length ?? 0, "input tells", "inputs tell")} ${nameA} from ${nameB}`;
  return verdict === "same"
    ? `Nothing in this scope tells ${nameA} from ${nameB}`
    : `No difference between ${nameA} and ${nameB} before the limit: this is no proof`;
}

function emissionsInWords(emissions: readonly ChartEmission[] = []): string {
  const descriptions = emissions.map(({ type, value, cause, level, count, pin }) =>
    [type, cause, pin, value === undefined ? undefined : hex(value), level, count]
      .filter((detail) => detail !== undefined)
      .join(" "),
  );
  return `gives ${descriptions.join(", ") || "nothing"}`;
}

async function comparisonAsJson(
  { inputs, milliseconds, ...comparison }: Comparison,
  deviceA: ComparedDevice,
  deviceB: ComparedDevice,
) {
  const runAsJson = async ({ chart }: ComparedDevice) => ({
    chart: chart.id,
    options: chart.options,
    ...(inputs ? { steps: showRun(chart, inputs).steps, journal: await journalOf(chart, inputs) } : {}),
  });
  return {
    version: 1,
    ...comparison,
    scope: scopeName(deviceA, deviceB),
    milliseconds: Math.round(milliseconds),
    a: await runAsJson(deviceA),
    b: await runAsJson(deviceB),
  };
}
