import { BitSet } from "../space/bit-set.js";
import { sourceStateOf } from "../space/edges.js";
import { EdgeList } from "../space/integer-list.js";
import type { EdgeTable, ReachedState } from "../space/types.js";
import { type ClaimChecker, LIMIT_REASON, type Outcome, pathThroughEdge } from "./checker.js";
import type { Predicate } from "./claims.js";

/** The mark of a state that was not reached without what is to be recovered. */
const NOT_MISSED = -2;

/**
 * Decides `recoverable`: searches backwards from the states in which something holds. A state that is not found cannot recover, unless it
 * holds there whenever the state is reached.
 */
export class RecoverabilityChecker<TState> implements ClaimChecker<TState> {
  readonly isDecided = false;
  readonly needsTargets = true;
  readonly #edgeTable: EdgeTable;
  readonly #holds: Predicate<TState>;
  readonly #recoverable = new BitSet();
  readonly #frontier: number[] = [];
  /** By state id: the first edge after which it does not hold there; {@link NOT_MISSED} if there is none. */
  readonly #missingEdges = new EdgeList();

  constructor(edgeTable: EdgeTable, holds: Predicate<TState>) {
    this.#edgeTable = edgeTable;
    this.#holds = holds;
  }

  get byteLength(): number {
    return this.#recoverable.byteLength + this.#missingEdges.byteLength;
  }

  visit(reached: ReachedState<TState>, edge: number, stateId: number): void {
    if (this.#holds(reached)) {
      if (edge >= 0) this.#addState(sourceStateOf(this.#edgeTable, edge));
      return;
    }
    if (!this.#isMissed(stateId)) this.#missingEdges.set(stateId, edge, NOT_MISSED);
  }

  #isMissed(stateId: number): boolean {
    return stateId < this.#missingEdges.length && this.#missingEdges.at(stateId) !== NOT_MISSED;
  }

  #addState(stateId: number): void {
    if (this.#recoverable.has(stateId)) return;
    this.#recoverable.add(stateId);
    this.#frontier.push(stateId);
  }

  outcome(): Outcome {
    const { stateCount, complete } = this.#edgeTable;
    const premises = stateCount;
    // An incomplete graph lacks edges, so it refutes nothing.
    if (!complete) return { verdict: "inconclusive", premises, reason: LIMIT_REASON };
    const { firstIndexes, predecessors } = this.#predecessorTable();
    for (const stateId of this.#frontier) {
      const endIndex = firstIndexes[stateId + 1] as number;
      for (let index = firstIndexes[stateId] as number; index < endIndex; index++)
        this.#addState(predecessors[index] as number);
    }
    for (let stateId = 0; stateId < stateCount; stateId++) {
      if (this.#isMissed(stateId) && !this.#recoverable.has(stateId)) {
        const pathEdges = pathThroughEdge(this.#edgeTable, this.#missingEdges.at(stateId));
        return { verdict: "refuted", premises, pathEdges };
      }
    }
    return { verdict: "proved", premises };
  }

  /** Returns the predecessors of all states: those of a state begin at its first index and end before that of the next state. */
  #predecessorTable(): { readonly firstIndexes: Int32Array; readonly predecessors: Int32Array } {
    const { stateCount, targets } = this.#edgeTable;
    // Counted two places further on, so that filling in the predecessors moves each first index to its final place.
    const firstIndexes = new Int32Array(stateCount + 2);
    for (const targetId of targets)
      if (targetId >= 0) firstIndexes[targetId + 2] = (firstIndexes[targetId + 2] as number) + 1;
    for (let stateId = 0; stateId < stateCount; stateId++)
      firstIndexes[stateId + 2] =
        (firstIndexes[stateId + 2] as number) + (firstIndexes[stateId + 1] as number);
    const predecessors = new Int32Array(firstIndexes[stateCount + 1] as number);
    for (let edge = 0; edge < targets.length; edge++) {
      const targetId = targets.at(edge);
      if (targetId < 0) continue;
      predecessors[firstIndexes[targetId + 1] as number] = sourceStateOf(this.#edgeTable, edge);
      firstIndexes[targetId + 1] = (firstIndexes[targetId + 1] as number) + 1;
    }
    return { firstIndexes, predecessors };
  }
}
