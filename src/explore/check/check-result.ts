import type { Input } from "../../journal/index.js";
import type { Failure, Graph } from "../space/types.js";
import type { Claim } from "./claims.js";

/**
 * The verdict on a claim: it holds in the whole scope; it does not; nothing in the scope is about it, as its premise never holds; or what was
 * explored does not decide it: the limit came first, a run leaves the scope while something is promised, or the chart is impure.
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
   * The inputs of a run that shows it: of a refuted claim a counterexample, of a proved `reachable` a path, of an inconclusive claim the run
   * that leaves the scope, or that is impure. They are as few as possible. Absent if no run shows it.
   */
  readonly inputs?: readonly Input[];
  /**
   * The number of `inputs` after which the premise holds that makes the run matter, 0 for the initial state: `when` of `always`, and what the promise
   * follows of `leadsTo`, `within` and `until`. Absent if the claim has no premise, or if no run shows it.
   */
  readonly premise?: number;
  /** The index in `inputs` at which the cycle of a lasso begins; absent if the run is none. */
  readonly repeats?: number;
  /** The reason for a verdict that is not proved, as a sentence without a full stop; absent if the claim itself is refuted. */
  readonly reason?: string;
  /** The failure of the chart at the last of the inputs, if that is what refutes the claim. */
  readonly failure?: Failure;
  /** What the verdict assumes, a sentence each without a full stop. */
  readonly assumes: readonly string[];
}
