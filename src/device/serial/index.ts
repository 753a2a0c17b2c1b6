/** vm-superio's serial console alone: a part of `vm-superio`. */

export type {
  Chart,
  ChartEmission,
  Device,
  Emission,
  Explanation,
  InterruptEdge,
  RegisterView,
  Resolved,
  RestoreOptions,
  Saved,
  Transition,
  TransitionInWords,
} from "../device.js";
export type { DeviceOptions } from "../device-options.js";
export type { EngineOption } from "../engines.js";
export type { InterruptLine, InterruptLineChange } from "../interrupt-line.js";
export {
  type FromJournalOptions,
  Serial,
  type SerialEvents,
  type SerialOptions,
  type SerialSink,
} from "../serial.js";
export { serialChart } from "../serial-chart.js";
export { SerialError, type SerialErrorKind } from "../serial-error.js";
export {
  type SerdeSerialState,
  type SerialState,
  serialStateFromSerde,
  serialStateToSerde,
} from "../serial-state.js";
