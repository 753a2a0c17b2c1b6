/**
 * What entered a device and what it did, as files for the tools that hardware people have: GTKWave, PulseView, Wireshark, Perfetto, and
 * tables.
 */
export {
  EXPORT_FORMATS,
  Exporter,
  type ExportFormat,
  type ExportOptions,
  type ExportRange,
  exportInputs,
  exportJournal,
} from "./export.js";
export type { Beginning } from "./player.js";
export type { Timescale } from "./vcd.js";
