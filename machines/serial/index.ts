export { FIFO_SIZE, SERIAL_DEFAULTS, type SerialContext } from "./context.js";
export type {
  ReceiveEvent,
  RestoredEvent,
  SerialCause,
  SerialEmission,
  SerialEvent,
} from "./events.js";
export { serialInterruptCause } from "./interrupt-line.js";
export {
  createSerialMachine,
  type SerialMachine,
  type SerialRevision,
  serialMachine,
  serialMachine081,
} from "./machine.js";
export { SERIAL_RULES, type SerialRule } from "./rules.js";
export { type SerialStateValue, serialStateValue } from "./state-value.js";
export type { SerialMeta } from "./types.js";
