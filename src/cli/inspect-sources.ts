import { type Device, hex } from "../device/index.js";
import { type Answer, openRecording, Replay, type ReplayOptions, type Step } from "../guests/index.js";
import type { Source } from "../inspect/server/source.js";
import type { DifferenceAt } from "../inspect/wire.js";
import { type DeviceChoice, devicesFor } from "./devices.js";
import type { InputFile } from "./input.js";
import type { Progress } from "./progress.js";
import { grouped } from "./terminal.js";
import { toReplay } from "./traces.js";

/** How many steps go by between two looks at the clock. */
const EVERY = 1024;
/** Differences that are told one by one: with more, the devices have nothing to do with each other. */
const MOST_DIFFERENCES = 10_000;

/**
 * Reads a recording, whichever format it has, and drives the device with it: each trace becomes something to look at.
 *
 * @throws CommandError, RecordingError or JournalError if it cannot be read.
 */
export async function sourcesOf(
  input: InputFile,
  choice: DeviceChoice,
  progress: Progress,
): Promise<readonly Source[]> {
  const warnings: string[] = [];
  const recording = await openRecording(input.chunks);
  const make = devicesFor(recording, choice, (warning) => void warnings.push(warning), "all");
  const { steps, traces } = await toReplay(recording);
  const tell = (done: number) => progress.tick(() => `reading: ${partOf(input.done)}${grouped(done)} steps`);
  const sources: Source[] = [];
  const read = async (name: string, from: AsyncIterable<Step> | Iterable<Step>) =>
    void sources.push(await drive(name, make(), from, recording.clock, warnings, tell));
  if (steps) await read(input.name, steps);
  else for await (const trace of traces) await read(trace.name, trace.steps);
  if (recording.cut !== undefined) warnings.push(`the recording is cut off: ${recording.cut}`);
  return sources;
}

const partOf = (done: number | undefined): string =>
  done === undefined ? "" : `${Math.floor(done * 100)} % read, `;

async function drive(
  name: string,
  device: Device,
  steps: AsyncIterable<Step> | Iterable<Step>,
  clock: number | undefined,
  warnings: readonly string[],
  tell: (steps: number) => Promise<void>,
): Promise<Source> {
  const differences: DifferenceAt[] = [];
  const difference: ReplayOptions["difference"] = ({ kind, recorded, ours }) => {
    if (differences.length < MOST_DIFFERENCES)
      differences.push({
        ...{ index: device.journal.next - 1, kind },
        ...{ recorded: answerInWords(recorded), ours: answerInWords(ours) },
      });
  };
  const run = new Replay(device, { coverage: false, clock, difference });
  for await (const step of steps) {
    run.step(step);
    if (run.steps % EVERY === 0) await tell(run.steps);
  }
  run.close();
  return { name, live: false, journal: device.journal, differences, warnings };
}

const answerInWords = (answer: Answer): string =>
  typeof answer === "number" ? hex(answer) : answer.map(hex).join(" ") || "nothing";
