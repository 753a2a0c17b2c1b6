import type { Input } from "../../journal/index.js";
import { edgeTableOf, exploredSpaceOf } from "../space/graph.js";
import { ImpureStepError } from "../space/step-taker.js";
import type { EdgeTable, Failure, Graph, ReachedState } from "../space/types.js";
import { assumptionsOf, unknownInputOf } from "./assumptions.js";
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
  return decideSafely(graph, edgeTable, formulas, reportProgress).map((outcome, index) => {
    const { pathEdges, ...decided } = outcome;
    const claim = claims[index] as Claim<TState>;
    const inputs = pathEdges && { inputs: pathEdges.map((edge) => edgeTable.inputOf(edge)) };
    return withFailures({ claim, graph, ...inputs, ...decided, assumes: assumptionsOf(graph, claim) });
  });
}

/** Returns the outcome for each formula; on an impure graph, and if a step has another outcome than while exploring, none is decided. */
function decideSafely<TState>(
  graph: Graph<TState>,
  edgeTable: EdgeTable<TState>,
  formulas: readonly Formula<TState>[],
  reportProgress: (visitedCount: number) => void,
): (Outcome & Pick<CheckResult, "inputs">)[] {
  const undecided = (reason: string, inputs?: readonly Input[]) =>
    formulas.map(() => ({
      verdict: "inconclusive" as const,
      premises: 0,
      reason,
      ...(inputs ? { inputs } : {}),
    }));
  if (graph.impurity) return undecided(graph.impurity.message, graph.impurity.inputs);
  try {
    return decideFormulas(edgeTable, formulas, reportProgress);
  } catch (error) {
    if (error instanceof ImpureStepError) return undecided(error.message);
    throw error;
  }
}

/**
 * Returns the result in view of what the chart itself does wrong: a failure of the chart refutes every claim about all runs, and with an event
 * that the chart does not know, nothing is proved.
 */
function withFailures<TState>(result: CheckResult<TState>): CheckResult<TState> {
  const { graph, claim, verdict } = result;
  const isAboutAllRuns = claim.formula.kind !== "reachable";
  const [failure] = graph.failures;
  if (failure && isAboutAllRuns && verdict !== "refuted")
    return {
      ...result,
      verdict: "refuted",
      inputs: failure.inputs,
      failure,
      reason: failureInWords(failure),
    };
  const unknownInput = unknownInputOf(graph);
  if (unknownInput && isAboutAllRuns && verdict === "proved")
    return {
      ...result,
      verdict: "vacuous",
      reason: `the chart has no transition for ${unknownInput.type}, which the scope sends it`,
    };
  return result;
}

/** Describes a failure: "the action "add" of state "a", event "GO" throws: boom". */
const failureInWords = ({ kind, source, message }: Failure): string =>
  kind === "livelock"
    ? `the chart does not come to rest: ${message}`
    : `${source ?? "the chart"} throws: ${message}`;

/** Returns the outcome for each formula. */
function decideFormulas<TState>(
  edgeTable: EdgeTable<TState>,
  formulas: readonly Formula<TState>[],
  reportProgress: (visitedCount: number) => void,
): Outcome[] {
  const checkers = formulas.map((formula) => checkerFor(formula, edgeTable));
  let openCheckers: ClaimChecker<TState>[] = [...checkers];
  const { targets } = edgeTable;
  const visitState = (reached: ReachedState<TState>, edge: number): boolean => {
    let hasDecided = false;
    const isOutside = edge >= 0 && targets.at(edge) < 0;
    for (const checker of openCheckers) {
      if (isOutside) checker.visitOutside?.(reached, edge);
      else checker.visit(reached, edge);
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
