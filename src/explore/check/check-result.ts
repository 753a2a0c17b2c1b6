import type { Input } from "../../journal/index.js";
import type { Graph } from "../space/types.js";
import type { Claim } from "./claims.js";

/**
 * The verdict on a claim: it holds in the whole scope; it does not; its premise never holds in the scope; or the limit came first.
 */
export type Verdict = "proved" | "refuted" | "vacuous" | "inconclusive";

/** The result of checking a claim. */
export interface CheckResult<TState = unknown> {
  /** The claim. */
  readonly claim: Claim<TState>;
  /** The verdict. */
  readonly verdict: Verdict;
  /** The graph on which it was checked. */
  readonly graph: Graph<TState>;
  /** The number of states that the claim was about: those that its premise selects. */
  readonly premises: number;
  /**
   * The inputs of a run that shows it: of a refuted claim a counterexample, of a proved `reachable` a path. They are as few as possible;
   * a lasso begins with the earliest promise that can be broken. Absent if no run shows it.
   */
  readonly inputs?: readonly Input[];
  /** The index in `inputs` at which the cycle of a lasso begins; absent if the run is none. */
  readonly repeats?: number;
}
