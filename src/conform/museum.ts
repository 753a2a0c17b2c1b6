import { MUSEUM } from "./compiled/museum.js";
import {
  canTake,
  type DifferenceKind,
  firstDifference,
  type Observation,
  runSequence,
  type SequenceStart,
  type SuiteInput,
} from "./sequence.js";
import { fromSuiteText } from "./suite-text.js";
import type { ConformTarget } from "./target.js";

/** A fault of emulators that users have reported. */
export interface ReportedFault {
  readonly fault: string;
  /** The reports: issues by project. */
  readonly report: string;
}

/** A fault with the accesses that show it. */
export interface MuseumProbe extends ReportedFault {
  /** The inputs, as text. */
  readonly inputs: string;
  /** What a device with the fault answers at the last input, and one without. */
  readonly broken: Observation;
  readonly sound: Observation;
}

/** A difference between a target and a part, as far as two of them are compared. */
export interface AnswerDifference {
  readonly kind: DifferenceKind;
  /** The register that was read, and the bits that differ; of values. */
  readonly offset?: number;
  readonly bits?: number;
}

/** Returns the first difference of two runs; undefined if there is none. */
export function differenceOf(
  inputs: readonly SuiteInput[],
  observed: readonly Observation[],
  expected: readonly Observation[],
): AnswerDifference | undefined {
  const found = firstDifference(observed, expected);
  const input = found && inputs[found.index];
  if (found?.kind !== "value" || input?.type !== "read") return found && { kind: found.kind };
  const bits = (observed[found.index]?.value ?? 0) ^ (expected[found.index]?.value ?? 0);
  return { kind: "value", offset: input.offset, bits };
}

/** A fault that a target has, by the accesses that show it, and the difference in which it shows. */
export interface ShownFault extends AnswerDifference {
  readonly probe: MuseumProbe;
}

/** Tries the museum's probes on a target: returns those at whose end it answers as a device with the fault, and the part as one without. */
export async function faultsOf(
  target: ConformTarget,
  part: ConformTarget,
  start: SequenceStart,
): Promise<readonly ShownFault[]> {
  const faults: ShownFault[] = [];
  for (const probe of MUSEUM) {
    const inputs = fromSuiteText(probe.inputs);
    if (!canTake(target, { inputs })) continue;
    const observed = await runSequence(target, inputs, start);
    const expected = await runSequence(part, inputs, start);
    const found = differenceOf(inputs, observed, expected);
    if (!found || firstDifference(observed, expected)?.index !== inputs.length - 1) continue;
    const answers = [observed.at(-1), probe.broken, expected.at(-1), probe.sound].map((observation) =>
      found.kind === "error" ? observation?.error !== undefined : JSON.stringify(observation?.[found.kind]),
    );
    if (answers[0] === answers[1] && answers[2] === answers[3]) faults.push({ ...found, probe });
  }
  return faults;
}

/** Returns the faults that show in the same answer as a difference: in the same bits of a register, or of the same kind. */
export const reportsFor = (
  faults: readonly ShownFault[],
  difference: AnswerDifference | undefined,
): readonly ReportedFault[] =>
  faults
    .filter(
      ({ kind, offset, bits = 0 }) =>
        kind === difference?.kind &&
        offset === difference.offset &&
        (kind !== "value" || (bits & (difference.bits ?? 0)) !== 0),
    )
    .map(({ probe: { fault, report } }) => ({ fault, report }));
