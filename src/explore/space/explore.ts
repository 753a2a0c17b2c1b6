import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../../device/index.js";
import { type ChartTransition, Emissions } from "../../engine/index.js";
import { createGraph } from "./graph.js";
import { IntegerList } from "./integer-list.js";
import type { Scope } from "./scope.js";
import { OUT_OF_SCOPE, OVER_LIMIT, StateSpace } from "./state-space.js";
import type { Graph } from "./types.js";

/** The options of {@link explore}. */
export interface ExploreOptions {
  /** The greatest number of states, from 1; 2,000,000 by default. */
  readonly limit?: number;
  /** Receives a progress report now and then. */
  readonly progress?: (progress: ExploreProgress) => void;
}

/** The progress of an exploration. */
export interface ExploreProgress {
  /** States reached. */
  readonly states: number;
  /** Transitions taken. */
  readonly transitions: number;
  /** The length of the frontier: states that were reached, and not yet left by every input. */
  readonly waiting: number;
  /** The time that it has taken so far, in milliseconds. */
  readonly milliseconds: number;
}

const DEFAULT_LIMIT = 2_000_000;
/** States between two reports of progress. */
const REPORT_INTERVAL = 500;

/**
 * Explores everything that a chart can do in a scope: each state that can be reached, and each input in it.
 *
 * States are compared exactly, by the chart's state value and all of its context, and reached breadth first, on a shortest path. A graph stores
 * only the target of each edge; everything else about an edge is computed by taking its input again.
 *
 * @throws RangeError if the scope has no input, or one that the chart does not take; or if the limit is no whole number from 1.
 */
export function explore<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  options: ExploreOptions = {},
): Graph<TState> {
  const { limit = DEFAULT_LIMIT, progress } = options;
  checkLimit(limit);
  const startTime = performance.now();
  const space = new StateSpace(chart, scope);
  const targets = new IntegerList();
  const parentEdges = new IntegerList();
  const takenTransitions = new Set<ChartTransition>();
  /** By input: the transitions that it took last, which are in the set already. */
  const lastTransitions = space.inputs.map((): ChartTransition[] => []);
  const emissions = new Emissions<ChartEmission>(chart.kinds);
  let transitionCount = 0;
  let leavingCount = 0;
  let complete = true;
  parentEdges.push(-1);

  for (let sourceId = 0; sourceId < space.stateCount && complete; sourceId++) {
    space.enterState(sourceId);
    for (let inputIndex = 0; inputIndex < space.inputs.length; inputIndex++) {
      const transitions: ChartTransition[] = [];
      emissions.length = 0;
      space.takeInput(inputIndex, emissions, transitions);
      const knownCount = space.stateCount;
      const targetId = space.internTarget(limit);
      if (space.stateCount > knownCount) parentEdges.push(targets.length);
      if (targetId === OUT_OF_SCOPE) leavingCount++;
      else if (targetId === OVER_LIMIT) complete = false;
      targets.push(targetId);
      if (targetId < 0) continue;
      transitionCount++;
      const previous = lastTransitions[inputIndex] as ChartTransition[];
      for (let i = 0; i < transitions.length; i++) {
        const transition = transitions[i] as ChartTransition;
        if (previous[i] === transition) continue;
        previous[i] = transition;
        takenTransitions.add(transition);
      }
    }
    if (progress && sourceId % REPORT_INTERVAL === 0)
      progress({
        states: space.stateCount,
        transitions: transitionCount,
        waiting: space.stateCount - sourceId - 1,
        milliseconds: performance.now() - startTime,
      });
  }
  return createGraph(space, {
    targets,
    parentEdges,
    takenTransitions,
    transitions: transitionCount,
    leaving: leavingCount,
    complete,
    milliseconds: performance.now() - startTime,
  });
}

/** @throws RangeError unless the limit is a whole number from 1. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`limit: expected a whole number from 1, got ${limit}`);
}
