import fc from "fast-check";
import type { Fault, Step } from "../support/steps.js";
import { byte, offset, registerValue } from "./bytes.js";
import { anyState, likelyState, overfullState, pendingState } from "./states.js";

export interface StepOptions {
  /** Whether the writer and the trigger fail at times. */
  readonly faults?: boolean;
  /** Whether states are saved and restored. */
  readonly restores?: boolean;
  /** How many chunks a sequence has at most: a step, a few that belong together, or up to 70 alike. */
  readonly maxChunks?: number;
}

const none: fc.Arbitrary<undefined> = fc.constant(undefined);

/** A fault, or none. Interrupted writes are Rust's own and left to the recorded traces. */
export const fault = (): fc.Arbitrary<Fault | undefined> => {
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

const withFault = <S extends Step>(step: S, armed: Fault | undefined): S =>
  armed === undefined ? step : { ...step, fault: armed };

export const readStep = (): fc.Arbitrary<Step> => offset().map((at) => ({ op: "read", offset: at }));

/** No `chain`: what depends on the offset would not shrink well. */
export const writeStep = (): fc.Arbitrary<Step> => {
  const to = (at: number): fc.Arbitrary<Step> =>
    registerValue(at).map((value) => ({ op: "write", offset: at, value }));
  const far = fc.tuple(offset(), byte()).map(([at, value]): Step => ({ op: "write", offset: at, value }));
  return fc.oneof(
    { arbitrary: fc.oneof(to(0), to(1)), weight: 5 },
    { arbitrary: fc.oneof(to(3), to(4)), weight: 3 },
    { arbitrary: fc.oneof(to(2), to(5), to(6), to(7), far), weight: 2 },
  );
};

/** Bytes that arrive together: few, none, or about as many as there are places. */
export const enqueueStep = (): fc.Arbitrary<Step> =>
  fc
    .oneof(
      { arbitrary: fc.array(byte(), { minLength: 1, maxLength: 4, size: "max" }), weight: 5 },
      { arbitrary: fc.constant([]), weight: 1 },
      { arbitrary: fc.array(byte(), { minLength: 60, maxLength: 70, size: "max" }), weight: 1 },
    )
    .map((bytes) => ({ op: "enqueue", bytes }));

/** One access or arrival: what a guest and its console do. */
export const inputStep = (): fc.Arbitrary<Step> =>
  fc.oneof(
    { arbitrary: fc.oneof(writeStep(), readStep()), weight: 4 },
    { arbitrary: enqueueStep(), weight: 1 },
  );

const slot = fc.constantFrom(0, 1);

export const saveStep = (): fc.Arbitrary<Step> => slot.map((to) => ({ op: "save", slot: to }));

/** Restores what was saved, or any registers. */
export const restoreStep = (): fc.Arbitrary<Step> =>
  fc.oneof(
    { arbitrary: slot.map((from): Step => ({ op: "restore", slot: from })), weight: 3 },
    {
      arbitrary: fc
        .oneof(pendingState(), pendingState(), likelyState(), anyState())
        .map((from): Step => ({ op: "restore", from })),
      weight: 3,
    },
    { arbitrary: overfullState().map((from): Step => ({ op: "restore", from })), weight: 1 },
  );

const askStep = (): fc.Arbitrary<Step> => fc.constantFrom<Step>({ op: "capacity" }, { op: "state" });

/** The same offset many times over: only so does loopback fill the FIFO, and reading empty it. */
const runOfSteps = (): fc.Arbitrary<Step[]> => {
  const length = { minLength: 1, maxLength: 70, size: "max" } as const;
  const writes = fc
    .array(byte(), length)
    .map((bytes) => bytes.map((value): Step => ({ op: "write", offset: 0, value })));
  const reads = fc.array(fc.constant<Step>({ op: "read", offset: 0 }), length);
  return fc.oneof(writes, reads);
};

/**
 * What must come together to matter: nothing pending and then a byte sent; bytes that wait while interrupts are masked and then
 * unmasked; both sources at once. And something that fails just there.
 */
export const phrase = (faults: boolean): fc.Arbitrary<Step[]> =>
  fc
    .tuple(byte(), fc.constantFrom(3, 2, 1), fc.constantFrom(0, 1, 2), faults ? fault() : none)
    .map(([value, enables, which, armed]) => {
      const identify: Step = { op: "read", offset: 2 };
      const mask: Step = { op: "write", offset: 1, value: 0 };
      const unmask: Step = { op: "write", offset: 1, value: enables };
      const send = withFault<Step>({ op: "write", offset: 0, value }, armed);
      const arrive: Step = { op: "enqueue", bytes: [value] };
      if (which === 0) return [unmask, identify, send];
      if (which === 1) return [identify, mask, arrive, withFault(unmask, armed)];
      return [unmask, identify, withFault(arrive, armed), send];
    });

/** A byte too many, from outside and then by loopback. */
const crowd = (): fc.Arbitrary<Step[]> =>
  fc
    .tuple(fc.array(byte(), { minLength: 63, maxLength: 65, size: "max" }), byte(), fc.boolean())
    .map(([bytes, value, stay]): Step[] => [
      { op: "write", offset: 3, value: 0x03 },
      { op: "write", offset: 4, value: 0x08 },
      { op: "enqueue", bytes },
      { op: "enqueue", bytes: [value, value] },
      { op: "write", offset: 4, value: 0x18 },
      { op: "write", offset: 0, value },
      { op: "write", offset: 4, value: stay ? 0x18 : 0x08 },
    ]);

/** Both sources pending, and restored so: the restore interrupts twice. */
const pendingRestore = (): fc.Arbitrary<Step[]> =>
  fc.tuple(pendingState(), slot).map(([from, to]): Step[] => [
    { op: "restore", from: { ...from, interruptEnable: 3, interruptIdentification: 6 } },
    { op: "save", slot: to },
    { op: "restore", slot: to },
  ]);

/** Sequences long enough to fill 64 places and empty them, several times in one. */
export const stepSequence = (options: StepOptions = {}): fc.Arbitrary<Step[]> => {
  const { faults = false, restores = false, maxChunks = 50 } = options;
  const single = fc.oneof(
    { arbitrary: inputStep(), weight: 16 },
    { arbitrary: askStep(), weight: 1 },
    ...(restores ? [{ arbitrary: fc.oneof(saveStep(), restoreStep(), restoreStep()), weight: 3 }] : []),
  );
  const armed = faults ? fc.tuple(single, fault()).map(([step, what]) => withFault(step, what)) : single;
  const chunk = fc.oneof(
    { arbitrary: armed.map((step) => [step]), weight: 12 },
    { arbitrary: phrase(faults), weight: 4 },
    { arbitrary: crowd(), weight: 1 },
    ...(restores ? [{ arbitrary: pendingRestore(), weight: 1 }] : []),
    { arbitrary: runOfSteps(), weight: 1 },
  );
  return fc.array(chunk, { minLength: 1, maxLength: maxChunks, size: "max" }).map((chunks) => chunks.flat());
};
