import { deadEnds, type Graph, unreached } from "../explore/index.js";
import { deviceInWords } from "./devices.js";
import { field } from "./layout.js";
import { chartInWords, graphInWords } from "./prove-report.js";
import { counted, grouped, type Paint } from "./terminal.js";

/** How many states lie how deep, the nearest first. */
function byDepth({ states }: Graph): number[] {
  const counts: number[] = [];
  for (const { depth } of states) counts[depth] = (counts[depth] ?? 0) + 1;
  return counts;
}

/** What was explored, in a few lines. */
export function explorationInWords(graph: Graph, paint: Paint): string {
  const { chart, scope, leaving } = graph;
  const bold = (text: string) => paint("bold", text);
  const depths = byDepth(graph);
  const most = depths.indexOf(Math.max(...depths));
  return `${[
    `${bold(deviceInWords(chart.id, chart.options))}: ${graphInWords(graph)}`,
    field("Scope", scope.name, bold),
    ...(leaving > 0
      ? [field("Left out", `${counted(leaving, "input")} that would lead out of the scope`, bold)]
      : []),
    field(
      "Depth",
      `${counted(depths.length - 1, "input")} to the farthest state; most states, ${grouped(depths[most] ?? 0)}, take ${most}`,
      bold,
    ),
    field("Chart", chartInWords(graph), bold),
  ].join("\n")}\n`;
}

/** What was explored, for another program. */
export function explorationAsJson(graph: Graph) {
  const { chart, scope, configurations, states, transitions, complete, leaving, milliseconds } = graph;
  return {
    version: 1,
    chart: chart.id,
    options: chart.options,
    scope: scope.name,
    configurations,
    states: states.length,
    transitions: transitions.length,
    leaving,
    complete,
    byDepth: byDepth(graph),
    unreached: unreached(graph),
    deadEnds: deadEnds(graph).length,
    milliseconds: Math.round(milliseconds),
  };
}
