import { edgeTableOf, exploredSpaceOf } from "../space/graph.js";
import type { EdgeTable, Graph, ReachedState } from "../space/types.js";
import type { CheckResult } from "./check-result.js";
import type { ClaimChecker, Outcome } from "./checker.js";
import type { Claim, Formula } from "./claims.js";
import { LivenessChecker } from "./liveness.js";
import { RecoverabilityChecker } from "./recoverability.js";
import { SafetyChecker } from "./safety.js";

/** The options of {@link checkAll}. */
export interface CheckOptions {
  /** Receives now and then the number of transitions visited so far. */
  readonly progress?: (progress: { readonly looked: number; readonly transitions: number }) => void;
}

/** Transitions between two reports of progress. */
const REPORT_INTERVAL = 10_000;

/**
 * Proves or refutes a claim on an explored graph.
 *
 * @throws Any error that the claim's predicates throw.
 */
export function check<TState>(graph: Graph<TState>, claim: Claim<TState>): CheckResult<TState> {
  return checkAll(graph, [claim])[0] as CheckResult<TState>;
}

/**
 * Proves or refutes several claims, as {@link check} does one. Every transition is taken once more for all of them together, so this is
 * faster than one after the other.
 *
 * @throws Any error that the claims' predicates throw.
 */
export function checkAll<TState>(
  graph: Graph<TState>,
  claims: readonly Claim<TState>[],
  { progress }: CheckOptions = {},
): CheckResult<TState>[] {
  const edgeTable = edgeTableOf(graph);
  const { transitions } = exploredSpaceOf(graph);
  const reportProgress = (looked: number): void => {
    if (looked % REPORT_INTERVAL === 0) progress?.({ looked, transitions });
  };
  const formulas = claims.map(({ formula }) => formula);
  return decideFormulas(edgeTable, formulas, reportProgress).map(({ pathEdges, ...outcome }, index) => ({
    claim: claims[index] as Claim<TState>,
    graph,
    ...outcome,
    ...(pathEdges ? { inputs: pathEdges.map((edge) => edgeTable.inputOf(edge)) } : {}),
  }));
}

/** Returns the outcome for each formula. */
function decideFormulas<TState>(
  edgeTable: EdgeTable<TState>,
  formulas: readonly Formula<TState>[],
  reportProgress: (visitedCount: number) => void,
): Outcome[] {
  const checkers = formulas.map((formula) => checkerFor(formula, edgeTable));
  let openCheckers: ClaimChecker<TState>[] = [...checkers];
  const visitState = (reached: ReachedState<TState>, edge: number): boolean => {
    let hasDecided = false;
    for (const checker of openCheckers) {
      checker.visit(reached, edge);
      hasDecided ||= checker.isDecided;
    }
    if (hasDecided) openCheckers = openCheckers.filter((checker) => !checker.isDecided);
    return openCheckers.length > 0;
  };
  let visitedCount = 0;
  if (visitState(edgeTable.initialState(), -1))
    edgeTable.forEachEdge((reached, edge) => {
      reportProgress(++visitedCount);
      return visitState(reached, edge);
    });
  return checkers.map((checker) => checker.outcome());
}

/** Returns the checker that decides a formula. */
function checkerFor<TState>(formula: Formula<TState>, edgeTable: EdgeTable<TState>): ClaimChecker<TState> {
  switch (formula.kind) {
    case "always": {
      const isViolated = (reached: ReachedState<TState>): boolean => !formula.holds(reached);
      return new SafetyChecker(edgeTable, isViolated, { found: "refuted", absent: "proved" }, formula.when);
    }
    case "reachable":
      return new SafetyChecker(edgeTable, formula.holds, { found: "proved", absent: "refuted" });
    case "recoverable":
      return new RecoverabilityChecker(edgeTable, formula.holds);
    default:
      return new LivenessChecker(edgeTable, formula);
  }
}
