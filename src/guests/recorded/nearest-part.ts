import type { Device } from "../../device/index.js";
import { Replay, type ReplayOptions } from "./replay.js";
import { RESPECTS, type Report } from "./report.js";
import type { Step } from "./step.js";

/** The number of steps between two reports of progress, and between two looks at who lags behind. */
const LOOK_EVERY = 256;
/** A part with so many more differences than the nearest is given up. */
const HOPELESS = 500;
const OUTPUT_CHUNK = 4096;

/** A part that a recording of an unknown one is compared with. */
export interface PartCandidate {
  /** Its name: "uart16550, preset qemu". */
  readonly name: string;
  /** A device in its power-on state. */
  readonly device: Device;
}

/** The comparison of a recording with one part. */
export interface PartReport {
  readonly name: string;
  /** The report, up to where it was given up. */
  readonly report: Report;
  /** The number of steps after which it was given up, as others are nearer; undefined if it was not. */
  readonly givenUp?: number;
}

/**
 * Drives several parts with one recording, in one pass and constant memory.
 *
 * @param candidates - one at least; the first one's output is passed on.
 * @returns a report for each, the nearest first: the fewest differences, then the longest agreement.
 * @throws as `replay` does.
 */
export async function replayCandidates(
  candidates: readonly PartCandidate[],
  steps: AsyncIterable<Step> | Iterable<Step>,
  options: Omit<ReplayOptions, "difference"> = {},
): Promise<readonly PartReport[]> {
  const runs = candidates.map((candidate) => new CandidateRun(candidate, options));
  const [first] = runs;
  const passOutput = async () => {
    const output = first?.replay.takeOutput();
    if (output && output.length > 0) await options.output?.(output);
  };
  let stepCount = 0;
  try {
    for await (const step of steps) {
      for (const run of runs) run.step(step);
      if (++stepCount % LOOK_EVERY !== 0) continue;
      giveUpLaggards(runs, stepCount);
      if ((first?.replay.waiting ?? 0) >= OUTPUT_CHUNK) await passOutput();
      await options.progress?.({ steps: stepCount, accesses: first?.replay.accesses ?? 0 });
    }
    await passOutput();
    return runs.map((run) => run.result()).sort(compareParts);
  } finally {
    for (const run of runs) run.replay.close();
  }
}

/** Counts the differences of a report in all respects. */
export const differencesOf = (report: Report): number =>
  RESPECTS.reduce((total, respect) => total + report[respect].different, 0);

/** One part on its way through the recording. */
class CandidateRun {
  readonly replay: Replay;
  readonly #name: string;
  differences = 0;
  givenUp: number | undefined;

  constructor({ name, device }: PartCandidate, options: ReplayOptions) {
    this.#name = name;
    this.replay = new Replay(device, { ...options, difference: () => void this.differences++ });
  }

  step(step: Step): void {
    if (this.givenUp === undefined) this.replay.step(step);
  }

  result(): PartReport {
    return {
      name: this.#name,
      report: this.replay.report(),
      ...(this.givenUp === undefined ? {} : { givenUp: this.givenUp }),
    };
  }
}

/** Gives up those that cannot be the nearest; the first stays, as its output is shown. */
function giveUpLaggards(runs: readonly CandidateRun[], stepCount: number): void {
  const least = Math.min(...runs.map(({ differences }) => differences));
  for (const run of runs.slice(1))
    if (run.givenUp === undefined && run.differences > least + HOPELESS) run.givenUp = stepCount;
}

const agreementOf = ({ first }: Report): number => first?.step.line ?? Number.POSITIVE_INFINITY;

function compareParts(first: PartReport, second: PartReport): number {
  const isGivenUp = Number(first.givenUp !== undefined) - Number(second.givenUp !== undefined);
  if (isGivenUp !== 0) return isGivenUp;
  const differences = differencesOf(first.report) - differencesOf(second.report);
  if (differences !== 0) return differences;
  const [firstAgreement, secondAgreement] = [agreementOf(first.report), agreementOf(second.report)];
  return firstAgreement === secondAgreement ? 0 : secondAgreement - firstAgreement;
}
