import { Serial, Uart16550 } from "../../src/device/index.js";
import { beginJournal, type Coverage, openRecording, type Report, replay } from "../../src/guests/index.js";

const INTRODUCTION = `# What a real guest never touches

What SeaBIOS, Linux and GRUB use of the charts, from power-on to a shell, or to GRUB's \`terminal_output serial\`. In the repository \`npm
run test:guests\` leaves the journals, and \`npm run guest:coverage\` replays them and writes this.
`;

const CAUSES = { serial: ["RDA", "THRE"], uart16550: ["RLS", "RDA", "CTI", "THRE", "MS"] } as const;
type ChartName = keyof typeof CAUSES;

/** What a guest used of a chart, or several did. */
export interface Used {
  readonly chart: ChartName;
  readonly guests: readonly string[];
  readonly states: ReadonlyMap<string, number>;
  readonly transitions: ReadonlyMap<string, number>;
  readonly causes: ReadonlySet<string>;
}

/** Replays the journal of a guest and says what of the chart it used. */
export async function usedBy(guest: string, text: AsyncIterable<Uint8Array>): Promise<Used> {
  const recording = await openRecording(text);
  const { header, steps } = recording;
  if (!header || !steps) throw new Error(`${guest}: expected a journal`);
  const device =
    header.chart === "serial"
      ? new Serial({ ...(header.options as object), journal: false })
      : new Uart16550({ preset: header.options, journal: false });
  beginJournal(device, header);
  const report: Report = await replay(device, steps);
  const { states, transitions } = report.coverage as Coverage;
  return {
    chart: header.chart as ChartName,
    guests: [guest],
    states: new Map(states.map(({ id, count }) => [id, count])),
    transitions: new Map(transitions.map(({ id, count }) => [id, count])),
    causes: new Set(Object.keys(report.interrupts.causes)),
  };
}

/** What several guests used of one chart together. */
export function together(all: readonly Used[]): Used {
  const sum = (maps: readonly ReadonlyMap<string, number>[]) => {
    const total = new Map<string, number>();
    for (const map of maps) for (const [id, count] of map) total.set(id, (total.get(id) ?? 0) + count);
    return total;
  };
  return {
    chart: (all[0] as Used).chart,
    guests: all.flatMap(({ guests }) => guests),
    states: sum(all.map(({ states }) => states)),
    transitions: sum(all.map(({ transitions }) => transitions)),
    causes: new Set(all.flatMap(({ causes }) => [...causes])),
  };
}

const never = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].filter(([, count]) => count === 0).map(([id]) => id);
const share = (counts: ReadonlyMap<string, number>): string =>
  `${counts.size - never(counts).length} of ${counts.size}`;

/** A page of Markdown: what each guest used, and what none of them did. */
export function page(all: readonly Used[]): string {
  const charts = [...new Set(all.map(({ chart }) => chart))];
  const table = [
    "| guest | chart | states entered | transitions taken | interrupts |",
    "|---|---|---:|---:|---|",
    ...all.map(
      ({ guests, chart, states, transitions, causes }) =>
        `| ${guests.join(", ")} | \`${chart}\` | ${share(states)} | ${share(transitions)} | ${inOrder(chart, causes).join(", ") || "none"} |`,
    ),
  ];
  const lists = charts.flatMap((chart) => neverUsed(together(all.filter((each) => each.chart === chart))));
  return `${[INTRODUCTION, ...table, "", ...lists].join("\n").trimEnd()}\n`;
}

const inOrder = (chart: ChartName, causes: ReadonlySet<string>): string[] =>
  CAUSES[chart].filter((cause) => causes.has(cause));

function neverUsed(used: Used): string[] {
  const { chart, states, transitions, causes } = used;
  const missed = CAUSES[chart].filter((cause) => !causes.has(cause));
  const code = (ids: readonly string[]) => ids.map((id) => `\`${id}\``).join(", ") || "none";
  const regions = new Map<string, string[]>();
  for (const id of never(transitions)) {
    const region = /^\w*/.exec(id)?.[0] ?? "";
    regions.set(region, [...(regions.get(region) ?? []), id]);
  }
  return [
    `On \`${chart}\` none of them ${missed.length > 0 ? `causes ${missed.join(", ")}, or ` : ""}enters ${code(never(states))}.`,
    "",
    `<details><summary>The ${never(transitions).length} of ${transitions.size} transitions of <code>${chart}</code> that none of them takes</summary>`,
    "",
    ...[...regions].map(
      ([region, ids]) =>
        `- ${region || "in every state"}: ${code(ids.map((id) => id.replace(/\|/g, "\\|")))}`,
    ),
    "",
    "</details>",
    "",
  ];
}

/** What was used of what a text says is never used: states, transitions and causes, by chart. */
export function denied(text: string, all: readonly Used[]): string[] {
  const said = (chart: string): string => {
    const lines = text.split("\n");
    const first = lines.findIndex((line) => line.startsWith(`On \`${chart}\` none of them `));
    const last = lines.findIndex((line, i) => i > first && line === "</details>");
    return lines.slice(first, last).join("\n");
  };
  // A guest that has no row there says nothing against it.
  const known = all.filter(({ guests }) => text.includes(`| ${guests.join(", ")} |`));
  return known.flatMap(({ chart, guests, states, transitions, causes }) => {
    const listed = said(chart);
    const missed = /none of them causes ([^`]*), or enters/.exec(listed)?.[1]?.split(", ") ?? [];
    const used = [...states, ...transitions].filter(([, count]) => count > 0).map(([id]) => id);
    return [
      ...used.filter((id) => listed.includes(`\`${id.replace(/\|/g, "\\|")}\``)),
      ...[...causes].filter((cause) => missed.includes(cause)),
    ].map((what) => `${guests.join(", ")} on ${chart}: ${what}`);
  });
}
