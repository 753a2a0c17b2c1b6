import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../device/index.js";
import { type ChartTransition, Emissions } from "../engine/index.js";
import { type Graph, graphOf } from "./graph.js";
import { Numbers } from "./rows.js";
import type { Scope } from "./scope.js";
import { LEAVES, NO_ROOM, World } from "./world.js";

/** How {@link explore} goes about it. */
export interface ExploreOptions {
  /** How many states to stop at, from 1; 2,000,000 by default. */
  readonly limit?: number;
  /** Hears now and then how far it is. */
  readonly progress?: (so: ExploreProgress) => void;
}

/** How far an exploration is. */
export interface ExploreProgress {
  /** States reached. */
  readonly states: number;
  /** Transitions taken. */
  readonly transitions: number;
  /** States that were reached, and not yet left by every input. */
  readonly waiting: number;
  /** How long it has taken so far, in milliseconds. */
  readonly milliseconds: number;
}

const LIMIT = 2_000_000;
/** States between two reports of progress. */
const OFTEN = 500;

/**
 * Everything that a chart can do in a scope: each state that can be reached, and each input in it.
 *
 * States are told apart exactly, by where the chart stands and all of its context, and reached breadth first: the way to each is a shortest
 * one. A graph keeps no more than where each input leads; what else there is to know of a moment is found by taking its input again.
 *
 * @throws RangeError if the scope has no input, or one that the chart does not take; or if the limit is no whole number from 1.
 */
export function explore<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  options: ExploreOptions = {},
): Graph<TState> {
  const { limit = LIMIT, progress } = options;
  checkLimit(limit);
  const started = performance.now();
  const world = new World(chart, scope);
  const to = new Numbers();
  const by = new Numbers();
  const taken = new Set<ChartTransition>();
  /** By input: what it made the chart take lately, which need not be noted again. */
  const lately = world.inputs.map((): ChartTransition[] => []);
  const emitted = new Emissions<ChartEmission>(chart.kinds);
  let transitions = 0;
  let leaving = 0;
  let complete = true;
  by.push(-1);

  for (let from = 0; from < world.count && complete; from++) {
    world.enter(from);
    for (let input = 0; input < world.inputs.length; input++) {
      const chosen: ChartTransition[] = [];
      emitted.length = 0;
      world.take(input, emitted, chosen);
      const known = world.count;
      const reached = world.reached(limit);
      if (world.count > known) by.push(to.length);
      if (reached === LEAVES) leaving++;
      else if (reached === NO_ROOM) complete = false;
      to.push(reached);
      if (reached < 0) continue;
      transitions++;
      const before = lately[input] as ChartTransition[];
      for (let i = 0; i < chosen.length; i++) {
        const transition = chosen[i] as ChartTransition;
        if (before[i] === transition) continue;
        before[i] = transition;
        taken.add(transition);
      }
    }
    if (progress && from % OFTEN === 0)
      progress({
        states: world.count,
        transitions,
        waiting: world.count - from - 1,
        milliseconds: performance.now() - started,
      });
  }
  const milliseconds = performance.now() - started;
  return graphOf(world, { to, by, taken, transitions, leaving, complete, milliseconds });
}

/** @throws RangeError unless it is a whole number from 1. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`limit: expected a whole number from 1, got ${limit}`);
}
