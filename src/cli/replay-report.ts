import { REGISTERS } from "../../machines/index.js";
import { type Difference, isSame, type Report, type TracesReport } from "../guests/index.js";
import { coverageInWords } from "./coverage-report.js";
import { deviceInWords } from "./devices.js";
import { differenceInWords } from "./difference-report.js";
import { column, field, indented } from "./layout.js";
import { counted, grouped, type Paint, visible } from "./terminal.js";
import { verdict } from "./verdict.js";

/** A report with what the command knows beside it. */
export interface Replayed {
  /** The recording's name, safe to show. */
  readonly file: string;
  /** Its format's title. */
  readonly format: string;
  readonly report: Report;
  /** Of a file of many traces: how they came out; `report` is that of all of them. */
  readonly traces?: TracesReport | undefined;
  /** What the user should know: a cut, an older chart. */
  readonly warnings: readonly string[];
}

/** The whole report, as lines. */
export function replayInWords(replayed: Replayed, everything: boolean, paint: Paint): string {
  const { file, format, report, traces, warnings } = replayed;
  const label = (text: string) => paint("bold", text);
  const { bytes, accesses, coverage } = report;
  const part = (title: string, text: string) => field(title, text, label);
  const size = `${traces ? `${counted(traces.traces, "trace")}, ` : ""}${counted(report.steps, "step")}`;
  return [
    part("Recording", `${file}: ${format}, ${size}`),
    part("Device", deviceInWords(report.chart, report.options)),
    part("Accesses", accessesInWords(accesses)),
    ...registersInWords(accesses.registers).map(indented),
    part("Interrupts", interruptsInWords(report)),
    part("Bytes", `${bytesIn(bytes)}, ${grouped(bytes.out)} out`),
    ...(coverage ? coverageInWords(coverage, everything, paint) : []),
    ...(traces?.firstFailed ? failedInWords(traces.firstFailed, label) : []),
    ...differencesOf(traces?.firstFailed?.report ?? report).flatMap((each) => [
      "",
      ...differenceInWords(each, paint),
    ]),
    "",
    ...warnings.map((warning) => field("Note", warning, (text) => paint("yellow", text))),
    field("Verdict", outcome(report, traces), (text) => paint(isSame(report) ? "green" : "red", text)),
    "",
  ].join("\n");
}

/** How it came out: of one recording, or of many traces how many pass. */
export const outcome = (report: Report, traces: TracesReport | undefined): string =>
  traces === undefined
    ? verdict(report)
    : `${grouped(traces.passed)} of ${counted(traces.traces, "trace")} ${traces.traces === 1 ? "passes" : "pass"}: ${verdict(report)}`;

/** The first differences to be shown: the very first, and the first of what a guest notices. */
const differencesOf = ({ first, reads, triggers, levels }: Report): readonly Difference[] => [
  ...new Set([first, reads.first, triggers.first, levels.first].filter((each) => each !== undefined)),
];

function failedInWords(
  { trace: { name, line, deps }, report }: NonNullable<TracesReport["firstFailed"]>,
  label: (text: string) => string,
): string[] {
  const known = Object.entries(deps ?? {}).map(([dep, index]) => `${dep} at steps[${index}]`);
  return [
    "",
    field("First to fail", visible(`${name}, line ${grouped(line)}: ${verdict(report)}`), label),
    ...(known.length === 0
      ? []
      : [field("It says", visible(`QEMU departs from the datasheet here: ${known.join(", ")}`), label)]),
  ];
}

const bytesIn = ({ offered, in: taken }: Report["bytes"]): string =>
  offered === taken ? `${grouped(taken)} in` : `${grouped(taken)} in (of ${grouped(offered)} that arrived)`;

function interruptsInWords({ interrupts: { total, causes } }: Report): string {
  const each = Object.entries(causes).map(([cause, count]) => `${cause} ${grouped(count)}`);
  return total === 0 ? "none" : `${grouped(total)}: ${each.join(", ")}`;
}

const accessesInWords = ({ reads, writes }: Report["accesses"]): string =>
  `${grouped(reads + writes)}: ${counted(reads, "read")}, ${counted(writes, "write")}`;

const ORDER = [...Object.keys(REGISTERS), "unmapped"];

function registersInWords(registers: Report["accesses"]["registers"]): string[] {
  const rows = Object.entries(registers).sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const number = (count: number) => (count === 0 ? "-" : grouped(count));
  const names = column(["", ...rows.map(([name]) => name)]);
  const reads = column(["reads", ...rows.map(([, count]) => number(count?.reads ?? 0))], "right");
  const writes = column(["writes", ...rows.map(([, count]) => number(count?.writes ?? 0))], "right");
  return rows.length === 0 ? [] : names.map((name, row) => `${name}  ${reads[row]}  ${writes[row]}`);
}
