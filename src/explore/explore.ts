import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission, TransitionInWords } from "../device/index.js";
import { inWords } from "../device/words.js";
import type { ChartTransition } from "../engine/index.js";
import type { Graph, GraphState, GraphTransition, Situation } from "./graph.js";
import { checkScope, inputsIn, type Scope } from "./scope.js";
import { type Standing, standingAt } from "./step.js";

/** How {@link explore} goes about it. */
export interface ExploreOptions {
  /** How many states to stop at, from 1; 200,000 by default. */
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
}

const LIMIT = 200_000;
/** States between two reports of progress. */
const OFTEN = 500;

/** One object for all that are the same: a graph has few different ones, many times. */
class Shared<T> {
  readonly #known = new Map<string, T>();

  of(key: string, make: () => T): T {
    let value = this.#known.get(key);
    if (value === undefined) {
      value = make();
      this.#known.set(key, value);
    }
    return value;
  }
}

/** Where an input led, and the place of the state that stands for it. */
interface Reached<TState> {
  readonly after: Situation<TState>;
  readonly to: number;
}

/**
 * Everything that a chart can do in a scope: each state that can be reached, and each input in it.
 *
 * States are told apart exactly, by their JSON, and reached breadth first: the way to each is a shortest one.
 *
 * @throws RangeError if the scope has no input, or one that the chart does not take; or if the limit is no whole number from 1.
 */
export function explore<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  options: ExploreOptions = {},
): Graph<TState> {
  const { limit = LIMIT, progress } = options;
  checkScope(scope, chart);
  checkLimit(limit);
  const started = performance.now();
  const states: GraphState<TState>[] = [];
  const transitions: GraphTransition<TState>[] = [];
  const first: number[] = [];
  const places = new Map<string, number>();
  const reached = new Map<string, Reached<TState>>();
  const lists = new Shared<readonly TransitionInWords[]>();
  const emissions = new Shared<readonly ChartEmission[]>();
  let leaving = 0;
  let complete = true;

  /** The place of the state that stands for this one; -1 if that is a new one and there is no more room. */
  const placeFor = (state: TState, depth: number, by?: number): number => {
    const standsFor = scope.abstract?.(state) ?? state;
    const key = JSON.stringify(standsFor);
    const known = places.get(key);
    if (known !== undefined) return known;
    if (states.length >= limit) return -1;
    const { at } = standingAt(chart, standsFor);
    places.set(key, states.length);
    states.push({ at, depth, ...(by === undefined ? {} : { by }) });
    return states.length - 1;
  };

  /** What an input led to. Most of it has been seen before, and is then looked up by one key. */
  const reach = (live: Standing<TState>, depth: number): Reached<TState> | undefined => {
    const { state, value } = live;
    const key = JSON.stringify([state, value]);
    const known = reached.get(key);
    if (known) return known;
    if (scope.within?.(state) === false) return undefined;
    const to = placeFor(state, depth, transitions.length);
    const found = { after: live.at, to };
    if (to >= 0) reached.set(key, found);
    return found;
  };

  placeFor(standingAt(chart).state, 0);
  for (let from = 0; from < states.length && complete; from++) {
    const { at, depth } = states[from] as GraphState<TState>;
    const here = standingAt(chart, at.state);
    first.push(transitions.length);
    for (const input of inputsIn(scope, at.state)) {
      const emitted: ChartEmission[] = [];
      const chosen: ChartTransition[] = [];
      const next = reach(here.take(input, emitted, chosen), depth + 1);
      if (next === undefined) leaving++;
      else if (next.to < 0) complete = false;
      if (next === undefined || next.to < 0) continue;
      const { after, to } = next;
      const taken = chosen.map(inWords);
      transitions.push({
        from,
        to,
        input,
        after,
        emissions: emissions.of(JSON.stringify(emitted), () => emitted),
        taken: lists.of(taken.map(({ id }) => id).join("\n"), () => taken),
      });
    }
    if (progress && from % OFTEN === 0)
      progress({ states: states.length, transitions: transitions.length, waiting: states.length - from - 1 });
  }
  while (first.length <= states.length) first.push(transitions.length);
  return {
    chart,
    scope,
    states,
    transitions,
    first,
    leaving,
    complete,
    milliseconds: performance.now() - started,
  };
}

/** @throws RangeError unless it is a whole number from 1. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`limit: expected a whole number from 1, got ${limit}`);
}
