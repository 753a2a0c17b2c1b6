import { MSR, REGISTERS, UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import type { Device } from "../device/index.js";
import { allowedOptionValues } from "../device/internal.js";
import { withKnownNames } from "../journal/internal.js";
import { type Departure, departuresOf, type RecordedRun } from "./departures.js";
import { createUart, nameAtOnce, PARTS, type Part } from "./parts.js";
import {
  canTake,
  countDifferences,
  type Observation,
  runSequence,
  type SequenceStart,
  type SuiteSequence,
} from "./sequence.js";
import { deriveSuite, TOURED_TRANSITIONS } from "./suite.js";
import { type ConformTarget, DeviceTarget, TargetEndedError } from "./target.js";

/** Options of {@link conform}. */
export interface ConformOptions {
  /** The part with which the target is compared; by default the nearest. */
  readonly preset?: Uart16550Preset | "serial 0.8.1" | "serial 0.8.2";
  /** The number of random sequences; 150 by default. */
  readonly random?: number;
  /** The seed of the random sequences; 1 by default. */
  readonly seed?: number;
  /** The most departures that are shrunk and explained; 24 by default. */
  readonly mostDepartures?: number;
  /** Called now and then with the number of sequences done. */
  readonly progress?: (done: number, total: number) => void | Promise<void>;
}

/** The result of holding a target against the charts. */
export interface ConformReport {
  readonly target: string;
  /** The nearest part: a preset's name, or a revision of `serial`. */
  readonly nearest: string;
  /** The options in which the target is unlike that preset. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The sequences that were run, and those that agree with the nearest part with these options. */
  readonly sequences: number;
  readonly agreeing: number;
  /** The sequences that were left out, as the target cannot take their inputs. */
  readonly leftOut: number;
  /** The transitions of the charts that exploring reaches with the inputs of a target, and those of them that were toured on this one. */
  readonly transitions: { readonly reached: number; readonly toured: number };
  /** The departures that no option explains. */
  readonly departures: readonly Departure[];
  /** By part: the number of sequences that agree. */
  readonly parts: Readonly<Record<string, number>>;
  /** What was run, with the answers of the nearest part as it is. */
  readonly suite: readonly AnsweredSequence[];
}

/** A sequence with the answers that are expected. */
export interface AnsweredSequence extends SuiteSequence {
  /** One for each input. */
  readonly expected: readonly Observation[];
}

/**
 * Holds a 16550 against the charts: runs a suite that is derived from them, finds the part and the options that explain most of its answers, and
 * shrinks and explains the rest. An error that the target throws is a departure.
 *
 * @throws TargetEndedError if nothing can be asked of the target any more.
 * @throws RangeError if there is no such preset, TypeError for an unknown option: it names the nearest.
 */
export async function conform(target: ConformTarget, options: ConformOptions = {}): Promise<ConformReport> {
  const {
    random = 150,
    seed = 1,
    mostDepartures = 24,
    progress,
    preset,
  } = withKnownNames(options, ["preset", "random", "seed", "mostDepartures", "progress"], "conform");
  const suite = deriveSuite({
    ...{ random, seed, receives: target.receive !== undefined, hasTime: target.advance !== undefined },
  });
  const start = await startOf(target);
  const parts = partsFor(target, preset).map((part) => withLines(part, start.lines));
  const possible = suite.filter((sequence) => canTake(target, sequence));
  const runs: RecordedRun[] = [];
  for (const sequence of possible) {
    runs.push({ sequence, observed: await runSequence(target, sequence.inputs, start) });
    if (runs.length % 16 === 0) await progress?.(runs.length, possible.length);
  }
  const agreeing: Record<string, number> = {};
  let best: NearestPart | undefined;
  for (const part of parts) {
    const failing = await failingRuns(runs, () => part.create(), start);
    agreeing[part.name] = runs.length - failing.runs.length;
    if (!best || failing.answers < best.failing.answers) best = { part, failing };
  }
  if (!best) throw new RangeError(`preset: expected one of ${Object.keys(UART16550_PRESETS).join(", ")}`);
  const { part } = best;
  const explained =
    options.preset === undefined
      ? await explainByOptions(best, runs, start)
      : { changes: {}, failing: best.failing };
  const create = (): Device =>
    part.options ? createUart({ ...part.options, ...explained.changes }, start.lines) : part.create();
  return {
    target: target.name,
    nearest: part.name,
    options: explained.changes,
    sequences: runs.length,
    agreeing: runs.length - explained.failing.runs.length,
    leftOut: suite.length - possible.length,
    transitions: {
      reached: TOURED_TRANSITIONS.size,
      toured: new Set(possible.flatMap(({ transitions = [] }) => transitions)).size,
    },
    departures: await departuresOf({
      target,
      create,
      failing: explained.failing.runs,
      start,
      mostDepartures,
    }),
    parts: agreeing,
    suite: await answeredBy(part, possible, start),
  };
}

/** Finds out how the target's sequences begin. A target that already fails here has the lines of a board without a modem. */
async function startOf(target: ConformTarget): Promise<SequenceStart> {
  const settles = target.reset === undefined;
  try {
    await target.reset?.();
    if (settles) await runSequence(target, [], { settles, lines: 0 });
    return { settles, lines: (await target.read(REGISTERS.MSR.offset)) & MSR.LINES };
  } catch (error) {
    if (error instanceof TargetEndedError) throw error;
    return { settles, lines: MSR.CTS | MSR.DSR | MSR.DCD };
  }
}

/** The parts with which a target is compared: those that take time only if it has time. */
const partsFor = (target: ConformTarget, preset: ConformOptions["preset"]): readonly Part[] =>
  PARTS.filter(
    ({ name, isTimed }) =>
      (!isTimed || target.advance !== undefined) &&
      (preset === undefined || name === preset || name === nameAtOnce(preset)),
  );

const withLines = (part: Part, lines: number): Part => {
  const { options } = part;
  return options ? { ...part, create: () => createUart(options, lines) } : part;
};

/** Adds the answers of a part to sequences. */
async function answeredBy(
  { name, create }: Part,
  sequences: readonly SuiteSequence[],
  start: SequenceStart,
): Promise<readonly AnsweredSequence[]> {
  const part = new DeviceTarget(name, create);
  const answered: AnsweredSequence[] = [];
  for (const sequence of sequences)
    answered.push({ ...sequence, expected: await runSequence(part, sequence.inputs, start) });
  return answered;
}

/** The sequences in which a part answers differently, and the number of answers that differ. */
interface Failing {
  readonly runs: readonly RecordedRun[];
  readonly answers: number;
}

interface NearestPart {
  readonly part: Part;
  readonly failing: Failing;
}

async function failingRuns(
  runs: readonly RecordedRun[],
  create: () => Device,
  start: SequenceStart,
): Promise<Failing> {
  const part = new DeviceTarget("part", create);
  const failing: RecordedRun[] = [];
  let answers = 0;
  for (const run of runs) {
    const different = countDifferences(run.observed, await runSequence(part, run.sequence.inputs, start));
    answers += different;
    if (different > 0) failing.push(run);
  }
  return { runs: failing, answers };
}

/** Changes options one by one, as long as more sequences agree. */
async function explainByOptions(
  { part, failing: before }: NearestPart,
  runs: readonly RecordedRun[],
  start: SequenceStart,
): Promise<{
  readonly changes: Readonly<Record<string, unknown>>;
  readonly failing: Failing;
}> {
  const { options } = part;
  let changes: Record<string, unknown> = {};
  let failing = before;
  if (!options) return { changes, failing };
  for (let improved = true; improved && failing.answers > 0; ) {
    improved = false;
    for (const [name, values] of Object.entries(allowedOptionValues())) {
      for (const value of values) {
        const tried = { ...changes, [name]: value };
        if (value === { ...options, ...changes }[name]) continue;
        const create = () => createUart({ ...options, ...tried }, start.lines);
        // Most options explain nothing: what fails now decides first.
        const still = await failingRuns(failing.runs, create, start);
        if (still.answers >= failing.answers) continue;
        const now = await failingRuns(runs, create, start);
        if (now.answers >= failing.answers) continue;
        changes = tried;
        failing = now;
        improved = true;
      }
    }
  }
  return { changes, failing };
}
