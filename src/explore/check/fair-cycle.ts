import type { BitSet } from "../space/bit-set.js";
import { sourceStateOf } from "../space/graph.js";
import type { EdgeTable } from "../space/types.js";

type EdgeTargets = Pick<EdgeTable<never>, "stateCount" | "inputCount" | "targets">;

/** A run that goes on for ever: a path to a state, and a cycle through it. */
export interface Lasso {
  /** The index of the start state among the given ones. */
  readonly startIndex: number;
  /** The edges from the start state to the cycle. */
  readonly stem: readonly number[];
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

/**
 * Finds a lasso of allowed edges from one of the start states, whose cycle has an edge of each of the fairness sets; undefined if there is none.
 * Every input is possible in every state, so there is such a lasso if, and only if, a strongly connected component has an edge
 * of each set.
 *
 * @param startIds - the first that has a lasso is used.
 */
export function findFairLasso(
  edgeTargets: EdgeTargets,
  allowed: BitSet,
  startIds: Iterable<number>,
  fairnessSets: readonly BitSet[],
): Lasso | undefined {
  const components = componentsOf(edgeTargets, allowed, startIds);
  /** By component with an inner edge: for each of the fairness sets, an inner edge; -1 if there is none. */
  const witnesses = new Map<number, number[]>();
  for (let stateId = 0; stateId < edgeTargets.stateCount; stateId++) {
    const component = components[stateId] as number;
    if (component < 0) continue;
    for (const [edge, targetId] of edgesFrom(edgeTargets, allowed, stateId)) {
      if (components[targetId] !== component) continue;
      const componentWitnesses = witnesses.get(component) ?? fairnessSets.map(() => -1);
      witnesses.set(component, componentWitnesses);
      fairnessSets.forEach((fairnessSet, index) => {
        if ((componentWitnesses[index] as number) < 0 && fairnessSet.has(edge))
          componentWitnesses[index] = edge;
      });
    }
  }
  const fairComponents = new Set(
    [...witnesses].filter(([, edgeIds]) => !edgeIds.includes(-1)).map(([component]) => component),
  );
  if (fairComponents.size === 0) return undefined;
  const isFair = (stateId: number): boolean => fairComponents.has(components[stateId] as number);
  const leadingComponents = componentsLeadingTo(edgeTargets, allowed, components, isFair);
  let startIndex = -1;
  for (const startId of startIds) {
    startIndex++;
    if (!leadingComponents.has(components[startId] as number)) continue;
    const stem = shortestPath(edgeTargets, startId, allowed, () => true, isFair) as number[];
    const entryId = stem.length === 0 ? startId : edgeTargets.targets.at(stem.at(-1) as number);
    const component = components[entryId] as number;
    const isInside = (stateId: number): boolean => components[stateId] === component;
    const cycle = cycleThrough(edgeTargets, allowed, entryId, isInside, witnesses.get(component) as number[]);
    return { startIndex, stem, cycle };
  }
  return undefined;
}

/** Returns the components from which a goal state can be reached. Components are numbered after all that they lead to. */
function componentsLeadingTo(
  edgeTargets: EdgeTargets,
  allowed: BitSet,
  components: Int32Array,
  isGoal: (stateId: number) => boolean,
): ReadonlySet<number> {
  const stateIds = [...components.keys()].filter((stateId) => (components[stateId] as number) >= 0);
  stateIds.sort((a, b) => (components[a] as number) - (components[b] as number));
  const leadingComponents = new Set<number>();
  for (const stateId of stateIds) {
    if (leadingComponents.has(components[stateId] as number)) continue;
    let isLeading = isGoal(stateId);
    if (!isLeading)
      for (const [, targetId] of edgesFrom(edgeTargets, allowed, stateId))
        isLeading ||= leadingComponents.has(components[targetId] as number);
    if (isLeading) leadingComponents.add(components[stateId] as number);
  }
  return leadingComponents;
}

/** Returns a cycle within a component, over each of its witnesses. */
function cycleThrough(
  edgeTargets: EdgeTargets,
  allowed: BitSet,
  entryId: number,
  isInside: (stateId: number) => boolean,
  witnesses: readonly number[],
): number[] {
  const cycle: number[] = [];
  let currentId = entryId;
  const appendPathTo = (goalId: number): void => {
    cycle.push(
      ...(shortestPath(
        edgeTargets,
        currentId,
        allowed,
        isInside,
        (stateId) => stateId === goalId,
      ) as number[]),
    );
    currentId = goalId;
  };
  for (const witness of new Set(witnesses)) {
    appendPathTo(sourceStateOf(edgeTargets, witness));
    cycle.push(witness);
    currentId = edgeTargets.targets.at(witness);
  }
  if (cycle.length === 0) {
    const candidates = [...edgesFrom(edgeTargets, allowed, entryId)]
      .filter(([, targetId]) => isInside(targetId))
      .map(([edge, targetId]) => {
        const returnPath = shortestPath(edgeTargets, targetId, allowed, isInside, (it) => it === entryId);
        return [edge, ...(returnPath as number[])];
      });
    return candidates.reduce((shortest, candidate) =>
      candidate.length < shortest.length ? candidate : shortest,
    );
  }
  appendPathTo(entryId);
  return cycle;
}

/** Returns a shortest path from a state to a goal state; undefined if there is none. */
function shortestPath(
  edgeTargets: EdgeTargets,
  startId: number,
  allowed: BitSet,
  isInside: (stateId: number) => boolean,
  isGoal: (stateId: number) => boolean,
): number[] | undefined {
  const parentEdges = new Map<number, number>([[startId, -1]]);
  for (const stateId of parentEdges.keys()) {
    if (isGoal(stateId)) {
      const reversedPath: number[] = [];
      let edge = parentEdges.get(stateId) as number;
      while (edge >= 0) {
        reversedPath.push(edge);
        edge = parentEdges.get(sourceStateOf(edgeTargets, edge)) as number;
      }
      return reversedPath.reverse();
    }
    for (const [edge, targetId] of edgesFrom(edgeTargets, allowed, stateId))
      if (isInside(targetId) && !parentEdges.has(targetId)) parentEdges.set(targetId, edge);
  }
  return undefined;
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
