/** The work that the compiled `uart16550` does for an access, counted: what time measures only roughly. */
import { expect, test } from "vitest";
import type { AnyStateMachine, EventObject } from "xstate";
import {
  initialContext,
  ticksAtOnce,
  UART16550_PRESETS,
  uart16550Machine,
  uart16550StateValue,
} from "../../machines/index.js";
import type { GeneratedSource } from "../../src/engine/index.js";
import {
  compileLowered,
  contextKeys,
  generateModule,
  lowerMachine,
  planMachine,
} from "../../src/engine/internal.js";
import { loadGenerated } from "./compare-runs.js";

/** Rounds of eventless selection, parts that look, functions of the chart, constant guards among them, and assignments through the undo log. */
interface Counts {
  rounds: number;
  looks: number;
  functions: number;
  constants: number;
  undoEntries: number;
}

const machine = uart16550Machine as unknown as AnyStateMachine;
const lowered = lowerMachine(machine);
const counts: Counts = { rounds: 0, looks: 0, functions: 0, constants: 0, undoEntries: 0 };

/** Returns source that counts what it does. */
const countingSource = (): GeneratedSource => {
  const moduleText = generateModule(lowered.program, {}, contextKeys(machine))
    .replace(/const always = \(r\) => \{/, "$& env.counts.rounds++;")
    .replace(/const look\d+ = \([^)]*\) => \{/g, "$& env.counts.looks++;");
  const { hash, default: link } = loadGenerated(moduleText);
  const constants = new Set(planMachine(lowered.program).constants.map(({ fn }) => fn));
  return {
    hash,
    default: (environment) =>
      link({
        ...environment,
        counts,
        merge: (...args: readonly unknown[]) => {
          counts.undoEntries++;
          return environment.merge(...args);
        },
        functions: environment.functions.map(
          (userFunction: (...args: unknown[]) => unknown, index: number) =>
            (...args: unknown[]) => {
              counts.functions++;
              if (constants.has(index)) counts.constants++;
              return userFunction(...args);
            },
        ),
      }),
  };
};

const engine = compileLowered(machine, lowered, countingSource(), "live");

/** Starts a part with its line set up: FIFOs on, received data interrupting, the fastest divisor. */
const startPart = (transmitterIsTimed: boolean) => {
  const context = initialContext({ ...UART16550_PRESETS.pc16550d, transmitterIsTimed });
  const run = engine.start(uart16550Machine.resolveState({ value: uart16550StateValue(context), context }));
  const send = (event: EventObject) => run.send(event, []);
  const write = (register: string, value: number) =>
    send({ type: `write.${register}`, value } as EventObject);
  for (const [register, value] of [
    ["LCR", 0x83],
    ["THR_DLL", 1],
    ["IER_DLM", 0],
    ["LCR", 0x03],
    ["FCR", 0x01],
    ["IER_DLM", 0x01],
  ] as const)
    write(register, value);
  return { run, send, write };
};

const countsOf = (access: () => void): Counts => {
  for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] = 0;
  access();
  return { ...counts };
};

test("an access evaluates no option, logs no undo, and looks only where something has changed", () => {
  const { send, write } = startPart(false);
  const none = { rounds: 0, looks: 0, constants: 0, undoEntries: 0 };
  expect(countsOf(() => write("SCR", 0x55))).toEqual({ ...none, functions: 1 });
  expect(countsOf(() => send({ type: "read.LSR" }))).toEqual({ ...none, functions: 1 });
  expect(countsOf(() => send({ type: "read.IIR" }))).toEqual({ ...none, functions: 1 });
  const sent = countsOf(() => write("THR_DLL", 0x41));
  expect(sent).toMatchObject({ constants: 0, undoEntries: 0 });
  expect([sent.rounds, sent.looks, sent.functions]).toEqual(SENT);
  const received = countsOf(() => {
    send({ type: "receive", character: 0x41 } as EventObject);
    send({ type: "read.IIR" });
    send({ type: "read.LSR" });
    send({ type: "read.RBR" });
  });
  expect(received).toMatchObject({ constants: 0, undoEntries: 0 });
  expect([received.rounds, received.looks, received.functions]).toEqual(RECEIVED);
});

test("a timed character looks at few parts a bit", () => {
  const { run, send, write } = startPart(true);
  const timed = countsOf(() => {
    write("THR_DLL", 0x41);
    for (let bit = 0; bit < 10; bit++)
      send({
        type: "advance",
        ticks: (run.context as { readonly transmitTicks: number }).transmitTicks,
      } as EventObject);
  });
  expect(timed).toMatchObject({ constants: 0, undoEntries: 0 });
  expect([timed.rounds, timed.looks, timed.functions]).toEqual(TIMED);
});

test("a character whose bits nobody observes is sent in two steps", () => {
  const { run, send, write } = startPart(true);
  let steps = 0;
  const timed = countsOf(() => {
    write("THR_DLL", 0x41);
    for (let left = CHARACTER_TICKS; left > 0; steps++) {
      const ticks = Math.min(ticksAtOnce(run.context, left) ?? left, left);
      send({ type: "advance", ticks } as EventObject);
      left -= ticks;
    }
  });
  expect([steps, timed.rounds, timed.looks, timed.functions]).toEqual([2, ...WHOLE]);
});

/** The ticks of a character of ten bits with a divisor of 1. */
const CHARACTER_TICKS = 160;

/** Rounds, looks and functions: of a character sent without delay, of one received and read, and of one that is timed, bit by bit and whole. */
const SENT = [2, 9, 7];
const RECEIVED = [3, 15, 9];
const TIMED = [12, 21, 85];
const WHOLE = [4, 13, 27];
