import { BitSet } from "../space/bit-set.js";
import { depthsOf, sourceStateOf } from "../space/graph.js";
import { IntegerList } from "../space/integer-list.js";
import type { EdgeTable, ReachedState } from "../space/types.js";
import { type ClaimChecker, type Outcome, pathThroughEdge, verdictIfComplete } from "./checker.js";
import type { Formula, Unit } from "./claims.js";
import { findFairLasso } from "./fair-cycle.js";

/** A formula about runs. */
export type RunFormula<TState> = Extract<Formula<TState>, { kind: "leadsTo" | "within" | "until" }>;

/** A state of the search for a shortest counterexample, with the rest of the bound. */
interface SearchNode {
  readonly stateId: number;
  readonly remaining: number;
  /** The edge that led to it. */
  readonly parentEdge: number;
  /** The index of the node before; -1 at the beginning of a promise. */
  readonly parentIndex: number;
}

/**
 * Decides `leadsTo`, `within` and `until`: records the edges after which a promise is open, and the edges that leave it open.
 */
export class LivenessChecker<TState> implements ClaimChecker<TState> {
  readonly isDecided = false;
  readonly #edgeTable: EdgeTable<never>;
  readonly #formula: RunFormula<TState>;
  #premiseCount = 0;
  /** Edges after which a promise is open; -1 is the beginning. */
  readonly #promiseEdges = new IntegerList();
  /** The bound of each of these promises, in units. */
  readonly #promiseBounds = new IntegerList();
  /** Edges that leave every promise open. */
  readonly #avoidingEdges = new BitSet();
  /** Edges after which neither side of an `until` holds, plus 1. */
  readonly #breakingEdges = new BitSet();
  readonly #fairnessSets: readonly BitSet[];
  /** By edge: the units that pass with it, if that is not 1. */
  readonly #passedUnits = new Map<number, number>();

  constructor(edgeTable: EdgeTable<TState>, formula: RunFormula<TState>) {
    this.#edgeTable = edgeTable as EdgeTable<never>;
    this.#formula = formula;
    this.#fairnessSets = "fairly" in formula ? formula.fairly.map(() => new BitSet()) : [];
  }

  visit(reached: ReachedState<TState>, edge: number): void {
    const formula = this.#formula;
    const isKept = formula.to(reached);
    if (formula.from(reached)) this.#recordPromise(reached, edge, isKept);
    if (isKept) return;
    if (formula.kind === "until" && !formula.holds(reached)) this.#breakingEdges.add(edge + 1);
    if (edge < 0 || (formula.during && !formula.during(reached))) return;
    this.#avoidingEdges.add(edge);
    if (formula.kind === "within") {
      const passedUnits = passedUnitsOf(reached, formula.unit);
      if (passedUnits !== 1) this.#passedUnits.set(edge, passedUnits);
    } else
      formula.fairly.forEach(({ is }, index) => {
        if (is(reached)) this.#fairnessSets[index]?.add(edge);
      });
  }

  #recordPromise(reached: ReachedState<TState>, edge: number, isKept: boolean): void {
    const formula = this.#formula;
    const isInCharacters = formula.kind === "within" && formula.unit === "characters";
    // Without a baud clock no character passes.
    if (isInCharacters && reached.characterTicks === 0) return;
    this.#premiseCount++;
    if (isKept) return;
    this.#promiseEdges.push(edge);
    if (formula.kind === "within")
      this.#promiseBounds.push(
        isInCharacters ? Math.ceil(formula.bound * reached.characterTicks) : formula.bound,
      );
  }

  outcome(): Outcome {
    const premises = this.#premiseCount;
    if (premises === 0 && this.#edgeTable.complete) return { verdict: "vacuous", premises };
    const formula = this.#formula;
    const proved: Outcome = { verdict: verdictIfComplete(this.#edgeTable, "proved"), premises };
    if (formula.kind !== "leadsTo") {
      const pathEdges = this.#shortestBrokenRun();
      if (pathEdges) return { verdict: "refuted", premises, pathEdges };
      if (formula.kind === "within" || formula.weak) return proved;
    }
    const { targets } = this.#edgeTable;
    const startIds = { [Symbol.iterator]: () => statesAfter(this.#promiseEdges, targets) };
    const lasso = findFairLasso(this.#edgeTable, this.#avoidingEdges, startIds, this.#fairnessSets);
    if (!lasso) return proved;
    const promiseEdge = this.#promiseEdges.at(lasso.startIndex);
    const stem = [...pathThroughEdge(this.#edgeTable, promiseEdge), ...lasso.stem];
    return { verdict: "refuted", premises, pathEdges: [...stem, ...lasso.cycle], repeats: stem.length };
  }

  /**
   * Returns the shortest run that breaks a promise: the bound is over before it was kept, or the first side of an `until` ceases to
   * hold. Searches breadth first from all promises at once, each at its own depth.
   */
  #shortestBrokenRun(): number[] | undefined {
    const { inputCount, targets } = this.#edgeTable;
    const isBounded = this.#formula.kind === "within";
    const depths = depthsOf(this.#edgeTable);
    const nodes: SearchNode[] = [];
    const visitedKeys = new Set<number>();
    const keyStride = 1 + Math.max(0, ...new Set(this.#promiseBounds));
    let promiseIndex = 0;
    /** Adds a node, or returns the run to it if it breaks the promise. */
    const addNode = (edge: number, remaining: number, parentIndex: number): number[] | undefined => {
      const stateId = edge < 0 ? 0 : targets.at(edge);
      if (isBounded ? remaining <= 0 : this.#breakingEdges.has(edge + 1))
        return this.#runThrough(nodes, edge, parentIndex);
      const nodeKey = stateId * keyStride + remaining;
      if (visitedKeys.has(nodeKey)) return undefined;
      visitedKeys.add(nodeKey);
      nodes.push({ stateId, remaining, parentEdge: edge, parentIndex });
      return undefined;
    };
    const depthAfter = (edge: number): number =>
      edge < 0 ? 0 : (depths[sourceStateOf(this.#edgeTable, edge)] as number) + 1;
    let depth = 0;
    let nodeIndex = 0;
    while (promiseIndex < this.#promiseEdges.length || nodeIndex < nodes.length) {
      if (nodeIndex === nodes.length)
        depth = Math.max(depth, depthAfter(this.#promiseEdges.at(promiseIndex)));
      // Of runs of equal length, those that begin with a promise come first.
      while (promiseIndex < this.#promiseEdges.length) {
        const promiseEdge = this.#promiseEdges.at(promiseIndex);
        if (depthAfter(promiseEdge) > depth) break;
        const brokenRun = addNode(promiseEdge, isBounded ? this.#promiseBounds.at(promiseIndex) : 0, -1);
        if (brokenRun) return brokenRun;
        promiseIndex++;
      }
      const layerEnd = nodes.length;
      depth++;
      for (; nodeIndex < layerEnd; nodeIndex++) {
        const { stateId, remaining } = nodes[nodeIndex] as SearchNode;
        const endEdge = Math.min((stateId + 1) * inputCount, targets.length);
        for (let edge = stateId * inputCount; edge < endEdge; edge++) {
          if (!this.#avoidingEdges.has(edge)) continue;
          const passedUnits = isBounded ? (this.#passedUnits.get(edge) ?? 1) : 0;
          const brokenRun = addNode(edge, remaining - passedUnits, nodeIndex);
          if (brokenRun) return brokenRun;
        }
      }
    }
    return undefined;
  }

  /** Returns the run over a node to an edge, from the initial state. */
  #runThrough(nodes: readonly SearchNode[], lastEdge: number, lastIndex: number): number[] {
    const reversedPath: number[] = [];
    let promiseEdge = lastEdge;
    for (let nodeIndex = lastIndex; nodeIndex >= 0; nodeIndex = nodes[nodeIndex]?.parentIndex ?? -1) {
      reversedPath.push(promiseEdge);
      promiseEdge = nodes[nodeIndex]?.parentEdge ?? -1;
    }
    return [...pathThroughEdge(this.#edgeTable, promiseEdge), ...reversedPath.reverse()];
  }
}

/** Returns the units that pass with the step to a state. */
function passedUnitsOf<TState>({ step }: ReachedState<TState>, unit: Unit): number {
  const inputType = step?.input.type;
  if (unit === "accesses") return inputType === "read" || inputType === "write" ? 1 : 0;
  if (unit === "characters") return step?.input.type === "advance" ? step.input.ticks : 0;
  return 1;
}

function* statesAfter(edgeTable: Iterable<number>, targets: IntegerList): Generator<number> {
  for (const edge of edgeTable) yield edge < 0 ? 0 : targets.at(edge);
}
