import type { RegisterName } from "../../machines/index.js";
import type { Chart, ChartEmission, TransitionInWords } from "../device/index.js";
import { inWords } from "../device/words.js";
import type { ChartTransition } from "../engine/index.js";
import type { Input } from "../journal/index.js";
import { MomentOf, StepOf } from "./moment.js";
import type { Numbers } from "./rows.js";
import type { Scope } from "./scope.js";
import type { World } from "./world.js";

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
  /** How many ticks a character takes; 0 where characters take no time, or there is no baud clock. */
  readonly characterTicks: number;
}

/** One input, and what the chart did about it. */
export interface GraphTransition<TState = unknown> {
  /** The place among the graph's states of the one before. */
  readonly from: number;
  /** The place of the one after. */
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
  /** The device in it; data that steers nothing is the same in all states. */
  readonly at: Situation<TState>;
  /** How many inputs it takes to reach it, at least. */
  readonly depth: number;
}

/** A list of which each item is made anew when it is come to. */
export interface Made<T> extends Iterable<T> {
  /** How many there are. */
  readonly length: number;
}

/** Everything that a chart can do in a scope. */
export interface Graph<TState = unknown> {
  /** The chart. */
  readonly chart: Chart;
  /** The scope. */
  readonly scope: Scope<TState>;
  /** The states, in the order in which they were reached: those that take fewer inputs first. */
  readonly states: Made<GraphState<TState>>;
  /** The transitions within the scope, in the order of the states before them. */
  readonly transitions: Made<GraphTransition<TState>>;
  /** How many different state values the states have. */
  readonly configurations: number;
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

/** Where each input leads. A *step* is a state and an input: state × inputs + the input's place. Claims are checked on this. */
export interface Walks<TState> {
  /** How many states there are. */
  readonly states: number;
  /** How many inputs may be taken in each state. */
  readonly inputs: number;
  /** By step: the state that it leads to; negative where it leads to none that is known. */
  readonly to: Numbers;
  /** By state: the step by which it was first reached; -1 of the first. */
  readonly by: Numbers;
  /** Whether nothing is missing. */
  readonly complete: boolean;
  /** The moment at the beginning. */
  first(): Moment<TState>;
  /** Visits the moment after each step that leads somewhere, in order, until `visit` gives false. */
  each(visit: (moment: Moment<TState>, step: number) => boolean): void;
  /** The input of a step. */
  input(step: number): Input;
}

/** What an exploration has found. */
export interface Found {
  readonly to: Numbers;
  readonly by: Numbers;
  /** Every transition of the chart that was taken. */
  readonly taken: ReadonlySet<ChartTransition>;
  /** How many steps lead to a known state, and how many out of the scope. */
  readonly transitions: number;
  readonly leaving: number;
  readonly complete: boolean;
  readonly milliseconds: number;
}

/** What a graph is made of. */
export interface Explored<TState> extends Found {
  readonly world: World<TState>;
}

const made = new WeakMap<Graph, Explored<unknown>>();

/** What {@link graphOf} made this graph of. @throws TypeError if it did not. */
export function exploredOf<TState>(graph: Graph<TState>): Explored<TState> {
  const explored = made.get(graph as Graph);
  if (!explored) throw new TypeError("graph: expected what explore() gave, got something else");
  return explored as Explored<TState>;
}

/** A graph of what was found. */
export function graphOf<TState>(world: World<TState>, found: Found): Graph<TState> {
  const { transitions, leaving, complete, milliseconds } = found;
  const explored: Explored<TState> = { world, ...found };
  const graph: Graph<TState> = {
    chart: world.chart,
    scope: world.scope,
    states: { length: world.count, [Symbol.iterator]: () => statesOf(explored) },
    transitions: { length: transitions, [Symbol.iterator]: () => transitionsOf(explored) },
    configurations: world.configurations,
    leaving,
    complete,
    milliseconds,
  };
  made.set(graph as Graph, explored as Explored<unknown>);
  return graph;
}

/** The state that a step leaves. */
export const stateBefore = ({ inputs }: { readonly inputs: number }, step: number): number =>
  Math.floor(step / inputs);

/** How many inputs it takes to reach each state, at least. */
export function depthsOf(walks: Pick<Walks<never>, "states" | "inputs" | "by">): Int32Array {
  const depths = new Int32Array(walks.states);
  for (let state = 1; state < walks.states; state++)
    depths[state] = (depths[stateBefore(walks, walks.by.at(state))] as number) + 1;
  return depths;
}

/** The steps of a shortest way to a state. */
export function wayTo(walks: Pick<Walks<never>, "inputs" | "by">, state: number): number[] {
  const way: number[] = [];
  for (let by = walks.by.at(state); by >= 0; by = walks.by.at(stateBefore(walks, by))) way.push(by);
  return way.reverse();
}

function* statesOf<TState>({ world, by }: Explored<TState>): Generator<GraphState<TState>> {
  const depths = depthsOf({ states: world.count, inputs: world.inputs.length, by });
  for (let state = 0; state < world.count; state++)
    yield { at: world.at(state), depth: depths[state] as number };
}

function* transitionsOf<TState>({ world, to }: Explored<TState>): Generator<GraphTransition<TState>> {
  const inputs = world.inputs.length;
  for (let step = 0; step < to.length; step++) {
    if (to.at(step) < 0) continue;
    const from = stateBefore({ inputs }, step);
    const [emissions, taken]: [ChartEmission[], ChartTransition[]] = [[], []];
    world.enter(from);
    world.take(step % inputs, emissions, taken);
    const input = inputAt(world, step);
    yield { from, to: to.at(step), input, after: world.after, emissions, taken: taken.map(inWords) };
  }
}

/** The input of a step: "restore" with the state that it restores. */
function inputAt<TState>(world: World<TState>, step: number): Input {
  const inputs = world.inputs.length;
  const input = world.inputs[step % inputs] as Input;
  return input.type === "restore"
    ? { type: "restore", state: world.at(stateBefore({ inputs }, step)).state }
    : input;
}

/** What claims about a graph are checked on. */
export function walksOf<TState>(graph: Graph<TState>): Walks<TState> {
  const { world, to, by, complete } = exploredOf(graph);
  const inputs = world.inputs.length;
  return {
    states: world.count,
    inputs,
    to,
    by,
    complete,
    first: () => new MomentOf(world.at(0), () => world.restored(0)),
    each(visit) {
      for (let step = 0, state = 0; step < to.length; state++) {
        world.enter(state);
        const before = world.entered;
        for (let at = 0; at < inputs; at++, step++) {
          const reached = to.at(step);
          if (reached < 0) continue;
          const [emissions, taken]: [ChartEmission[], ChartTransition[]] = [[], []];
          world.take(at, emissions, taken);
          const given = world.inputs[at] as Input;
          const input = given.type === "restore" ? inputAt(world, step) : given;
          const taking = new StepOf(before, input, emissions, taken);
          if (!visit(new MomentOf(world.after, () => world.restored(reached), taking), step)) return;
        }
      }
    },
    input: (step) => inputAt(world, step),
  };
}
