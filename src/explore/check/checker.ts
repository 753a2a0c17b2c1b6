import { shortestPathTo, sourceStateOf } from "../space/edges.js";
import type { EdgeTable, ReachedState } from "../space/types.js";
import type { CheckResult } from "./check-result.js";

/** The outcome for a formula, and the edges of the run that shows it. */
export type Outcome = Pick<CheckResult, "verdict" | "premises" | "premise" | "repeats" | "reason"> & {
  readonly pathEdges?: readonly number[];
};

/** Visits every reached state for a formula, the least depth first, and then decides the formula. */
export interface ClaimChecker<TState> {
  /** True if no other state can change the outcome. */
  readonly isDecided: boolean;
  /** True if it needs the targets of all edges for the outcome. */
  readonly needsTargets: boolean;
  /** The memory of what it records of edges, in bytes. */
  readonly byteLength: number;
  /** Visits a reached state. @param edge - the edge that led to it; -1 at the beginning. */
  visit(reached: ReachedState<TState>, edge: number, stateId: number): void;
  /** Visits a state outside the scope. @param edge - the edge that led to it. Absent where such states make no difference. */
  visitOutside?(reached: ReachedState<TState>, edge: number): void;
  /** Returns the outcome, after all states were visited. */
  outcome(): Outcome;
}

/** Returns the edges of a shortest path whose last edge is this one; none for -1. */
export const pathThroughEdge = (edgeTable: EdgeTable, edge: number): number[] =>
  edge < 0 ? [] : [...shortestPathTo(edgeTable, sourceStateOf(edgeTable, edge)), edge];

/** The outcome for a claim about no state at all. */
export const VACUOUS: Outcome = {
  verdict: "vacuous",
  premises: 0,
  reason: "its premise never holds in the scope",
};

/** The reason for a verdict on an incomplete graph. */
export const LIMIT_REASON = "the limit was reached before every state was";

/** Returns a verdict that only a complete graph can give; "inconclusive" for any other. */
export const verdictIfComplete = (
  { complete }: EdgeTable,
  verdict: "proved" | "refuted",
): Pick<Outcome, "verdict" | "reason"> =>
  complete ? { verdict } : { verdict: "inconclusive", reason: LIMIT_REASON };
