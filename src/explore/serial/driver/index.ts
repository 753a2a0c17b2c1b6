export { checkDriverClaim, driverClaims } from "./claims.js";
export { type ComposeOptions, type Composition, compose } from "./compose.js";
export type { EnvironmentContext, EnvironmentLimits } from "./environment.js";
export type { ComposedState, ComposedStep, MachineState } from "./parts.js";
export { type ComposedHappening, type ComposedRun, composedRunInWords, showComposedRun } from "./replay.js";
