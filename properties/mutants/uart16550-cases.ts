/** What happens to a 16550, and what the reference model does then. */
import fc from "fast-check";
import { UART16550_PRESETS, type Uart16550Options } from "../../machines/index.js";
import type { Input } from "../../src/journal/index.js";
import { anyPart, type Step, stepSequence } from "../arbitraries/uart16550.js";
import { Uart16550Model } from "../model/uart16550/uart16550-model.js";
import { PARTS } from "../support/uart16550-parts.js";
import { type Levels, Watcher } from "../support/uart16550-seen.js";
import { inputOf, type Seen } from "../support/uart16550-subject.js";

export type { Case } from "./uart16550-examples.js";

import { type Case, UART16550_EXAMPLES } from "./uart16550-examples.js";

const SEED = 16_550;
/** Sequences on each part, and on parts with any options. */
const ON_EACH = 40;
const ON_ANY = 400;

/** What is asked after every input, and after every fifth and the last. */
const OFTEN = [2, 5, 6] as const;
const SELDOM = [0, 1, 3, 4, 7, 8] as const;

/** An input, and what is to be seen when it is taken. */
export interface Expected {
  readonly input: Input;
  /** The pins' levels before it. */
  readonly levels: Levels;
  readonly seen: string;
  readonly peeked: string;
  /** Whether more is asked after it: all registers. */
  readonly isAsked: boolean;
}

const { pc16550d, ins8250, qemu, tl16c750 } = UART16550_PRESETS;

/** What some emulator does that no preset has, and the reference model too. */
const MORE_PARTS: readonly Uart16550Options[] = [
  { ...pc16550d, threDelay: "interrupt" },
  { ...pc16550d, loopChangeDeltas: false },
  { ...pc16550d, loopDeltas: false, loopChangeDeltas: false },
  { ...pc16550d, breakInFifo: false, breakArmsCti: false },
  { ...ins8250, loopDeltas: false, loopChangeDeltas: false },
  { ...qemu, teriSticky: true },
  { ...pc16550d, formatChange: "flushReceive" },
  { ...pc16550d, formatChange: "flushTransmit" },
  { ...pc16550d, formatChange: "flushTransmit", threDelay: "interrupt" },
  { ...pc16550d, overrunSetsLsr7: true },
  { ...qemu, txTimed: true, threDelay: "both" },
  { ...tl16c750, autoRts64: "belowTrigger" },
];

/** What makes all that a 16550 hides come out at the end. */
const DRAIN: readonly Step[] = [
  { type: "release" },
  { type: "break", on: false },
  { type: "line", level: 1 },
  { type: "write", offset: 3, value: 0x03 },
  { type: "write", offset: 1, value: 0x0f },
  ...[2, 5, 6].map((offset): Step => ({ type: "read", offset })),
  { type: "advance", ticks: 4_000_000 },
  ...[2, 5, 0, 5, 0, 2, 0, 5, 0, 0, 0, 0].map((offset): Step => ({ type: "read", offset })),
];

/** Every case: named ones first, then those on parts that somebody has built. */
export function cases(): readonly Case[] {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, seed: number): T[] =>
    fc.sample(arbitrary, { seed, numRuns });
  const parts = [...Object.values(PARTS), ...MORE_PARTS];
  return [
    ...UART16550_EXAMPLES,
    ...parts.flatMap((options, index) =>
      sample(stepSequence(), ON_EACH, SEED + index).map((steps) => drained(options, steps)),
    ),
    ...sample(fc.tuple(anyPart(), stepSequence(40)), ON_ANY, SEED).map(([options, steps]) =>
      drained(options, steps),
    ),
  ];
}

const drained = (options: Uart16550Options, steps: readonly Step[]): Case => ({
  options,
  steps: [...steps, ...DRAIN],
});

/** What the model does, and the inputs that the steps are: some depend on what is due. */
export function expectedOf({ options, steps }: Case): readonly Expected[] {
  const model = new Uart16550Model(options);
  const watcher = watcherOf(options);
  return steps.map((step, index) => {
    const input = inputOf(step, { now: model.now, nextDue: model.nextDue() });
    const { levels } = watcher;
    const seen = seenBy(watcher, model.apply(input));
    const isAsked = index % 5 === 0 || index === steps.length - 1;
    const peeked = peekedAt(asked(model), model.nextDue(), isAsked);
    return { input, levels, seen, peeked, isAsked };
  });
}

/** Power-on levels are not told. */
function watcherOf(options: Uart16550Options): Watcher {
  const watcher = new Watcher();
  if (!options.mcrReset0) watcher.seen([{ type: "modemOutput", pin: "OUT2", level: 1, tick: 0 }]);
  return watcher;
}

/** What was seen, in the order of its kinds' names: what leaves one pin has no order with what leaves another. */
export const seenBy = (watcher: Watcher, emitted: readonly Seen[]): string =>
  JSON.stringify(Object.entries(watcher.seen(emitted)).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What can be asked without consequences. */
interface Asked {
  peek(offset: number): number;
  /** What it tells of itself after it has been restored. */
  readonly told: readonly object[];
}

/** The model cannot be restored, but knows what it would have to tell. */
const asked = (model: Uart16550Model): Asked => ({
  peek: (offset) => model.peek(offset),
  get told() {
    const { outputs, serialOutput, rxrdy, txrdy, cause, interruptLine } = model;
    return [
      ...(["DTR", "RTS", "OUT1", "OUT2"] as const).map((pin) => ({
        type: "modemOutput",
        pin,
        level: outputs[pin],
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
export const peekedAt = (uart: Asked, due: number | undefined, all: boolean): string =>
  [
    due,
    ...[...OFTEN, ...(all ? SELDOM : [])].map((offset) => uart.peek(offset)),
    ...(all ? uart.told.map((emission) => Object.values(emission).join(" ")) : []),
  ].join();
