import { Command } from "commander";
import type { Device } from "../../device/index.js";
import { openRecording, type Recording, type Step } from "../../guests/index.js";
import { type WindowFlags, windowOfFlags, withDeviceOptions, withWindowOptions } from "../device-options.js";
import { type DeviceChoice, deviceFactory } from "../devices.js";
import { type CommandHelp, withHelp } from "../help.js";
import { openInput } from "../input.js";
import { CommandError, type ExitCode, type Io } from "../io.js";
import { Progress } from "../progress.js";
import { choosePaint, escapeUnsafe, formatCount, formatNumber, type Paint, toSafeJson } from "../terminal.js";
import { prepareReplay } from "../traces.js";
import { LINT_RULES, type LintRule } from "./lint-rules.js";
import { type LintFinding, TraceLinter } from "./trace-linter.js";

/** The options of `vm-superio lint`. */
interface LintFlags extends DeviceChoice, WindowFlags {
  readonly json?: true;
}

/** The findings of each rule that are printed. */
const LISTED_FINDINGS = 5;
const PROGRESS_INTERVAL = 4096;

const RULE_LINES = Object.entries(LINT_RULES)
  .map(([id, { rule }]) => `  ${id.padEnd(14)} ${rule}`)
  .join("\n");

const HELP: CommandHelp = {
  summary: "hold a recorded guest's accesses to the rules of the hardware",
  examples: `\
  vm-superio lint boot.jsonl.gz                does the guest's driver keep the rules?
  vm-superio lint boot.jsonl.gz --json | jq .findings
  vm-superio lint trace.jsonl --shift 2        registers that lie four bytes apart`,
  details: `\
FILE is any file that replay reads: a guest recorded under v86, a guest or many traces recorded
under QEMU, or a journal of this package, plain or gzip; - is the standard input. A virtual machine
forgives what real hardware does not: what the driver did is held to rules that need no driver.

${RULE_LINES}

A recording of a driver that keeps them proves little: it shows one run. A write of reserved bits
that the next access reads back is a probe for a newer part, and no finding.

The exit code is 0 if there is no finding, 1 if there is one, 2 if FILE cannot be read.`,
};

/** The findings in a trace. */
interface LintedTrace {
  /** Of a file of many traces. */
  readonly name: string | undefined;
  readonly accesses: number;
  readonly findings: readonly LintFinding[];
}

/** The command `lint`. */
export function lintCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withWindowOptions(withDeviceOptions(withHelp(new Command("lint"), HELP)))
    .argument("<file>", "the recording, or - for the standard input")
    .option("--json", "print the findings as JSON")
    .action(async (file: string, flags: LintFlags) => setExitCode(await runLint(file, flags, io)));
}

async function runLint(filePath: string, flags: LintFlags, io: Io): Promise<ExitCode> {
  const input = await openInput(filePath, io);
  const recording = await openRecording(input.chunks, { window: windowOfFlags(flags) });
  // Values that the recording lacks, as a journal does, are those that the device returns.
  const createDevice = deviceFactory(recording, flags, () => {});
  const progress = new Progress(io);
  const showProgress = (accesses: number) =>
    progress.showIfDue(() => `reading: ${formatNumber(accesses)} accesses`);
  const { steps, traces } = await prepareReplay(recording);
  const linted: LintedTrace[] = [];
  const lintSteps = async (name: string | undefined, traceSteps: AsyncIterable<Step> | Iterable<Step>) =>
    void linted.push({
      name,
      ...(await lintTrace(createDevice(), traceSteps, recording.clock, showProgress)),
    });
  try {
    if (steps) await lintSteps(undefined, steps);
    else for await (const trace of traces) await lintSteps(trace.name, trace.steps);
  } finally {
    await progress.hide();
  }
  const name = escapeUnsafe(input.name);
  await io.stdout.write(
    flags.json
      ? `${toSafeJson(lintAsJson(name, recording, linted))}\n`
      : lintInWords(name, recording, linted, choosePaint(io.stdout, io.env)),
  );
  return linted.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

async function lintTrace(
  device: Device,
  steps: AsyncIterable<Step> | Iterable<Step>,
  clock: number | undefined,
  showProgress: (accesses: number) => Promise<void>,
): Promise<Pick<LintedTrace, "accesses" | "findings">> {
  const linter = new TraceLinter(device.chart, clock ?? device.chart.clock);
  let stepCount = 0;
  for await (const step of steps) {
    linter.check(step, valueRead(device, step));
    if (++stepCount % PROGRESS_INTERVAL === 0) await showProgress(linter.accesses);
  }
  linter.close();
  return linter;
}

/** Brings the device on by a step. Returns the byte that a read returned: the recorded one, or the device's. */
function valueRead(device: Device, { line, input, expected }: Step): number | undefined {
  try {
    if (input.type === "read") {
      const value = device.read(input.offset);
      return expected?.value ?? value;
    }
    device.apply(input);
    return undefined;
  } catch (error) {
    throw new CommandError(`line ${line}: ${(error as Error).message}`);
  }
}

function lintAsJson(file: string, { format, cut }: Recording, linted: readonly LintedTrace[]) {
  const findings = linted.flatMap((trace) =>
    trace.findings.map((finding) => ({
      ...(trace.name === undefined ? {} : { trace: trace.name }),
      ...finding,
    })),
  );
  const accesses = linted.reduce((sum, trace) => sum + trace.accesses, 0);
  return { version: 1, file, format, cut: cut ?? null, ok: findings.length === 0, accesses, findings };
}

function lintInWords(
  file: string,
  { title, cut }: Recording,
  linted: readonly LintedTrace[],
  paint: Paint,
): string {
  const accesses = linted.reduce((sum, trace) => sum + trace.accesses, 0);
  const count = linted.reduce((sum, { findings }) => sum + findings.length, 0);
  const lines = [
    `${paint("bold", file)}: ${title}, ${formatCount(accesses, "access", "accesses")}`,
    count === 0 ? paint("green", "no finding") : paint("red", formatCount(count, "finding")),
    ...(cut === undefined ? [] : [`the recording is cut off: ${cut}`]),
  ];
  for (const rule of Object.keys(LINT_RULES) as LintRule[]) {
    const found = linted.flatMap(({ name, findings }) =>
      findings.filter((finding) => finding.rule === rule).map((finding) => ({ name, finding })),
    );
    if (found.length === 0) continue;
    lines.push("", `${paint("bold", rule)}: ${LINT_RULES[rule].rule}`);
    for (const { name, finding } of found.slice(0, LISTED_FINDINGS)) {
      const { line, index, access, detail } = finding;
      const origin = name === undefined ? "" : `${escapeUnsafe(name)}, `;
      lines.push(
        `  ${origin}line ${line}${index === undefined ? "" : `, step ${index}`}: ${access}: ${detail}`,
      );
    }
    if (found.length > LISTED_FINDINGS)
      lines.push(`  ${formatNumber(found.length - LISTED_FINDINGS)} more not listed; --json lists all`);
    lines.push(`  Real hardware: ${LINT_RULES[rule].hardware}`);
  }
  return `${lines.join("\n")}\n`;
}
