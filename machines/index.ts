/** The charts as XState machines, and the vocabulary of registers that they speak. */
export { Fifo } from "./fifo.js";
export * from "./registers.js";
export * from "./serial/index.js";
