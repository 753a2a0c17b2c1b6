/** What a mutant of `serial` has to get past: the reference model, the recorded runs of the crate, its regions, and what it emits. */
import fc from "fast-check";
import type { AnyStateMachine } from "xstate";
import type { SerialMachine } from "../../machines/index.js";
import { stepSequence } from "../arbitraries/steps.js";
import { SerialModel } from "../model/serial-model.js";
import { regionsOf } from "../support/regions.js";
import { SerialSubject } from "../support/serial-subject.js";
import {
  DEFAULT_STATE,
  type Observation,
  type RegisterState,
  type Revision,
  type Step,
} from "../support/steps.js";
import { recordedTraces } from "../support/vectors.js";
import { once, type Trial, type Trials } from "./killer.js";

const SEED = 16_550;
const SEQUENCES = 60;

const write = (offset: number, value: number): Step => ({ op: "write", offset, value });
const read = (offset: number): Step => ({ op: "read", offset });
const restore = (state: Partial<RegisterState>): Step => ({
  op: "restore",
  from: { ...DEFAULT_STATE, ...state },
});

/** What chance seldom comes by. */
const EXAMPLES: readonly (readonly Step[])[] = [
  // Registers that no run leads to: DR clear with 63 bytes queued, one of which comes back; IIR 0x00, which a read of DLL leaves.
  [
    restore({ inBuffer: new Array(63).fill(0x2a), lineStatus: 0x60, modemControl: 0x18 }),
    write(0, 0x41),
    read(5),
  ],
  [restore({ interruptIdentification: 0x00, lineControl: 0x83 }), read(0), { op: "state" }],
  // THR empty is pending when a byte comes back.
  [write(1, 3), write(0, 0x41), write(4, 0x10), write(0, 0x42), read(0), read(2)],
];

interface Expected {
  readonly step: Step;
  /** What it did, as text. */
  readonly seen: string;
}

type Make = () => SerialSubject;

const does = (subject: SerialSubject, { step, seen }: Expected): boolean =>
  textOf(subject.step(step)) === seen;

const textOf = ({ outcome, triggers, output, events, effects, state }: Observation): string =>
  JSON.stringify([outcome, triggers, output, events, effects, ...FIELDS.map((name) => state[name])]);

const FIELDS = [
  "baudDivisorLow",
  "baudDivisorHigh",
  "interruptEnable",
  "interruptIdentification",
  "lineControl",
  "lineStatus",
  "modemControl",
  "modemStatus",
  "scratch",
  "inBuffer",
] as const;

/** The regions agree with the registers after every step. */
function regionsAgree(subject: SerialSubject, steps: readonly Step[]): boolean {
  return steps.every((step) => {
    subject.step(step);
    const { value } = subject.serial.snapshot;
    return JSON.stringify(value) === JSON.stringify(regionsOf(subject.serial.state()));
  });
}

/** A read gives one byte, neither more nor none. */
function readsGiveOneByte(subject: SerialSubject, steps: readonly Step[]): boolean {
  return steps.every((step) => {
    if (step.op !== "read") {
      subject.step(step);
      return true;
    }
    const emitted = subject.serial.apply({ type: "read", offset: step.offset });
    return emitted.filter(({ type }) => type === "data").length === 1;
  });
}

/** A restore interrupts for what is pending and enabled, THR empty first (S39). */
function restoresInOrder({ serial }: SerialSubject): boolean {
  return [0, 1, 2, 3].every((interruptEnable) =>
    [1, 2, 4, 6].every((interruptIdentification) => {
      const state = { ...DEFAULT_STATE, interruptEnable, interruptIdentification, inBuffer: [] };
      const causes = serial.apply({ type: "restore", state }).map(({ cause }) => cause);
      const expected = [
        ...(interruptEnable & 2 && interruptIdentification & 2 ? ["THRE"] : []),
        ...(interruptEnable & 1 && interruptIdentification & 4 ? ["RDA"] : []),
      ];
      return JSON.stringify(causes) === JSON.stringify(expected);
    }),
  );
}

export function serialTrials(revision: Revision): Trials {
  const drawn = fc.sample(stepSequence({ faults: true, restores: true }), { seed: SEED, numRuns: SEQUENCES });
  const sequences = [...EXAMPLES, ...drawn];
  const modelled = sequences.map((steps): Trial => {
    const expected = once(() => {
      const model = new SerialModel(revision);
      return steps.map((step): Expected => ({ step, seen: textOf(model.step(step)) }));
    });
    return {
      property: "the reference model",
      passes: (make) => {
        const subject = (make as Make)();
        return expected().every((each) => does(subject, each));
      },
    };
  });
  const recorded = recordedTraces(revision).map(({ steps }): Trial => {
    const expected = once(() =>
      steps.map((each): Expected => ({ step: each.step, seen: textOf(each.expected) })),
    );
    return {
      property: "the recorded crate",
      passes: (make) => {
        const subject = (make as Make)();
        return expected().every((each) => does(subject, each));
      },
    };
  });
  const regions = sequences.map(
    (steps): Trial => ({
      property: "regions and registers",
      passes: (make) => regionsAgree((make as Make)(), steps),
    }),
  );
  return {
    subjectOf:
      (machine: AnyStateMachine): Make =>
      () =>
        new SerialSubject(revision, { journal: false, machine: machine as unknown as SerialMachine }),
    trials: [
      ...modelled,
      ...recorded,
      ...regions,
      ...drawn.map(
        (steps): Trial => ({
          property: "a read gives one byte",
          passes: (make) => readsGiveOneByte((make as Make)(), steps),
        }),
      ),
      {
        property: "a restore interrupts in order",
        passes: (make) => restoresInOrder((make as Make)()),
      },
    ],
  };
}
