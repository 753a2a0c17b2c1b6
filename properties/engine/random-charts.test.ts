import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { AnyStateMachine, EventObject } from "xstate";
import {
  type ChartTransition,
  type EmissionKind,
  type Engine,
  interpret,
  type Run,
  UnsupportedError,
} from "../../src/engine/index.js";
import { compileLowered, contextKeys, generateModule, lowerMachine } from "../../src/engine/internal.js";
import { runOptions } from "../support/runs.js";
import {
  type ActionSpec,
  type ChartSpec,
  eventOf,
  journal,
  kindsOf,
  machineOf,
  type NodeSpec,
  payloadOf,
  type TransitionSpec,
} from "./chart-spec.js";
import { type Between, compareOn, loadGenerated } from "./compare-runs.js";
import { FAULTS, type ProgramFault } from "./faults.js";
import { askingChart, chart, chartEvent, regionChart } from "./random-charts.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const { numRuns: RUNS } = runOptions(150);

const analysed = (machine: AnyStateMachine) => {
  try {
    return lowerMachine(machine);
  } catch (error) {
    if (error instanceof UnsupportedError && error.feature === "targets that exclude each other")
      return undefined;
    throw error;
  }
};

const between = fc.array(fc.constantFrom<Between>("go on", "go on", "fork", "exchange"), { maxLength: 40 });
const events = fc.array(chartEvent, { minLength: 1, maxLength: 40, size: "max" });

/** Events that have undo code of their own; the others share theirs. */
const everySecond = (types: readonly string[]) => types.filter((_, index) => index % 2 === 0);

/** That a compiled random chart does what XState does; with a fault, in its program. */
const property = (
  forms: readonly ("table" | "source")[],
  armedFault: ProgramFault = (program) => program,
  charts = chart,
) =>
  fc.asyncProperty(charts, events, between, async (chartSpec: ChartSpec, plainEvents, pauses) => {
    const sequence = plainEvents.map((plainEvent) => eventOf(chartSpec, plainEvent));
    const machine = machineOf(chartSpec);
    const analysis = analysed(machine);
    fc.pre(analysis !== undefined);
    if (analysis === undefined) return;
    const program = armedFault(analysis.program);
    const compiled = await Promise.all(
      forms.map(async (engineForm) =>
        compileLowered(
          machine,
          { ...analysis, program },
          engineForm === "table"
            ? undefined
            : loadGenerated(
                generateModule(program, { frequent: everySecond(program.events) }, contextKeys(machine)),
              ),
        ),
      ),
    );
    compareOn([interpret(machine), ...compiled], sequence, journal, pauses);
  });

test("a compiled random chart does what XState does", { timeout: 600_000 }, () =>
  fc.assert(property(["table", "source"]), { numRuns: RUNS }),
);

test("a compiled chart of regions that go on together does what XState does", { timeout: 600_000 }, () =>
  fc.assert(property(["table", "source"], undefined, regionChart), { numRuns: Math.ceil((RUNS * 2) / 3) }),
);

test(
  "a compiled chart of regions that ask each other's states does what XState does",
  { timeout: 600_000 },
  () => fc.assert(property(["source"], undefined, askingChart), { numRuns: Math.ceil(RUNS / 2) }),
);

/** A chart without what a machine does after the first microstep, or with `always` as the one thing that follows. */
const withoutRaises = (nodeSpec: NodeSpec, always: boolean): NodeSpec => {
  const quiet = (actions: readonly ActionSpec[]) => actions.filter(({ kind }) => !kind.startsWith("raise"));
  const quietTransitions = (transitions: readonly TransitionSpec[]) =>
    transitions.map((transition) => ({ ...transition, actions: quiet(transition.actions) }));
  return {
    ...nodeSpec,
    type: nodeSpec.type === "final" ? "atomic" : nodeSpec.type,
    children: nodeSpec.children.map((child) => withoutRaises(child, always)),
    initialActions: quiet(nodeSpec.initialActions),
    entry: quiet(nodeSpec.entry),
    exit: quiet(nodeSpec.exit),
    on: nodeSpec.on.map(({ event, transitions }) => ({ event, transitions: quietTransitions(transitions) })),
    always: always ? quietTransitions(nodeSpec.always) : [],
    done: [],
  };
};

/** An engine whose events go through a dispatcher, where there is one for them. */
const dispatched = (
  chartEngine: Engine<AnyStateMachine>,
  types: readonly string[],
): Engine<AnyStateMachine> => {
  const wrapped = (chartRun: Run<AnyStateMachine>): Run<AnyStateMachine> => {
    const dispatch = chartRun.dispatcher(types);
    return Object.create(chartRun, {
      fork: { value: () => wrapped(chartRun.fork()) },
      send: {
        value: (event: EventObject, emitted: EventObject[], transitions?: ChartTransition[]) => {
          const typeIndex = types.indexOf(event.type);
          if (typeIndex < 0) return chartRun.send(event, emitted, transitions);
          const alone = dispatch(typeIndex, event, emitted, transitions);
          if (alone !== undefined) emitted.push(alone);
        },
      },
    });
  };
  return {
    machine: chartEngine.machine,
    start: (snapshot, input) => wrapped(chartEngine.start(snapshot, input)),
  };
};

/** An engine whose events go through a port, where there is one for them and nobody asks what is taken. */
const ported = (
  chartEngine: Engine<AnyStateMachine>,
  types: readonly string[],
  payload: string,
  kinds: readonly EmissionKind[],
): Engine<AnyStateMachine> => {
  /** True if an emission comes by number exactly if it is of one of the kinds. */
  const checkKind = (kindIndex: number, { type }: EventObject): void =>
    expect(kindIndex).toBe(1 + kinds.findIndex((emissionKind) => emissionKind.type === type));
  const wrapped = (chartRun: Run<AnyStateMachine>): Run<AnyStateMachine> => {
    const port = chartRun.port(types, payload, kinds);
    return Object.create(chartRun, {
      fork: { value: () => wrapped(chartRun.fork()) },
      send: {
        value: (event: EventObject & Readonly<Record<string, unknown>>, emitted: EventObject[]) => {
          const typeIndex = types.indexOf(event.type);
          if (typeIndex < 0) return chartRun.send(event, emitted);
          const firstKind = port.take(typeIndex, event[payload]);
          if (firstKind >= 0) {
            const made = port.rest.emissionOf(firstKind, port.given);
            checkKind(firstKind, made);
            emitted.push(made);
          }
          for (let i = 0; i < port.rest.length; i++) checkKind(port.rest.kindAt(i), port.rest.at(i));
          port.rest.moveTo(emitted);
        },
      },
    });
  };
  return {
    machine: chartEngine.machine,
    start: (snapshot, input) => wrapped(chartEngine.start(snapshot, input)),
  };
};

describe.each([
  ["nothing follows an event", false],
  ["eventless transitions follow", true],
])("where %s", (_, always) => {
  test("a compiled random chart does what XState does", { timeout: 600_000 }, () =>
    fc.assert(
      fc.asyncProperty(chart, events, between, async (chartSpec: ChartSpec, plainEvents, pauses) => {
        const sequence = plainEvents.map((plainEvent) => eventOf(chartSpec, plainEvent));
        const machine = machineOf({ ...chartSpec, root: withoutRaises(chartSpec.root, always) });
        const analysis = analysed(machine);
        fc.pre(analysis !== undefined);
        if (analysis === undefined) return;
        const types = analysis.program.events;
        const often = types[types.length >> 1] ?? "";
        const payload = payloadOf(chartSpec);
        const groups = [types, { types, payload, often }];
        const options = { groups, kinds: kindsOf(chartSpec) };
        const generated = loadGenerated(generateModule(analysis.program, options, contextKeys(machine)));
        const compiled = [compileLowered(machine, analysis), compileLowered(machine, analysis, generated)];
        const engines = [interpret(machine), ...compiled.map((engine) => dispatched(engine, types))];
        compareOn(engines, sequence, journal, pauses);
        for (const kinds of [kindsOf(chartSpec), []]) {
          compareOn(
            [interpret(machine), ...compiled].map((engine) => ported(engine, types, payload, kinds)),
            sequence,
            journal,
            pauses,
          );
        }
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    ),
  );
});

describe.each(Object.entries(FAULTS))("%s", (_, armedFault) => {
  test.each(["table", "source"] as const)("is found in the %s", { timeout: 120_000 }, async (engineForm) => {
    const { failed } = await fc.check(property([engineForm], armedFault), {
      numRuns: RUNS,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
  });
});
