/** Other people's 16550s, held against the charts. */
export {
  type AnsweredSequence,
  type ConformOptions,
  type ConformReport,
  conform,
  type Departure,
} from "./conform.js";
export type { Observation, SuiteInput, SuiteSequence } from "./sequence.js";
export { deriveSuite, type SuiteOptions } from "./suite.js";
export { type ConformTarget, DeviceTarget, type Sensed } from "./target.js";
