import { MCR } from "../../machines/index.js";
import { hex } from "../device/index.js";
import type { Answer, Difference, StepInWords } from "../guests/index.js";
import { alignColumn, indentText, labelledField } from "./layout.js";
import { formatCount, formatNumber, type Paint } from "./terminal.js";
import { positionInWords } from "./verdict.js";

const KIND_TITLES: Readonly<Record<Difference["kind"], string>> = {
  read: "First read that differs",
  triggers: "First trigger that differs",
  level: "First interrupt level that differs",
  edges: "First edges of the interrupt line that differ",
  output: "First output that differs",
  modemOutputs: "First modem outputs that differ",
  breaks: "First break that differs",
};

/** Describes a difference: its kind, the steps before it, its causes, and the rules. */
export function differenceInWords(difference: Difference, paint: Paint): string[] {
  const { kind, step, before, since, rules } = difference;
  const paintLabel = (text: string) => paint("bold", text);
  return [
    paint("red", `${KIND_TITLES[kind]}: ${positionInWords(step)}`),
    ...stepsInWords([...before, step], paint),
    labelledField(
      "Recorded",
      answerInWords(difference, difference.recorded, difference.recordedBits),
      paintLabel,
    ),
    labelledField("Ours", ourAnswerInWords(difference), paintLabel),
    ...since.map((mover) => labelledField("Because of", causeInWords(mover), paintLabel)),
    ...Object.entries(rules).map(([id, text]) => labelledField(`Rule ${id}`, text, paintLabel)),
  ];
}

function stepsInWords(steps: readonly StepInWords[], paint: Paint): string[] {
  const positionCells = alignColumn(
    steps.map((step) => (step.index === undefined ? formatNumber(step.line) : `[${step.index}]`)),
    "right",
  );
  const textCells = alignColumn(steps.map(({ text }) => text));
  return steps.map((step, rowIndex) => {
    const isLast = rowIndex === steps.length - 1;
    const lineText = `${positionCells[rowIndex]}  ${textCells[rowIndex]}${interruptsInWords(step)}`.trimEnd();
    return isLast ? `${" ".repeat(12)}${paint("red", `> ${lineText}`)}` : indentText(lineText);
  });
}

function interruptsInWords({ interrupts, edges }: StepInWords): string {
  if (edges === undefined) return interrupts.length === 0 ? "" : `  interrupts: ${interrupts.join(", ")}`;
  const interruptCauses = [...interrupts];
  const changes = edges.map((level) => (level === 0 ? "low" : `high (${interruptCauses.shift() ?? ""})`));
  return `  interrupt line: ${changes.join(", ")}`;
}

function answerInWords({ kind }: Difference, answer: Answer, bits = ""): string {
  const numericAnswer = typeof answer === "number" ? answer : 0;
  const listAnswer = typeof answer === "number" ? [] : answer;
  switch (kind) {
    case "read":
      return `${hex(numericAnswer)} ${bits}`.trimEnd();
    case "triggers":
      return numericAnswer === 0 ? "no trigger" : formatCount(numericAnswer, "trigger");
    case "level":
      return levelInWords(numericAnswer);
    case "edges":
      return listAnswer.map(levelInWords).join(", ") || "no edge";
    case "output":
      return listAnswer.map(hex).join(" ") || "nothing";
    case "modemOutputs":
      return `DTR ${(numericAnswer & MCR.DTR) === 0 ? "off" : "on"}, RTS ${(numericAnswer & MCR.RTS) === 0 ? "off" : "on"}`;
    case "breaks":
      return numericAnswer === 0 ? "no break" : formatCount(numericAnswer, "break");
  }
}

const levelInWords = (level: number): string => (level === 1 ? "high" : "low");

function ourAnswerInWords(difference: Difference): string {
  const { kind, ours, step } = difference;
  const answerText = answerInWords(difference, ours, difference.step.bits);
  if (kind === "read") return answerText;
  const causesText =
    kind !== "triggers" || step.interrupts.length === 0 ? "" : `, ${step.interrupts.join(" and ")}`;
  const transitionsText = step.transitions.length === 0 ? "" : `: ${step.transitions.join("; ")}`;
  return `${answerText}${causesText}${transitionsText}`;
}

const causeInWords = ({ text, transitions, ...position }: StepInWords): string =>
  `${positionInWords(position)}, ${text}: ${transitions.join("; ")}`;
