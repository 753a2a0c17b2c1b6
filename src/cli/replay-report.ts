import { REGISTERS } from "../../machines/index.js";
import { type Difference, isSame, type PartReport, type Report, type TracesReport } from "../guests/index.js";
import { coverageInWords } from "./coverage-report.js";
import { deviceInWords } from "./devices.js";
import { differenceInWords } from "./difference-report.js";
import { alignColumn, indentText, labelledField } from "./layout.js";
import { otherPartsInWords } from "./parts-report.js";
import { escapeUnsafe, formatCount, formatNumber, type Paint } from "./terminal.js";
import { verdictInWords } from "./verdict.js";

/** A report with the recording's name, format and warnings. */
interface ReplayResult {
  /** The recording's name, safe to show. */
  readonly file: string;
  /** Its format's title. */
  readonly format: string;
  readonly report: Report;
  /** The results of a file of many traces; `report` is that of all of them. */
  readonly traces?: TracesReport | undefined;
  /** Of a recording of an unknown part: the comparison with each, the nearest first. */
  readonly parts?: readonly PartReport[] | undefined;
  /** Warnings for the user: a truncated recording, an older chart. */
  readonly warnings: readonly string[];
}

/** Formats the whole report. */
export function replayInWords(replayResult: ReplayResult, listsEverything: boolean, paint: Paint): string {
  const { file: filePath, format, report, traces, parts, warnings } = replayResult;
  const paintLabel = (text: string) => paint("bold", text);
  const { bytes, accesses, coverage } = report;
  const formatPart = (title: string, text: string) => labelledField(title, text, paintLabel);
  const sizeText = `${traces ? `${formatCount(traces.traces, "trace")}, ` : ""}${formatCount(report.steps, "step")}`;
  return [
    formatPart("Recording", `${filePath}: ${format}, ${sizeText}`),
    formatPart(parts ? "Nearest part" : "Device", deviceInWords(report.chart, report.options)),
    ...(parts ? [formatPart("Other parts", otherPartsInWords(parts))] : []),
    formatPart("Accesses", accessesInWords(accesses)),
    ...registersInWords(accesses.registers).map(indentText),
    formatPart("Interrupts", interruptsInWords(report)),
    formatPart("Bytes", `${inputInWords(bytes)}, ${formatNumber(bytes.out)} out`),
    ...(coverage ? coverageInWords(coverage, listsEverything, paint) : []),
    ...(traces?.firstFailed ? failureInWords(traces.firstFailed, paintLabel) : []),
    ...shownDifferences(traces?.firstFailed?.report ?? report).flatMap((difference) => [
      "",
      ...differenceInWords(difference, paint),
    ]),
    "",
    ...warnings.map((warning) => labelledField("Note", warning, (text) => paint("yellow", text))),
    labelledField("Verdict", outcomeInWords(report, traces), (text) =>
      paint(isSame(report) ? "green" : "red", text),
    ),
    "",
  ].join("\n");
}

/** Describes the outcome: of one recording, or how many of the traces pass. */
export const outcomeInWords = (report: Report, traces: TracesReport | undefined): string =>
  traces === undefined
    ? verdictInWords(report)
    : `${formatNumber(traces.passed)} of ${formatCount(traces.traces, "trace")} ${traces.traces === 1 ? "passes" : "pass"}: ${verdictInWords(report)}`;

/** Returns the differences to show: the very first, and the first ones that a guest notices. */
const shownDifferences = ({ first, reads, triggers, levels }: Report): readonly Difference[] => [
  ...new Set(
    [first, reads.first, triggers.first, levels.first].filter((difference) => difference !== undefined),
  ),
];

function failureInWords(
  { trace: { name, line, deps }, report }: NonNullable<TracesReport["firstFailed"]>,
  paintLabel: (text: string) => string,
): string[] {
  const knownDepartures = Object.entries(deps ?? {}).map(([dep, index]) => `${dep} at steps[${index}]`);
  return [
    "",
    labelledField(
      "First to fail",
      escapeUnsafe(`${name}, line ${formatNumber(line)}: ${verdictInWords(report)}`),
      paintLabel,
    ),
    ...(knownDepartures.length === 0
      ? []
      : [
          labelledField(
            "It says",
            escapeUnsafe(`QEMU departs from the datasheet here: ${knownDepartures.join(", ")}`),
            paintLabel,
          ),
        ]),
  ];
}

const inputInWords = ({ offered, in: acceptedCount }: Report["bytes"]): string =>
  offered === acceptedCount
    ? `${formatNumber(acceptedCount)} in`
    : `${formatNumber(acceptedCount)} in (of ${formatNumber(offered)} that arrived)`;

function interruptsInWords({ interrupts: { total, causes } }: Report): string {
  const causeTexts = Object.entries(causes).map(([cause, count]) => `${cause} ${formatNumber(count)}`);
  return total === 0 ? "none" : `${formatNumber(total)}: ${causeTexts.join(", ")}`;
}

const accessesInWords = ({ reads, writes }: Report["accesses"]): string =>
  `${formatNumber(reads + writes)}: ${formatCount(reads, "read")}, ${formatCount(writes, "write")}`;

const REGISTER_ORDER = [...Object.keys(REGISTERS), "unmapped"];

function registersInWords(registers: Report["accesses"]["registers"]): string[] {
  const rows = Object.entries(registers).sort(
    ([a], [b]) => REGISTER_ORDER.indexOf(a) - REGISTER_ORDER.indexOf(b),
  );
  const formatCell = (count: number) => (count === 0 ? "-" : formatNumber(count));
  const nameCells = alignColumn(["", ...rows.map(([name]) => name)]);
  const readCells = alignColumn(
    ["reads", ...rows.map(([, count]) => formatCell(count?.reads ?? 0))],
    "right",
  );
  const writeCells = alignColumn(
    ["writes", ...rows.map(([, count]) => formatCell(count?.writes ?? 0))],
    "right",
  );
  return rows.length === 0
    ? []
    : nameCells.map((name, rowIndex) => `${name}  ${readCells[rowIndex]}  ${writeCells[rowIndex]}`);
}
