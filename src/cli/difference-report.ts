import { valueInWords } from "../device/index.js";
import type { Difference, StepInWords } from "../guests/index.js";
import { column, field, indented } from "./layout.js";
import { counted, grouped, type Paint } from "./terminal.js";

/** A difference: what it is, the steps before it, what brought it about, and the rules. */
export function differenceInWords(difference: Difference, paint: Paint): string[] {
  const { kind, step, before, since, rules } = difference;
  const title = kind === "read" ? "First read" : "First trigger";
  const label = (text: string) => paint("bold", text);
  return [
    paint("red", `${title} that differs: line ${grouped(step.line)}`),
    ...stepsInWords([...before, step], paint),
    field("Recorded", recordedInWords(difference), label),
    field("Ours", oursInWords(difference), label),
    ...since.map((mover) => field("Because of", causeInWords(mover), label)),
    ...Object.entries(rules).map(([id, text]) => field(`Rule ${id}`, text, label)),
  ];
}

function stepsInWords(steps: readonly StepInWords[], paint: Paint): string[] {
  const lines = column(
    steps.map(({ line }) => grouped(line)),
    "right",
  );
  const texts = column(steps.map(({ text }) => text));
  return steps.map(({ interrupts }, row) => {
    const last = row === steps.length - 1;
    const triggered = interrupts.length === 0 ? "" : `  interrupts: ${interrupts.join(", ")}`;
    const text = `${lines[row]}  ${texts[row]}${triggered}`.trimEnd();
    return last ? `${" ".repeat(12)}${paint("red", `> ${text}`)}` : indented(text);
  });
}

function recordedInWords({ kind, recorded, step }: Difference): string {
  return kind === "read" ? byteInWords(step, recorded) : triggersInWords(recorded);
}

function oursInWords({ kind, ours, step }: Difference): string {
  if (kind === "read") return byteInWords(step, ours);
  const causes = step.interrupts.length === 0 ? "" : `, ${step.interrupts.join(" and ")}`;
  const did = step.transitions.length === 0 ? "" : `: ${step.transitions.join("; ")}`;
  return `${triggersInWords(ours)}${causes}${did}`;
}

const byteInWords = ({ register }: StepInWords, value: number): string =>
  valueInWords(register === "unmapped" ? undefined : register, value);

const triggersInWords = (count: number): string => (count === 0 ? "no trigger" : counted(count, "trigger"));

const causeInWords = ({ line, text, transitions }: StepInWords): string =>
  `line ${grouped(line)}, ${text}: ${transitions.join("; ")}`;
