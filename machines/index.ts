/** The charts as XState machines, and the vocabulary of registers that they speak. */
export type { ReadEvent, WriteEvent } from "./access-events.js";
export { Fifo } from "./fifo.js";
export * from "./linux-driver/index.js";
export * from "./pic/index.js";
export * from "./plic/index.js";
export * from "./register-bits.js";
export { bitNames, READ_NAMES, type RegisterName, registerAt, WRITE_NAMES } from "./register-words.js";
export * from "./registers.js";
export * from "./serial/index.js";
export * from "./uart16550/index.js";
