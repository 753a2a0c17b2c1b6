import type { RegisterName } from "../../machines/index.js";
import type { Chart, ChartEmission, TransitionInWords } from "../device/index.js";
import type { Input } from "../journal/index.js";
import type { Scope } from "./scope.js";

/** A device as it stands between two inputs. */
export interface Situation<TState = unknown> {
  /** The chart's state as JSON: of `serial`, a `SerialState`. */
  readonly state: TState;
  /** The chart's state value: which state each region is in. */
  readonly value: unknown;
  /** The registers as they stand, 0 to 255 each, by name; those that the chart has. */
  readonly registers: Readonly<Partial<Record<RegisterName, number>>>;
  /** Whether offsets 0 and 1 reach the divisor latch. */
  readonly divisorLatchOpen: boolean;
}

/** One input, and what the chart did about it. */
export interface GraphTransition<TState = unknown> {
  /** The place among the graph's states of the one before. */
  readonly from: number;
  /** The place of the one after; -1 where the input leads out of the scope. */
  readonly to: number;
  /** What happened. */
  readonly input: Input;
  /** The device as the input left it, before anything was abstracted away. */
  readonly after: Situation<TState>;
  /** What left, in order. */
  readonly emissions: readonly ChartEmission[];
  /** The chart's transitions taken, in order; none where it ignores the input. */
  readonly taken: readonly TransitionInWords[];
}

/** A state that was reached. */
export interface GraphState<TState = unknown> {
  /** The device in it. It was restored from `state`, and data that steers nothing is the same in all states. */
  readonly at: Situation<TState>;
  /** How many inputs it takes to reach it, at least. */
  readonly depth: number;
  /** The place among the transitions of the one by which it was first reached; absent of the first state. */
  readonly by?: number;
}

/** Everything that a chart can do in a scope. */
export interface Graph<TState = unknown> {
  /** The chart. */
  readonly chart: Chart;
  /** The scope. */
  readonly scope: Scope<TState>;
  /** The states, in the order in which they were reached: those that take fewer inputs first. */
  readonly states: readonly GraphState<TState>[];
  /** The transitions within the scope, in the order of the states before them. */
  readonly transitions: readonly GraphTransition<TState>[];
  /** Where among the transitions those begin that leave each state; one more, at the end, is their number. */
  readonly first: readonly number[];
  /** How many inputs lead out of the scope. */
  readonly leaving: number;
  /** Whether all states were reached; false where the limit came first. */
  readonly complete: boolean;
  /** How long it took, in milliseconds. */
  readonly milliseconds: number;
}

/** A device at one moment of a run: how it stands, and the step that led there. */
export interface Moment<TState = unknown> extends Situation<TState> {
  /** How it would stand after it was saved and restored now, data that steers nothing made the same. */
  readonly restored: Situation<TState>;
  /** The step; absent at the beginning. */
  readonly step?: StepTaken<TState>;
}

/** The step that led to a moment. */
export interface StepTaken<TState = unknown> {
  /** The device before. */
  readonly before: Situation<TState>;
  /** What happened. */
  readonly input: Input;
  /** What left, in order. */
  readonly emissions: readonly ChartEmission[];
  /** The chart's transitions taken, in order. */
  readonly taken: readonly TransitionInWords[];
}

/** The moment after a transition. */
export function momentAfter<TState>(
  { states }: Pick<Graph<TState>, "states">,
  { from, to, input, after, emissions, taken }: GraphTransition<TState>,
): Moment<TState> {
  const before = (states[from] as GraphState<TState>).at;
  const restored = (states[to] as GraphState<TState>).at;
  const { state, value, registers, divisorLatchOpen } = after;
  const step = { before, input, emissions, taken };
  return { state, value, registers, divisorLatchOpen, restored, step };
}

/** The moment at the beginning. */
export function firstMoment<TState>({ states }: Pick<Graph<TState>, "states">): Moment<TState> {
  const { at } = states[0] as GraphState<TState>;
  return { ...at, restored: at };
}

/** The places of the transitions on a shortest way to a state. */
export function wayTo<TState>({ states, transitions }: Graph<TState>, state: number): number[] {
  const way: number[] = [];
  for (let by = states[state]?.by; by !== undefined; by = states[transitions[by]?.from ?? 0]?.by)
    way.push(by);
  return way.reverse();
}
