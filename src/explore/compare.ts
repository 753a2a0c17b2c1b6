import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../device/index.js";
import type { Input } from "../journal/index.js";
import { checkLimit, type ExploreOptions } from "./explore.js";
import { checkScope, type Scope } from "./scope.js";
import { type Standing, standingAt } from "./step.js";

/** How {@link compare} goes about it. */
export interface CompareOptions extends ExploreOptions {
  /**
   * What is told apart of what leaves the two, in order. By default everything of two charts with the same id; else what is read and
   * what is transmitted, as interrupts of a line that pulses and of one that has a level cannot be the same.
   */
  readonly seen?: (emission: ChartEmission) => boolean;
}

/** What came of a comparison. */
export interface Comparison {
  /** `different`; the `same` in the whole scope; or `inconclusive` where the limit came first. */
  readonly verdict: "different" | "same" | "inconclusive";
  /** The fewest inputs after which the two have given different things. The last one shows the difference. */
  readonly inputs?: readonly Input[];
  /** What left the first chart at the last input, of what is told apart. */
  readonly first?: readonly ChartEmission[];
  /** What left the second. */
  readonly second?: readonly ChartEmission[];
  /** How many pairs of states were reached. */
  readonly states: number;
  /** How many inputs were given to both. */
  readonly transitions: number;
  /** How long it took, in milliseconds. */
  readonly milliseconds: number;
}

/** A chart with its scope. */
export interface Compared<TState = unknown> {
  /** The chart. */
  readonly chart: Chart<AnyStateMachine, TState>;
  /** Its scope: what of it may come, and what does not matter. */
  readonly scope: Scope<TState>;
}

interface Pair {
  readonly a: unknown;
  readonly b: unknown;
  readonly by?: { readonly pair: Pair; readonly input: Input };
}

const LIMIT = 100_000;
/** Pairs between two reports of progress. */
const OFTEN = 500;

const standsFor = <TState>({ scope }: Compared<TState>, { state }: Standing<TState>): TState =>
  scope.abstract?.(state) ?? state;

/**
 * The shortest sequence of inputs that tells two charts apart, each in its scope: breadth first over pairs of states. Both are given
 * the inputs of the first scope that are the second's as well; restoring is left out. What a scope abstracts away is not compared.
 *
 * @throws RangeError if the two scopes have no input in common, or one that a chart does not take; or if the limit is no whole number
 *   from 1.
 */
export function compare<TA, TB>(a: Compared<TA>, b: Compared<TB>, options: CompareOptions = {}): Comparison {
  const { limit = LIMIT, progress } = options;
  checkScope(a.scope, a.chart);
  checkScope(b.scope, b.chart);
  checkLimit(limit);
  const others = new Set(b.scope.inputs.map((input) => JSON.stringify(input)));
  const inputs = a.scope.inputs.filter((input) => others.has(JSON.stringify(input)));
  if (inputs.length === 0) throw new RangeError("scopes: expected an input that both have, got none");
  const seen =
    options.seen ??
    (a.chart.id === b.chart.id
      ? () => true
      : ({ type }: ChartEmission) => type === "data" || type === "transmit");
  const started = performance.now();
  let transitions = 0;
  const pairs: Pair[] = [];
  const known = new Set<string>();
  const reach = (pair: Pair): void => {
    const key = JSON.stringify([pair.a, pair.b]);
    if (known.has(key)) return;
    known.add(key);
    pairs.push(pair);
  };
  const ended = (verdict: Comparison["verdict"]) => ({
    verdict,
    states: pairs.length,
    transitions,
    milliseconds: performance.now() - started,
  });

  reach({ a: standsFor(a, standingAt(a.chart)), b: standsFor(b, standingAt(b.chart)) });
  for (const [place, pair] of pairs.entries()) {
    const [atA, atB] = [standingAt(a.chart, pair.a), standingAt(b.chart, pair.b)];
    for (const input of inputs) {
      const [leftA, leftB]: [ChartEmission[], ChartEmission[]] = [[], []];
      const nextA = atA.take(input, leftA, []);
      const nextB = atB.take(input, leftB, []);
      transitions++;
      const [first, second] = [leftA.filter(seen), leftB.filter(seen)];
      if (JSON.stringify(first) !== JSON.stringify(second))
        return { ...ended("different"), inputs: wayTo({ a: 0, b: 0, by: { pair, input } }), first, second };
      if (a.scope.within?.(nextA.state) === false || b.scope.within?.(nextB.state) === false) continue;
      reach({ a: standsFor(a, nextA), b: standsFor(b, nextB), by: { pair, input } });
    }
    if (pairs.length > limit) return ended("inconclusive");
    if (place % OFTEN === 0)
      progress?.({ states: pairs.length, transitions, waiting: pairs.length - place - 1 });
  }
  return ended("same");
}

function wayTo(last: Pair): Input[] {
  const way: Input[] = [];
  for (let { by } = last; by; by = by.pair.by) way.push(by.input);
  return way.reverse();
}
