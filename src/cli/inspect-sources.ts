import { type Chart, type Device, hex } from "../device/index.js";
import { checkedInput, isInput } from "../device/internal.js";
import {
  type Answer,
  openRecording,
  type Recording,
  Replay,
  type ReplayOptions,
  type Step,
} from "../guests/index.js";
import type { InspectionSource, RecordedDifference } from "../inspect/internal.js";
import {
  isStoryText,
  Journal,
  type JournalHeader,
  parseStory,
  type Recorded,
  type Story,
} from "../journal/index.js";
import { type RecordingFlags, recordingOptionsOf, windowOfFlags } from "./device-options.js";
import { type DeviceChoice, deviceFactory } from "./devices.js";
import type { InputFile } from "./input.js";
import { CommandError } from "./io.js";
import type { Progress } from "./progress.js";
import { formatNumber } from "./terminal.js";
import { prepareReplay, stepsOfTrace, withPolling } from "./traces.js";

/** The number of steps between two readings of the clock. */
const PROGRESS_INTERVAL = 1024;
/** The number of differences that are listed: with more, the devices have nothing in common. */
const MAX_DIFFERENCES = 10_000;

/** The options that decide what is read. */
type SourceFlags = DeviceChoice &
  RecordingFlags & {
    readonly against?: Chart | { readonly source: number };
    readonly trace?: string;
  };

/** A source that is filled while it is shown. */
interface GrowingSource extends InspectionSource {
  readonly differences: RecordedDifference[];
  readonly warnings: string[];
}

/** Sources that are being read. */
export interface SourceReading {
  /** The sources so far. */
  readonly sources: readonly InspectionSource[];
  /** Resolves once the first source can be shown; rejects as {@link readSources} does if there is none. */
  readonly begun: Promise<void>;
  /** Resolves once all have been read; rejects as {@link readSources} does. */
  readonly done: Promise<void>;
}

/**
 * Begins to read a recording in any format, or a story: each trace becomes a source for the inspector, which shows it while it grows.
 *
 * @throws CommandError, RecordingError or JournalError, by `done`, if it cannot be read.
 */
export function readSources(input: InputFile, deviceChoice: SourceFlags, progress: Progress): SourceReading {
  const sources: InspectionSource[] = [];
  let reportFirst = (): void => {};
  const firstAdded = new Promise<void>((resolve) => {
    reportFirst = resolve;
  });
  const addSource = (source: InspectionSource): void => {
    sources.push(source);
    reportFirst();
  };
  const done = readAll(input, deviceChoice, progress, addSource);
  return { sources, begun: Promise.race([firstAdded, done]), done };
}

async function readAll(
  input: InputFile,
  deviceChoice: SourceFlags,
  progress: Progress,
  addSource: (source: InspectionSource) => void,
): Promise<void> {
  const { story, chunks } = await storyOf(input.chunks);
  const warnings: string[] = [];
  const recording = await openRecording(chunks, recordingOptionsOf(deviceChoice));
  const createDevice = deviceFactory(
    recording,
    deviceChoice,
    (warning) => void warnings.push(warning),
    "all",
  );
  const showProgress = async (stepCount: number): Promise<void> => {
    await progress.showIfDue(
      () => `reading: ${shareInWords(input.readShare)}${formatNumber(stepCount)} steps`,
    );
    // A page that is open meanwhile is answered.
    await new Promise((resolve) => setImmediate(resolve));
  };
  const readSource = async (
    source: Omit<GrowingSource, "isReading" | "live">,
    fill: () => Promise<void>,
  ): Promise<void> => {
    let isReading = true;
    const { against } = deviceChoice;
    const compared =
      against &&
      ("source" in against && !("id" in against)
        ? against
        : { chart: (against as Chart).id, options: (against as Chart).options });
    addSource({
      ...source,
      ...(compared ? { against: compared } : {}),
      live: false,
      isReading: () => isReading,
    });
    try {
      await fill();
    } catch (error) {
      source.warnings.push(`read so far: ${(error as Error).message}`);
      throw error;
    } finally {
      source.warnings.push(...(recording.leftOut ?? []));
      if (recording.cut !== undefined) source.warnings.push(`the recording is cut off: ${recording.cut}`);
      isReading = false;
    }
  };
  // A journal is shown as it is, with its own numbers and notes.
  if (recording.entries && recording.header && windowOfFlags(deviceChoice) === undefined) {
    const device = createDevice();
    const journal = emptyJournal(device, recording.header);
    const { entries } = recording;
    const name = story ? `${story.claim.id}: ${input.name}` : input.name;
    await readSource({ name, journal, differences: [], warnings, ...(story ? { story } : {}) }, () =>
      readEntries(entries, device, journal, showProgress),
    );
    return;
  }
  const { trace: wantedTrace } = deviceChoice;
  const { steps, traces } =
    wantedTrace === undefined
      ? await prepareReplay(recording)
      : { steps: await stepsOfTrace(recording, wantedTrace), traces: undefined };
  const readSteps = (name: string, stepSource: AsyncIterable<Step> | Iterable<Step>) => {
    const device = createDevice();
    const source = { name, journal: device.journal, differences: [], warnings: [...warnings] };
    return readSource(source, () =>
      driveDevice(device, stepSource, recording, source.differences, showProgress),
    );
  };
  if (steps) await readSteps(wantedTrace ?? input.name, withPolling(recording, steps, createDevice));
  else for await (const trace of traces) await readSteps(trace.name, trace.steps);
}

/** Returns the story, and its journal as chunks; of any other file the chunks as they are. */
async function storyOf(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ story?: Omit<Story, "journal">; chunks: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const rest = async function* (): AsyncGenerator<Uint8Array, void> {
    if (!first.done) yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  };
  const beginning = first.done ? "" : new TextDecoder().decode(first.value.subarray(0, 200));
  if (!isStoryText(beginning)) return { chunks: rest() };
  const pieces: Uint8Array[] = [];
  for await (const piece of rest()) pieces.push(piece);
  try {
    const { journal, ...story } = parseStory(Buffer.concat(pieces).toString("utf8"));
    return { story, chunks: chunksOf(Buffer.from(journal)) };
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/**
 * Returns the journal for the entries of another, on a device that may be another revision or preset of the same chart.
 *
 * @param device - in the state in which the journal begins.
 */
function emptyJournal(device: Device, { first, tick }: JournalHeader): Journal {
  const { chart, options, state, definition = "", package: version = "" } = device.save();
  return new Journal({ chart, options, definition, package: version, first, tick, state }, { keep: "all" });
}

async function readEntries(
  entries: AsyncIterable<Recorded>,
  device: Device,
  journal: Journal,
  showProgress: (entryCount: number) => Promise<void>,
): Promise<void> {
  for await (const { entry } of entries) {
    journal.append(isInput(entry) ? checkedInput(device.chart, entry) : entry);
    if (journal.length % PROGRESS_INTERVAL === 0) await showProgress(journal.length);
  }
}

const shareInWords = (done: number | undefined): string =>
  done === undefined ? "" : `${Math.floor(done * 100)} % read, `;

async function driveDevice(
  device: Device,
  steps: AsyncIterable<Step> | Iterable<Step>,
  { clock }: Pick<Recording, "clock">,
  differences: RecordedDifference[],
  showProgress: (steps: number) => Promise<void>,
): Promise<void> {
  const difference: ReplayOptions["difference"] = ({ kind, recorded, ours }) => {
    if (differences.length < MAX_DIFFERENCES)
      differences.push({
        ...{ index: device.journal.next - 1, kind },
        ...{ recorded: answerInWords(recorded), ours: answerInWords(ours) },
      });
  };
  const replayRun = new Replay(device, { coverage: false, clock, difference });
  for await (const step of steps) {
    replayRun.step(step);
    if (replayRun.steps % PROGRESS_INTERVAL === 0) await showProgress(replayRun.steps);
  }
  replayRun.close();
}

const answerInWords = (answer: Answer): string =>
  typeof answer === "number" ? hex(answer) : answer.map(hex).join(" ") || "nothing";
