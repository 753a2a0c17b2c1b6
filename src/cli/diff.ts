import { Command } from "commander";
import type { AnyStateMachine } from "xstate";
import { type SerialRevision, UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { type Chart, type ChartEmission, hex, serialChart, uart16550Chart } from "../device/index.js";
import {
  type Comparison,
  compare,
  journalOf,
  type Scope,
  serialScope,
  showRun,
  uart16550Scope,
} from "../explore/index.js";
import { DEVICES, deviceInWords, PRESETS, REVISIONS } from "./devices.js";
import { type CommandHelp, withHelp } from "./help.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
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
    .option("--json", "print the answer as JSON")
    .action(async (a: string, b: string, flags: DiffFlags) => setExitCode(await runDiff(a, b, flags, io)));
}

function parseDevice(deviceName: string): ComparedDevice {
  const [device, variant, ...extraParts] = deviceName.split("@");
  if (extraParts.length === 0 && device === "serial") {
    const revision = variant ?? "0.8.2";
    if (REVISIONS.some((known) => known === revision))
      return { chart: serialChart(revision as SerialRevision), scope: serialScope as Scope };
    throw new CommandError(`revision: expected one of ${REVISIONS.join(", ")}, got ${revision}`);
  }
  if (extraParts.length === 0 && device === "uart16550") {
    const preset = variant ?? "pc16550d";
    if (!Object.hasOwn(UART16550_PRESETS, preset))
      throw new CommandError(`preset: expected one of ${PRESETS.join(", ")}, got ${preset}`);
    const chart = uart16550Chart(preset as Uart16550Preset);
    return { chart, scope: uart16550Scope(chart) as Scope };
  }
  throw new CommandError(
    `device: expected one of ${DEVICES.join(", ")}, then @ and its part, got ${deviceName}`,
  );
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
  return comparison.verdict === "different" ? 1 : 0;
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
