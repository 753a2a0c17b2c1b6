import { readFile, writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import type { AnyStateMachine } from "xstate";
import { type SerialRevision, UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { type Chart, serialChart, uart16550Chart } from "../device/index.js";
import {
  type ExploreOptions,
  ExportError,
  explore,
  type Graph,
  NO_BODIES,
  type PromelaOptions,
  type Scope,
  serialBodies,
  serialPromelaClaims,
  serialScope,
  toAut,
  toDot,
  toMermaid,
  toPromela,
  toScxml,
  toStately,
  toStatelyJson,
  toSvg,
  uart16550Scope,
} from "../explore/index.js";
import type { Input } from "../journal/index.js";
import { DEVICES, deviceInWords, PRESETS, REVISIONS } from "./devices.js";
import { explorationAsJson, explorationInWords } from "./explore-report.js";
import { readFailureReason, withWriteErrors } from "./files.js";
import { type CommandHelp, withHelp } from "./help.js";
import { CommandError, type ExitCode, type Io } from "./io.js";
import { Progress } from "./progress.js";
import { exploredInWords, parseLimit } from "./prove.js";
import { firstLine, importScript, machineIn } from "./script.js";
import { choosePaint, formatCount, toSafeJson } from "./terminal.js";

/** The export formats: all but the last show the chart's definition, the last the explored states. */
const FORMATS = ["dot", "svg", "mermaid", "scxml", "stately", "json", "promela", "aut"] as const;
type ExportFormat = (typeof FORMATS)[number];

/** The options of `vm-superio explore`. */
interface ExploreFlags {
  readonly device: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly preset?: Uart16550Preset;
  readonly export?: ExportFormat;
  readonly out?: string;
  readonly limit?: number;
  readonly json?: true;
  readonly events?: string;
}

/** A chart with everything needed to explore and export it. */
interface ExploredChart extends PromelaOptions {
  readonly machine: AnyStateMachine;
  /** Explores it. @throws any error of the machine or its scope. */
  explore(options: ExploreOptions): Graph;
}

const HELP: CommandHelp = {
  summary: "explore every state of a device, or export its chart for other tools",
  examples: `\
  vm-superio explore                                           how many states there are
  vm-superio explore --export svg --out serial.svg             a picture
  vm-superio explore light.ts --events events.json             a machine of XState of your own
  vm-superio explore --device uart16550 --export dot | dot -Tpdf -o uart16550.pdf
  vm-superio explore --revision 0.8.1 --export promela --out serial.pml
  spin -DCLAIMS -a serial.pml && gcc -DNOREDUCE -o pan pan.c && ./pan -a -m100000 -N L1
  vm-superio explore --export aut --out serial.aut             for ltscompare, bcg_io, ...`,
  details: `\
Without --export, every state of the device is explored within the scope that the answer states. It
reports the number of states, their depth, and the parts of the chart that are never reached. A
uart16550 has too many states to explore them all: --limit sets where to stop.

FILE is an ES module that exports an XState machine, as machine or alone. events.json has a list of
the events that it may receive: [{ "type": "PUSH" }].

dot (Graphviz), svg, mermaid (GitHub draws it), scxml (W3C), stately (source that Stately Studio
imports), json (the same configuration) and promela (spin) show the chart's definition: regions,
states, transitions, names of guards and actions, rules. aut (CADP, mCRL2) has the explored states.
The exit code is 1 if the limit was reached first, 2 for usage errors.`,
};

/** The command `explore`. */
export function exploreCommand(io: Io, setExitCode: (exitCode: ExitCode) => void): Command {
  return withHelp(new Command("explore"), HELP)
    .argument("[file]", "an ES module that exports a machine of XState")
    .option("--events <file>", "of a machine: a JSON file with the list of its events")
    .addOption(new Option("--device <device>", "the device").choices(DEVICES).default("serial"))
    .addOption(
      new Option("--revision <revision>", "of serial: vm-superio's revision (default: 0.8.2)").choices(
        REVISIONS,
      ),
    )
    .addOption(new Option("--preset <preset>", "of uart16550: the part (default: pc16550d)").choices(PRESETS))
    .addOption(new Option("--export <format>", "write the chart, or what was explored, as").choices(FORMATS))
    .option("--out <file>", "where to write (default: the standard output)")
    .option("--limit <states>", "how many states to stop at (default: 200000)", parseLimit)
    .option("--json", "print what was explored as JSON")
    .action(async (file: string | undefined, flags: ExploreFlags) =>
      setExitCode(await runExplore(file, flags, io)),
    );
}

async function runExplore(filePath: string | undefined, flags: ExploreFlags, io: Io): Promise<ExitCode> {
  checkFlags(flags);
  const subject = filePath === undefined ? createSubject(flags) : await loadSubject(filePath, flags);
  if (flags.export !== undefined && flags.export !== "aut") {
    await writeResult(await exportDefinition(flags.export, subject), flags, io);
    return 0;
  }
  const graph = await exploreSubject(subject, flags, io);
  const exitCode = graph.complete ? 0 : 1;
  if (flags.export === "aut") {
    const { length: stateCount } = graph.states;
    await io.stderr.write(
      `${deviceInWords(graph.chart.id, graph.chart.options)}: ${formatCount(stateCount, "state")}, ${formatCount(graph.transitions.length, "transition")}; scope: ${graph.scope.name}\n`,
    );
    if (!graph.complete)
      await io.stderr.write(
        `stopped at the limit: there are more than ${formatCount(stateCount, "state")}, and ways to them are left out\n`,
      );
    await writeResult(toAut(graph), flags, io);
    return exitCode;
  }
  await writeResult(
    flags.json
      ? `${toSafeJson(explorationAsJson(graph))}\n`
      : explorationInWords(graph, choosePaint(io.stdout, io.env)),
    flags,
    io,
  );
  return exitCode;
}

function checkFlags({ device, revision, preset, json, export: format }: ExploreFlags): void {
  if (device === "serial" && preset !== undefined)
    throw new CommandError("--preset: expected --device uart16550 with it, got serial, which has --revision");
  if (device === "uart16550" && revision !== undefined)
    throw new CommandError("--revision: expected --device serial with it, got uart16550, which has --preset");
  if (json && format !== undefined)
    throw new CommandError(`--json: expected no --export with it, got ${format}`);
}

function createSubject({ device, revision, preset = "pc16550d", events }: ExploreFlags): ExploredChart {
  if (events !== undefined) throw new CommandError("--events: expected a file with a machine before it");
  if (device === "serial") {
    const serial = serialChart(revision) as Chart<AnyStateMachine>;
    return {
      machine: serial.machine,
      scope: serialScope as Scope,
      explore: (options) => explore(serial, serialScope as Scope, options),
      bodies: serialBodies,
      claims: serialPromelaClaims,
    };
  }
  const chart = uart16550Chart({ ...UART16550_PRESETS[preset] });
  return {
    machine: chart.machine,
    scope: uart16550Scope(chart) as Scope,
    explore: (options) => explore(chart as Chart<AnyStateMachine>, uart16550Scope(chart) as Scope, options),
    bodies: NO_BODIES,
  };
}

/** Loads a machine and its events. @throws CommandError if they cannot be read, or are none. */
async function loadSubject(
  filePath: string,
  { events: eventsPath, ...flags }: ExploreFlags,
): Promise<ExploredChart> {
  const exports = await importScript(filePath);
  const machine = machineIn(exports, filePath, "machine" in exports ? "machine" : undefined);
  const isDefinition = flags.export !== undefined && flags.export !== "aut";
  const events = eventsPath === undefined ? [] : await readEvents(eventsPath);
  if (eventsPath === undefined && !isDefinition)
    throw new CommandError(
      `--events: expected a JSON file with the events of ${filePath}, such as [{ "type": "GO" }], got none`,
    );
  return {
    machine,
    scope: { name: eventsPath ?? "", inputs: events },
    explore(options) {
      try {
        return explore(machine, { events }, options);
      } catch (error) {
        throw new CommandError(`${filePath}: ${firstLine(error)}`);
      }
    },
    bodies: NO_BODIES,
  };
}

async function readEvents(eventsPath: string): Promise<readonly Input[]> {
  try {
    return JSON.parse(await readFile(eventsPath, "utf8"));
  } catch (error) {
    const reason = readFailureReason(error) ?? `it is no JSON: ${firstLine(error)}`;
    throw new CommandError(`cannot read ${eventsPath}: ${reason}`);
  }
}

async function exportDefinition(
  format: Exclude<ExportFormat, "aut">,
  subject: ExploredChart,
): Promise<string> {
  const { machine } = subject;
  try {
    switch (format) {
      case "dot":
        return toDot(machine);
      case "svg":
        return await toSvg(machine);
      case "mermaid":
        return toMermaid(machine);
      case "scxml":
        return toScxml(machine);
      case "stately":
        return toStately(machine);
      case "json":
        return toStatelyJson(machine);
      case "promela":
        return toPromela(machine, subject);
    }
  } catch (error) {
    if (error instanceof ExportError)
      throw new CommandError(
        `--export ${format}: ${error.message}${format === "promela" && subject.bodies === NO_BODIES ? "; serial has them all" : ""}`,
      );
    throw error;
  }
}

async function exploreSubject(subject: ExploredChart, { limit }: ExploreFlags, io: Io): Promise<Graph> {
  const progress = new Progress(io);
  const graph = subject.explore({
    ...(limit === undefined ? {} : { limit }),
    progress: (so) => void progress.showIfDue(() => exploredInWords(so)),
  });
  await progress.hide();
  return graph;
}

async function writeResult(text: string, { out }: ExploreFlags, io: Io): Promise<void> {
  if (out === undefined) return void (await io.stdout.write(text));
  await withWriteErrors(out, () => writeFile(out, text));
}
