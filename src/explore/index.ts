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
export { type ExploreOptions, type ExploreProgress, explore } from "./explore.js";
export type {
  Graph,
  GraphState,
  GraphTransition,
  Made,
  Moment,
  Situation,
  StepTaken,
} from "./graph.js";
export type { Abstraction, Scope } from "./scope.js";
export { serialClaims } from "./serial-claims.js";
export { serialScope } from "./serial-scope.js";
export { journalOf, type ShownRun, type StepShown, showRun } from "./shown.js";
export { uart16550Claims } from "./uart16550-claims.js";
export { uart16550Scope } from "./uart16550-scope.js";
export { type Uart16550ScopeName, uart16550ScopeNames, uart16550Slice } from "./uart16550-scopes.js";
export { deadEnds, type Unreached, unreached } from "./unreached.js";
