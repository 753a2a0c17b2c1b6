import { deadEnds, type Graph, unreached } from "../explore/index.js";
import { deviceInWords } from "./devices.js";
import { labelledField } from "./layout.js";
import { chartInWords, graphInWords, memoryInWords } from "./prove-report.js";
import { formatCount, formatNumber, type Paint } from "./terminal.js";

/** Counts the states at each depth, from 0. */
function countByDepth({ states }: Graph): number[] {
  const depthCounts: number[] = [];
  for (const { depth } of states) depthCounts[depth] = (depthCounts[depth] ?? 0) + 1;
  return depthCounts;
}

/** Describes an exploration in a few lines. */
export function explorationInWords(graph: Graph, paint: Paint): string {
  const { chart, scope, leaving } = graph;
  const paintBold = (text: string) => paint("bold", text);
  const depthCounts = countByDepth(graph);
  const largestDepth = depthCounts.indexOf(Math.max(...depthCounts));
  return `${[
    `${paintBold(deviceInWords(chart.id, chart.options))}: ${graphInWords(graph)}`,
    labelledField("Scope", scope.name, paintBold),
    ...(leaving > 0
      ? [
          labelledField(
            "Left out",
            `${formatCount(leaving, "input")} that would lead out of the scope`,
            paintBold,
          ),
        ]
      : []),
    labelledField(
      "Depth",
      `${formatCount(depthCounts.length - 1, "input")} to the farthest state; most states, ${formatNumber(depthCounts[largestDepth] ?? 0)}, take ${largestDepth}`,
      paintBold,
    ),
    labelledField("Chart", chartInWords(graph), paintBold),
    labelledField("Memory", memoryInWords(graph), paintBold),
  ].join("\n")}\n`;
}

/** Returns an exploration as JSON for other programs. */
export function explorationAsJson(graph: Graph) {
  const { chart, scope, configurations, states, transitions, complete, leaving, memory, milliseconds } =
    graph;
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
    memory,
    byDepth: countByDepth(graph),
    unreached: unreached(graph),
    deadEnds: deadEnds(graph).length,
    milliseconds: Math.round(milliseconds),
  };
}
