/**
 * A device as a UART of [v86](https://www.npmjs.com/package/v86), an x86 emulator in WebAssembly, in Node and in browsers. v86 itself is
 * not imported: the emulator is the user's.
 */
export type { Uart } from "../host/uart.js";
export { type AttachedUart, type AttachOptions, attachUart, type ComPort } from "./attach.js";
export type { V86Emulator } from "./processor.js";
