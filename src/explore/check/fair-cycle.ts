import type { BitSet } from "../space/bit-set.js";
import type { IntegerList } from "../space/integer-list.js";
import type { EdgeTable } from "../space/types.js";

type EdgeTargets = Pick<EdgeTable, "stateCount" | "inputCount" | "targets">;

/** The states that the stem of a lasso can lead to, with its length, the shortest first. */
interface LassoStarts {
  readonly stateIds: IntegerList;
  readonly stemLengths: IntegerList;
}

/** A run that goes on for ever: a path to a state, and a cycle through it. */
interface Lasso {
  /** The index of the start at which the cycle begins and ends. */
  readonly startIndex: number;
  /** The edges of the cycle. */
  readonly cycle: readonly number[];
}

/** Yields the allowed edges out of a state, with their targets. */
function* edgesFrom(
  { inputCount, targets }: EdgeTargets,
  allowed: BitSet,
  stateId: number,
): Generator<readonly [edge: number, targetId: number]> {
  const firstEdge = stateId * inputCount;
  for (let edge = firstEdge; edge < firstEdge + inputCount && edge < targets.length; edge++)
    if (allowed.has(edge)) yield [edge, targets.at(edge)];
}

/** The edges visited, at most, in search of a shorter lasso than the one that was found. */
const SEARCH_LIMIT = 20_000_000;

/**
 * Finds a shortest lasso of allowed edges whose cycle has an edge of each of the fairness sets; undefined if there is none. Every input is
 * possible in every state, so there is such a lasso if, and only if, a strongly connected component has an edge of each set.
 *
 * A shortest one is found unless 20 million edges were visited; then it is the shortest so far.
 */
export function findFairLasso(
  edgeTargets: EdgeTargets,
  allowed: BitSet,
  { stateIds, stemLengths }: LassoStarts,
  fairnessSets: readonly BitSet[],
): Lasso | undefined {
  const components = componentsOf(edgeTargets, allowed, stateIds);
  const fairComponents = fairComponentsOf(edgeTargets, allowed, components, fairnessSets);
  if (fairComponents.size === 0) return undefined;
  const search = new CycleSearch(edgeTargets, allowed, components, fairnessSets);
  let shortest: Lasso | undefined;
  let shortestLength = Number.POSITIVE_INFINITY;
  for (let startIndex = 0; startIndex < stateIds.length; startIndex++) {
    const stateId = stateIds.at(startIndex);
    const stemLength = stemLengths.at(startIndex);
    if (stemLength + 1 >= shortestLength || (shortest && search.visitedEdges > SEARCH_LIMIT)) break;
    if (!fairComponents.has(components[stateId] as number)) continue;
    const cycle = search.shortestCycle(stateId, shortestLength - stemLength - 1);
    if (!cycle) continue;
    shortest = { startIndex, cycle };
    shortestLength = stemLength + cycle.length;
  }
  return shortest;
}

/** Returns the components that have, among their inner edges, one of each of the fairness sets, and at least one. */
function fairComponentsOf(
  edgeTargets: EdgeTargets,
  allowed: BitSet,
  components: Int32Array,
  fairnessSets: readonly BitSet[],
): ReadonlySet<number> {
  const fairnessFound = new Map<number, boolean[]>();
  for (let stateId = 0; stateId < edgeTargets.stateCount; stateId++) {
    const component = components[stateId] as number;
    if (component < 0) continue;
    for (const [edge, targetId] of edgesFrom(edgeTargets, allowed, stateId)) {
      if (components[targetId] !== component) continue;
      const found = fairnessFound.get(component) ?? fairnessSets.map(() => false);
      fairnessFound.set(component, found);
      for (const [index, fairnessSet] of fairnessSets.entries()) found[index] ||= fairnessSet.has(edge);
    }
  }
  return new Set(
    [...fairnessFound]
      .filter(([, found]) => found.every((isFound) => isFound))
      .map(([component]) => component),
  );
}

/** A state of the search for a cycle: a state of the graph, and the fairness sets that have been met. */
interface CycleNode {
  readonly stateId: number;
  readonly metSets: number;
  readonly edge: number;
  readonly parent: CycleNode | undefined;
  readonly depth: number;
}

/** Searches for shortest fair cycles through single states. */
class CycleSearch {
  /** The edges visited so far. */
  visitedEdges = 0;
  readonly #edgeTargets: EdgeTargets;
  readonly #allowed: BitSet;
  readonly #components: Int32Array;
  readonly #fairnessSets: readonly BitSet[];

  constructor(
    edgeTargets: EdgeTargets,
    allowed: BitSet,
    components: Int32Array,
    fairnessSets: readonly BitSet[],
  ) {
    this.#edgeTargets = edgeTargets;
    this.#allowed = allowed;
    this.#components = components;
    this.#fairnessSets = fairnessSets;
  }

  /** Returns the edges of a shortest cycle through a state, breadth first; undefined if none is as short as the greatest length. */
  shortestCycle(startId: number, greatestLength: number): number[] | undefined {
    const component = this.#components[startId];
    const setCount = this.#fairnessSets.length;
    const allSets = 2 ** setCount - 1;
    const start: CycleNode = { stateId: startId, metSets: 0, edge: -1, parent: undefined, depth: 0 };
    const frontier = [start];
    const knownKeys = new Set<number>();
    for (const node of frontier) {
      if (node.depth >= greatestLength) return undefined;
      for (const [edge, targetId] of edgesFrom(this.#edgeTargets, this.#allowed, node.stateId)) {
        this.visitedEdges++;
        if (this.#components[targetId] !== component) continue;
        const metSets = this.#setsMet(node.metSets, edge);
        const next: CycleNode = { stateId: targetId, metSets, edge, parent: node, depth: node.depth + 1 };
        if (targetId === startId && metSets === allSets) return edgesTo(next);
        const key = targetId * (allSets + 1) + metSets;
        if (knownKeys.has(key)) continue;
        knownKeys.add(key);
        frontier.push(next);
      }
    }
    return undefined;
  }

  #setsMet(metSets: number, edge: number): number {
    let sets = metSets;
    for (const [index, fairnessSet] of this.#fairnessSets.entries())
      if (fairnessSet.has(edge)) sets |= 1 << index;
    return sets;
  }
}

function edgesTo(last: CycleNode): number[] {
  const reversedEdges: number[] = [];
  for (let node: CycleNode | undefined = last; node?.parent; node = node.parent)
    reversedEdges.push(node.edge);
  return reversedEdges.reverse();
}

/**
 * Returns the strongly connected component of each state that can be reached from the start states; -1 for the others. By Tarjan's algorithm without
 * recursion: a component is numbered after all that it leads to.
 */
function componentsOf(edgeTargets: EdgeTargets, allowed: BitSet, startIds: Iterable<number>): Int32Array {
  const { stateCount, inputCount, targets } = edgeTargets;
  const components = new Int32Array(stateCount).fill(-1);
  const visitNumbers = new Int32Array(stateCount).fill(-1);
  const lowLinks = new Int32Array(stateCount);
  const nextInputs = new Int32Array(stateCount);
  const componentStack: number[] = [];
  const callStack: number[] = [];
  let visitCount = 0;
  let componentCount = 0;
  const visitState = (stateId: number): void => {
    visitNumbers[stateId] = lowLinks[stateId] = visitCount++;
    componentStack.push(stateId);
    callStack.push(stateId);
  };
  for (const startId of startIds) {
    if ((visitNumbers[startId] as number) >= 0) continue;
    visitState(startId);
    while (callStack.length > 0) {
      const stateId = callStack.at(-1) as number;
      const edge = stateId * inputCount + (nextInputs[stateId] as number);
      if ((nextInputs[stateId] as number) < inputCount && edge < targets.length) {
        nextInputs[stateId] = (nextInputs[stateId] as number) + 1;
        if (!allowed.has(edge)) continue;
        const targetId = targets.at(edge);
        if ((visitNumbers[targetId] as number) < 0) visitState(targetId);
        else if ((components[targetId] as number) < 0)
          lowLinks[stateId] = Math.min(lowLinks[stateId] as number, visitNumbers[targetId] as number);
        continue;
      }
      callStack.pop();
      const callerId = callStack.at(-1);
      if (callerId !== undefined)
        lowLinks[callerId] = Math.min(lowLinks[callerId] as number, lowLinks[stateId] as number);
      if (lowLinks[stateId] !== visitNumbers[stateId]) continue;
      for (let memberId = componentStack.pop(); memberId !== undefined; memberId = componentStack.pop()) {
        components[memberId] = componentCount;
        if (memberId === stateId) break;
      }
      componentCount++;
    }
  }
  return components;
}
