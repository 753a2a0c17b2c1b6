import type { AnyStateMachine } from "xstate";
import { placeOf, READ_EVENTS, WRITE_EVENTS } from "../../../device/access-events.js";
import { type RawMachine, raw } from "../../../engine/internals.js";
import type { Input } from "../../../journal/index.js";
import { inputsIn, type Scope } from "../../scope.js";
import type { PromelaBodies, PromelaClaim } from "./bodies.js";
import { checkChart, eventsOf } from "./chart.js";
import { eventName, handlerName, translateEvents } from "./events.js";
import { guardBody, isTranslated } from "./guards.js";
import { indented, inline, type Lines, sequence } from "./lines.js";
import { checkIdentifiers, checkNames } from "./names.js";
import { declarations } from "./states.js";

/** What a chart's Promela is made of. */
export interface PromelaOptions<TState = unknown> {
  /** What the chart's names mean. */
  readonly bodies: PromelaBodies;
  /** What may happen. Of its `abstract` the bodies have a copy: what `end` does. */
  readonly scope: Scope<TState>;
  /** Claims, by their ids; none by default. */
  readonly claims?: Readonly<Record<string, PromelaClaim>>;
}

/**
 * A chart in Promela, the language of the model checker spin: translated from the definition, as XState takes it. One step of the scope is one
 * step of spin's, and nothing but regions and context is part of a state, so that spin counts the states that {@link explore} does.
 *
 * Built with `-DCLAIMS`, the model has the claims in LTL and what they ask of steps.
 *
 * @throws ExportError if a guard or an action has no body, if a body is of none, or if the chart has what is not translated: final and
 *   history states, invoked actors, delays, wildcards, guards and actions without a name, actions with parameters.
 */
export function toPromela<TState>(machine: AnyStateMachine, options: PromelaOptions<TState>): string {
  const { bodies, scope, claims = {} } = options;
  const chart = raw(machine);
  checkChart(chart);
  checkNames(chart, bodies);
  const { chosen, handlers } = translateEvents(chart, bodies);
  const marks = Object.values(claims).flatMap((claim) => Object.entries(claim.marks ?? {}));
  checkIdentifiers(chart, bodies, [...chosen, ...marks.map(([name]) => name)]);
  const sections: [title: string, lines: Lines][] = [
    [
      `${chart.id}: ${machine.root.description ?? ""}\nScope: ${scope.name}.\n` +
        "Count states: spin -a FILE && gcc -DSAFETY -DNOREDUCE -o pan pan.c && ./pan\n" +
        "Check a claim: spin -DCLAIMS -a FILE && gcc -DNOREDUCE -o pan pan.c && ./pan -a -m1000000 -N CLAIM",
      [],
    ],
    ["Constants", Object.entries(bodies.constants ?? {}).map(([name, value]) => `#define ${name} ${value}`)],
    ["The regions", declarations(chart.root)],
    ["The context: written by hand", bodies.context.map((line) => `${line};`)],
    [
      "What an event carries and a step shows: no part of a state",
      [...bodies.step, ...chosen.map((name) => `byte ${name}`)].map((line) => `hidden ${line};`),
    ],
    ["What claims ask of the last step", markDeclarations(marks.map(([name]) => name))],
    [
      "Guards by name: those of states and those joined are translated, the others written by hand",
      guards(chart, bodies),
    ],
    ["Actions by name: written by hand", actions(chart, bodies)],
    [
      "What each event does: every region chooses by the state before it, then it is done in order",
      handlers.flat(),
    ],
    ["A step", step(chart, bodies, marks)],
    ["Whatever may happen, in any order", process(chart, options)],
    ["Claims", formulas(claims)],
  ];
  return `${sections
    .filter(([, lines], index) => index === 0 || lines.length > 0)
    .map(([title, lines]) => [`/* ${title.replaceAll("\n", "\n   ")} */`, ...lines].join("\n"))
    .join("\n\n")}\n`;
}

/** Joined guards stand after those that they are made of: cpp does not mind. */
const guards = (chart: RawMachine, bodies: PromelaBodies): Lines =>
  Object.entries(chart.implementations.guards).map(([name, guard]) => {
    if (isTranslated(guard)) return `#define ${name} ${guardBody(guard, chart, bodies, name)}`;
    const body = bodies.guards[name] as PromelaBodies["guards"][string];
    return typeof body === "string"
      ? `#define ${name} (${body})`
      : `#define ${name}(${body.params.join(", ")}) (${body.body})`;
  });

const actions = (chart: RawMachine, bodies: PromelaBodies): Lines =>
  Object.keys(chart.implementations.actions).flatMap((name) =>
    inline(
      name,
      (bodies.actions[name] ?? []).map((statement) => [statement]),
    ),
  );

const markDeclarations = (names: readonly string[]): Lines =>
  names.length === 0
    ? []
    : [
        "#ifdef CLAIMS",
        "#define MARK",
        "#else",
        "#define MARK hidden",
        "#endif",
        ...names.map((name) => `MARK byte ${name};`),
      ];

const hasAlways = (chart: RawMachine): boolean => eventsOf(chart).includes("");

function step(
  chart: RawMachine,
  bodies: PromelaBodies,
  marks: readonly (readonly [string, string])[],
): Lines {
  const single = (lines: Lines) => lines.map((line) => [line]);
  return [
    ...inline("begin", single(bodies.begin)),
    ...inline("restore", single(bodies.restore)),
    ...inline("end", [
      ...(hasAlways(chart) ? [["settle()"]] : []),
      ...single(bodies.end),
      ...marks.map(([name, holds]) => [`${name} = (${holds})`]),
    ]),
  ];
}

/** The event of an input, by its type. */
function eventOf(input: Input): string {
  if (input.type === "read") return READ_EVENTS[input.offset]?.type ?? input.type;
  if (input.type === "write") return WRITE_EVENTS[placeOf(input.offset) << 8]?.type ?? input.type;
  return input.type === "restore" ? "restored" : input.type;
}

function process<TState>(chart: RawMachine, { bodies, scope }: PromelaOptions<TState>): Lines {
  const known = new Set(eventsOf(chart));
  const steps = inputsIn(scope).map((input) => {
    const event = eventOf(input);
    const statements = [
      ["begin()"],
      ...bodies.given(input).map((line) => [line]),
      ...(input.type === "restore" ? [["restore()"]] : []),
      ...(known.has(event) ? [[`${handlerName(event)}()`]] : []),
      ["end()"],
    ];
    return `:: d_step { ${sequence(statements).join(" ")} } /* ${eventName(event)} */`;
  });
  const loop = ["do", ...steps, "od"];
  return [
    "active proctype chart() {",
    ...indented(hasAlways(chart) ? ["d_step { settle() };", ...loop] : loop),
    "}",
  ];
}

const formulas = (claims: Readonly<Record<string, PromelaClaim>>): Lines => {
  const lines = Object.entries(claims).map(([id, { ltl }]) => `ltl ${id} { ${ltl} }`);
  return lines.length === 0 ? [] : ["#ifdef CLAIMS", ...lines, "#endif"];
};
