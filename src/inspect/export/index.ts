/**
 * Exports of a device's inputs and outputs for the tools of hardware engineers: GTKWave, PulseView, Wireshark, Perfetto, and
 * tables.
 */

export type { Beginning } from "./chart-player.js";
export {
  EXPORT_FORMATS,
  Exporter,
  type ExportFormat,
  type ExportOptions,
  type ExportRange,
  exportInputs,
  exportJournal,
} from "./export.js";
export type { Timescale } from "./vcd.js";
