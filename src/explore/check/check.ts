import type { Input } from "../../journal/index.js";
import { checkCallback, withKnownNames } from "../../journal/internal.js";
import { inputOfEdge, visitEdges } from "../space/edges.js";
import { exploredSpaceOf } from "../space/graph.js";
import { ImpureStepError } from "../space/step-taker.js";
import type { EdgeTable, Failure, Graph } from "../space/types.js";
import { assumptionsOf, unknownInputOf } from "./assumptions.js";
import type { CheckResult } from "./check-result.js";
import type { Outcome } from "./checker.js";
import { ClaimVisitor } from "./claim-visitor.js";
import { type Claim, checkClaims } from "./claims.js";

/** The options of {@link checkAll}. */
export interface ClaimOptions {
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
  options: ClaimOptions = {},
): CheckResult<TState>[] {
  checkClaims(claims);
  const { progress } = withKnownNames(options, ["progress"], "checkAll");
  checkCallback(progress, "progress");
  const explored = exploredSpaceOf(graph);
  const { transitions } = explored;
  const reportProgress = (looked: number): void => {
    if (looked % REPORT_INTERVAL === 0) progress?.({ looked, transitions });
  };
  return resultsOn(graph, claims, () => {
    let visitor: ClaimVisitor<TState> | undefined;
    visitEdges(explored, (edgeTable: EdgeTable) => {
      visitor = new ClaimVisitor(
        claims.map(({ formula }) => formula),
        edgeTable,
        reportProgress,
      );
      return visitor;
    });
    return (visitor as ClaimVisitor<TState> | undefined)?.outcomes() ?? [];
  });
}

/**
 * Returns the results for claims on a graph.
 *
 * @param decide - returns the outcomes; on an impure graph it is not called.
 */
export function resultsOn<TState>(
  graph: Graph<TState>,
  claims: readonly Claim<TState>[],
  decide: () => readonly Outcome[],
): CheckResult<TState>[] {
  const { space } = exploredSpaceOf(graph);
  return decideSafely(graph, claims, decide).map((outcome, index) => {
    const { pathEdges, ...decided } = outcome;
    const claim = claims[index] as Claim<TState>;
    const inputs = pathEdges && { inputs: pathEdges.map((edge) => inputOfEdge(space, edge)) };
    return withFailures({ claim, graph, ...inputs, ...decided, assumes: assumptionsOf(graph, claim) });
  });
}

/** Returns the outcomes; on an impure graph, and if a step has another outcome than while exploring, no claim is decided. */
function decideSafely<TState>(
  graph: Graph<TState>,
  claims: readonly Claim<TState>[],
  decide: () => readonly Outcome[],
): readonly (Outcome & Pick<CheckResult, "inputs">)[] {
  const undecided = (reason: string, inputs?: readonly Input[]) =>
    claims.map(() => ({
      verdict: "inconclusive" as const,
      premises: 0,
      reason,
      ...(inputs ? { inputs } : {}),
    }));
  if (graph.impurity) return undecided(graph.impurity.message, graph.impurity.inputs);
  try {
    return decide();
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
      ...{ claim, graph, premises: result.premises, assumes: result.assumes },
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
