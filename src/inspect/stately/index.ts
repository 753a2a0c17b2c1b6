/** Stately's inspector on a device, a journal or a plain actor. */
export {
  inspectWithStately,
  type StatelyInspection,
  type StatelyOptions,
  type StatelySink,
} from "./inspect.js";
export type { StatelyEvent, StatelyMessage, StatelyOrigin, StatelySnapshot } from "./messages.js";
