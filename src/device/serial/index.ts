/** vm-superio's serial console alone: a part of `vm-superio`. */

export * from "../common.js";
export { type FromJournalOptions, Serial, type SerialEvents, type SerialOptions } from "../serial.js";
export { serialChart } from "../serial-chart.js";
export {
  type SerdeSerialState,
  type SerialState,
  serialStateFromSerde,
  serialStateToSerde,
} from "../serial-state.js";
