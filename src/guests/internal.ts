/** The parts of guests that other folders of this package build upon. */
export { inputOf } from "./host/input-queue.js";
export { ClockChange } from "./recorded/clock-change.js";
