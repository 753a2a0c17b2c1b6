import type { Uart16550Preset } from "../../machines/index.js";
import { listInWords } from "./access.js";
import { PROBES } from "./probes.js";
import { DATASHEET, FIELD, plain } from "./reported-answers.js";
import { answerOf } from "./run.js";

/** The markers around the table in docs/conformance.md. */
export const MARKERS = ["<!-- probes -->", "<!-- /probes -->"] as const;

/** The presets in the order in which they stand side by side, parts that are alike together. */
export const ORDER: readonly Uart16550Preset[] = [
  "pc16550d",
  "tl16c550c",
  "tl16c750",
  "ns16550",
  "ns16450",
  "ins8250",
  "qemu",
];

/** A column: its title, and an answer a probe. */
interface Column {
  readonly titles: string[];
  readonly answers: readonly string[];
}

/** Each preset's answers; presets that answer alike are one column. */
export function ours(presets = ORDER): Column[] {
  const columns: Column[] = [];
  for (const presetName of presets) {
    const answers = PROBES.map((probe) => answerOf(presetName, probe));
    const alike = columns.find((column) => column.answers.join("|") === answers.join("|"));
    if (alike) alike.titles.push(presetName);
    else columns.push({ titles: [presetName], answers });
  }
  return columns;
}

/** An answer whose parts are bold where they are not the datasheet's. */
export function marked(answerText: string, datasheet: string): string {
  const expected = plain(datasheet).split(/([,;] )/);
  const parts = answerText.split(/([,;] )/);
  const errorMarks = parts.map((part, probeIndex) =>
    probeIndex % 2 === 0 && part !== expected[probeIndex] ? `**${part}**` : part,
  );
  return errorMarks.join("").replace(/\*\*([,;] )\*\*/g, "$1");
}

const markdownRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The table, as Markdown: a row a probe, the datasheet first, then this package's presets, then the others. */
export function probeTable(): string {
  const columns = ours();
  const { "PC16550D's datasheet": datasheet, ...others } = FIELD;
  const titles = columns.map(({ titles }) => titles.map((title) => `\`${title}\``).join(", "));
  return [
    markdownRow(["Probe", "Datasheet", ...titles, ...Object.keys(others)]),
    markdownRow(Array.from({ length: 2 + columns.length + Object.keys(others).length }, () => "---")),
    ...PROBES.map(({ id, question }, probeIndex) =>
      markdownRow([
        `${id}. ${question}`,
        datasheet[probeIndex] as string,
        ...columns.map(({ answers }) =>
          marked(answers[probeIndex] as string, DATASHEET[probeIndex] as string),
        ),
        ...Object.values(others).map((answers) => answers[probeIndex] as string),
      ]),
    ),
  ].join("\n");
}

/** The exact accesses of each probe, as a Markdown list that is folded away. */
const probeAccesses = (): string =>
  [
    "<details><summary>The exact accesses</summary>",
    "",
    "After power-up. `IIR?` is a read that counts, `RBR` one for what it does, and `INTR…` counts interrupts from there on.",
    "",
    ...PROBES.map(({ id, accesses }) => `- ${id}: \`${listInWords(accesses)}\``),
    "",
    "</details>",
  ].join("\n");

/** Returns the text between the markers. */
export const probeSection = (): string => `\n\n${probeTable()}\n\n${probeAccesses()}\n\n`;

/** A text with the table between its markers. @throws Error if the markers are not there. */
export function withProbes(markdown: string): string {
  const [begin, end] = MARKERS.map((marker) => markdown.indexOf(marker)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`there is no place for the table: ${MARKERS.join(" and ")}`);
  return markdown.slice(0, begin + MARKERS[0].length) + probeSection() + markdown.slice(end);
}
