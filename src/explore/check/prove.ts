import type { AnyStateMachine, SnapshotFrom } from "xstate";
import type { Chart } from "../../device/index.js";
import { withKnownNames } from "../../journal/internal.js";
import { retakeState } from "../space/edges.js";
import { createSliceExplorer, type ExploreOptions, exploreWith, type Subject } from "../space/explore.js";
import { exploredSpaceOf } from "../space/graph.js";
import type { MachineScope } from "../space/machine-chart.js";
import type { Scope } from "../space/scope.js";
import type { HelperSource } from "../space/slice.js";
import type { SliceExplorer } from "../space/slice-explorer.js";
import type { EdgeTable, EdgeVisitor, Graph } from "../space/types.js";
import { resultsOn } from "./check.js";
import type { CheckResult } from "./check-result.js";
import { ClaimVisitor } from "./claim-visitor.js";
import { type Claim, checkClaims } from "./claims.js";
import { PredicateAnswers } from "./predicate-answers.js";

/** An exploration, and the results for the claims that were checked on the way. */
export interface Proof<TState = unknown> {
  /** What was explored: everything, unless every claim was decided before. */
  readonly graph: Graph<TState>;
  /** The results, in the order of the claims. */
  readonly results: readonly CheckResult<TState>[];
}

/** The options of {@link prove}. */
export interface ProveOptions extends ExploreOptions {
  /** True to explore everything, even once every claim is decided; false by default. */
  readonly exhaustive?: boolean;
}

/** The first states, and the interval of those that are later, whose inputs are all taken once more. */
const RETAKEN_STATES = 1000;
const RETAKEN_INTERVAL = 64;

/**
 * Explores a chart, and checks claims while it does: the verdicts are those of {@link explore} and {@link checkAll}, but every step is taken once,
 * and exploring ends as soon as every claim is decided: with the first violation, if one safety claim is checked. Edges are kept only for claims
 * about runs: `leadsTo`, `within`, `until` and `recoverable`.
 *
 * Afterwards all inputs of the first thousand states, and of one in 64 of the others, are taken once more: if one has another outcome, no claim is
 * decided.
 *
 * @throws RangeError, TypeError and ExploreError as `explore` does. Any error that the claims' predicates throw.
 */
export function prove<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  claims: readonly Claim<TState>[],
  options?: ProveOptions,
): Proof<TState>;
/**
 * Explores an XState machine, and checks claims while it does, as above.
 *
 * @throws UnsupportedMachineError as `explore` does.
 */
export function prove<TMachine extends AnyStateMachine>(
  machine: TMachine,
  scope: MachineScope<TMachine>,
  claims: readonly Claim<SnapshotFrom<TMachine>>[],
  options?: ProveOptions,
): Proof<SnapshotFrom<TMachine>>;
export function prove(
  subject: Subject,
  scope: Scope | MachineScope,
  claims: readonly Claim[],
  options: ProveOptions = {},
): Proof {
  return proveWith(subject, scope, claims, options);
}

/** Proves as {@link prove} does, with helpers that have a {@link createHelper | slice explorer} of the same subject, scope and claims. */
export function proveWith(
  subject: Subject,
  scope: Scope | MachineScope,
  claims: readonly Claim[],
  proveOptions: ProveOptions,
  helperSource?: HelperSource,
): Proof {
  const { exhaustive = false, ...options } = withKnownNames(
    proveOptions,
    ["exhaustive", "limit", "progress"],
    "prove",
  );
  checkClaims(claims);
  let visitor: ClaimVisitor<unknown> | undefined;
  const createVisitor = (edgeTable: EdgeTable): EdgeVisitor<unknown> => {
    visitor = helperSource
      ? answeringVisitor(claims, edgeTable)
      : new ClaimVisitor(
          claims.map(({ formula }) => formula),
          edgeTable,
        );
    return exhaustive ? unendingVisitor(visitor) : visitor;
  };
  const graph = exploreWith(
    subject,
    scope,
    options,
    claims.length > 0 ? createVisitor : undefined,
    helperSource,
  );
  const results = resultsOn(graph, claims, () => {
    retakeSome(graph);
    return visitor?.outcomes() ?? [];
  });
  return { graph, results };
}

/** Creates what explores slices for {@link proveWith} in another thread. @throws as `prove` does. */
export const createHelper = (
  subject: Subject,
  scope: Scope | MachineScope,
  claims: readonly Claim[],
): SliceExplorer<unknown> =>
  createSliceExplorer(
    subject,
    scope,
    claims.length > 0 ? (edgeTable) => answeringVisitor(claims, edgeTable) : undefined,
  );

function answeringVisitor(claims: readonly Claim[], edgeTable: EdgeTable): ClaimVisitor<unknown> {
  const answers = new PredicateAnswers(claims.map(({ formula }) => formula));
  return new ClaimVisitor(answers.formulas, edgeTable, undefined, answers);
}

/** Returns a visitor that always wants to see more. */
const unendingVisitor = (visitor: ClaimVisitor<unknown>): EdgeVisitor<unknown> => ({
  needsTargets: visitor.needsTargets,
  get byteLength() {
    return visitor.byteLength;
  },
  ...(visitor.answers ? { answers: visitor.answers } : {}),
  visit(reached, edge, targetId) {
    visitor.visit(reached, edge, targetId);
    return true;
  },
});

/** Takes all inputs of some states once more. @throws ImpureStepError if one has another outcome. */
function retakeSome(graph: Graph): void {
  const explored = exploredSpaceOf(graph);
  const { length: stateCount } = explored.targetHashes;
  for (let stateId = 0; stateId < stateCount; stateId++)
    if (stateId < RETAKEN_STATES || stateId % RETAKEN_INTERVAL === 0 || stateId === stateCount - 1)
      retakeState(explored, stateId);
}
