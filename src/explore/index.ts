/**
 * Formal inspection: everything that a chart can do in a stated scope, claims that are proved or refuted on it with a shortest
 * counterexample, and two charts compared.
 */
export type { Answer, Verdict } from "./answer.js";
export { type CheckOptions, check, checkAll } from "./check.js";
export {
  type AlwaysOptions,
  always,
  type Claim,
  claim,
  eventually,
  type Fairly,
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
} from "./claims.js";
export { type Compared, type CompareOptions, type Comparison, compare } from "./compare.js";
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
  type KeptChart,
  showComposedRun,
} from "./composed/index.js";
export { type ExploreOptions, type ExploreProgress, explore } from "./explore.js";
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
export { type SvgOptions, toSvg } from "./export/svg.js";
export type {
  Graph,
  GraphState,
  GraphTransition,
  Made,
  Moment,
  Situation,
  StepTaken,
} from "./graph.js";
export { type GuardReads, guardReads, type Independence, independenceOf } from "./independence.js";
export type { Abstraction, Scope } from "./scope.js";
export { serialClaims } from "./serial-claims.js";
export { serialScope } from "./serial-scope.js";
export { journalOf, type ShownRun, type StepShown, showRun } from "./shown.js";
export { uart16550Claims } from "./uart16550-claims.js";
export { uart16550Scope } from "./uart16550-scope.js";
export { type Uart16550ScopeName, uart16550ScopeNames, uart16550Slice } from "./uart16550-scopes.js";
export { UART16550_SLICES } from "./uart16550-slices.js";
export { deadEnds, type Unreached, unreached } from "./unreached.js";
