/**
 * Guests: whatever drives a UART. Here, recorded ones: a recording is read as steps, which are replayed on a device and
 * compared with what the recording says.
 */
export type { Coverage, TransitionCount } from "./recorded/coverage.js";
export type { DifferenceListener } from "./recorded/differences.js";
export type { Recording } from "./recorded/formats/format.js";
export type { UartLocation } from "./recorded/formats/uart-selection.js";
export type { WireOptions } from "./recorded/formats/wire.js";
export { beginJournal } from "./recorded/journal.js";
export { type PartCandidate, type PartReport, replayCandidates } from "./recorded/nearest-part.js";
export { pollReceiver } from "./recorded/poll-receiver.js";
export type { Trace } from "./recorded/qemu.js";
export { openRecording, type RecordingOptions } from "./recorded/recording.js";
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
