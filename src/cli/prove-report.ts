import { type Chart, inputInWords } from "../device/index.js";
import {
  type CheckResult,
  type Claim,
  deadEnds,
  type Graph,
  journalOf,
  type ReplayedStep,
  showRun,
  unreached,
  type Verdict,
} from "../explore/index.js";
import type { Input } from "../journal/index.js";
import { deviceInWords } from "./devices.js";
import { alignColumn, labelledField, REPORT_WIDTH, wrapText } from "./layout.js";
import { formatCount, type Paint, type Style } from "./terminal.js";

const VERDICT_STYLES: Readonly<Record<Verdict, Style>> = {
  proved: "green",
  refuted: "red",
  vacuous: "yellow",
  inconclusive: "yellow",
};

/** Describes an exploration, its claims in a table, and each counterexample. */
export function proofsInWords<TState>(
  graph: Graph<TState>,
  answers: readonly CheckResult<TState>[],
  paint: Paint,
): string {
  const { chart, scope } = graph;
  const paintBold = (text: string) => paint("bold", text);
  const lines = [
    `${paintBold(deviceInWords(chart.id, chart.options))}: ${graphInWords(graph)}`,
    labelledField("Scope", scope.name, paintBold),
    labelledField("Chart", chartInWords(graph), paintBold),
    labelledField("Memory", memoryInWords(graph), paintBold),
    ...assumptionLines(answers, paintBold),
    "",
    ...claimTable(answers, paint),
    ...answers
      .filter(({ verdict }) => verdict !== "proved")
      .flatMap((answer) => refutationInWords(answer, paint)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns what the verdicts assume, each assumption once, if there is any. */
function assumptionLines<TState>(
  answers: readonly CheckResult<TState>[],
  paintBold: (text: string) => string,
): string[] {
  const assumptions = [...new Set(answers.flatMap(({ assumes }) => assumes))];
  return assumptions.length === 0 ? [] : [labelledField("Assumed", assumptions.join("; "), paintBold)];
}

/** Describes the size of an exploration: "160 configurations, 5,160 states, ...". */
export function graphInWords<TState>({
  configurations,
  states,
  transitions,
  stopped,
  milliseconds,
}: Graph<TState>): string {
  const countsText = `${formatCount(configurations, "configuration")}, ${formatCount(states.length, "state")}, ${formatCount(transitions.length, "transition")} in ${(milliseconds / 1000).toFixed(1)} s`;
  return stopped === undefined ? countsText : `${countsText}; ${STOPPED_IN_WORDS[stopped]}`;
}

const STOPPED_IN_WORDS: Readonly<Record<NonNullable<Graph["stopped"]>, string>> = {
  limit: "stopped at the limit",
  impurity: "stopped at a step that is impure",
  decided: "stopped as every claim is decided (--exhaustive explores the rest)",
};

/** Describes the memory that exploring needed: "38 bytes a state, no edges kept". */
export function memoryInWords<TState>({ memory: { bytesPerState, bytesPerEdge } }: Graph<TState>): string {
  const edgeText = bytesPerEdge === 0 ? "no edges kept" : `${bytesPerEdge.toFixed(1)} bytes an edge`;
  return `${formatCount(Math.ceil(bytesPerState), "byte")} a state, ${edgeText}`;
}

function reachedInWords<TState>(graph: Graph<TState>): string {
  const { states, transitions } = unreached(graph);
  const missedIds = [...states, ...transitions];
  return missedIds.length === 0
    ? "every state and transition is reached"
    : `not reached: ${missedIds.join(", ")}`;
}

/** Describes the parts of the chart that are not reached, and its dead ends. */
export function chartInWords<TState>(graph: Graph<TState>): string {
  const reached = graph.stopped === "decided" ? "explored up to the verdict" : reachedInWords(graph);
  const deadEndCount = deadEnds(graph).length;
  const deadEndText = deadEndCount === 0 ? "no dead ends" : formatCount(deadEndCount, "dead end");
  const leavingText =
    graph.leaving === 0
      ? ""
      : `; ${formatCount(graph.leaving, "input")} of the scope lead${graph.leaving === 1 ? "s" : ""} out of it`;
  const unhandledText =
    graph.unhandled.length === 0
      ? ""
      : `; no state handles ${graph.unhandled.map((input) => inputInWords(input, false, undefined, graph.chart)).join(", ")}`;
  return `${reached}; ${deadEndText}${leavingText}${unhandledText}`;
}

function claimTable<TState>(answers: readonly CheckResult<TState>[], paint: Paint): string[] {
  const claimIds = alignColumn(answers.map(({ claim }) => claim.id));
  const verdictCells = alignColumn(answers.map(({ verdict }) => verdict));
  const margin = (claimIds[0]?.length ?? 0) + (verdictCells[0]?.length ?? 0) + 4;
  return answers.map(({ claim, verdict, premises }, rowIndex) => {
    // Only a proof has looked at every state that its premise selects.
    const premiseText = verdict === "proved" ? ` (${formatCount(premises, "case")})` : "";
    const [firstLine = "", ...moreLines] = wrapText(`${claim.sentence}${premiseText}`, REPORT_WIDTH - margin);
    const continuation = moreLines.map((line) => `\n${" ".repeat(margin)}${line}`).join("");
    return `${claimIds[rowIndex]}  ${paint(VERDICT_STYLES[verdict], verdictCells[rowIndex] ?? "")}  ${firstLine}${continuation}`;
  });
}

function refutationInWords<TState>(
  { claim, graph, verdict, reason, failure, inputs, premise, repeats, premises }: CheckResult<TState>,
  paint: Paint,
): string[] {
  const heading = paint(VERDICT_STYLES[verdict], `${claim.id} ${verdict}:`);
  const reasonLines = reason === undefined ? [] : [`  ${reason}`];
  if (!inputs) return ["", `${heading} ${reason ?? "no run of this scope shows it"}`];
  // The last step of a failure cannot be replayed: it is the one that throws.
  const replayed = failure || graph.impurity ? inputs.slice(0, -1) : inputs;
  return [
    "",
    `${heading} ${claim.sentence}`,
    ...runInWords(graph.chart, replayed, paint),
    ...(premise === undefined ? [] : [`  ${premiseInWords(claim.formula, premise)}`]),
    ...reasonLines,
    ...(repeats === undefined ? [] : [`  and from step ${repeats + 1} on it repeats for ever`]),
    ...premiseLines(claim.formula, premises, repeats !== undefined),
  ];
}

/** Describes the premise that makes a run matter: "after step 2 a is promised within 3 accesses". */
function premiseInWords<TState>(formula: Claim<TState>["formula"], premise: number): string {
  const moment = premise === 0 ? "in the first state" : `after step ${premise}`;
  switch (formula.kind) {
    case "always":
      return `${moment} the premise holds, and what is claimed does not`;
    case "within":
      return `${moment} the premise holds: from there, what is claimed must come within ${formula.bound} ${formula.unit}`;
    case "until":
      return `${moment} the premise holds: from there, the first must hold until the second does`;
    default:
      return `${moment} the premise holds: from there, what is claimed must come`;
  }
}

/** Returns which premise makes a run matter: the fairness that a lasso satisfies. */
function premiseLines<TState>(
  formula: Claim<TState>["formula"],
  premises: number,
  isLasso: boolean,
): string[] {
  if (!isLasso || !("fairly" in formula)) return [];
  const names = formula.fairly.map(({ name }) => name);
  const promised = `${formatCount(premises, "state")} in which it is promised`;
  return names.length === 0
    ? [`  no fairness is assumed, which would exclude such a run; ${promised}`]
    : [`  although again and again: ${names.join("; ")}; ${promised}`];
}

/** Describes a run from the first state, one step per line: the input, the changes, the rules. */
export function runInWords(chart: Chart, inputs: readonly Input[], paint: Paint): string[] {
  const { steps } = showRun(chart, inputs);
  const numberCells = alignColumn(
    steps.map(({ number }) => `${number}.`),
    "right",
  );
  const textCells = alignColumn(steps.map(({ text }) => text));
  return steps.flatMap((step, rowIndex) => {
    const lineHead = `  ${numberCells[rowIndex]} ${textCells[rowIndex]}  `;
    const [firstLine = "", ...moreLines] = wrapText(
      changesInWords(step),
      Math.max(30, REPORT_WIDTH - lineHead.length),
    );
    const ruleList = step.rules.length === 0 ? "" : ` ${paint("dim", `[${step.rules.join(" ")}]`)}`;
    const lines = [
      `${lineHead}${firstLine}`,
      ...moreLines.map((line) => `${" ".repeat(lineHead.length)}${line}`),
    ];
    return [...lines.slice(0, -1), `${lines.at(-1)}${ruleList}`];
  });
}

const changesInWords = ({ changes }: ReplayedStep): string => changes.join(", ") || "nothing changes";

/** Returns the proofs as JSON for other programs. */
export async function proofsAsJson<TState>(graph: Graph<TState>, answers: readonly CheckResult<TState>[]) {
  const { chart, scope, states, transitions, complete, stopped, memory, leaving, milliseconds } = graph;
  const isMachine = chart.registers.length === 0;
  const claimResults = answers.map(
    async ({ claim, verdict, premises, reason, assumes, failure, inputs, premise, repeats }) => ({
      id: claim.id,
      sentence: claim.sentence,
      verdict,
      premises,
      assumes,
      ...(reason === undefined ? {} : { reason }),
      ...(inputs && !failure && !graph.impurity
        ? {
            steps: showRun(chart, inputs).steps,
            ...(isMachine ? { events: inputs } : { journal: await journalOf(chart, inputs, repeats) }),
          }
        : {}),
      ...(premise === undefined ? {} : { premise }),
      ...(repeats === undefined ? {} : { repeats }),
    }),
  );
  return {
    version: 1,
    chart: chart.id,
    options: chart.options,
    scope: scope.name,
    states: states.length,
    transitions: transitions.length,
    leaving,
    complete,
    ...(stopped === undefined ? {} : { stopped }),
    memory,
    milliseconds: Math.round(milliseconds),
    unhandled: graph.unhandled,
    unreached: unreached(graph),
    deadEnds: deadEnds(graph).length,
    claims: await Promise.all(claimResults),
  };
}
