import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { AnyStateMachine, EventObject } from "xstate";
import { analyse } from "../../src/engine/analyse.js";
import { build } from "../../src/engine/compile.js";
import { UnsupportedError } from "../../src/engine/errors.js";
import { contextKeys, generateFrom } from "../../src/engine/generate.js";
import {
  type ChartTransition,
  type EmissionKind,
  type Engine,
  interpret,
  type Run,
} from "../../src/engine/index.js";
import { runs } from "../support/runs.js";
import {
  type ActionSpec,
  type ChartSpec,
  journal,
  KINDS,
  machineOf,
  type NodeSpec,
  type TransitionSpec,
} from "./chart-spec.js";
import { type Between, compareOn, load } from "./equal.js";
import { FAULTS, type Fault } from "./faults.js";
import { chart, chartEvent } from "./random-charts.js";

vi.spyOn(console, "warn").mockImplementation(() => {});

const { numRuns: RUNS } = runs(150);

const analysed = (machine: AnyStateMachine) => {
  try {
    return analyse(machine);
  } catch (error) {
    if (error instanceof UnsupportedError && error.feature === "targets that exclude each other")
      return undefined;
    throw error;
  }
};

const between = fc.array(fc.constantFrom<Between>("go on", "go on", "fork", "exchange"), { maxLength: 40 });
const events = fc.array(chartEvent, { minLength: 1, maxLength: 40, size: "max" });

/** That a compiled random chart does what XState does; with a fault, in its program. */
const property = (forms: readonly ("table" | "source")[], fault: Fault = (program) => program) =>
  fc.asyncProperty(chart, events, between, async (spec: ChartSpec, sequence, pauses) => {
    const machine = machineOf(spec);
    const analysis = analysed(machine);
    fc.pre(analysis !== undefined);
    if (analysis === undefined) return;
    const program = fault(analysis.program);
    const compiled = await Promise.all(
      forms.map(async (form) =>
        build(
          machine,
          { ...analysis, program },
          form === "table" ? undefined : await load(generateFrom(program, {}, contextKeys(machine))),
        ),
      ),
    );
    compareOn([interpret(machine), ...compiled], sequence, journal, pauses);
  });

test("a compiled random chart does what XState does", { timeout: 600_000 }, () =>
  fc.assert(property(["table", "source"]), { numRuns: RUNS }),
);

/** A chart without what a machine does after the first microstep, or with `always` as the one thing that follows. */
const calm = (node: NodeSpec, always: boolean): NodeSpec => {
  const quiet = (actions: readonly ActionSpec[]) => actions.filter(({ kind }) => !kind.startsWith("raise"));
  const each = (transitions: readonly TransitionSpec[]) =>
    transitions.map((transition) => ({ ...transition, actions: quiet(transition.actions) }));
  return {
    ...node,
    type: node.type === "final" ? "atomic" : node.type,
    children: node.children.map((child) => calm(child, always)),
    initialActions: quiet(node.initialActions),
    entry: quiet(node.entry),
    exit: quiet(node.exit),
    on: node.on.map(({ event, transitions }) => ({ event, transitions: each(transitions) })),
    always: always ? each(node.always) : [],
    done: [],
  };
};

/** An engine whose events go through a dispatcher, where there is one for them. */
const dispatched = (engine: Engine<AnyStateMachine>, types: readonly string[]): Engine<AnyStateMachine> => {
  const wrapped = (run: Run<AnyStateMachine>): Run<AnyStateMachine> => {
    const dispatch = run.dispatcher(types);
    return Object.create(run, {
      fork: { value: () => wrapped(run.fork()) },
      send: {
        value: (event: EventObject, emitted: EventObject[], taken?: ChartTransition[]) => {
          const at = types.indexOf(event.type);
          if (at < 0) return run.send(event, emitted as never, taken);
          const alone = dispatch(at, event, emitted as never, taken);
          if (alone !== undefined) emitted.push(alone);
        },
      },
    });
  };
  return { machine: engine.machine, start: (snapshot, input) => wrapped(engine.start(snapshot, input)) };
};

/** An engine whose events go through a port, where there is one for them and nobody asks what is taken. */
const ported = (
  engine: Engine<AnyStateMachine>,
  types: readonly string[],
  kinds: readonly EmissionKind[],
): Engine<AnyStateMachine> => {
  /** Whether an emission comes by number exactly if it is of one of the kinds. */
  const checkKind = (kind: number, { type }: EventObject): void =>
    expect(kind).toBe(1 + kinds.findIndex((each) => each.type === type));
  const wrapped = (run: Run<AnyStateMachine>): Run<AnyStateMachine> => {
    const port = run.port(types, "value", kinds);
    return Object.create(run, {
      fork: { value: () => wrapped(run.fork()) },
      send: {
        value: (event: EventObject & { value?: unknown }, emitted: EventObject[]) => {
          const at = types.indexOf(event.type);
          if (at < 0) return run.send(event, emitted as never);
          const first = port.take(at, event.value);
          if (first >= 0) {
            const made = port.rest.made(first, port.given);
            checkKind(first, made);
            emitted.push(made);
          }
          for (let i = 0; i < port.rest.length; i++) checkKind(port.rest.kindAt(i), port.rest.at(i));
          port.rest.handTo(emitted as never);
        },
      },
    });
  };
  return { machine: engine.machine, start: (snapshot, input) => wrapped(engine.start(snapshot, input)) };
};

describe.each([
  ["nothing follows an event", false],
  ["eventless transitions follow", true],
])("where %s", (_, always) => {
  test("a compiled random chart does what XState does", { timeout: 600_000 }, () =>
    fc.assert(
      fc.asyncProperty(chart, events, between, async (spec: ChartSpec, sequence, pauses) => {
        const machine = machineOf({ root: calm(spec.root, always) });
        const analysis = analysed(machine);
        fc.pre(analysis !== undefined);
        if (analysis === undefined) return;
        const types = analysis.program.events;
        const often = types[types.length >> 1] ?? "";
        const groups = [types, { types, payload: "value", often }];
        const options = { groups, kinds: KINDS };
        const source = await load(generateFrom(analysis.program, options, contextKeys(machine)));
        const compiled = [build(machine, analysis), build(machine, analysis, source)];
        const engines = [interpret(machine), ...compiled.map((engine) => dispatched(engine, types))];
        compareOn(engines, sequence, journal, pauses);
        for (const kinds of [KINDS, []]) {
          compareOn(
            [interpret(machine), ...compiled].map((engine) => ported(engine, types, kinds)),
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

describe.each(Object.entries(FAULTS))("%s", (_, fault) => {
  test.each(["table", "source"] as const)("is found in the %s", { timeout: 120_000 }, async (form) => {
    const { failed } = await fc.check(property([form], fault), {
      numRuns: RUNS,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
  });
});
