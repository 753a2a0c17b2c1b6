import type { ConformTarget, Sensed } from "./target.js";

/** One input of a suite. */
export type SuiteInput =
  | { readonly type: "read"; readonly offset: number }
  | { readonly type: "write"; readonly offset: number; readonly value: number }
  | { readonly type: "receive"; readonly bytes: readonly number[] }
  /** Nanoseconds. */
  | { readonly type: "advance"; readonly ticks: number }
  /** The host stops and resumes taking output; the device is saved and restored. */
  | { readonly type: "hold" | "release" | "restore" };

/** A sequence of inputs from the power-on state. */
export interface SuiteSequence {
  /** The transition of the chart for which it stands; "random 12" for a random one. */
  readonly covers: string;
  readonly inputs: readonly SuiteInput[];
}

/** What was observed at one input. */
export interface Observation extends Sensed {
  /** The byte that was read. */
  readonly value?: number;
}

/** Writes and reads that bring a target without a reset to a state that depends on little before. */
export const SETTLING: readonly SuiteInput[] = [
  ...[
    [3, 0x83],
    [0, 12],
    [1, 0],
    [3, 0x03],
    [1, 0],
    [2, 0x07],
    [2, 0],
    [4, 0],
    [7, 0],
  ].map(([offset = 0, value = 0]): SuiteInput => ({ type: "write", offset, value })),
  // What RBR holds is a zero, which came in loopback.
  { type: "write", offset: 4, value: 0x10 },
  { type: "write", offset: 0, value: 0 },
  ...[5, 0, 0, 5].map((offset): SuiteInput => ({ type: "read", offset })),
  { type: "write", offset: 4, value: 0 },
  ...[5, 0, 5, 6, 2].map((offset): SuiteInput => ({ type: "read", offset })),
];

/** Returns true if a target can take all inputs of a sequence. */
export const canTake = (target: ConformTarget, { inputs }: SuiteSequence): boolean =>
  inputs.every(({ type }) => (type === "read" || type === "write" ? true : target[type] !== undefined));

/** Runs a sequence and returns an observation for each input. */
export async function runSequence(
  target: ConformTarget,
  inputs: readonly SuiteInput[],
  settles: boolean,
): Promise<readonly Observation[]> {
  if (!settles) await target.reset?.();
  else {
    await target.reset?.();
    for (const input of SETTLING) await perform(target, input);
    await target.sense?.();
  }
  const observations: Observation[] = [];
  for (const input of inputs) {
    const value = await perform(target, input);
    const sensed = await target.sense?.();
    observations.push({ ...sensed, ...(value === undefined ? {} : { value: value & 0xff }) });
  }
  return observations;
}

async function perform(target: ConformTarget, input: SuiteInput): Promise<number | undefined> {
  switch (input.type) {
    case "read":
      return target.read(input.offset);
    case "write":
      await target.write(input.offset, input.value);
      return undefined;
    case "receive":
      await target.receive?.(input.bytes);
      return undefined;
    case "advance":
      await target.advance?.(input.ticks);
      return undefined;
    default:
      await target[input.type]?.();
      return undefined;
  }
}

/** Counts the inputs at which two runs differ, in what both know. */
export const countDifferences = (
  observed: readonly Observation[],
  expected: readonly Observation[],
): number =>
  observed.filter((one, index) => firstDifference([one], expected.slice(index, index + 1)) !== undefined)
    .length;

/** The first input at which two runs differ, in what both know; undefined if none. */
export function firstDifference(
  observed: readonly Observation[],
  expected: readonly Observation[],
): { readonly index: number; readonly kind: "value" | "level" | "pulses" | "output" } | undefined {
  for (const [index, one] of observed.entries()) {
    const other = expected[index];
    for (const kind of ["value", "level", "pulses"] as const)
      if (one[kind] !== undefined && other?.[kind] !== undefined && one[kind] !== other[kind])
        return { index, kind };
    if (one.output && other?.output && one.output.join() !== other.output.join())
      return { index, kind: "output" };
  }
  return undefined;
}
