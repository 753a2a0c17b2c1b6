import type { EdgeTable, ReachedState } from "../space/types.js";
import { type ClaimChecker, type Outcome, pathThroughEdge, VACUOUS, verdictIfComplete } from "./checker.js";
import type { Predicate } from "./claims.js";

/** The verdicts of a search for a state: if one was found, and if there is none. */
interface SearchVerdicts {
  readonly found: "proved" | "refuted";
  readonly absent: "proved" | "refuted";
}

/** Decides `always` and `reachable`: searches for the first state in which something holds. */
export class SafetyChecker<TState> implements ClaimChecker<TState> {
  readonly needsTargets = false;
  readonly byteLength = 0;
  readonly #edgeTable: EdgeTable;
  readonly #isWanted: Predicate<TState>;
  readonly #verdicts: SearchVerdicts;
  readonly #premise: Predicate<TState> | undefined;
  #premiseCount = 0;
  #foundEdge: number | undefined;

  constructor(
    edgeTable: EdgeTable,
    isWanted: Predicate<TState>,
    verdicts: SearchVerdicts,
    premise?: Predicate<TState>,
  ) {
    this.#edgeTable = edgeTable;
    this.#isWanted = isWanted;
    this.#verdicts = verdicts;
    this.#premise = premise;
  }

  get isDecided(): boolean {
    return this.#foundEdge !== undefined;
  }

  visit(reached: ReachedState<TState>, edge: number): void {
    if (this.#premise && !this.#premise(reached)) return;
    this.#premiseCount++;
    if (this.#isWanted(reached)) this.#foundEdge = edge;
  }

  outcome(): Outcome {
    const edgeTable = this.#edgeTable;
    const premises = this.#premiseCount;
    const { found, absent } = this.#verdicts;
    if (this.#foundEdge !== undefined) {
      const pathEdges = pathThroughEdge(edgeTable, this.#foundEdge);
      return { verdict: found, premises, pathEdges, ...(this.#premise ? { premise: pathEdges.length } : {}) };
    }
    if (premises === 0 && edgeTable.complete) return VACUOUS;
    return { ...verdictIfComplete(edgeTable, absent), premises };
  }
}
