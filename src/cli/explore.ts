import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import type { AnyStateMachine } from "xstate";
import { type SerialRevision, UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import { type Chart, serialChart, uart16550Chart } from "../device/index.js";
import {
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
  toSvg,
  uart16550Scope,
} from "../explore/index.js";
import { DEVICES, deviceInWords, PRESETS, REVISIONS } from "./devices.js";
import { explorationAsJson, explorationInWords } from "./explore-report.js";
import { writing } from "./files.js";
import { Progress } from "./progress.js";
import { exploredInWords, limitFrom } from "./prove.js";
import { CommandError, type ExitCode, type Surroundings } from "./surroundings.js";
import { counted, paintFor, visibleJson } from "./terminal.js";

/** What can be exported: all but the last of the chart's definition, the last of what was explored. */
const FORMATS = ["dot", "svg", "mermaid", "scxml", "promela", "aut"] as const;
type Format = (typeof FORMATS)[number];

/** What `vm-superio explore` can be told. */
interface ExploreFlags {
  readonly device: (typeof DEVICES)[number];
  readonly revision?: SerialRevision;
  readonly preset?: Uart16550Preset;
  readonly export?: Format;
  readonly out?: string;
  readonly limit?: number;
  readonly json?: true;
}

/** A chart with everything that is needed to explore and to export it. */
interface Subject extends Pick<PromelaOptions, "bodies" | "claims"> {
  readonly chart: Chart<AnyStateMachine>;
  readonly scope: Scope;
}

const EXAMPLES = `
Without --export it explores every state that the device can be in, under the scope that the answer
states, and says how many there are, how deep they lie, and what of the chart nothing reaches. A
uart16550 has more states than can be gone through: --limit says where to stop.

dot (Graphviz), svg, mermaid (GitHub draws it), scxml (W3C) and promela (spin) are of the chart's
definition: regions, states, transitions, names of guards and actions, rules. aut (CADP, mCRL2) is of
the states explored. The exit code is 1 if the limit came before the end, 2 for what cannot be done.

Examples:
  vm-superio explore                                           how many states there are
  vm-superio explore --export svg --out serial.svg             a picture
  vm-superio explore --device uart16550 --export dot | dot -Tpdf -o uart16550.pdf
  vm-superio explore --revision 0.8.1 --export promela --out serial.pml
  spin -DCLAIMS -a serial.pml && gcc -DNOREDUCE -o pan pan.c && ./pan -a -m100000 -N L1
  vm-superio explore --export aut --out serial.aut             for ltscompare, bcg_io, ...`;

/** The command `explore`. */
export function exploreCommand(io: Surroundings, end: (code: ExitCode) => void): Command {
  return new Command("explore")
    .description("explore every state of a device, or export its chart for other tools")
    .addOption(new Option("--device <device>", "the device").choices(DEVICES).default("serial"))
    .addOption(
      new Option("--revision <revision>", "of serial: vm-superio's revision (default: 0.8.2)").choices(
        REVISIONS,
      ),
    )
    .addOption(new Option("--preset <preset>", "of uart16550: the part (default: pc16550d)").choices(PRESETS))
    .addOption(new Option("--export <format>", "write the chart, or what was explored, as").choices(FORMATS))
    .option("--out <file>", "where to write (default: the standard output)")
    .option("--limit <states>", "how many states to stop at (default: 200000)", limitFrom)
    .option("--json", "print what was explored as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ExploreFlags) => end(await runExplore(flags, io)));
}

async function runExplore(flags: ExploreFlags, io: Surroundings): Promise<ExitCode> {
  check(flags);
  const subject = subjectOf(flags);
  if (flags.export !== undefined && flags.export !== "aut") {
    await write(await definition(flags.export, subject), flags, io);
    return 0;
  }
  const graph = await explored(subject, flags, io);
  const code = graph.complete ? 0 : 1;
  if (flags.export === "aut") {
    const { length } = graph.states;
    await io.stderr.write(
      `${deviceInWords(graph.chart.id, graph.chart.options)}: ${counted(length, "state")}, ${counted(graph.transitions.length, "transition")}; scope: ${graph.scope.name}\n`,
    );
    if (!graph.complete)
      await io.stderr.write(
        `stopped at the limit: there are more than ${counted(length, "state")}, and ways to them are left out\n`,
      );
    await write(toAut(graph), flags, io);
    return code;
  }
  await write(
    flags.json
      ? `${visibleJson(explorationAsJson(graph))}\n`
      : explorationInWords(graph, paintFor(io.stdout, io.env)),
    flags,
    io,
  );
  return code;
}

function check({ device, revision, preset, json, export: format }: ExploreFlags): void {
  if (device === "serial" && preset !== undefined)
    throw new CommandError("--preset: expected --device uart16550 with it, got serial, which has --revision");
  if (device === "uart16550" && revision !== undefined)
    throw new CommandError("--revision: expected --device serial with it, got uart16550, which has --preset");
  if (json && format !== undefined)
    throw new CommandError(`--json: expected no --export with it, got ${format}`);
}

function subjectOf({ device, revision, preset = "pc16550d" }: ExploreFlags): Subject {
  if (device === "serial")
    return {
      chart: serialChart(revision),
      scope: serialScope as Scope,
      bodies: serialBodies,
      claims: serialPromelaClaims,
    };
  const chart = uart16550Chart({ ...UART16550_PRESETS[preset] });
  return { chart, scope: uart16550Scope(chart) as Scope, bodies: NO_BODIES };
}

async function definition(format: Exclude<Format, "aut">, subject: Subject): Promise<string> {
  const { machine } = subject.chart;
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

async function explored(
  { chart, scope }: Subject,
  { limit }: ExploreFlags,
  io: Surroundings,
): Promise<Graph> {
  const progress = new Progress(io);
  const graph = explore(chart, scope, {
    ...(limit === undefined ? {} : { limit }),
    progress: (so) => void progress.tick(() => exploredInWords(so)),
  });
  await progress.hide();
  return graph;
}

async function write(text: string, { out }: ExploreFlags, io: Surroundings): Promise<void> {
  if (out === undefined) return void (await io.stdout.write(text));
  await writing(out, () => writeFile(out, text));
}
