import { type Device, hex } from "../device/index.js";
import { type Answer, openRecording, Replay, type ReplayOptions, type Step } from "../guests/index.js";
import type { InspectionSource, RecordedDifference } from "../inspect/internal.js";
import { type RecordingFlags, recordingOptionsOf } from "./device-options.js";
import { type DeviceChoice, deviceFactory } from "./devices.js";
import type { InputFile } from "./input.js";
import type { Progress } from "./progress.js";
import { formatNumber } from "./terminal.js";
import { prepareReplay, withPolling } from "./traces.js";

/** The number of steps between two readings of the clock. */
const PROGRESS_INTERVAL = 1024;
/** The number of differences that are listed: with more, the devices have nothing in common. */
const MAX_DIFFERENCES = 10_000;

/**
 * Reads a recording in any format, and drives the device with it: each trace becomes a source for the inspector.
 *
 * @throws CommandError, RecordingError or JournalError if it cannot be read.
 */
export async function readSources(
  input: InputFile,
  deviceChoice: DeviceChoice & RecordingFlags,
  progress: Progress,
): Promise<readonly InspectionSource[]> {
  const warnings: string[] = [];
  const recording = await openRecording(input.chunks, recordingOptionsOf(deviceChoice));
  const createDevice = deviceFactory(
    recording,
    deviceChoice,
    (warning) => void warnings.push(warning),
    "all",
  );
  const { steps, traces } = await prepareReplay(recording);
  const showProgress = (stepCount: number) =>
    progress.showIfDue(() => `reading: ${shareInWords(input.readShare)}${formatNumber(stepCount)} steps`);
  const sources: InspectionSource[] = [];
  const readSource = async (name: string, stepSource: AsyncIterable<Step> | Iterable<Step>) =>
    void sources.push(
      await driveDevice(name, createDevice(), stepSource, recording.clock, warnings, showProgress),
    );
  if (steps) await readSource(input.name, withPolling(recording, steps, createDevice));
  else for await (const trace of traces) await readSource(trace.name, trace.steps);
  warnings.push(...(recording.leftOut ?? []));
  if (recording.cut !== undefined) warnings.push(`the recording is cut off: ${recording.cut}`);
  return sources;
}

const shareInWords = (done: number | undefined): string =>
  done === undefined ? "" : `${Math.floor(done * 100)} % read, `;

async function driveDevice(
  name: string,
  device: Device,
  steps: AsyncIterable<Step> | Iterable<Step>,
  clock: number | undefined,
  warnings: readonly string[],
  showProgress: (steps: number) => Promise<void>,
): Promise<InspectionSource> {
  const differences: RecordedDifference[] = [];
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
  return { name, live: false, journal: device.journal, differences, warnings };
}

const answerInWords = (answer: Answer): string =>
  typeof answer === "number" ? hex(answer) : answer.map(hex).join(" ") || "nothing";
