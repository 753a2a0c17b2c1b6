import { LCR, REGISTERS } from "../../machines/index.js";
import { type Device, inputInWords } from "../device/index.js";
import { type Difference, replay, type Step } from "../guests/index.js";
import { consequenceOf } from "./consequences.js";
import { differenceOf, faultsOf, type ReportedFault, reportsFor } from "./museum.js";
import {
  firstDifference,
  type Observation,
  runSequence,
  SETTLING,
  type SequenceStart,
  type SuiteInput,
  type SuiteSequence,
} from "./sequence.js";
import { type ConformTarget, DeviceTarget, toTicks } from "./target.js";

/** A departure of a target from the part that it is nearest to. */
export interface Departure {
  /** The register and the kind of answer, such as "IIR" or "interrupt line"; "failure" where the target throws. */
  readonly subject: string;
  /** The transition of the chart, or the random sequence, that shows it. */
  readonly covers: string;
  /** The number of sequences that show the same first. */
  readonly sequences: number;
  /** The shortest accesses that were found to show it, one a line. */
  readonly accesses: readonly string[];
  /** What the part answers, and the target. */
  readonly expected: string;
  readonly actual: string;
  /** The rules, with the datasheet's words. */
  readonly rules: Readonly<Record<string, string>>;
  /** What a driver would suffer. */
  readonly consequence: string;
  /** The faults of other emulators that answer the same, which users have reported. */
  readonly reports: readonly ReportedFault[];
  /** The accesses as inputs, for a program. */
  readonly inputs: readonly SuiteInput[];
}

/** A sequence with the target's answers. */
export interface RecordedRun {
  readonly sequence: SuiteSequence;
  readonly observed: readonly Observation[];
}

/** The most runs of a target that shrinking one departure may cost. */
const SHRINK_RUNS = 120;

/** The runs in which a target departs from a part. */
interface DepartingRuns {
  readonly target: ConformTarget;
  /** Makes the part. */
  readonly create: () => Device;
  readonly failing: readonly RecordedRun[];
  readonly start: SequenceStart;
  /** The most departures that are shrunk and explained. */
  readonly mostDepartures: number;
}

/** Shrinks and explains the departures of failing runs, one of each kind, the most frequent first. */
export async function departuresOf({
  target,
  create,
  failing,
  start,
  mostDepartures,
}: DepartingRuns): Promise<readonly Departure[]> {
  const part = new DeviceTarget("part", create);
  const groups = new Map<string, RecordedRun[]>();
  const add = (key: string, run: RecordedRun) => groups.set(key, [...(groups.get(key) ?? []), run]);
  for (const { sequence, observed } of failing) {
    const expected = await runSequence(part, sequence.inputs, start);
    const key = differenceKey(sequence.inputs, observed, expected);
    const end = (firstDifference(observed, expected)?.index ?? 0) + 1;
    add(key, { sequence, observed: observed.slice(0, end) });
    // A failure is a departure of its own, whatever differs before it.
    const failure = observed.at(-1)?.error;
    if (failure !== undefined && failure !== key)
      add(failure, { sequence, observed: onlyFailures(observed) });
  }
  const departures: Departure[] = [];
  const faults = await faultsOf(target, part, start);
  const frequentFirst = [...groups.values()].sort((one, other) => other.length - one.length);
  for (const group of frequentFirst.slice(0, mostDepartures)) {
    const [shortest] = [...group].sort((a, b) => a.sequence.inputs.length - b.sequence.inputs.length);
    if (!shortest) continue;
    const shrunk = await shrink(target, part, shortest, start);
    const explained = await explain(create, shrunk, start);
    departures.push({
      ...explained,
      ...{ covers: shortest.sequence.covers, sequences: group.length, inputs: shrunk.inputs },
      reports: reportsFor(
        faults,
        differenceOf(shrunk.inputs, shrunk.observed, await runSequence(part, shrunk.inputs, start)),
      ),
    });
  }
  return departures;
}

/** What a difference is about, so that those of one kind are explained once. */
function differenceKey(
  inputs: readonly SuiteInput[],
  observed: readonly Observation[],
  expected: readonly Observation[],
): string {
  const found = firstDifference(observed, expected);
  if (!found) return "";
  const error = observed[found.index]?.error;
  if (error !== undefined) return error;
  const input = inputs[found.index];
  const access = input && "offset" in input ? `${input.type} ${input.offset}` : input?.type;
  const bits = (observed[found.index]?.value ?? 0) ^ (expected[found.index]?.value ?? 0);
  return `${access} ${found.kind === "value" ? bits : found.kind}`;
}

/** Leaves out everything but the failure of a target. */
const onlyFailures = (observations: readonly Observation[]): readonly Observation[] =>
  observations.map(({ error }) => (error === undefined ? {} : { error }));

/** A sequence that shows a departure, with the target's answers. */
interface ShrunkRun {
  readonly inputs: readonly SuiteInput[];
  readonly observed: readonly Observation[];
}

/** Leaves out inputs, from the end of the sequence on, as long as the target departs in the same answer. */
async function shrink(
  target: ConformTarget,
  part: ConformTarget,
  { sequence, observed }: RecordedRun,
  start: SequenceStart,
): Promise<ShrunkRun> {
  let runsLeft = SHRINK_RUNS;
  const isFailure = observed.at(-1)?.error !== undefined;
  const tryInputs = async (inputs: readonly SuiteInput[]): Promise<ShrunkRun | undefined> => {
    runsLeft--;
    const all = await runSequence(target, inputs, start);
    const now = isFailure ? onlyFailures(all) : all;
    const expected = await runSequence(part, inputs, start);
    const found = firstDifference(now, expected);
    return found && differenceKey(inputs, now, expected) === key
      ? { inputs: inputs.slice(0, found.index + 1), observed: now.slice(0, found.index + 1) }
      : undefined;
  };
  const whole = await runSequence(part, sequence.inputs, start);
  const key = differenceKey(sequence.inputs, observed, whole);
  const end = (firstDifference(observed, whole)?.index ?? 0) + 1;
  let best: ShrunkRun = { inputs: sequence.inputs.slice(0, end), observed: observed.slice(0, end) };
  for (let size = Math.max(1, best.inputs.length >> 1); size >= 1; size >>= 1)
    for (let first = 0; first + size < best.inputs.length && runsLeft > 0; ) {
      const shorter = await tryInputs([...best.inputs.slice(0, first), ...best.inputs.slice(first + size)]);
      if (shorter) best = shorter;
      else first += size;
    }
  return best;
}

type DepartureExplanation = Omit<Departure, "covers" | "sequences" | "inputs" | "reports">;

/** Replays the accesses on the part, whose chart names the rules. */
async function explain(
  create: () => Device,
  run: ShrunkRun,
  { settles }: SequenceStart,
): Promise<DepartureExplanation> {
  const error = run.observed.at(-1)?.error;
  if (error !== undefined) return explainFailure(create(), run.inputs, error);
  const device = create();
  const { first } = await replay(device, stepsOf(device, run, settles ? SETTLING : []));
  if (!first)
    return { subject: "answers", accesses: [], expected: "", actual: "", rules: {}, consequence: "" };
  const { recorded, ours, kind } = first;
  return {
    subject: kind === "read" ? (first.step.register ?? "") : SUBJECTS[kind],
    accesses: [...first.before, first.step].map(({ text }) => text),
    expected: answerInWords(first, ours),
    actual: answerInWords(first, recorded),
    rules: first.rules,
    consequence:
      kind === "read" && typeof ours === "number" && typeof recorded === "number"
        ? consequenceOf(first.step.register ?? "", ours, recorded)
        : kind === "output"
          ? "what is sent arrives wrongly, or not at all"
          : kind === "edges"
            ? "with an edge-triggered interrupt controller: interrupts of which IIR says nothing, or one that is missed"
            : "interrupts are lost, or never end: consoles stop, or hang the machine",
  };
}

/** Explains a target that fails at the last input. */
function explainFailure(device: Device, inputs: readonly SuiteInput[], error: string): DepartureExplanation {
  const accesses: string[] = [];
  for (const input of inputs) {
    const applied = toInput(input, device);
    const isLatchOpen = (device.peek(REGISTERS.LCR.offset) & LCR.DLAB) !== 0;
    const value = device.apply(applied).find(({ type }) => type === "data")?.value;
    accesses.push(inputInWords(applied, isLatchOpen, value, device.chart));
  }
  return {
    subject: "failure",
    accesses,
    expected: "an answer",
    actual: error,
    rules: {},
    consequence: "the emulator fails, and the guest with it",
  };
}

/** Step by step, as a state is saved when it is reached. */
function* stepsOf(
  device: Device,
  { inputs, observed }: ShrunkRun,
  settling: readonly SuiteInput[],
): Generator<Step> {
  let lineLevel: 0 | 1 = 0;
  for (const [index, input] of [...settling, ...inputs].entries()) {
    const { value, level, rises, pulses, output } = observed[index - settling.length] ?? {};
    yield {
      line: index + 1,
      input: toInput(input, device),
      expected: {
        ...(value === undefined ? {} : { value }),
        ...(level === undefined ? {} : { level }),
        ...(level === undefined || rises === undefined ? {} : { edges: edgesOf(lineLevel, rises, level) }),
        ...(pulses === undefined ? {} : { interrupts: pulses }),
        ...(output === undefined ? {} : { output }),
      },
    };
    lineLevel = level ?? lineLevel;
  }
}

/** Returns the edges of a line that rose so often between two levels: as it alternates, there is one such list. */
const edgesOf = (before: 0 | 1, rises: number, after: 0 | 1): (0 | 1)[] =>
  Array.from({ length: Math.max(0, 2 * rises + before - after) }, (_, index) =>
    (before + index) & 1 ? 0 : 1,
  );

const SUBJECTS: Readonly<Record<Exclude<Difference["kind"], "read">, string>> = {
  ...{ triggers: "interrupt line", level: "interrupt line", edges: "interrupt line" },
  ...{ output: "output", modemOutputs: "modem outputs", breaks: "break" },
};

function answerInWords({ kind }: Difference, answer: Difference["ours"]): string {
  const hexByte = (value: number) => `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
  if (kind === "edges" && typeof answer !== "number")
    return answer.map((level) => (level === 1 ? "rises" : "falls")).join(", ") || "no edge";
  if (typeof answer !== "number") return answer.map(hexByte).join(" ") || "nothing";
  return kind === "read" ? hexByte(answer) : String(answer);
}

/** Returns an input as the device takes it now; one that the part has not is no more than a moment. */
function toInput(input: SuiteInput, device: Device): Step["input"] {
  const own = toOwnInput(input, device);
  return device.chart.inputs.includes(own.type) ? own : { type: "receive", characters: [] };
}

function toOwnInput(input: SuiteInput, device: Device): Step["input"] {
  switch (input.type) {
    case "receive":
      return { type: "receive", characters: input.bytes };
    case "restore":
      return { type: "restore", state: device.save().state };
    case "advance":
      return { type: "advance", ticks: toTicks(input.ticks, device.chart.clock) };
    case "masterReset":
      return { type: "reset" };
    case "hold":
    case "release":
      return { type: input.type };
    default:
      return input;
  }
}
