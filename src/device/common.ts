/** What every device of this package has: the part that `vm-superio/serial` and `vm-superio/uart16550` share. */

export type {
  AnyContext,
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
} from "./device.js";
export type { DeviceOptions } from "./device-options.js";
export type { EngineOption } from "./engines.js";
export type { InterruptLine, InterruptLineChange } from "./interrupt-line.js";
export type { SerialSink } from "./serial.js";
export { SerialError, type SerialErrorKind } from "./serial-error.js";
