/** The test cases of a 16550, and the reference model's results. */
import fc from "fast-check";
import { UART16550_PRESETS, type Uart16550Options } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import { anyPart, stepSequence, type UartStep } from "../arbitraries/uart16550.js";
import { Uart16550Model } from "../model/uart16550/uart16550-model.js";
import { type Levels, Watcher } from "../support/pin-watcher.js";
import { PARTS } from "../support/uart16550-parts.js";
import { inputOf, type TimedEmission } from "../support/uart16550-subject.js";

export type { TestCase } from "./uart16550-examples.js";

import { type TestCase, UART16550_EXAMPLES } from "./uart16550-examples.js";

const SEED = 16_550;
/** Sequences on each part, and on parts with any options. */
const ON_EACH = 40;
const ON_ANY = 400;

/** The registers read after every input, and after every fifth and the last. */
const OFTEN = [2, 5, 6] as const;
const SELDOM = [0, 1, 3, 4, 7, 8] as const;

/** An input, and what is to be seen when it is taken. */
export interface Expected {
  readonly input: Input;
  /** The pins' levels before it. */
  readonly levels: Levels;
  readonly observed: string;
  readonly peeked: string;
  /** True if all registers are read after it. */
  readonly isAsked: boolean;
}

const { pc16550d, ins8250, qemu, tl16c750 } = UART16550_PRESETS;

/** Behaviours of emulators that no preset has; the reference model has them too. */
const MORE_PARTS: readonly Uart16550Options[] = [
  { ...pc16550d, threDelay: "interrupt" },
  { ...pc16550d, loopbackChangeHasDeltas: false },
  { ...pc16550d, loopbackHasDeltas: false, loopbackChangeHasDeltas: false },
  { ...pc16550d, breakWaitsInFifo: false, breakRestartsTimeout: false },
  { ...ins8250, loopbackHasDeltas: false, loopbackChangeHasDeltas: false },
  { ...qemu, teriStays: true },
  { ...pc16550d, formatChange: "flushReceive" },
  { ...pc16550d, formatChange: "flushTransmit" },
  { ...pc16550d, formatChange: "flushTransmit", threDelay: "interrupt" },
  { ...pc16550d, overrunSetsLsr7: true },
  { ...qemu, transmitterIsTimed: true, threDelay: "both" },
  { ...tl16c750, autoRts64Resumes: "belowTrigger" },
];

/** Inputs that bring out all the hidden state of a 16550 at the end. */
const DRAIN: readonly UartStep[] = [
  { type: "release" },
  { type: "break", on: false },
  { type: "line", level: 1 },
  { type: "write", offset: 3, value: 0x03 },
  { type: "write", offset: 1, value: 0x0f },
  ...[2, 5, 6].map((offset): UartStep => ({ type: "read", offset })),
  { type: "advance", ticks: 4_000_000 },
  ...[2, 5, 0, 5, 0, 2, 0, 5, 0, 0, 0, 0].map((offset): UartStep => ({ type: "read", offset })),
];

/** Every case: named ones first, then those on parts that somebody has built. */
export function cases(): readonly TestCase[] {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, randomSeed: number): T[] =>
    fc.sample(arbitrary, { seed: randomSeed, numRuns });
  const parts = [...Object.values(PARTS), ...MORE_PARTS];
  return [
    ...UART16550_EXAMPLES,
    ...parts.flatMap((options, stepIndex) =>
      sample(stepSequence(), ON_EACH, SEED + stepIndex).map((sequence) => drained(options, sequence)),
    ),
    ...sample(fc.tuple(anyPart(), stepSequence(40)), ON_ANY, SEED).map(([options, sequence]) =>
      drained(options, sequence),
    ),
  ];
}

const drained = (options: Uart16550Options, sequence: readonly UartStep[]): TestCase => ({
  options,
  steps: [...sequence, ...DRAIN],
});

/** Returns the results of the model, and the inputs of the steps: some depend on the next due tick. */
export function expectedOf({ options, steps: sequence }: TestCase): readonly Expected[] {
  const referenceModel = new Uart16550Model(options);
  const watcher = watcherOf(options);
  return sequence.map((nextStep, stepIndex) => {
    const input = inputOf(nextStep, { now: referenceModel.now, nextDue: referenceModel.nextDue() });
    const { levels } = watcher;
    const observed = seenBy(watcher, referenceModel.apply(input));
    const isAsked = stepIndex % 5 === 0 || stepIndex === sequence.length - 1;
    const peeked = peekedAt(asked(referenceModel), referenceModel.nextDue(), isAsked);
    return { input, levels, observed, peeked, isAsked };
  });
}

/** Power-on levels are not told. */
function watcherOf(options: Uart16550Options): Watcher {
  const watcher = new Watcher();
  if (!options.resetClearsOUT2) watcher.observe([{ type: "modemOutput", pin: "OUT2", level: 1, tick: 0 }]);
  return watcher;
}

/** Returns the observations sorted by kind: emissions at different pins have no order among each other. */
export const seenBy = (watcher: Watcher, emitted: readonly TimedEmission[]): string =>
  JSON.stringify(Object.entries(watcher.observe(emitted)).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A device that can be asked without consequences. */
interface Queryable {
  peek(registerOffset: number): number;
  /** The emissions after a restore. */
  readonly announced: readonly object[];
}

/** The model cannot be restored, but knows what it would have to tell. */
const asked = (referenceModel: Uart16550Model): Queryable => ({
  peek: (offset) => referenceModel.peek(offset),
  get announced() {
    const { outputs, serialOutput, rxrdy, txrdy, cause, interruptLine } = referenceModel;
    return [
      ...(["DTR", "RTS", "OUT1", "OUT2"] as const).map((pinName) => ({
        type: "modemOutput",
        pin: pinName,
        level: outputs[pinName],
      })),
      { type: "serialOutput", level: serialOutput },
      { type: "dmaReady", pin: "RXRDY", level: rxrdy },
      { type: "dmaReady", pin: "TXRDY", level: txrdy },
      { type: "identified", cause },
      { type: "interruptLine", level: interruptLine },
    ];
  },
});

/** When something is due, what reads would give, and now and then what it tells of itself. */
export const peekedAt = (uart: Queryable, dueTick: number | undefined, all: boolean): string =>
  [
    dueTick,
    ...[...OFTEN, ...(all ? SELDOM : [])].map((offset) => uart.peek(offset)),
    ...(all ? uart.announced.map((emission) => Object.values(emission).join(" ")) : []),
  ].join();
