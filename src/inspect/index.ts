/** The inspector: a page on loopback that shows a device at work, or a recording of one. For Node. */
export { type InspectOptions, type Inspector, inspect } from "./server/inspect.js";
