import { Serial, Uart16550 } from "../../src/device/index.js";
import { beginJournal, type Coverage, openRecording, type Report, replay } from "../../src/guests/index.js";

const INTRODUCTION = `# What a real guest never touches

What SeaBIOS, Linux and GRUB use of the charts, from power-on to a shell, or to GRUB's \`terminal_output serial\`. In the repository \`npm
run test:guests\` leaves the journals, and \`npm run guest:coverage\` replays them and writes this.
`;

const CAUSES = { serial: ["RDA", "THRE"], uart16550: ["RLS", "RDA", "CTI", "THRE", "MS"] } as const;
type ChartName = keyof typeof CAUSES;

/** The parts of a chart that one or several guests used. */
interface ChartUsage {
  readonly chart: ChartName;
  readonly guests: readonly string[];
  readonly states: ReadonlyMap<string, number>;
  readonly transitions: ReadonlyMap<string, number>;
  readonly causes: ReadonlySet<string>;
}

/** Replays the journal of a guest and says what of the chart it used. */
export async function usedBy(guestName: string, journalText: AsyncIterable<Uint8Array>): Promise<ChartUsage> {
  const recording = await openRecording(journalText);
  const { header, steps } = recording;
  if (!header || !steps) throw new Error(`${guestName}: expected a journal`);
  const uartDevice =
    header.chart === "serial"
      ? new Serial({ ...(header.options as object), journal: false })
      : new Uart16550({ preset: header.options, journal: false, unmapped: "zero" });
  beginJournal(uartDevice, header);
  const replayReport: Report = await replay(uartDevice, steps);
  const { states, transitions } = replayReport.coverage as Coverage;
  return {
    chart: header.chart as ChartName,
    guests: [guestName],
    states: new Map(states.map(({ id, count }) => [id, count])),
    transitions: new Map(transitions.map(({ id, count }) => [id, count])),
    causes: new Set(Object.keys(replayReport.interrupts.causes)),
  };
}

/** Returns the parts of one chart that several guests used together. */
function together(coverages: readonly ChartUsage[]): ChartUsage {
  const sum = (maps: readonly ReadonlyMap<string, number>[]) => {
    const total = new Map<string, number>();
    for (const map of maps)
      for (const [transitionId, occurrences] of map)
        total.set(transitionId, (total.get(transitionId) ?? 0) + occurrences);
    return total;
  };
  return {
    chart: (coverages[0] as ChartUsage).chart,
    guests: coverages.flatMap(({ guests }) => guests),
    states: sum(coverages.map(({ states }) => states)),
    transitions: sum(coverages.map(({ transitions }) => transitions)),
    causes: new Set(coverages.flatMap(({ causes }) => [...causes])),
  };
}

const never = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].filter(([, occurrences]) => occurrences === 0).map(([transitionId]) => transitionId);
const share = (counts: ReadonlyMap<string, number>): string =>
  `${counts.size - never(counts).length} of ${counts.size}`;

/** A page of Markdown: what each guest used, and what none of them did. */
export function coveragePage(coverages: readonly ChartUsage[]): string {
  const charts = [...new Set(coverages.map(({ chart }) => chart))];
  const table = [
    "| guest | chart | states entered | transitions taken | interrupts |",
    "|---|---|---:|---:|---|",
    ...coverages.map(
      ({ guests, chart, states, transitions, causes }) =>
        `| ${guests.join(", ")} | \`${chart}\` | ${share(states)} | ${share(transitions)} | ${inOrder(chart, causes).join(", ") || "none"} |`,
    ),
  ];
  const lists = charts.flatMap((chart) =>
    neverUsed(together(coverages.filter((usage) => usage.chart === chart))),
  );
  return `${[INTRODUCTION, ...table, "", ...lists].join("\n").trimEnd()}\n`;
}

const inOrder = (chartName: ChartName, causes: ReadonlySet<string>): string[] =>
  CAUSES[chartName].filter((cause) => causes.has(cause));

function neverUsed(used: ChartUsage): string[] {
  const { chart, states, transitions, causes } = used;
  const missed = CAUSES[chart].filter((cause) => !causes.has(cause));
  const code = (idList: readonly string[]) =>
    idList.map((transitionId) => `\`${transitionId}\``).join(", ") || "none";
  const regions = new Map<string, string[]>();
  for (const transitionId of never(transitions)) {
    const regionName = /^\w*/.exec(transitionId)?.[0] ?? "";
    regions.set(regionName, [...(regions.get(regionName) ?? []), transitionId]);
  }
  return [
    `On \`${chart}\` none of them ${missed.length > 0 ? `causes ${missed.join(", ")}, or ` : ""}enters ${code(never(states))}.`,
    "",
    `<details><summary>The ${never(transitions).length} of ${transitions.size} transitions of <code>${chart}</code> that none of them takes</summary>`,
    "",
    ...[...regions].map(
      ([regionName, idList]) =>
        `- ${regionName || "in every state"}: ${code(idList.map((transitionId) => transitionId.replace(/\|/g, "\\|")))}`,
    ),
    "",
    "</details>",
    "",
  ];
}

/** Returns the states, transitions and causes that were used although a text says they never are, by chart. */
export function denied(pageText: string, coverages: readonly ChartUsage[]): string[] {
  const sectionFor = (chartName: string): string => {
    const textLines = pageText.split("\n");
    const firstLine = textLines.findIndex((line) => line.startsWith(`On \`${chartName}\` none of them `));
    const lastLine = textLines.findIndex((line, i) => i > firstLine && line === "</details>");
    return textLines.slice(firstLine, lastLine).join("\n");
  };
  // A guest that has no row there says nothing against it.
  const listedUsages = coverages.filter(({ guests }) => pageText.includes(`| ${guests.join(", ")} |`));
  return listedUsages.flatMap(({ chart, guests, states, transitions, causes }) => {
    const listed = sectionFor(chart);
    const missed = /none of them causes ([^`]*), or enters/.exec(listed)?.[1]?.split(", ") ?? [];
    const used = [...states, ...transitions]
      .filter(([, occurrences]) => occurrences > 0)
      .map(([transitionId]) => transitionId);
    return [
      ...used.filter((transitionId) => listed.includes(`\`${transitionId.replace(/\|/g, "\\|")}\``)),
      ...[...causes].filter((cause) => missed.includes(cause)),
    ].map((subjectName) => `${guests.join(", ")} on ${chart}: ${subjectName}`);
  });
}
