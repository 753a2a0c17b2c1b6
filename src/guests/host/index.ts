/**
 * The host's end of a device's line, as streams of the web and for a terminal in a browser. Node's streams are in `vm-superio/node`.
 */

export type { ByteSource } from "./bytes.js";
export type { HostOptions, OverflowPolicy } from "./options.js";
export { OverflowError } from "./output-buffer.js";
export { type HostInputSignals, type HostOutputSignals, HostPort, type HostPortOptions } from "./port.js";
export { type LimitedSink, limitOutput, type OutputLimit } from "./rate-limit.js";
export {
  attachTerminal,
  type TerminalAttachment,
  type TerminalLike,
  type TerminalOptions,
} from "./terminal.js";
export type { Uart } from "./uart.js";
