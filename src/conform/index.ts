/** Other people's 16550s, held against the charts. */
export { type AnsweredSequence, type ConformOptions, type ConformReport, conform } from "./conform.js";
export type { Departure } from "./departures.js";
export type { ReportedFault } from "./museum.js";
export type { Observation, SuiteInput, SuiteSequence } from "./sequence.js";
export { deriveSuite, type SuiteOptions } from "./suite.js";
export {
  type ConformTarget,
  DeviceTarget,
  type ModemLines,
  type Sensed,
  TargetEndedError,
} from "./target.js";
