import fc from "fast-check";
import type { Fault, SerialStep } from "../support/steps.js";
import { byte, offset, registerValue } from "./bytes.js";
import { anyState, likelyState, overfullState, pendingState } from "./states.js";

interface StepOptions {
  /** True if the writer and the trigger fail at times. */
  readonly faults?: boolean;
  /** True if states are saved and restored. */
  readonly restores?: boolean;
  /** The most chunks of a sequence: a step, a few that belong together, or up to 70 alike. */
  readonly maxChunks?: number;
}

const none: fc.Arbitrary<undefined> = fc.constant(undefined);

/** A fault, or none. Interrupted writes are Rust's own and left to the recorded traces. */
const fault = (): fc.Arbitrary<Fault | undefined> => {
  const out = fc.constantFrom("write-error", "write-zero", "flush-error");
  const trigger = fc.constantFrom(0, 0, 1);
  return fc.oneof(
    { arbitrary: none, weight: 1 },
    {
      arbitrary: fc.oneof(fc.record({ out }), fc.record({ trigger }), fc.record({ out, trigger })),
      weight: 1,
    },
  );
};

const withFault = <S extends SerialStep>(plainStep: S, armedFault: Fault | undefined): S =>
  armedFault === undefined ? plainStep : { ...plainStep, fault: armedFault };

const readStep = (): fc.Arbitrary<SerialStep> =>
  offset().map((registerOffset) => ({ op: "read", offset: registerOffset }));

/** No `chain`: what depends on the offset would not shrink well. */
const writeStep = (): fc.Arbitrary<SerialStep> => {
  const to = (registerOffset: number): fc.Arbitrary<SerialStep> =>
    registerValue(registerOffset).map((value) => ({ op: "write", offset: registerOffset, value }));
  const unusualWrite = fc
    .tuple(offset(), byte())
    .map(([registerOffset, value]): SerialStep => ({ op: "write", offset: registerOffset, value }));
  return fc.oneof(
    { arbitrary: fc.oneof(to(0), to(1)), weight: 5 },
    { arbitrary: fc.oneof(to(3), to(4)), weight: 3 },
    { arbitrary: fc.oneof(to(2), to(5), to(6), to(7), unusualWrite), weight: 2 },
  );
};

/** Bytes that arrive together: few, none, or about as many as there are places. */
const enqueueStep = (): fc.Arbitrary<SerialStep> =>
  fc
    .oneof(
      { arbitrary: fc.array(byte(), { minLength: 1, maxLength: 4, size: "max" }), weight: 5 },
      { arbitrary: fc.constant([]), weight: 1 },
      { arbitrary: fc.array(byte(), { minLength: 60, maxLength: 70, size: "max" }), weight: 1 },
    )
    .map((bytes) => ({ op: "enqueue", bytes }));

/** One access or arrival: what a guest and its console do. */
export const inputStep = (): fc.Arbitrary<SerialStep> =>
  fc.oneof(
    { arbitrary: fc.oneof(writeStep(), readStep()), weight: 4 },
    { arbitrary: enqueueStep(), weight: 1 },
  );

const slotArbitrary = fc.constantFrom(0, 1);

const saveStep = (): fc.Arbitrary<SerialStep> => slotArbitrary.map((to) => ({ op: "save", slot: to }));

/** Restores what was saved, or any registers. */
const restoreStep = (): fc.Arbitrary<SerialStep> =>
  fc.oneof(
    { arbitrary: slotArbitrary.map((from): SerialStep => ({ op: "restore", slot: from })), weight: 3 },
    {
      arbitrary: fc
        .oneof(pendingState(), pendingState(), likelyState(), anyState())
        .map((from): SerialStep => ({ op: "restore", from })),
      weight: 3,
    },
    { arbitrary: overfullState().map((from): SerialStep => ({ op: "restore", from })), weight: 1 },
  );

const askStep = (): fc.Arbitrary<SerialStep> =>
  fc.constantFrom<SerialStep>({ op: "capacity" }, { op: "state" });

/** The same offset many times over: only so does loopback fill the FIFO, and reading empty it. */
const runOfSteps = (): fc.Arbitrary<SerialStep[]> => {
  const length = { minLength: 1, maxLength: 70, size: "max" } as const;
  const writeEvents = fc
    .array(byte(), length)
    .map((bytes) => bytes.map((value): SerialStep => ({ op: "write", offset: 0, value })));
  const reads = fc.array(fc.constant<SerialStep>({ op: "read", offset: 0 }), length);
  return fc.oneof(writeEvents, reads);
};

/**
 * Steps that matter together: nothing pending and then a byte sent; bytes that wait while interrupts are masked and then
 * unmasked; both sources at once. And something that fails just there.
 */
export const relatedSteps = (faults: boolean): fc.Arbitrary<SerialStep[]> =>
  fc
    .tuple(byte(), fc.constantFrom(3, 2, 1), fc.constantFrom(0, 1, 2), faults ? fault() : none)
    .map(([value, enables, variant, armedFault]) => {
      const identify: SerialStep = { op: "read", offset: 2 };
      const maskStep: SerialStep = { op: "write", offset: 1, value: 0 };
      const unmaskStep: SerialStep = { op: "write", offset: 1, value: enables };
      const sendStep = withFault<SerialStep>({ op: "write", offset: 0, value }, armedFault);
      const arriveStep: SerialStep = { op: "enqueue", bytes: [value] };
      if (variant === 0) return [unmaskStep, identify, sendStep];
      if (variant === 1) return [identify, maskStep, arriveStep, withFault(unmaskStep, armedFault)];
      return [unmaskStep, identify, withFault(arriveStep, armedFault), sendStep];
    });

/** A byte too many, from outside and then by loopback. */
const overfullSteps = (): fc.Arbitrary<SerialStep[]> =>
  fc
    .tuple(fc.array(byte(), { minLength: 63, maxLength: 65, size: "max" }), byte(), fc.boolean())
    .map(([dataBytes, value, stay]): SerialStep[] => [
      { op: "write", offset: 3, value: 0x03 },
      { op: "write", offset: 4, value: 0x08 },
      { op: "enqueue", bytes: dataBytes },
      { op: "enqueue", bytes: [value, value] },
      { op: "write", offset: 4, value: 0x18 },
      { op: "write", offset: 0, value },
      { op: "write", offset: 4, value: stay ? 0x18 : 0x08 },
    ]);

/** Both sources pending, and restored so: the restore interrupts twice. */
const pendingRestore = (): fc.Arbitrary<SerialStep[]> =>
  fc.tuple(pendingState(), slotArbitrary).map(([from, to]): SerialStep[] => [
    { op: "restore", from: { ...from, interruptEnable: 3, interruptIdentification: 6 } },
    { op: "save", slot: to },
    { op: "restore", slot: to },
  ]);

/** Sequences long enough to fill 64 places and empty them, several times in one. */
export const stepSequence = (options: StepOptions = {}): fc.Arbitrary<SerialStep[]> => {
  const { faults = false, restores = false, maxChunks = 50 } = options;
  const singleStep = fc.oneof(
    { arbitrary: inputStep(), weight: 16 },
    { arbitrary: askStep(), weight: 1 },
    ...(restores ? [{ arbitrary: fc.oneof(saveStep(), restoreStep(), restoreStep()), weight: 3 }] : []),
  );
  const faultyStep = faults
    ? fc.tuple(singleStep, fault()).map(([step, armedFault]) => withFault(step, armedFault))
    : singleStep;
  const stepGroup = fc.oneof(
    { arbitrary: faultyStep.map((step) => [step]), weight: 12 },
    { arbitrary: relatedSteps(faults), weight: 4 },
    { arbitrary: overfullSteps(), weight: 1 },
    ...(restores ? [{ arbitrary: pendingRestore(), weight: 1 }] : []),
    { arbitrary: runOfSteps(), weight: 1 },
  );
  return fc
    .array(stepGroup, { minLength: 1, maxLength: maxChunks, size: "max" })
    .map((chunks) => chunks.flat());
};
