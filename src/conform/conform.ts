import {
  MSR,
  REGISTERS,
  UART16550_PRESETS,
  type Uart16550Options,
  type Uart16550Preset,
} from "../../machines/index.js";
import { type Device, Serial, Uart16550 } from "../device/index.js";
import { allowedOptionValues } from "../device/internal.js";
import { type Difference, replay, type Step } from "../guests/index.js";
import { consequenceOf } from "./consequences.js";
import {
  canTake,
  countDifferences,
  firstDifference,
  type Observation,
  runSequence,
  SETTLING,
  type SuiteInput,
  type SuiteSequence,
} from "./sequence.js";
import { atOnce, deriveSuite } from "./suite.js";
import { type ConformTarget, DeviceTarget } from "./target.js";

/** Options of {@link conform}. */
export interface ConformOptions {
  /** The part with which the target is compared; by default the nearest. */
  readonly preset?: Uart16550Preset | "serial 0.8.1" | "serial 0.8.2";
  /** The number of random sequences; 150 by default. */
  readonly random?: number;
  /** The seed of the random sequences; 1 by default. */
  readonly seed?: number;
  /** Called now and then with the number of sequences done. */
  readonly progress?: (done: number, total: number) => void | Promise<void>;
}

/** A departure of a target from the part that it is nearest to. */
export interface Departure {
  /** The register and the kind of answer, such as "IIR" or "interrupt line". */
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

/** A part that a target may be. */
interface Reference {
  readonly name: string;
  readonly options?: Uart16550Options;
  /** The modem's lines, as MSR's high half shows them. */
  readonly lines?: number;
  create(): Device;
}

/** A sequence with the target's answers. */
interface RecordedRun {
  readonly sequence: SuiteSequence;
  readonly observed: readonly Observation[];
}

/** Makes a part whose modem lines have had these levels since power-on, as MSR's high half shows them. */
function createUart(options: Uart16550Options, lines: number): Device {
  const device = new Uart16550({ preset: options, unmapped: "zero", journal: false });
  if (lines === (device.peek(MSR_OFFSET) & MSR.LINES)) return device;
  device.apply({
    type: "modem",
    ...{ cts: (lines & MSR.CTS) !== 0, dsr: (lines & MSR.DSR) !== 0 },
    ...{ ri: (lines & MSR.RI) !== 0, dcd: (lines & MSR.DCD) !== 0 },
  });
  device.apply({ type: "reset" });
  return device;
}

const MSR_OFFSET = REGISTERS.MSR.offset;

/** The most departures that are shrunk and explained. */
const MOST_DEPARTURES = 24;
/** The most runs of a target that shrinking one departure may cost. */
const SHRINK_RUNS = 120;

/**
 * Holds a 16550 against the charts: runs a suite that is derived from them, finds the part and the options that explain most of its answers, and
 * shrinks and explains the rest.
 *
 * @throws what the target throws.
 */
export async function conform(target: ConformTarget, options: ConformOptions = {}): Promise<ConformReport> {
  const { random = 150, seed = 1, progress } = options;
  const suite = deriveSuite({
    ...{ random, seed, receives: target.receive !== undefined, hasTime: target.advance !== undefined },
  });
  const settles = target.reset === undefined;
  await target.reset?.();
  if (settles) await runSequence(target, [], settles);
  const lines = (await target.read(MSR_OFFSET)) & MSR.LINES;
  const possible = suite.filter((sequence) => canTake(target, sequence));
  const runs: RecordedRun[] = [];
  for (const sequence of possible) {
    runs.push({ sequence, observed: await runSequence(target, sequence.inputs, settles) });
    if (runs.length % 16 === 0) await progress?.(runs.length, possible.length);
  }
  const references = referencesFor(target, lines).filter(
    ({ name }) =>
      options.preset === undefined ||
      name === options.preset ||
      name === `${options.preset} that transmits at once`,
  );
  const parts: Record<string, number> = {};
  let best: { reference: Reference; failing: Failing } | undefined;
  for (const reference of references) {
    const failing = await failingRuns(runs, () => reference.create(), settles);
    parts[reference.name] = runs.length - failing.runs.length;
    if (!best || failing.answers < best.failing.answers) best = { reference, failing };
  }
  if (!best) throw new RangeError(`preset: expected one of ${Object.keys(UART16550_PRESETS).join(", ")}`);
  const { reference } = best;
  const explained =
    options.preset === undefined
      ? await explainByOptions(best, runs, settles)
      : { changes: {}, failing: best.failing };
  const part = (): Device =>
    reference.options
      ? createUart({ ...reference.options, ...explained.changes }, lines)
      : reference.create();
  return {
    target: target.name,
    nearest: reference.name,
    options: explained.changes,
    sequences: runs.length,
    agreeing: runs.length - explained.failing.runs.length,
    leftOut: suite.length - possible.length,
    departures: await departuresOf(target, part, explained.failing.runs, settles),
    parts,
    suite: await answeredBy(reference, possible, settles),
  };
}

/** Adds the answers of a part to sequences. */
async function answeredBy(
  { name, create }: Reference,
  sequences: readonly SuiteSequence[],
  settles: boolean,
): Promise<readonly AnsweredSequence[]> {
  const part = new DeviceTarget(name, create);
  const answered: AnsweredSequence[] = [];
  for (const sequence of sequences)
    answered.push({ ...sequence, expected: await runSequence(part, sequence.inputs, settles) });
  return answered;
}

/** Every part, as it is where the target has time, and as one that transmits at once. */
function referencesFor(target: ConformTarget, lines: number): readonly Reference[] {
  const uarts = Object.entries(UART16550_PRESETS).flatMap(([name, preset]): Reference[] => {
    const variants: readonly (readonly [string, Uart16550Options])[] = preset.transmitterIsTimed
      ? [
          [`${name} that transmits at once`, atOnce(preset)],
          ...(target.advance ? ([[name, preset]] as const) : []),
        ]
      : [[name, preset]];
    return variants.map(([variantName, options]) => ({
      name: variantName,
      options,
      lines,
      create: () => createUart(options, lines),
    }));
  });
  const serials = (["0.8.2", "0.8.1"] as const).map((revision) => ({
    name: `serial ${revision}`,
    create: () => new Serial({ revision, journal: false }),
  }));
  return [...uarts, ...serials];
}

/** The sequences in which a part answers differently, and the number of answers that differ. */
interface Failing {
  readonly runs: readonly RecordedRun[];
  readonly answers: number;
}

async function failingRuns(
  runs: readonly RecordedRun[],
  create: () => Device,
  settles: boolean,
): Promise<Failing> {
  const part = new DeviceTarget("part", create);
  const failing: RecordedRun[] = [];
  let answers = 0;
  for (const run of runs) {
    const different = countDifferences(run.observed, await runSequence(part, run.sequence.inputs, settles));
    answers += different;
    if (different > 0) failing.push(run);
  }
  return { runs: failing, answers };
}

/** Changes options one by one, as long as more sequences agree. */
async function explainByOptions(
  { reference, failing: before }: { readonly reference: Reference; readonly failing: Failing },
  runs: readonly RecordedRun[],
  settles: boolean,
): Promise<{
  readonly changes: Readonly<Record<string, unknown>>;
  readonly failing: Failing;
}> {
  const { options } = reference;
  let changes: Record<string, unknown> = {};
  let failing = before;
  if (!options) return { changes, failing };
  for (let improved = true; improved && failing.answers > 0; ) {
    improved = false;
    for (const [name, values] of Object.entries(allowedOptionValues())) {
      for (const value of values) {
        const tried = { ...changes, [name]: value };
        if (value === { ...options, ...changes }[name]) continue;
        const create = () => createUart({ ...options, ...tried }, reference.lines ?? 0);
        // Most options explain nothing: what fails now decides first.
        const still = await failingRuns(failing.runs, create, settles);
        if (still.answers >= failing.answers) continue;
        const now = await failingRuns(runs, create, settles);
        if (now.answers >= failing.answers) continue;
        changes = tried;
        failing = now;
        improved = true;
      }
    }
  }
  return { changes, failing };
}

async function departuresOf(
  target: ConformTarget,
  create: () => Device,
  failing: readonly RecordedRun[],
  settles: boolean,
): Promise<readonly Departure[]> {
  const part = new DeviceTarget("part", create);
  const groups = new Map<string, RecordedRun[]>();
  for (const run of failing) {
    const expected = await runSequence(part, run.sequence.inputs, settles);
    const key = differenceKey(run.sequence.inputs, run.observed, expected);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const departures: Departure[] = [];
  for (const group of [...groups.values()].slice(0, MOST_DEPARTURES)) {
    const [shortest] = [...group].sort((a, b) => a.sequence.inputs.length - b.sequence.inputs.length);
    if (!shortest) continue;
    const shrunk = await shrink(target, part, shortest, settles);
    departures.push(await explain(create, shrunk, shortest.sequence.covers, group.length, settles));
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
  const input = inputs[found.index];
  const place = input && "offset" in input ? `${input.type} ${input.offset}` : input?.type;
  const bits =
    found.kind === "value"
      ? (observed[found.index]?.value ?? 0) ^ (expected[found.index]?.value ?? 0)
      : found.kind;
  return `${place} ${bits}`;
}

/** A sequence that shows a departure, with the target's answers. */
interface ShrunkRun {
  readonly inputs: readonly SuiteInput[];
  readonly observed: readonly Observation[];
}

/** Leaves out inputs, from the end of the sequence on, as long as the target departs. */
async function shrink(
  target: ConformTarget,
  part: ConformTarget,
  { sequence, observed }: RecordedRun,
  settles: boolean,
): Promise<ShrunkRun> {
  let runsLeft = SHRINK_RUNS;
  const tryInputs = async (inputs: readonly SuiteInput[]): Promise<ShrunkRun | undefined> => {
    runsLeft--;
    const now = await runSequence(target, inputs, settles);
    const found = firstDifference(now, await runSequence(part, inputs, settles));
    return found && { inputs: inputs.slice(0, found.index + 1), observed: now.slice(0, found.index + 1) };
  };
  const whole = await runSequence(part, sequence.inputs, settles);
  const end = (firstDifference(observed, whole)?.index ?? 0) + 1;
  let best: ShrunkRun = { inputs: sequence.inputs.slice(0, end), observed: observed.slice(0, end) };
  for (let size = Math.max(1, best.inputs.length >> 1); size >= 1; size >>= 1)
    for (let start = 0; start + size < best.inputs.length && runsLeft > 0; ) {
      const shorter = await tryInputs([...best.inputs.slice(0, start), ...best.inputs.slice(start + size)]);
      if (shorter) best = shorter;
      else start += size;
    }
  return best;
}

/** Replays the accesses on the part, whose chart names the rules. */
async function explain(
  create: () => Device,
  { inputs, observed }: ShrunkRun,
  covers: string,
  sequences: number,
  settles: boolean,
): Promise<Departure> {
  const device = create();
  const settling = settles ? SETTLING : [];
  // Step by step, as a state is saved when it is reached.
  const steps = function* (): Generator<Step> {
    for (const [index, input] of [...settling, ...inputs].entries()) {
      const { value, level, pulses, output } = observed[index - settling.length] ?? {};
      yield {
        line: index + 1,
        input: toInput(input, device),
        expected: {
          ...(value === undefined ? {} : { value }),
          ...(level === undefined ? {} : { level }),
          ...(pulses === undefined ? {} : { interrupts: pulses }),
          ...(output === undefined ? {} : { output }),
        },
      };
    }
  };
  const { first } = await replay(device, steps());
  const accesses = first ? [...first.before, first.step].map(({ text }) => text) : [];
  if (!first)
    return {
      subject: "answers",
      covers,
      sequences,
      accesses,
      expected: "",
      actual: "",
      rules: {},
      consequence: "",
    };
  const { recorded, ours, kind } = first;
  return {
    subject: kind === "read" ? (first.step.register ?? "") : SUBJECTS[kind],
    covers,
    sequences,
    accesses,
    expected: answerInWords(first, ours),
    actual: answerInWords(first, recorded),
    rules: first.rules,
    consequence:
      kind === "read" && typeof ours === "number" && typeof recorded === "number"
        ? consequenceOf(first.step.register ?? "", ours, recorded)
        : kind === "output"
          ? "what is sent arrives wrongly, or not at all"
          : "interrupts are lost, or never end: consoles stop, or hang the machine",
  };
}

const SUBJECTS: Readonly<Record<Exclude<Difference["kind"], "read">, string>> = {
  ...{ triggers: "interrupt line", level: "interrupt line", edges: "interrupt line" },
  ...{ output: "output", modemOutputs: "modem outputs", breaks: "break" },
};

function answerInWords({ kind }: Difference, answer: Difference["ours"]): string {
  const hexByte = (value: number) => `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
  if (typeof answer !== "number") return answer.map(hexByte).join(" ") || "nothing";
  return kind === "read" ? hexByte(answer) : String(answer);
}

const NANOSECONDS = 1_000_000_000;

/** Returns an input as the device takes it now. */
function toInput(input: SuiteInput, device: Device): Step["input"] {
  if (input.type === "receive") return { type: "receive", characters: input.bytes };
  if (input.type === "restore") return { type: "restore", state: device.save().state };
  if (input.type === "hold" || input.type === "release")
    return input.type === "hold" ? { type: "hold" } : { type: "release" };
  if (input.type === "read" || input.type === "write") return input;
  return {
    type: "advance",
    ticks: Math.ceil((("ticks" in input ? input.ticks : 0) * device.chart.clock) / NANOSECONDS),
  };
}
