/** The parts of the driver tests that neighbours use: Linux's probe, and drivers from charts. */
export { autoconfig, clearFifos, type Part } from "./autoconfig.js";
export { ENTRY_POINT_NAMES } from "./entry-points.js";
export { chartDriver } from "./linux-driver.js";
export { type ProbePort, probePort } from "./probe-port.js";
export { sizeFifo } from "./size-fifo.js";
