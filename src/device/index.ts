/**
 * vm-superio's serial console as a device: `Serial`, and the face that every device of this package has.
 */

export * from "./serial/index.js";
export * from "./uart16550/index.js";

// Beside the devices: words for what they take and do, and states of other programs.

export { bitsInWords, hex, inputInWords, valueInWords } from "./input-format.js";
export {
  type CloudHypervisorSerialState,
  oddSerialState,
  serialStateFromCloudHypervisor,
  serialStateToCloudHypervisor,
} from "./monitor-states.js";
export { activeStates, statesOf, transitionsOf } from "./transition-description.js";
