/**
 * Drivers that are programs: each run is a process, which speaks a protocol of lines over standard input and output.
 */
export { type ProcessDriverOptions, processDriver } from "./process-driver.js";
