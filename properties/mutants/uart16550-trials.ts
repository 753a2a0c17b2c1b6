/** What a mutant of `uart16550` has to get past: the reference model, its regions, QEMU's recordings, and the invariants. */
import fc from "fast-check";
import type { AnyStateMachine } from "xstate";
import { UART16550_PRESETS, type Uart16550Options, uart16550StateValue } from "../../machines/index.js";
import { contextOfUart16550 } from "../../src/device/uart16550-state.js";
import type { Input } from "../../src/journal/index.js";
import { anyPart, type Step, stepSequence } from "../arbitraries/uart16550.js";
import { Uart16550Model } from "../model/uart16550/uart16550-model.js";
import { Premises } from "../support/premise.js";
import { PARTS } from "../support/uart16550-parts.js";
import { Watcher } from "../support/uart16550-seen.js";
import { inputOf, type Make, mutant, type Subject } from "../support/uart16550-subject.js";
import { runTrace, uart16550Traces } from "../support/uart16550-traces.js";
import { INVARIANTS } from "../uart16550/invariants.js";
import { once, type Trial, type Trials } from "./killer.js";
import { UART16550_EXAMPLES } from "./uart16550-examples.js";

const SEED = 16_550;
/** Sequences on each part, and on parts with any options. */
const ON_EACH = 40;
const ON_ANY = 400;

/** What is asked after every input, and after every fifth and the last. */
const OFTEN = [2, 5, 6] as const;
const SELDOM = [0, 1, 3, 4, 7, 8] as const;

export interface Case {
  readonly options: Uart16550Options;
  readonly steps: readonly Step[];
}

interface Expected {
  readonly input: Input;
  readonly seen: string;
  readonly peeked: string;
  /** Whether more is asked after it: all registers, and whether the regions agree with them. */
  readonly isAsked: boolean;
}

const { pc16550d, qemu, tl16c750 } = UART16550_PRESETS;

/** What some emulator does that no preset has, and the reference model too. */
const MORE_PARTS: readonly Uart16550Options[] = [
  { ...pc16550d, formatChange: "flushReceive" },
  { ...pc16550d, formatChange: "flushTransmit" },
  { ...pc16550d, formatChange: "flushTransmit", threDelay: "interrupt" },
  { ...pc16550d, overrunSetsLsr7: true },
  { ...qemu, txTimed: true, threDelay: "both" },
  { ...tl16c750, autoRts64: "belowTrigger" },
];

/** Every case, those on parts that somebody has built first. */
export function cases(): readonly Case[] {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, seed: number): T[] =>
    fc.sample(arbitrary, { seed, numRuns });
  const parts = [...Object.values(PARTS), ...MORE_PARTS];
  return [
    ...UART16550_EXAMPLES,
    ...parts.flatMap((options, index) =>
      sample(stepSequence(), ON_EACH, SEED + index).map((steps): Case => ({ options, steps })),
    ),
    ...sample(fc.tuple(anyPart(), stepSequence(40)), ON_ANY, SEED).map(
      ([options, steps]): Case => ({ options, steps }),
    ),
  ];
}

/** What the model does, and the inputs that the steps are: some depend on what is due. */
function modelled({ options, steps }: Case): readonly Expected[] {
  const model = new Uart16550Model(options);
  const watcher = watcherOf(options);
  return steps.map((step, index) => {
    const input = inputOf(step, { now: model.now, nextDue: model.nextDue() });
    const seen = textOf(watcher.seen(model.apply(input)));
    const isAsked = isAskedAt(index, steps.length);
    const answers = peeked((offset) => model.peek(offset), model.nextDue(), isAsked);
    return { input, seen, peeked: answers, isAsked };
  });
}

/** What was seen, in the order of its kinds' names: what leaves one pin has no order with what leaves another. */
const textOf = (told: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Power-on levels are not told. */
function watcherOf(options: Uart16550Options): Watcher {
  const watcher = new Watcher();
  if (!options.mcrReset0) watcher.seen([{ type: "modemOutput", pin: "OUT2", level: 1, tick: 0 }]);
  return watcher;
}

const isAskedAt = (index: number, length: number): boolean => index % 5 === 0 || index === length - 1;

const peeked = (peek: (offset: number) => number, due: number | undefined, all: boolean): string =>
  [due, ...OFTEN.map(peek), ...(all ? SELDOM.map(peek) : [])].join();

/** Whether a chart does what the model does, and its regions agree with its registers now and then. */
function agrees(uart: Subject, expected: readonly Expected[]): boolean {
  const watcher = watcherOf(uart.options);
  return expected.every(({ input, seen, peeked: answers, isAsked }) => {
    if (textOf(watcher.seen(uart.apply(input))) !== seen) return false;
    if (peeked((offset) => uart.peek(offset), uart.nextDue, isAsked) !== answers) return false;
    return !isAsked || regionsAgree(uart);
  });
}

function regionsAgree(uart: Subject): boolean {
  const registers = contextOfUart16550(uart.options, uart.state());
  return JSON.stringify(uart.value) === JSON.stringify(uart16550StateValue(registers));
}

const asTrial = (property: string, passes: (make: Make) => boolean): Trial => ({
  property,
  passes: (make) => passes(make as Make),
});

/** The invariants, each on the parts of which it speaks. */
const invariantTrials = (): Trial[] =>
  INVARIANTS.flatMap((invariant) =>
    Object.values(PARTS)
      .filter((options) => invariant.applies(options))
      .map((options) =>
        asTrial(`${invariant.id} ${invariant.name}`, (make) => {
          const held = new Premises<string>(...invariant.premises);
          const property = invariant.property(make, options, held);
          return !fc.check(property, { numRuns: 5, seed: SEED, endOnFailure: true }).failed;
        }),
      ),
  );

export function uart16550Trials(): Trials {
  const all = cases();
  const traces = uart16550Traces("../vectors/uart16550-qemu-7.2.22.jsonl.gz");
  return {
    subjectOf: (machine: AnyStateMachine) => mutant(machine),
    trials: [
      ...all.map((each) => {
        const expected = once(() => modelled(each));
        return asTrial("the reference model, and regions as the registers", (make) =>
          agrees(make(each.options), expected()),
        );
      }),
      ...traces.map((trace) =>
        asTrial("QEMU's recordings", (make) => {
          runTrace(make(qemu), trace);
          return true;
        }),
      ),
      ...invariantTrials(),
    ],
  };
}
