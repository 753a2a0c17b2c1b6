import type { Input } from "../journal/index.js";
import type { Claim } from "./claims.js";
import type { Graph } from "./graph.js";

/**
 * What came of a claim: it holds in the whole scope; it does not; its premise never holds in the scope; or the limit came before an
 * answer.
 */
export type Verdict = "proved" | "refuted" | "vacuous" | "inconclusive";

/** The answer to a claim. */
export interface Answer<TState = unknown> {
  /** The claim. */
  readonly claim: Claim<TState>;
  /** What came of it. */
  readonly verdict: Verdict;
  /** What was explored for it. */
  readonly graph: Graph<TState>;
  /** How many moments the claim was about: those that its premise picks. */
  readonly premises: number;
  /**
   * The inputs that show it: of a refuted claim a counterexample, of a proved `reachable` the way there. They are as few as possible;
   * a run that goes on for ever begins with the earliest promise that can be broken. Absent where no run shows it.
   */
  readonly inputs?: readonly Input[];
  /** Where in `inputs` the part begins that repeats for ever; absent where none does. */
  readonly repeats?: number;
}
