/**
 * Property tests for drivers: a driver written against a bus meets bytes, breaks, interrupts, stalls and snapshots between any two of its
 * accesses, and is held to a contract.
 */
export type { PicMode } from "../../machines/index.js";
export type {
  AccessWidth,
  InterruptController,
  InterruptControllerMode,
  InterruptInput,
  Unmapped,
  WindowOptions,
} from "../bus/index.js";
export type { Action, Deed, ModemInput } from "./action.js";
export { BOARDS, type Board } from "./boards.js";
export {
  type AllBoardsOptions,
  assertDriver,
  assertDriverAsync,
  type CheckOptions,
  type CheckResult,
  checkDriver,
  checkDriverAsync,
  DriverError,
  type DriverFailure,
} from "./check.js";
export type { Checkpoint } from "./checkpoint.js";
export { CLAIMS, type ClaimId, Violation } from "./claims.js";
export { ActionCommand, actionCommand, type DriverModel } from "./commands.js";
export type { DriverCoverage } from "./coverage.js";
export type {
  AsyncBus,
  AsyncDriver,
  Bus,
  Driver,
  DriverLocation,
  EntryPoint,
  MakeAsyncDriver,
  MakeDriver,
  Steps,
} from "./driver.js";
export { actions, type EnvironmentOptions, environment, type SendingDriver } from "./environment.js";
export {
  type DriverExploration,
  type ExploreDriverOptions,
  exploreDriver,
  exploreDriverAsync,
} from "./explore-driver.js";
export type { FailureOptions, FoundFailure } from "./failure.js";
export type { LineOptions } from "./far-end.js";
export type { Happening, Party } from "./happening-log.js";
export { linuxDriver } from "./linux-driver.js";
export type { PlayOptions } from "./options.js";
export { journalText, type Listeners, type Outcome, playDriver, playDriverAsync } from "./play.js";
export { happeningsInWords } from "./scenario-text.js";
export { DriverSession } from "./session.js";
export type { SubjectOptions } from "./subject.js";
export { type WasmDriverOptions, wasmDriver } from "./wasm/wasm-driver.js";
