/** The parts of a device that other folders of this package build upon. */
export { accessIndexOf, READ_EVENTS, WRITE_EVENTS } from "./access-events.js";
export type { ArrivalSource } from "./arrival-source.js";
export { compiledEngineFor, engineFor } from "./engines.js";
export { isEqualDefinition } from "./equal-definitions.js";
export { explain } from "./explain.js";
export { Fold, isInput, sendInput } from "./fold.js";
export { checkedInput, INPUT_TYPES } from "./input.js";
export { withPresentOptions } from "./saved.js";
export { contextOfState } from "./serial-state.js";
export { chartTransitionsOf, describeTransition } from "./transition-description.js";
export { allowedOptionValues } from "./uart16550-options.js";
export { uart16550Source } from "./uart16550-source.js";
export { contextOfUart16550, stateOfUart16550 } from "./uart16550-state.js";
