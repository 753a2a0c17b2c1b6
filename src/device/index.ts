/**
 * vm-superio's serial console as a device: `Serial`, and the face that every device of this package has.
 */

export { type Connection, connect } from "./connect.js";
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
} from "./device.js";
export type { DeviceOptions } from "./device-options.js";
export type { EngineOption } from "./engines.js";
export { bitsInWords, hex, inputInWords, valueInWords } from "./input-format.js";
export type { InterruptLine, InterruptLineChange } from "./interrupt-line.js";
export {
  type CloudHypervisorSerialState,
  oddSerialState,
  serialStateFromCloudHypervisor,
  serialStateToCloudHypervisor,
} from "./monitor-states.js";
export {
  type FromJournalOptions,
  Serial,
  type SerialEvents,
  type SerialOptions,
  type SerialSink,
} from "./serial.js";
export { serialChart } from "./serial-chart.js";
export { SerialError, type SerialErrorKind } from "./serial-error.js";
export {
  type SerdeSerialState,
  type SerialState,
  serialStateFromSerde,
  serialStateToSerde,
} from "./serial-state.js";
export { activeStates, statesOf, transitionsOf } from "./transition-description.js";
export { Uart16550 } from "./uart16550.js";
export { uart16550Chart } from "./uart16550-chart.js";
export { uart16550Options } from "./uart16550-options.js";
export type { Uart16550State } from "./uart16550-state.js";
export type {
  FromUart16550JournalOptions,
  ModemInputs,
  ModemOutputs,
  OutputAttachment,
  OutputHost,
  ReadyChange,
  SerialOutputChange,
  Uart16550DeviceOptions,
} from "./uart16550-types.js";
