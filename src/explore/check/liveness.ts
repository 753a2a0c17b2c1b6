import type { Input } from "../../journal/index.js";
import { BitSet } from "../space/bit-set.js";
import { depthsOf, sourceStateOf } from "../space/edges.js";
import { EdgeList, IntegerList } from "../space/integer-list.js";
import { IMPOSSIBLE } from "../space/state-layout.js";
import type { EdgeTable, ReachedState } from "../space/types.js";
import { type ClaimChecker, type Outcome, pathThroughEdge, VACUOUS, verdictIfComplete } from "./checker.js";
import type { Formula, Unit } from "./claims.js";
import { findFairLasso } from "./fair-cycle.js";

/** A formula about runs. */
type RunFormula<TState> = Extract<Formula<TState>, { kind: "leadsTo" | "within" | "until" }>;

/** The states of a search for a shortest run, in the order of their depth: each list has one item for each of them. */
class RunNodes {
  readonly stateIds = new IntegerList();
  /** The rest of the bound. */
  readonly remaining = new IntegerList();
  /** The edge that led to it. */
  readonly parentEdges = new EdgeList();
  /** The index of the node before; -1 at the beginning of a promise. */
  readonly parentIndexes = new IntegerList();
  /** The length of the run to it, from the initial state. */
  readonly depths = new IntegerList();

  get length(): number {
    return this.stateIds.length;
  }

  push(stateId: number, remaining: number, parentEdge: number, parentIndex: number, depth: number): void {
    this.stateIds.push(stateId);
    this.remaining.push(remaining);
    this.parentEdges.push(parentEdge);
    this.parentIndexes.push(parentIndex);
    this.depths.push(depth);
  }
}

/** A run from the initial state. */
interface FoundRun {
  readonly pathEdges: readonly number[];
  /** The number of its edges after which the promise is made that stays open. */
  readonly premise: number;
}

/** The rest of the bound in a state that no run has reached. */
const NOT_REACHED = 2 ** 31 - 1;

/** The end of a run that is searched for. */
interface RunEnd {
  /** Returns true if a run ends with this edge, after which so much of the bound remains. */
  endsWith?(edge: number, remaining: number): boolean;
  /** Returns true if a run ends in this state. */
  endsIn?(stateId: number): boolean;
  /** The edges by which a run ends, besides those that leave the promise open. */
  readonly lastEdges?: BitSet;
}

const LEAVING_REASON = "a run leaves the scope before what was promised has come";
const DEAD_END_REASON =
  "the run ends in a dead end, where no input leads on, before what was promised has come";

/**
 * Decides `leadsTo`, `within` and `until`: records the edges after which a promise is open, the edges that leave it open, and those that lead
 * out of the scope with it.
 */
export class LivenessChecker<TState> implements ClaimChecker<TState> {
  readonly isDecided = false;
  readonly needsTargets = true;
  readonly #edgeTable: EdgeTable;
  readonly #formula: RunFormula<TState>;
  #premiseCount = 0;
  /** Edges after which a promise is open; -1 is the beginning. */
  readonly #promiseEdges = new EdgeList();
  /** The bound of each of these promises, in units. */
  readonly #promiseBounds = new IntegerList();
  /** Edges that leave every promise open. */
  readonly #avoidingEdges = new BitSet();
  /** Edges with which what was promised comes. */
  readonly #keepingEdges = new BitSet();
  /** Edges that lead out of the scope and leave every promise open. */
  readonly #leavingEdges = new BitSet();
  /** Edges after which neither side of an `until` holds, plus 1. */
  readonly #breakingEdges = new BitSet();
  readonly #fairnessSets: readonly BitSet[];
  /** By fairness assumption: true if some step is one. */
  readonly #isFairnessMet: boolean[];
  #isDuringMet = false;
  /** By input: the units of the bound that pass with it. */
  readonly #passedUnits: readonly number[];

  constructor(edgeTable: EdgeTable, formula: RunFormula<TState>) {
    this.#edgeTable = edgeTable;
    this.#passedUnits = edgeTable.inputs.map((input) =>
      formula.kind === "within" ? passedUnitsOf(input, formula.unit) : 0,
    );
    this.#formula = formula;
    this.#fairnessSets = "fairly" in formula ? formula.fairly.map(() => new BitSet()) : [];
    this.#isFairnessMet = this.#fairnessSets.map(() => false);
  }

  get byteLength(): number {
    const edgeSets = [
      this.#avoidingEdges,
      this.#keepingEdges,
      this.#leavingEdges,
      this.#breakingEdges,
      ...this.#fairnessSets,
    ];
    return edgeSets.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  visit(reached: ReachedState<TState>, edge: number): void {
    const formula = this.#formula;
    const isKept = formula.to(reached);
    if (formula.from(reached)) this.#recordPromise(reached, edge, isKept);
    if (edge >= 0) this.#recordAssumptions(reached);
    if (isKept) {
      if (edge >= 0) this.#keepingEdges.add(edge);
      return;
    }
    if (formula.kind === "until" && !formula.holds(reached)) this.#breakingEdges.add(edge + 1);
    if (edge < 0 || (formula.during && !formula.during(reached))) return;
    this.#avoidingEdges.add(edge);
    if (formula.kind !== "within")
      formula.fairly.forEach(({ is }, index) => {
        if (is(reached)) this.#fairnessSets[index]?.add(edge);
      });
  }

  visitOutside(reached: ReachedState<TState>, edge: number): void {
    const { to, during } = this.#formula;
    this.#recordAssumptions(reached);
    if (!to(reached) && (!during || during(reached))) this.#leavingEdges.add(edge);
  }

  #recordAssumptions(reached: ReachedState<TState>): void {
    const formula = this.#formula;
    this.#isDuringMet ||= !formula.during || formula.during(reached);
    if (formula.kind !== "within")
      for (const [index, { is }] of formula.fairly.entries()) this.#isFairnessMet[index] ||= is(reached);
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
    if (premises === 0 && this.#edgeTable.complete) return VACUOUS;
    const formula = this.#formula;
    const isBounded = formula.kind === "within";
    if (formula.kind !== "leadsTo") {
      const brokenRun = this.#shortestRun({
        endsWith: (edge, remaining) => (isBounded ? remaining <= 0 : this.#breakingEdges.has(edge + 1)),
      });
      if (brokenRun) return { verdict: "refuted", premises, ...brokenRun };
    }
    const isSafety = formula.kind === "until" && formula.weak;
    if (!isBounded && !isSafety) {
      const refutation = this.#unfulfilledRun();
      if (refutation) return { premises, ...refutation };
    }
    const { verdict, reason } = verdictIfComplete(this.#edgeTable, "proved");
    if (verdict !== "proved") return { verdict, premises, ...(reason === undefined ? {} : { reason }) };
    if (!isSafety && !this.#leavingEdges.isEmpty) {
      const leavingRun = this.#shortestRun({ lastEdges: this.#leavingEdges });
      if (leavingRun)
        return {
          verdict: "inconclusive",
          premises,
          ...leavingRun,
          reason: LEAVING_REASON,
        };
    }
    const unmet = this.#unmetAssumption();
    return unmet === undefined ? { verdict, premises } : { verdict: "vacuous", premises, reason: unmet };
  }

  /** Returns the outcome for a run on which what was promised never comes: a lasso, or a run that ends; undefined if there is none. */
  #unfulfilledRun(): Pick<Outcome, "verdict" | "pathEdges" | "premise" | "repeats" | "reason"> | undefined {
    const nodes = new RunNodes();
    this.#shortestRun({}, nodes);
    const lasso = findFairLasso(
      this.#edgeTable,
      this.#avoidingEdges,
      { stateIds: nodes.stateIds, stemLengths: nodes.depths },
      this.#fairnessSets,
    );
    if (lasso) {
      const stem = this.#runThrough(nodes, undefined, lasso.startIndex);
      const pathEdges = [...stem.pathEdges, ...lasso.cycle];
      return { verdict: "refuted", pathEdges, premise: stem.premise, repeats: stem.pathEdges.length };
    }
    let hasDeadEnd = false;
    for (const stateId of nodes.stateIds) hasDeadEnd ||= this.#isDeadEnd(stateId);
    if (!hasDeadEnd) return undefined;
    const endedRun = this.#shortestRun({ endsIn: (stateId) => this.#isDeadEnd(stateId) });
    return endedRun && { verdict: "refuted", ...endedRun, reason: DEAD_END_REASON };
  }

  /** Returns true if no input leads on from a state, and the promise is still one for the inputs that change nothing there. */
  #isDeadEnd(stateId: number): boolean {
    const { inputCount, targets } = this.#edgeTable;
    let possibleCount = 0;
    let isPromised = false;
    for (let edge = stateId * inputCount; edge < (stateId + 1) * inputCount; edge++) {
      if (edge >= targets.length) return false;
      if (targets.at(edge) === IMPOSSIBLE) continue;
      if (targets.at(edge) !== stateId || this.#keepingEdges.has(edge)) return false;
      possibleCount++;
      isPromised ||= this.#avoidingEdges.has(edge);
    }
    return isPromised || possibleCount === 0;
  }

  /** Returns the reason why the claim is about no run: a step that is assumed to be taken never is; undefined if there is no such reason. */
  #unmetAssumption(): string | undefined {
    const formula = this.#formula;
    if (!this.#isDuringMet) return "no step of the scope is one of `during`";
    const unmetIndex = this.#isFairnessMet.indexOf(false);
    if (unmetIndex < 0 || formula.kind === "within" || (formula.kind === "until" && formula.weak))
      return undefined;
    return `no step of the scope is one that is assumed to be taken again and again: ${formula.fairly[unmetIndex]?.name}`;
  }

  /**
   * Returns the shortest run on which a promise stays open up to its end; undefined if there is none. Searches breadth first from all promises
   * at once, each at its own depth.
   *
   * @param nodes - receives the states in which a promise is open, the least depth first.
   */
  #shortestRun({ endsWith, endsIn, lastEdges }: RunEnd, nodes = new RunNodes()): FoundRun | undefined {
    const { inputCount, targets, stateCount } = this.#edgeTable;
    const isBounded = this.#formula.kind === "within";
    const depths = depthsOf(this.#edgeTable);
    // Of two runs to a state, the one that has come there sooner, with no more of its bound left, is broken no later.
    const leastRemaining = new Int32Array(stateCount).fill(NOT_REACHED);
    let depth = 0;
    /** Adds a node, or returns the run to it if it is the end. */
    const addNode = (edge: number, remaining: number, parentIndex: number): FoundRun | undefined => {
      const stateId = edge < 0 ? 0 : targets.at(edge);
      if (endsWith?.(edge, remaining)) return this.#runThrough(nodes, edge, parentIndex);
      if ((isBounded && remaining <= 0) || remaining >= (leastRemaining[stateId] as number)) return undefined;
      leastRemaining[stateId] = remaining;
      if (endsIn?.(stateId)) return this.#runThrough(nodes, edge, parentIndex);
      nodes.push(stateId, remaining, edge, parentIndex, depth);
      return undefined;
    };
    const depthAfter = (edge: number): number =>
      edge < 0 ? 0 : (depths[sourceStateOf(this.#edgeTable, edge)] as number) + 1;
    let promiseIndex = 0;
    let nodeIndex = 0;
    while (promiseIndex < this.#promiseEdges.length || nodeIndex < nodes.length) {
      if (nodeIndex === nodes.length)
        depth = Math.max(depth, depthAfter(this.#promiseEdges.at(promiseIndex)));
      // Of runs of equal length, those that begin with a promise come first.
      while (promiseIndex < this.#promiseEdges.length) {
        const promiseEdge = this.#promiseEdges.at(promiseIndex);
        if (depthAfter(promiseEdge) > depth) break;
        const run = addNode(promiseEdge, isBounded ? this.#promiseBounds.at(promiseIndex) : 0, -1);
        if (run) return run;
        promiseIndex++;
      }
      const layerEnd = nodes.length;
      depth++;
      for (; nodeIndex < layerEnd; nodeIndex++) {
        const stateId = nodes.stateIds.at(nodeIndex);
        const remaining = nodes.remaining.at(nodeIndex);
        const endEdge = Math.min((stateId + 1) * inputCount, targets.length);
        for (let edge = stateId * inputCount; edge < endEdge; edge++) {
          if (lastEdges?.has(edge)) return this.#runThrough(nodes, edge, nodeIndex);
          if (!this.#avoidingEdges.has(edge)) continue;
          const passedUnits = this.#passedUnits[edge - stateId * inputCount] as number;
          const run = addNode(edge, remaining - passedUnits, nodeIndex);
          if (run) return run;
        }
      }
    }
    return undefined;
  }

  /** Returns the run over a node to an edge, if there is one, from the initial state. */
  #runThrough(nodes: RunNodes, lastEdge: number | undefined, lastIndex: number): FoundRun {
    const reversedPath: number[] = [];
    let promiseEdge = lastEdge;
    for (let nodeIndex = lastIndex; nodeIndex >= 0; nodeIndex = nodes.parentIndexes.at(nodeIndex)) {
      if (promiseEdge !== undefined) reversedPath.push(promiseEdge);
      promiseEdge = nodes.parentEdges.at(nodeIndex);
    }
    const promisePath = pathThroughEdge(this.#edgeTable, promiseEdge ?? -1);
    return { pathEdges: [...promisePath, ...reversedPath.reverse()], premise: promisePath.length };
  }
}

/** Returns the units that pass with an input. */
function passedUnitsOf(input: Input, unit: Unit): number {
  if (unit === "accesses") return input.type === "read" || input.type === "write" ? 1 : 0;
  if (unit === "characters" || unit === "ticks") return input.type === "advance" ? input.ticks : 0;
  return 1;
}
