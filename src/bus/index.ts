/**
 * The bus between a processor and its devices: windows with strides, widths and byte orders, shared interrupt lines, and interrupt
 * controllers.
 */
export type { PicMode } from "../../machines/index.js";
export { Bus, type BusOptions } from "./bus.js";
export {
  ChartInterruptController,
  type InterruptController,
  type InterruptControllerMode,
  type InterruptInput,
  type SavedInterruptController,
} from "./interrupt-controller.js";
export { type LineSource, SharedInterruptLine } from "./shared-interrupt-line.js";
export {
  type AccessWidth,
  BusWindow,
  type RegisterTarget,
  type Unmapped,
  type WindowCallbacks,
  type WindowOptions,
} from "./window.js";
