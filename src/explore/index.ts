/**
 * Formal inspection: everything that a chart can do in a stated scope, claims that are proved or refuted on it with a shortest
 * counterexample, and two charts compared.
 */

export { type ClaimOptions, check, checkAll } from "./check/check.js";
export type { CheckResult, Verdict } from "./check/check-result.js";
export {
  type AlwaysOptions,
  always,
  type Claim,
  claim,
  eventually,
  type Fairness,
  type Formula,
  type FromOptions,
  isSet,
  type LeadsToOptions,
  leadsTo,
  never,
  type Predicate,
  type RunOptions,
  reachable,
  recoverable,
  type Unit,
  type UntilOptions,
  until,
} from "./check/claims.js";
export {
  type ComparedState,
  type CompareOptions,
  type Comparison,
  compare,
  type ScopedChart,
} from "./check/compare.js";
export { type GuardReads, guardReads, type Independence, independenceOf } from "./check/independence.js";
export { type Proof, type ProveOptions, prove } from "./check/prove.js";
export { journalOf, type ReplayedRun, type ReplayedStep, showRun } from "./check/replay.js";
export { type EventRun, replayOn } from "./check/replay-on.js";
export { deadEnds, type Unreached, unreached } from "./check/unreached.js";
export { toAut } from "./export/aut.js";
export { toDot } from "./export/dot.js";
export { ExportError } from "./export/export-error.js";
export { toMermaid } from "./export/mermaid.js";
export {
  NO_BODIES,
  type PromelaBodies,
  type PromelaClaim,
  type PromelaGuard,
} from "./export/promela/bodies.js";
export { type PromelaOptions, toPromela } from "./export/promela/promela.js";
export { serialBodies } from "./export/promela/serial-bodies.js";
export { serialPromelaClaims } from "./export/promela/serial-claims.js";
export { toScxml } from "./export/scxml.js";
export { toStately, toStatelyJson } from "./export/stately.js";
export { type SvgOptions, toSvg } from "./export/svg.js";
export { serialClaims } from "./serial/claims.js";
export {
  type ComposedHappening,
  type ComposedRun,
  type ComposedState,
  type ComposedStep,
  type ComposeOptions,
  type Composition,
  checkDriverClaim,
  compose,
  composedRunInWords,
  driverClaims,
  type EnvironmentContext,
  type EnvironmentLimits,
  type MachineState,
  showComposedRun,
} from "./serial/driver/index.js";
export { serialScope } from "./serial/scope.js";
export type { ActorBehaviour } from "./space/environment.js";
export { type ExploreOptions, type ExploreProgress, explore } from "./space/explore.js";
export { ExploreError } from "./space/explore-error.js";
export type { MachineScope, SnapshotIn } from "./space/machine-chart.js";
export type { ObservedStep, ObserverCharts } from "./space/observers.js";
export type { Abstraction, Representative, Scope } from "./space/scope.js";
export type {
  DeviceState,
  Failure,
  Graph,
  GraphMemory,
  GraphState,
  GraphTransition,
  Impurity,
  IncomingStep,
  LazyList,
  ReachedState,
} from "./space/types.js";
export { type Refusal, UnsupportedMachineError } from "./space/unsupported-machine.js";
export { type ClassIdentity, IdentityError } from "./space/value-identity.js";
export { uart16550Claims } from "./uart16550/claims.js";
export { uart16550Scope } from "./uart16550/comparison-scope.js";
export { type Uart16550ScopeName, uart16550ScopeNames, uart16550Slice } from "./uart16550/scopes.js";
export { UART16550_SLICES } from "./uart16550/slices.js";
