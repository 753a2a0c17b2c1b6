import type { Chart } from "../device/index.js";
import {
  type Answer,
  deadEnds,
  type Graph,
  journalOf,
  type StepShown,
  showRun,
  unreached,
  type Verdict,
} from "../explore/index.js";
import type { Input } from "../journal/index.js";
import { deviceInWords } from "./devices.js";
import { column, field, WIDTH, wrap } from "./layout.js";
import { counted, type Paint, type Style } from "./terminal.js";

const STYLES: Readonly<Record<Verdict, Style>> = {
  proved: "green",
  refuted: "red",
  vacuous: "yellow",
  inconclusive: "yellow",
};

/** What was explored, the claims in a table, and each counterexample. */
export function proofsInWords<TState>(
  graph: Graph<TState>,
  answers: readonly Answer<TState>[],
  paint: Paint,
): string {
  const { chart, scope } = graph;
  const bold = (text: string) => paint("bold", text);
  const lines = [
    `${bold(deviceInWords(chart.id, chart.options))}: ${graphInWords(graph)}`,
    field("Scope", scope.name, bold),
    field("Chart", chartInWords(graph), bold),
    "",
    ...table(answers, paint),
    ...answers.filter(({ verdict }) => verdict === "refuted").flatMap((answer) => refutation(answer, paint)),
  ];
  return `${lines.join("\n")}\n`;
}

/** How much was explored: "160 configurations, 5,160 states, ...". */
export function graphInWords<TState>({
  configurations,
  states,
  transitions,
  complete,
  milliseconds,
}: Graph<TState>): string {
  const all = `${counted(configurations, "configuration")}, ${counted(states.length, "state")}, ${counted(transitions.length, "transition")} in ${(milliseconds / 1000).toFixed(1)} s`;
  return complete ? all : `${all}; stopped at the limit`;
}

/** What of the chart nothing reaches, and its dead ends. */
export function chartInWords<TState>(graph: Graph<TState>): string {
  const { states, transitions } = unreached(graph);
  const missed = [...states, ...transitions];
  const reached =
    missed.length === 0 ? "every state and transition is reached" : `not reached: ${missed.join(", ")}`;
  const dead = deadEnds(graph).length;
  return `${reached}; ${dead === 0 ? "no dead ends" : counted(dead, "dead end")}`;
}

function table<TState>(answers: readonly Answer<TState>[], paint: Paint): string[] {
  const ids = column(answers.map(({ claim }) => claim.id));
  const verdicts = column(answers.map(({ verdict }) => verdict));
  const margin = (ids[0]?.length ?? 0) + (verdicts[0]?.length ?? 0) + 4;
  return answers.map(({ claim, verdict }, row) => {
    const [first = "", ...more] = wrap(claim.sentence, WIDTH - margin);
    const rest = more.map((line) => `\n${" ".repeat(margin)}${line}`).join("");
    return `${ids[row]}  ${paint(STYLES[verdict], verdicts[row] ?? "")}  ${first}${rest}`;
  });
}

function refutation<TState>({ claim, graph, inputs, repeats }: Answer<TState>, paint: Paint): string[] {
  if (!inputs) return ["", `${paint("red", `${claim.id} refuted:`)} no run of this scope shows it`];
  return [
    "",
    `${paint("red", `${claim.id} refuted:`)} ${claim.sentence}`,
    ...runInWords(graph.chart, inputs, paint),
    ...(repeats === undefined ? [] : [`  and from step ${repeats + 1} on it repeats for ever`]),
  ];
}

/** A run from the first state, a step a line: the input, what changed, the rules. */
export function runInWords(chart: Chart, inputs: readonly Input[], paint: Paint): string[] {
  const { steps } = showRun(chart, inputs);
  const numbers = column(
    steps.map(({ number }) => `${number}.`),
    "right",
  );
  const texts = column(steps.map(({ text }) => text));
  return steps.flatMap((step, row) => {
    const head = `  ${numbers[row]} ${texts[row]}  `;
    const [first = "", ...more] = wrap(changed(step), Math.max(30, WIDTH - head.length));
    const rules = step.rules.length === 0 ? "" : ` ${paint("dim", `[${step.rules.join(" ")}]`)}`;
    const lines = [`${head}${first}`, ...more.map((line) => `${" ".repeat(head.length)}${line}`)];
    return [...lines.slice(0, -1), `${lines.at(-1)}${rules}`];
  });
}

const changed = ({ changes }: StepShown): string => changes.join(", ") || "nothing changes";

/** What was found, for another program. */
export async function proofsAsJson<TState>(graph: Graph<TState>, answers: readonly Answer<TState>[]) {
  const { chart, scope, states, transitions, complete, leaving, milliseconds } = graph;
  const claims = answers.map(async ({ claim, verdict, premises, inputs, repeats }) => ({
    id: claim.id,
    sentence: claim.sentence,
    verdict,
    premises,
    ...(inputs
      ? { steps: showRun(chart, inputs).steps, journal: await journalOf(chart, inputs, repeats) }
      : {}),
    ...(repeats === undefined ? {} : { repeats }),
  }));
  return {
    version: 1,
    chart: chart.id,
    options: chart.options,
    scope: scope.name,
    states: states.length,
    transitions: transitions.length,
    leaving,
    complete,
    milliseconds: Math.round(milliseconds),
    unreached: unreached(graph),
    deadEnds: deadEnds(graph).length,
    claims: await Promise.all(claims),
  };
}
