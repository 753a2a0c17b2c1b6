import { MSR } from "../../machines/index.js";
import { type ConformTarget, type ModemLines, type Sensed, TargetEndedError } from "./target.js";

/** One input of a suite. */
export type SuiteInput =
  | { readonly type: "read"; readonly offset: number }
  | { readonly type: "write"; readonly offset: number; readonly value: number }
  | { readonly type: "receive"; readonly bytes: readonly number[] }
  /** Nanoseconds. */
  | { readonly type: "advance"; readonly ticks: number }
  | ({ readonly type: "modem" } & ModemLines)
  /** The host stops and resumes taking output; the device is saved and restored; the pin MR. */
  | { readonly type: "hold" | "release" | "restore" | "masterReset" };

/** A sequence of inputs from the power-on state. */
export interface SuiteSequence {
  /** The transition of the chart for which it stands; "random 12" for a random one. */
  readonly covers: string;
  /** Every transition after which the tour reads what tells states apart: those of its last input. */
  readonly transitions?: readonly string[];
  readonly inputs: readonly SuiteInput[];
}

/** What was observed at one input. */
export interface Observation extends Sensed {
  /** The byte that was read. */
  readonly value?: number;
  /** The message with which the target failed. Nothing follows. */
  readonly error?: string;
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
export const canTake = (target: ConformTarget, { inputs }: Pick<SuiteSequence, "inputs">): boolean =>
  inputs.every(({ type }) => (type === "read" || type === "write" ? true : target[type] !== undefined));

/** The state in which each sequence begins. */
export interface SequenceStart {
  /** True for a target without a reset: writes and reads settle it. */
  readonly settles: boolean;
  /** The modem's lines, as MSR's high half shows them. A sequence that changes them ends with these. */
  readonly lines: number;
}

/**
 * Runs a sequence and returns an observation for each input, up to the first at which the target fails.
 *
 * @throws TargetEndedError if nothing can be asked of the target any more.
 */
export async function runSequence(
  target: ConformTarget,
  inputs: readonly SuiteInput[],
  { settles, lines }: SequenceStart,
): Promise<readonly Observation[]> {
  const observations: Observation[] = [];
  try {
    await target.reset?.();
    if (settles) {
      for (const input of SETTLING) await perform(target, input);
      await target.sense?.();
    }
    for (const input of inputs) {
      const value = await perform(target, input);
      const sensed = await target.sense?.();
      observations.push({ ...sensed, ...(value === undefined ? {} : { value: value & 0xff }) });
    }
    if (inputs.some(({ type }) => type === "modem")) await target.modem?.(modemLines(lines));
  } catch (error) {
    if (error instanceof TargetEndedError) throw error;
    observations.push({ error: error instanceof Error ? error.message : String(error) });
  }
  return observations;
}

/** Returns the modem's lines that MSR's high half shows. */
export const modemLines = (msr: number): ModemLines => ({
  cts: (msr & MSR.CTS) !== 0,
  dsr: (msr & MSR.DSR) !== 0,
  ri: (msr & MSR.RI) !== 0,
  dcd: (msr & MSR.DCD) !== 0,
});

/** Performs an input and returns the byte that is read, if it is a read. */
export async function perform(target: ConformTarget, input: SuiteInput): Promise<number | undefined> {
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
    case "modem": {
      const { type: _type, ...lines } = input;
      await target.modem?.(lines);
      return undefined;
    }
    default:
      await target[input.type]?.();
      return undefined;
  }
}

/** Counts the inputs at which two runs differ, in what both know. */
export const countDifferences = (
  observed: readonly Observation[],
  expected: readonly Observation[],
): number => observed.filter((one, index) => kindOfDifference(one, expected[index]) !== undefined).length;

/** What differs at an input. */
export type DifferenceKind = "value" | "level" | "rises" | "pulses" | "output" | "error";

function kindOfDifference(one: Observation, other: Observation | undefined): DifferenceKind | undefined {
  if (!other) return undefined;
  if ((one.error === undefined) !== (other.error === undefined)) return "error";
  for (const kind of ["value", "level", "rises", "pulses"] as const)
    if (one[kind] !== undefined && other[kind] !== undefined && one[kind] !== other[kind]) return kind;
  return one.output && other.output && one.output.join() !== other.output.join() ? "output" : undefined;
}

/** The first input at which two runs differ, in what both know; undefined if none. */
export function firstDifference(
  observed: readonly Observation[],
  expected: readonly Observation[],
): { readonly index: number; readonly kind: DifferenceKind } | undefined {
  for (const [index, one] of observed.entries()) {
    const kind = kindOfDifference(one, expected[index]);
    if (kind) return { index, kind };
  }
  return undefined;
}
