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
import { field } from "./layout.js";
import { Progress } from "./progress.js";
import { exploredInWords, limitFrom } from "./prove.js";
import { runInWords } from "./prove-report.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { counted, type Paint, paintFor, visibleJson } from "./terminal.js";

/** What `vm-superio diff` can be told. */
interface DiffFlags {
  readonly limit?: number;
  readonly reads?: true;
  readonly json?: true;
}

/** A device that was named, with its scope. */
interface Side {
  readonly chart: Chart<AnyStateMachine>;
  readonly scope: Scope;
}

/** A 16550 has more states than can be gone through: a difference is found soon, or not at all. */
const LIMIT = 10_000;

const EXAMPLES = `
A and B are a device, and after an @ its revision or preset: serial@0.8.1, uart16550@qemu. Of one
device everything that leaves is compared; of two, what is read and what is transmitted. The exit
code is 0 if no difference was found, 1 with one, 2 if there is no such device. Where the limit came
before an answer, it says so.

Examples:
  vm-superio diff serial@0.8.1 serial@0.8.2            the one thing that 0.8.2 changed
  vm-superio diff serial@0.8.1 serial@0.8.2 --reads    how a driver that only reads can tell
  vm-superio diff uart16550@pc16550d uart16550@qemu    where QEMU's part departs from the chip
  vm-superio diff serial uart16550@qemu                how it tells vm-superio's from QEMU's`;

/** The command `diff`. */
export function diffCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("diff")
    .description("find the fewest accesses that tell two devices apart")
    .argument("<a>", "a device: serial@REVISION or uart16550@PRESET")
    .argument("<b>", "the other one")
    .option("--limit <pairs>", `how many pairs of states to stop at (default: ${LIMIT})`, limitFrom)
    .option("--reads", "compare what is read only")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (a: string, b: string, flags: DiffFlags) => end(await runDiff(a, b, flags, io)));
}

function sideOf(text: string): Side {
  const [device, part, ...more] = text.split("@");
  if (more.length === 0 && device === "serial") {
    const revision = part ?? "0.8.2";
    if (REVISIONS.some((known) => known === revision))
      return { chart: serialChart(revision as SerialRevision), scope: serialScope as Scope };
    throw new CommandError(`revision: expected one of ${REVISIONS.join(", ")}, got ${revision}`);
  }
  if (more.length === 0 && device === "uart16550") {
    const preset = part ?? "pc16550d";
    if (!Object.hasOwn(UART16550_PRESETS, preset))
      throw new CommandError(`preset: expected one of ${PRESETS.join(", ")}, got ${preset}`);
    const chart = uart16550Chart(preset as Uart16550Preset);
    return { chart, scope: uart16550Scope(chart) as Scope };
  }
  throw new CommandError(`device: expected one of ${DEVICES.join(", ")}, then @ and its part, got ${text}`);
}

async function runDiff(a: string, b: string, flags: DiffFlags, io: Surroundings): Promise<ExitCode> {
  const [sideA, sideB] = [sideOf(a), sideOf(b)];
  const progress = new Progress(io);
  const found = compare(sideA, sideB, {
    limit: flags.limit ?? LIMIT,
    ...(flags.reads ? { seen: ({ type }: ChartEmission) => type === "data" } : {}),
    progress: (so) => void progress.tick(() => exploredInWords(so)),
  });
  await progress.hide();
  await io.stdout.write(
    flags.json
      ? `${visibleJson(await asJson(found, sideA, sideB))}\n`
      : inWords(found, sideA, sideB, paintFor(io.stdout, io.env)),
  );
  return found.verdict === "different" ? 1 : 0;
}

const nameOf = ({ chart }: Side): string => deviceInWords(chart.id, chart.options);

function inWords(found: Comparison, a: Side, b: Side, paint: Paint): string {
  const bold = (text: string) => paint("bold", text);
  const [nameA, nameB] = [nameOf(a), nameOf(b)];
  const explored = `${counted(found.states, "pair")} of states, ${counted(found.transitions, "transition")}, ${(found.milliseconds / 1000).toFixed(1)} s`;
  const lines = [verdictInWords(found, bold(nameA), bold(nameB))];
  if (found.inputs) {
    lines.push("", `On ${nameA}:`, ...runInWords(a.chart, found.inputs, paint));
    lines.push("", `On ${nameB}:`, ...runInWords(b.chart, found.inputs, paint), "");
    lines.push(
      field("The first", leftInWords(found.first), bold),
      field("The second", leftInWords(found.second), bold),
    );
  }
  lines.push(field("Explored", explored, bold), field("Scope", scopeOf(a, b), bold));
  return `${lines.join("\n")}\n`;
}

const scopeOf = (a: Side, b: Side): string =>
  a.scope.name === b.scope.name
    ? a.scope.name
    : `what these have in common: ${a.scope.name}; and ${b.scope.name}`;

function verdictInWords({ verdict, inputs }: Comparison, a: string, b: string): string {
  if (verdict === "different")
    return `${counted(inputs?.length ?? 0, "input tells", "inputs tell")} ${a} from ${b}`;
  return verdict === "same"
    ? `Nothing in this scope tells ${a} from ${b}`
    : `No difference between ${a} and ${b} before the limit: this is no proof`;
}

function leftInWords(emissions: readonly ChartEmission[] = []): string {
  const words = emissions.map(({ type, value, cause, level, count, pin }) =>
    [type, cause, pin, value === undefined ? undefined : hex(value), level, count]
      .filter((detail) => detail !== undefined)
      .join(" "),
  );
  return `gives ${words.join(", ") || "nothing"}`;
}

async function asJson({ inputs, milliseconds, ...found }: Comparison, a: Side, b: Side) {
  const run = async ({ chart }: Side) => ({
    chart: chart.id,
    options: chart.options,
    ...(inputs ? { steps: showRun(chart, inputs).steps, journal: await journalOf(chart, inputs) } : {}),
  });
  return {
    version: 1,
    ...found,
    scope: scopeOf(a, b),
    milliseconds: Math.round(milliseconds),
    a: await run(a),
    b: await run(b),
  };
}
