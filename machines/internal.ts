/** The parts of the charts that other folders of this repository build upon. */
export { serialSetup } from "./serial/actions.js";
export { DEVICE_RULES } from "./serial/rules.js";
export { uart16550Setup } from "./uart16550/actions/index.js";
export { bitsAfterStart, dataBits, frameBits, parityError, sampledBits } from "./uart16550/format.js";
export { optionGuards } from "./uart16550/guards/option-guards.js";
export { ns16450, pc16550d, qemu, tl16c550c } from "./uart16550/presets.js";
export { bitTime, ticksBetween } from "./uart16550/time.js";
