import { REGISTERS } from "../../machines/index.js";
import type { Report } from "../guests/index.js";
import { isSame } from "../guests/index.js";
import { coverageInWords } from "./coverage-report.js";
import { differenceInWords } from "./difference-report.js";
import { column, field, indented } from "./layout.js";
import { counted, grouped, type Paint } from "./terminal.js";

/** A report with what the command knows beside it. */
export interface Replayed {
  /** The recording's name, safe to show. */
  readonly file: string;
  /** Its format's title. */
  readonly format: string;
  readonly report: Report;
  /** What the user should know: a cut, an older chart. */
  readonly warnings: readonly string[];
}

/** The whole report, as lines. */
export function replayInWords(replayed: Replayed, everything: boolean, paint: Paint): string {
  const { file, format, report, warnings } = replayed;
  const label = (text: string) => paint("bold", text);
  const { bytes, accesses, reads, triggers, coverage, first } = report;
  const part = (title: string, text: string) => field(title, text, label);
  return [
    part("Recording", `${file}: ${format}, ${counted(report.steps, "step")}`),
    part("Device", deviceInWords(report)),
    part("Accesses", accessesInWords(accesses)),
    ...registersInWords(accesses.registers).map(indented),
    part("Interrupts", interruptsInWords(report)),
    part("Bytes", `${bytesIn(bytes)}, ${grouped(bytes.out)} out`),
    ...(coverage ? coverageInWords(coverage, everything, paint) : []),
    ...(first ? ["", ...differenceInWords(first, paint)] : []),
    ...(reads.first && first !== reads.first ? ["", ...differenceInWords(reads.first, paint)] : []),
    ...(triggers.first && first !== triggers.first ? ["", ...differenceInWords(triggers.first, paint)] : []),
    "",
    ...warnings.map((warning) => field("Note", warning, (text) => paint("yellow", text))),
    field("Verdict", verdict(report), (text) => paint(isSame(report) ? "green" : "red", text)),
    "",
  ].join("\n");
}

/** How the replay came out, in a sentence. */
export function verdict({ reads, triggers, accesses, steps, interrupts }: Report): string {
  if (reads.compared === 0 && triggers.compared === 0)
    return `${counted(steps, "step")} replayed; the recording holds no answers, so there was nothing to compare`;
  const of = `${counted(accesses.reads + accesses.writes, "access", "accesses")} and ${counted(triggers.recorded, "trigger")}`;
  if (reads.different === 0 && triggers.different === 0) return `no difference in ${of}`;
  const read = `${counted(reads.different, "read differs", "reads differ")}`;
  const trigger = `${counted(triggers.different, "step triggers", "steps trigger")} differently`;
  const total = `${counted(interrupts.total, "trigger")} where ${grouped(triggers.recorded)} are recorded`;
  const where = [firstLine("read", reads), firstLine("trigger", triggers)]
    .filter((text) => text !== "")
    .join(", ");
  return `${read}, ${trigger} (${total}) in ${of}; ${where}`;
}

const firstLine = (what: string, { first }: Report["reads"]): string =>
  first ? `first ${what} on line ${grouped(first.step.line)}` : "";

/** The device in words: "serial, revision 0.8.1". */
export const deviceInWords = ({ chart, options }: Pick<Report, "chart" | "options">): string =>
  [chart, ...Object.entries(options).map(([name, value]) => `${name} ${String(value)}`)].join(", ");

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
