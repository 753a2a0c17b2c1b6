/**
 * Drivers put to the test: a driver that is written against a bus meets bytes, breaks, interrupts, stalls and snapshots between any
 * two of its accesses, and is held to a contract.
 */
export type { PicMode } from "../../machines/index.js";
export type { Action, Deed } from "./action.js";
export {
  assertDriver,
  type CheckOptions,
  type CheckResult,
  checkDriver,
  DriverError,
  type DriverFailure,
} from "./check.js";
export { CLAIMS, type ClaimId, Violation } from "./claims.js";
export type { DriverCoverage } from "./coverage.js";
export type { Bus, Driver, EntryPoint, MakeDriver, Steps } from "./driver.js";
export { type EnvironmentOptions, environment } from "./environment.js";
export { linuxDriver } from "./linux-driver.js";
export { type Happening, happeningsInWords, type Party } from "./log.js";
export type { PlayOptions } from "./options.js";
export { journalText, type Listeners, type Outcome, playDriver } from "./play.js";
export type { SubjectOptions } from "./subject.js";
