/** The parts of the command line that neighbours use: all of it as a function, and a guest in v86. */
export { main } from "./main.js";
export type { JobFlags } from "./proof-jobs.js";
export { ProofThreads } from "./proof-threads.js";
export { GuestConsole } from "./run/guest-console.js";
export { Machine } from "./run/machine.js";
