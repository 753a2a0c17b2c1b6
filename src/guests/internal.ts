/** The parts of guests that other folders of this package build upon. */
export { inputOf } from "./host/input-queue.js";
export { resolveHostOptions } from "./host/options.js";
export { OutputBuffer } from "./host/output-buffer.js";
export { ClockChange } from "./recorded/clock-change.js";
export { RECORDING_FORMATS } from "./recorded/formats/table.js";
export { differencesOf } from "./recorded/nearest-part.js";
export { inferredInput } from "./recorded/replay.js";
