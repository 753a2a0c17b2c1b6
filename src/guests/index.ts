/**
 * Guests: whatever drives a UART. Here, recorded ones: a recording is read as steps, which are replayed on a device and
 * compared with what the recording says.
 */
export type { Coverage, TransitionCount } from "./recorded/coverage.js";
export type { DifferenceListener } from "./recorded/differences.js";
export { beginJournal } from "./recorded/journal.js";
export type { Trace } from "./recorded/qemu.js";
export { openRecording, type Recording, type RecordingOptions } from "./recorded/recording.js";
export { Replay, type ReplayOptions, replay } from "./recorded/replay.js";
export {
  type Answer,
  type Compared,
  type Comparisons,
  type Difference,
  isSame,
  RESPECTS,
  type Report,
  type Respect,
} from "./recorded/report.js";
export { type Expected, RecordingError, type Step } from "./recorded/step.js";
export type { StepInWords } from "./recorded/step-in-words.js";
export { replayTraces, type TracesReport } from "./recorded/traces.js";
