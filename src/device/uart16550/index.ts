/** The whole 16550 alone: a part of `vm-superio`. */

export { type Connection, connect } from "../connect.js";
export { Uart16550 } from "../uart16550.js";
export { uart16550Chart } from "../uart16550-chart.js";
export { uart16550Options } from "../uart16550-options.js";
export type { Uart16550State } from "../uart16550-state.js";
export type {
  FromUart16550JournalOptions,
  ModemInputs,
  ModemOutputs,
  OutputAttachment,
  OutputHost,
  ReadyChange,
  SerialOutputChange,
  Uart16550DeviceOptions,
} from "../uart16550-types.js";

// Beside it: what every device has.

export * from "../common.js";
