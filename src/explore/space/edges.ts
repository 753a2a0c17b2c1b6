import type { ChartEmission } from "../../device/index.js";
import type { ChartTransition } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import type { ExploredSpace } from "./graph.js";
import { TargetList } from "./integer-list.js";
import { LazyIncomingStep, LazyReachedState } from "./reached-state.js";
import { RESTORE_INPUT } from "./scope.js";
import { FAILED, IMPOSSIBLE, OUT_OF_SCOPE } from "./state-layout.js";
import type { StateSpace } from "./state-space.js";
import { ImpureStepError } from "./step-taker.js";
import type { DeviceState, EdgeTable, EdgeVisitor, ReachedState } from "./types.js";

/** Returns the state that an edge leaves. */
export const sourceStateOf = ({ inputCount }: { readonly inputCount: number }, edge: number): number =>
  Math.floor(edge / inputCount);

/** Returns the depth of each state: the length of a shortest path to it. */
export function depthsOf(
  edgeTable: Pick<EdgeTable, "stateCount" | "inputCount" | "parentEdges">,
): Int32Array {
  const depths = new Int32Array(edgeTable.stateCount);
  for (let stateId = 1; stateId < edgeTable.stateCount; stateId++)
    depths[stateId] = (depths[sourceStateOf(edgeTable, edgeTable.parentEdges.at(stateId))] as number) + 1;
  return depths;
}

/** Returns the edges of a shortest path to a state. */
export function shortestPathTo(
  edgeTable: Pick<EdgeTable, "inputCount" | "parentEdges">,
  stateId: number,
): number[] {
  const { parentEdges } = edgeTable;
  const reversedPath: number[] = [];
  for (let edge = parentEdges.at(stateId); edge >= 0; edge = parentEdges.at(sourceStateOf(edgeTable, edge)))
    reversedPath.push(edge);
  return reversedPath.reverse();
}

/** Returns the input of an edge: "restore" with the state that it restores. */
export function inputOfEdge<TState>(space: StateSpace<TState>, edge: number): Input {
  const inputCount = space.inputs.length;
  const input = space.inputs[edge % inputCount] as Input;
  return input === RESTORE_INPUT
    ? { type: "restore", state: space.states.stateAt(sourceStateOf({ inputCount }, edge)).state }
    : input;
}

/** Returns the hash of the targets of a state's edges, with one more. */
export const hashWithTarget = (targetsHash: number, targetId: number): number => {
  const hash = Math.imul(targetsHash ^ targetId, 0x9e3779b1);
  return hash ^ (hash >>> 15);
};

/** Returns the state that the last input led to, with its step, after `internTarget`. */
export function reachedAfter<TState>(
  space: StateSpace<TState>,
  targetId: number,
  before: DeviceState<TState>,
  edge: number,
  emissions: readonly ChartEmission[],
  transitions: readonly ChartTransition[],
): ReachedState<TState> {
  const { afterStep } = space;
  const restored = () =>
    targetId < 0 ? space.states.restoredFrom(afterStep.state) : space.states.restoredAt(targetId);
  const step = new LazyIncomingStep(before, inputOfEdge(space, edge), emissions, transitions);
  return new LazyReachedState(afterStep, restored, step);
}

/** Returns the initial state as one that was reached. */
export const reachedAtStart = <TState>({ states }: StateSpace<TState>): ReachedState<TState> =>
  new LazyReachedState(states.stateAt(0), () => states.restoredAt(0));

/** Takes an input again after exploring, and returns its target, or what it had instead. */
export function retakeInput<TState>(
  space: StateSpace<TState>,
  inputIndex: number,
  emissions: ChartEmission[],
  transitions: ChartTransition[],
): number {
  if (!space.isPossible(inputIndex)) return IMPOSSIBLE;
  try {
    space.takeInput(inputIndex, emissions, transitions);
  } catch {
    return FAILED;
  }
  return space.internTarget(space.stateCount);
}

/**
 * Takes every input in an explored state again, and lets a visitor see what is reached.
 *
 * @param visit - returns false once it need not see more.
 * @throws ImpureStepError if an input leads to another state than while exploring.
 */
export function retakeState<TState>(
  { space, targetHashes, parentEdges }: ExploredSpace<TState>,
  stateId: number,
  visit?: (reachTarget: () => ReachedState<TState>, edge: number, targetId: number) => boolean,
): boolean {
  const inputCount = space.inputs.length;
  space.enterState(stateId);
  const before = visit && space.enteredState;
  let targetsHash = 0;
  let isVisiting = true;
  for (let inputIndex = 0; inputIndex < inputCount; inputIndex++) {
    const emissions: ChartEmission[] = [];
    const transitions: ChartTransition[] = [];
    const edge = stateId * inputCount + inputIndex;
    const targetId = retakeInput(space, inputIndex, emissions, transitions);
    targetsHash = hashWithTarget(targetsHash, targetId);
    if (!visit || !before || !isVisiting) continue;
    isVisiting = visit(
      () => reachedAfter(space, targetId, before, edge, emissions, transitions),
      edge,
      targetId,
    );
  }
  if (targetsHash === targetHashes.at(stateId)) return isVisiting;
  const path = shortestPathTo({ inputCount, parentEdges }, stateId).map(
    (edge) => inputOfEdge(space, edge).type,
  );
  throw new ImpureStepError(
    `after ${path.length === 0 ? "no input" : path.join(", ")}: expected each input to have the same outcome as while exploring, got another one; a guard or an action depends on something outside the chart`,
  );
}

/** Returns true if a visitor sees the state behind an edge with this target. */
export const isVisited = (targetId: number): boolean => targetId >= 0 || targetId === OUT_OF_SCOPE;

/**
 * Visits the edges of an explored space: takes all inputs again.
 *
 * @throws ImpureStepError as {@link retakeState} does.
 */
export function visitEdges<TState>(
  explored: ExploredSpace<TState>,
  createVisitor: (edgeTable: EdgeTable) => EdgeVisitor<TState>,
): void {
  const { space, parentEdges, targetHashes, stopped } = explored;
  const targets = new TargetList();
  const visitor = createVisitor({
    stateCount: space.stateCount,
    inputs: space.inputs,
    inputCount: space.inputs.length,
    targets,
    parentEdges,
    complete: stopped === undefined,
  });
  const visitEdge = (reachTarget: () => ReachedState<TState>, edge: number, targetId: number): boolean => {
    if (visitor.needsTargets) targets.push(targetId);
    return !isVisited(targetId) || visitor.visit(reachTarget(), edge, targetId);
  };
  let isVisiting = visitor.visit(reachedAtStart(space), -1, 0);
  for (let stateId = 0; isVisiting && stateId < targetHashes.length; stateId++)
    isVisiting = retakeState(explored, stateId, visitEdge);
}
