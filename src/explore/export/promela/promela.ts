import type { AnyStateMachine } from "xstate";
import { accessIndexOf, READ_EVENTS, WRITE_EVENTS } from "../../../device/internal.js";
import { type RawMachine, raw } from "../../../engine/internal.js";
import type { Input } from "../../../journal/index.js";
import { inputsIn, type Scope } from "../../space/scope.js";
import type { PromelaBodies, PromelaClaim } from "./bodies.js";
import { checkChart, eventsOf } from "./chart.js";
import { eventName, handlerName, translateEvents } from "./events.js";
import { guardBody, isTranslated } from "./guards.js";
import { indented, inlineLines, joinStatements, type PromelaLines } from "./lines.js";
import { checkIdentifiers, checkNames } from "./names.js";
import { regionDeclarations } from "./states.js";

/** The options of {@link toPromela}. */
export interface PromelaOptions<TState = unknown> {
  /** The bodies of the chart's guards and actions. */
  readonly bodies: PromelaBodies;
  /** The inputs. The bodies repeat its `abstract`, in `end`. */
  readonly scope: Scope<TState>;
  /** Claims, by their ids; none by default. */
  readonly claims?: Readonly<Record<string, PromelaClaim>>;
}

/**
 * Translates a chart to Promela, the language of the model checker spin, by XState's semantics. One step of the scope is one step of
 * spin, and only regions and context are part of a state, so that spin counts the same states as {@link explore}.
 *
 * Built with `-DCLAIMS`, the model has the claims in LTL and their marks.
 *
 * @throws ExportError if a guard or an action has no body, if a body has no name, or if the chart has an unsupported feature: final and
 *   history states, invoked actors, delays, wildcards, guards and actions without a name, actions with parameters.
 */
export function toPromela<TState>(machine: AnyStateMachine, options: PromelaOptions<TState>): string {
  const { bodies, scope, claims = {} } = options;
  const chart = raw(machine);
  checkChart(chart);
  checkNames(chart, bodies);
  const { choiceVariables, handlers } = translateEvents(chart, bodies);
  const marks = Object.values(claims).flatMap((claim) => Object.entries(claim.marks ?? {}));
  checkIdentifiers(chart, bodies, [...choiceVariables, ...marks.map(([name]) => name)]);
  const stepLines = [...bodies.step, ...choiceVariables.map((name) => `byte ${name}`)];
  const sections: [title: string, lines: PromelaLines][] = [
    [
      `${chart.id}: ${machine.root.description ?? ""}\nScope: ${scope.name}.\n` +
        "Count states: spin -a FILE && gcc -DSAFETY -DNOREDUCE -o pan pan.c && ./pan\n" +
        "Check a claim: spin -DCLAIMS -a FILE && gcc -DNOREDUCE -o pan pan.c && ./pan -a -m1000000 -N CLAIM",
      [],
    ],
    ["Constants", Object.entries(bodies.constants ?? {}).map(([name, value]) => `#define ${name} ${value}`)],
    ["The regions", regionDeclarations(chart.root)],
    ["The context: written by hand", bodies.context.map((line) => `${line};`)],
    ["What an event carries and a step shows: no part of a state", stepDeclarations(stepLines)],
    ["What claims ask of the last step", markDeclarations(marks.map(([name]) => name))],
    [
      "The end of a step where nothing can be hidden",
      forgetDefinition(
        stepLines,
        marks.map(([name]) => name),
      ),
    ],
    [
      "Guards by name: those of states and those joined are translated, the others written by hand",
      guardDefinitions(chart, bodies),
    ],
    ["Actions by name: written by hand", actionDefinitions(chart, bodies)],
    [
      "What each event does: every region chooses by the state before it, then it is done in order",
      handlers.flat(),
    ],
    ["A step", stepDefinitions(chart, bodies, marks)],
    ["Whatever may happen, in any order", processDefinition(chart, options)],
    ["Claims", ltlFormulas(claims)],
  ];
  return `${sections
    .filter(([, lines], index) => index === 0 || lines.length > 0)
    .map(([title, lines]) => [`/* ${title.replaceAll("\n", "\n   ")} */`, ...lines].join("\n"))
    .join("\n\n")}\n`;
}

/** Guards may refer to later ones: cpp allows it. */
const guardDefinitions = (chart: RawMachine, bodies: PromelaBodies): PromelaLines =>
  Object.entries(chart.implementations.guards).map(([name, guard]) => {
    if (isTranslated(guard)) return `#define ${name} ${guardBody(guard, chart, bodies, name)}`;
    const body = bodies.guards[name] as PromelaBodies["guards"][string];
    return typeof body === "string"
      ? `#define ${name} (${body})`
      : `#define ${name}(${body.params.join(", ")}) (${body.body})`;
  });

const actionDefinitions = (chart: RawMachine, bodies: PromelaBodies): PromelaLines =>
  Object.keys(chart.implementations.actions).flatMap((name) =>
    inlineLines(
      name,
      (bodies.actions[name] ?? []).map((statement) => [statement]),
    ),
  );

/** spin on several cores refuses hidden variables: with -DCORES they are set to 0 at the end of a step instead, so that states are the same. */
const stepDeclarations = (stepLines: readonly string[]): PromelaLines =>
  stepLines.length === 0
    ? []
    : [
        "#ifdef CORES",
        "#define STEP",
        "#else",
        "#define STEP hidden",
        "#endif",
        ...stepLines.map((line) => `STEP ${line};`),
      ];

/** Returns the name that a declaration declares: "given" of "byte given". */
const declaredName = (declaration: string): string =>
  /\w+(?=\s*(=.*)?$)/.exec(declaration)?.[0] ?? declaration;

function forgetDefinition(stepLines: readonly string[], marks: readonly string[]): PromelaLines {
  const stepNames = stepLines.map(declaredName);
  const reset = (names: readonly string[]) =>
    names.length === 0 ? "skip" : names.map((name) => `${name} = 0`).join("; ");
  return [
    "#if defined(CORES) && defined(CLAIMS)",
    `inline forget() { ${reset(stepNames)} }`,
    "#elif defined(CORES)",
    `inline forget() { ${reset([...stepNames, ...marks])} }`,
    "#else",
    "inline forget() { skip }",
    "#endif",
  ];
}

const markDeclarations = (names: readonly string[]): PromelaLines =>
  names.length === 0
    ? []
    : [
        "#if defined(CLAIMS) || defined(CORES)",
        "#define MARK",
        "#else",
        "#define MARK hidden",
        "#endif",
        ...names.map((name) => `MARK byte ${name};`),
      ];

const hasAlways = (chart: RawMachine): boolean => eventsOf(chart).includes("");

function stepDefinitions(
  chart: RawMachine,
  bodies: PromelaBodies,
  marks: readonly (readonly [string, string])[],
): PromelaLines {
  const statementLines = (lines: PromelaLines) => lines.map((line) => [line]);
  return [
    ...inlineLines("begin", statementLines(bodies.begin)),
    ...inlineLines("restore", statementLines(bodies.restore)),
    ...inlineLines("end", [
      ...(hasAlways(chart) ? [["settle()"]] : []),
      ...statementLines(bodies.end),
      ...marks.map(([name, expression]) => [`${name} = (${expression})`]),
      ["forget()"],
    ]),
  ];
}

/** Returns the event type of an input. */
function eventOf(input: Input): string {
  if (input.type === "read") return READ_EVENTS[input.offset]?.type ?? input.type;
  if (input.type === "write") return WRITE_EVENTS[accessIndexOf(input.offset) << 8]?.type ?? input.type;
  return input.type === "restore" ? "restored" : input.type;
}

function processDefinition<TState>(
  chart: RawMachine,
  { bodies, scope }: PromelaOptions<TState>,
): PromelaLines {
  const knownEvents = new Set(eventsOf(chart));
  const stepOptions = inputsIn(scope).map((input) => {
    const event = eventOf(input);
    const statements = [
      ["begin()"],
      ...bodies.eventAssignments(input).map((line) => [line]),
      ...(input.type === "restore" ? [["restore()"]] : []),
      ...(knownEvents.has(event) ? [[`${handlerName(event)}()`]] : []),
      ["end()"],
    ];
    return `:: d_step { ${joinStatements(statements).join(" ")} } /* ${eventName(event)} */`;
  });
  const loopLines = ["do", ...stepOptions, "od"];
  return [
    "active proctype chart() {",
    ...indented(hasAlways(chart) ? ["d_step { settle() };", ...loopLines] : loopLines),
    "}",
  ];
}

const ltlFormulas = (claims: Readonly<Record<string, PromelaClaim>>): PromelaLines => {
  const lines = Object.entries(claims).map(([id, { ltl }]) => `ltl ${id} { ${ltl} }`);
  return lines.length === 0 ? [] : ["#ifdef CLAIMS", ...lines, "#endif"];
};
