import type { AnswerSheet, EdgeTable, EdgeVisitor, ReachedState } from "../space/types.js";
import type { ClaimChecker, Outcome } from "./checker.js";
import type { Formula } from "./claims.js";
import { LivenessChecker } from "./liveness.js";
import { RecoverabilityChecker } from "./recoverability.js";
import { SafetyChecker } from "./safety.js";

/** Lets the checkers of several formulas see every state that is reached, each until it is decided. */
export class ClaimVisitor<TState> implements EdgeVisitor<TState> {
  readonly needsTargets: boolean;
  readonly answers?: AnswerSheet;
  readonly #checkers: readonly ClaimChecker<TState>[];
  #openCheckers: readonly ClaimChecker<TState>[];
  readonly #reportProgress: ((visitedCount: number) => void) | undefined;
  #visitedCount = 0;

  /**
   * @param reportProgress - called with the number of states visited so far.
   * @param answers - the answers of the formulas' predicates, which they read and record.
   */
  constructor(
    formulas: readonly Formula<TState>[],
    edgeTable: EdgeTable,
    reportProgress?: (visitedCount: number) => void,
    answers?: AnswerSheet,
  ) {
    if (answers) this.answers = answers;
    this.#checkers = formulas.map((formula) => checkerFor(formula, edgeTable));
    this.#openCheckers = this.#checkers;
    this.#reportProgress = reportProgress;
    this.needsTargets = this.#checkers.some(({ needsTargets }) => needsTargets);
  }

  get byteLength(): number {
    return this.#checkers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  visit(reached: ReachedState<TState>, edge: number, targetId: number): boolean {
    if (edge >= 0) this.#reportProgress?.(++this.#visitedCount);
    let hasDecided = false;
    for (const checker of this.#openCheckers) {
      if (targetId < 0) checker.visitOutside?.(reached, edge);
      else checker.visit(reached, edge, targetId);
      hasDecided ||= checker.isDecided;
    }
    if (hasDecided) this.#openCheckers = this.#openCheckers.filter((checker) => !checker.isDecided);
    return this.#openCheckers.length > 0;
  }

  /** Returns the outcome for each formula, after all states were visited. */
  outcomes(): Outcome[] {
    return this.#checkers.map((checker) => checker.outcome());
  }
}

/** Returns the checker that decides a formula. */
function checkerFor<TState>(formula: Formula<TState>, edgeTable: EdgeTable): ClaimChecker<TState> {
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
