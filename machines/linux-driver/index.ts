export { LINUX_DRIVER_DEFAULTS, type LinuxDriverContext, type LinuxDriverOptions } from "./context.js";
export type {
  LinuxDriverAccess,
  LinuxDriverCall,
  LinuxDriverEmission,
  LinuxDriverEvent,
  LinuxDriverResult,
} from "./events.js";
export { type LinuxDriverMachine, linuxDriverMachine } from "./machine.js";
export { LINUX_DRIVER_RULES, type LinuxDriverRule } from "./rules.js";
export type { LinuxDriverMeta } from "./types.js";
