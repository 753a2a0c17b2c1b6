import { MCR } from "../../machines/index.js";
import { hex } from "../device/index.js";
import type { Answer, Difference, StepInWords } from "../guests/index.js";
import { column, field, indented } from "./layout.js";
import { counted, grouped, type Paint } from "./terminal.js";
import { placeInWords } from "./verdict.js";

const TITLES: Readonly<Record<Difference["kind"], string>> = {
  read: "First read that differs",
  triggers: "First trigger that differs",
  level: "First interrupt level that differs",
  edges: "First edges of the interrupt line that differ",
  output: "First output that differs",
  modemOutputs: "First modem outputs that differ",
  breaks: "First break that differs",
};

/** A difference: what it is, the steps before it, what brought it about, and the rules. */
export function differenceInWords(difference: Difference, paint: Paint): string[] {
  const { kind, step, before, since, rules } = difference;
  const label = (text: string) => paint("bold", text);
  return [
    paint("red", `${TITLES[kind]}: ${placeInWords(step)}`),
    ...stepsInWords([...before, step], paint),
    field("Recorded", answerInWords(difference, difference.recorded, difference.recordedBits), label),
    field("Ours", oursInWords(difference), label),
    ...since.map((mover) => field("Because of", causeInWords(mover), label)),
    ...Object.entries(rules).map(([id, text]) => field(`Rule ${id}`, text, label)),
  ];
}

function stepsInWords(steps: readonly StepInWords[], paint: Paint): string[] {
  const places = column(
    steps.map((step) => (step.index === undefined ? grouped(step.line) : `[${step.index}]`)),
    "right",
  );
  const texts = column(steps.map(({ text }) => text));
  return steps.map((step, row) => {
    const last = row === steps.length - 1;
    const text = `${places[row]}  ${texts[row]}${interruptsInWords(step)}`.trimEnd();
    return last ? `${" ".repeat(12)}${paint("red", `> ${text}`)}` : indented(text);
  });
}

function interruptsInWords({ interrupts, edges }: StepInWords): string {
  if (edges === undefined) return interrupts.length === 0 ? "" : `  interrupts: ${interrupts.join(", ")}`;
  const rises = [...interrupts];
  const changes = edges.map((level) => (level === 0 ? "low" : `high (${rises.shift() ?? ""})`));
  return `  interrupt line: ${changes.join(", ")}`;
}

function answerInWords({ kind }: Difference, answer: Answer, bits = ""): string {
  const number = typeof answer === "number" ? answer : 0;
  const list = typeof answer === "number" ? [] : answer;
  switch (kind) {
    case "read":
      return `${hex(number)} ${bits}`.trimEnd();
    case "triggers":
      return number === 0 ? "no trigger" : counted(number, "trigger");
    case "level":
      return levelInWords(number);
    case "edges":
      return list.map(levelInWords).join(", ") || "no edge";
    case "output":
      return list.map(hex).join(" ") || "nothing";
    case "modemOutputs":
      return `DTR ${(number & MCR.DTR) === 0 ? "off" : "on"}, RTS ${(number & MCR.RTS) === 0 ? "off" : "on"}`;
    case "breaks":
      return number === 0 ? "no break" : counted(number, "break");
  }
}

const levelInWords = (level: number): string => (level === 1 ? "high" : "low");

function oursInWords(difference: Difference): string {
  const { kind, ours, step } = difference;
  const answer = answerInWords(difference, ours, difference.step.bits);
  if (kind === "read") return answer;
  const causes =
    kind !== "triggers" || step.interrupts.length === 0 ? "" : `, ${step.interrupts.join(" and ")}`;
  const did = step.transitions.length === 0 ? "" : `: ${step.transitions.join("; ")}`;
  return `${answer}${causes}${did}`;
}

const causeInWords = ({ text, transitions, ...place }: StepInWords): string =>
  `${placeInWords(place)}, ${text}: ${transitions.join("; ")}`;
