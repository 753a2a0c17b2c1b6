/** The trials of a mutant of `serial`: the reference model, the recorded runs of the crate, its regions, and its emissions. */
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
  type SerialStep,
} from "../support/steps.js";
import { recordedTraces } from "../support/vectors.js";
import { computeOnce, type MutantTrial, type TrialSuite } from "./mutant-runner.js";

const SEED = 16_550;
const SEQUENCES = 60;

const write = (offset: number, value: number): SerialStep => ({ op: "write", offset, value });
const read = (offset: number): SerialStep => ({ op: "read", offset });
const restore = (registers: Partial<RegisterState>): SerialStep => ({
  op: "restore",
  from: { ...DEFAULT_STATE, ...registers },
});

/** Sequences that chance seldom finds. */
const EXAMPLES: readonly (readonly SerialStep[])[] = [
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
  readonly step: SerialStep;
  /** Its observation, as text. */
  readonly observed: string;
}

type MakeSubject = () => SerialSubject;

const meetsExpectation = (subject: SerialSubject, { step, observed }: Expected): boolean =>
  textOf(subject.step(step)) === observed;

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
function regionsAgree(subject: SerialSubject, sequence: readonly SerialStep[]): boolean {
  return sequence.every((nextStep) => {
    subject.step(nextStep);
    const { value } = subject.serial.snapshot;
    return JSON.stringify(value) === JSON.stringify(regionsOf(subject.serial.state()));
  });
}

/** A read gives one byte, neither more nor none. */
function readsGiveOneByte(subject: SerialSubject, sequence: readonly SerialStep[]): boolean {
  return sequence.every((nextStep) => {
    if (nextStep.op !== "read") {
      subject.step(nextStep);
      return true;
    }
    const emitted = subject.serial.apply({ type: "read", offset: nextStep.offset });
    return emitted.filter(({ type }) => type === "data").length === 1;
  });
}

/** A restore interrupts for what is pending and enabled, THR empty first (S39). */
function restoresInOrder({ serial }: SerialSubject): boolean {
  return [0, 1, 2, 3].every((interruptEnable) =>
    [1, 2, 4, 6].every((interruptIdentification) => {
      const registers = { ...DEFAULT_STATE, interruptEnable, interruptIdentification, inBuffer: [] };
      const causes = serial.apply({ type: "restore", state: registers }).map(({ cause }) => cause);
      const expected = [
        ...(interruptEnable & 2 && interruptIdentification & 2 ? ["THRE"] : []),
        ...(interruptEnable & 1 && interruptIdentification & 4 ? ["RDA"] : []),
      ];
      return JSON.stringify(causes) === JSON.stringify(expected);
    }),
  );
}

export function serialTrials(revision: Revision): TrialSuite {
  const drawn = fc.sample(stepSequence({ faults: true, restores: true }), { seed: SEED, numRuns: SEQUENCES });
  const sequences = [...EXAMPLES, ...drawn];
  const modelled = sequences.map((sequence): MutantTrial => {
    const expected = computeOnce(() => {
      const referenceModel = new SerialModel(revision);
      return sequence.map(
        (nextStep): Expected => ({ step: nextStep, observed: textOf(referenceModel.step(nextStep)) }),
      );
    });
    return {
      property: "the reference model",
      passes: (makeSubject) => {
        const subject = (makeSubject as MakeSubject)();
        return expected().every((expectation) => meetsExpectation(subject, expectation));
      },
    };
  });
  const recorded = recordedTraces(revision).map(({ steps: sequence }): MutantTrial => {
    const expected = computeOnce(() =>
      sequence.map(
        (expectation): Expected => ({ step: expectation.step, observed: textOf(expectation.expected) }),
      ),
    );
    return {
      property: "the recorded crate",
      passes: (makeSubject) => {
        const subject = (makeSubject as MakeSubject)();
        return expected().every((expectation) => meetsExpectation(subject, expectation));
      },
    };
  });
  const regions = sequences.map(
    (sequence): MutantTrial => ({
      property: "regions and registers",
      passes: (make) => regionsAgree((make as MakeSubject)(), sequence),
    }),
  );
  return {
    subjectOf:
      (machine: AnyStateMachine): MakeSubject =>
      () =>
        new SerialSubject(revision, { journal: false, machine: machine as unknown as SerialMachine }),
    trials: [
      ...modelled,
      ...recorded,
      ...regions,
      ...drawn.map(
        (sequence): MutantTrial => ({
          property: "a read gives one byte",
          passes: (make) => readsGiveOneByte((make as MakeSubject)(), sequence),
        }),
      ),
      {
        property: "a restore interrupts in order",
        passes: (make) => restoresInOrder((make as MakeSubject)()),
      },
    ],
  };
}
