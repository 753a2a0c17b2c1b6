/** `uart16550` compiled, as a table and as generated source, does what XState's interpreter does. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { AnyStateMachine, EventObject } from "xstate";
import {
  initialContext,
  READ_NAMES,
  type Uart16550Context,
  type Uart16550Options,
  uart16550Machine,
  uart16550StateValue,
  WRITE_NAMES,
} from "../../machines/index.js";
import type { Engine, Run } from "../../src/engine/index.js";
import { registerByte } from "../arbitraries/uart16550.js";
import { runOptions } from "../support/runs.js";
import { PARTS } from "../support/uart16550-parts.js";
import { type Between, compareOn, Difference, outcome } from "./compare-runs.js";
import { enginesOf } from "./equivalence.js";

type AnyEngine = Engine<AnyStateMachine>;

let engines: readonly AnyEngine[] = [];
beforeAll(async () => {
  engines = await enginesOf(uart16550Machine as unknown as AnyStateMachine);
});

/** The engines for one part: started without a snapshot, each gives its options as input. */
const enginesFor = (options: Uart16550Options): AnyEngine[] =>
  engines.map((chartEngine) => ({
    machine: chartEngine.machine,
    start: (snapshot) => chartEngine.start(snapshot, snapshot === undefined ? options : undefined),
  }));

const readEvents = [...READ_NAMES, "unmapped"].map((registerName) => ({ type: `read.${registerName}` }));

/** The write events of each register: names are in the order of offsets. */
const writeEvents = [...WRITE_NAMES, "unmapped"].map((registerName, registerOffset) =>
  registerByte(registerOffset).map((value) => ({ type: `write.${registerName}`, value })),
);

/** The chart is told of time in steps that pass nothing that is due; any others are taken alike by all engines. */
const ticks = fc.oneof(fc.constantFrom(0, 1, 7, 8, 14, 15, 16, 30, 150, 640), fc.nat({ max: 3000 }));

const anyEvent: fc.Arbitrary<EventObject> = fc.oneof(
  { arbitrary: fc.constantFrom(...readEvents), weight: 4 },
  {
    arbitrary: fc.oneof(
      ...writeEvents,
      ...[0, 0, 1, 2, 3, 4].map((roundIndex) => writeEvents[roundIndex] as (typeof writeEvents)[0]),
    ),
    weight: 6,
  },
  { arbitrary: ticks.map((count) => ({ type: "advance", ticks: count })), weight: 5 },
  {
    arbitrary: fc
      .tuple(fc.nat({ max: 255 }), fc.constantFrom(0, 0, 0, 4, 8, 16, 24))
      .map(([registerValue, errors]) => ({
        type: "receive",
        character: registerValue | (errors << 8),
      })),
    weight: 3,
  },
  { arbitrary: fc.constantFrom(0, 1).map((level) => ({ type: "line", level })), weight: 2 },
  { arbitrary: fc.boolean().map((on) => ({ type: "break", on })), weight: 1 },
  {
    arbitrary: fc
      .record({ cts: fc.boolean(), dsr: fc.boolean(), ri: fc.boolean(), dcd: fc.boolean() })
      .map((lines) => ({ type: "modem", ...lines })),
    weight: 2,
  },
  {
    arbitrary: fc.constantFrom(
      ...["hold", "release", "release", "reset", "restored"].map((type) => ({ type })),
    ),
    weight: 2,
  },
);

const write = (registerName: (typeof WRITE_NAMES)[number], value: number) => ({
  type: `write.${registerName}`,
  value,
});

/** A fast line, so that bits are over soon. */
const FAST = [write("LCR", 0x83), write("THR_DLL", 1), write("IER_DLM", 0), write("LCR", 0x03)];

/** One event of each kind, and each byte that a guard asks about. */
const ALPHABET: readonly EventObject[] = [
  ...readEvents,
  ...[0x00, 0x41].map((value) => write("THR_DLL", value)),
  ...[0x00, 0x02, 0x0f].map((value) => write("IER_DLM", value)),
  ...[0x00, 0x01, 0x06, 0x07, 0x49, 0xe1].map((value) => write("FCR", value)),
  ...[0x03, 0x1b, 0x43, 0x83].map((value) => write("LCR", value)),
  ...[0x00, 0x0f, 0x10, 0x1f, 0x22].map((value) => write("MCR", value)),
  write("LSR", 0x1e),
  write("MSR", 0x0f),
  write("SCR", 0x55),
  { type: "write.unmapped", value: 0 },
  ...[0x41, 0x0442, 0x1800].map((character) => ({ type: "receive", character }) as EventObject),
  ...[0, 1].map((level) => ({ type: "line", level }) as EventObject),
  ...[true, false].map((on) => ({ type: "break", on }) as EventObject),
  { type: "modem", cts: false, dsr: true, ri: true, dcd: true } as EventObject,
  { type: "modem", cts: true, dsr: true, ri: false, dcd: false } as EventObject,
  ...[8, 16, 640].map((count) => ({ type: "advance", ticks: count }) as EventObject),
  ...["hold", "release", "reset", "restored"].map((type) => ({ type })),
];

/** Sends every event in every configuration that so many events reach, one run of each engine for each. */
function everyEventWithin(starts: readonly Run<AnyStateMachine>[], depth: number, maximum: number) {
  const stateKey = (value: unknown) => JSON.stringify(value);
  const visited = new Set([stateKey(starts[0]?.value)]);
  let frontier = [starts];
  let checked = 0;
  for (let roundIndex = 0; roundIndex <= depth; roundIndex++) {
    const nextLevel: Run<AnyStateMachine>[][] = [];
    for (const previous of frontier) {
      for (const chartEvent of ALPHABET) {
        const forks = previous.map((run) => run.fork());
        const [expected, ...others] = forks.map((run) => outcome(run, chartEvent, []));
        if (expected === undefined) continue;
        for (const [engine, actualOutcome] of others.entries()) {
          Difference.check(`engine ${engine + 1}`, chartEvent, checked, expected, actualOutcome);
        }
        checked++;
        const reached = stateKey(expected.value);
        if (visited.has(reached) || visited.size >= maximum) continue;
        visited.add(reached);
        nextLevel.push(forks);
      }
    }
    frontier = nextLevel;
  }
  return { configurations: visited.size, checked };
}

/** The number of configurations explored: most for the part that has the most. */
const MOST = { many: 25, few: 3 } as const;

describe.each(Object.entries(PARTS))("%s compiled does what XState does", (registerName, options) => {
  test("on sequences of events", () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 60, size: "max" }),
        fc.array(fc.constantFrom<Between>("go on", "go on", "go on", "fork", "exchange"), { maxLength: 60 }),
        (sequence, between) => compareOn(enginesFor(options), [...FAST, ...sequence], [], between),
      ),
      runOptions(5),
    );
  });

  test("in every configuration that two events reach, on every event", () => {
    const context: Uart16550Context = { ...initialContext(options), DLL: 1, LCR: 3, characterTicks: 160 };
    const snapshot = uart16550Machine.resolveState({ value: uart16550StateValue(context), context });
    const starts = engines.map((engine) => engine.start(snapshot));
    const most = registerName === "tl16c750" ? MOST.many : MOST.few;
    const { configurations, checked } = everyEventWithin(starts, 2, most);
    expect(configurations).toBe(most);
    expect(checked).toBe(most * ALPHABET.length);
  });
});
