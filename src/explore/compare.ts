import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../device/index.js";
import type { Input } from "../journal/index.js";
import { checkLimit, type ExploreOptions } from "./explore.js";
import { Numbers } from "./rows.js";
import { checkScope, type Scope } from "./scope.js";
import { World } from "./world.js";

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

/** A pair of states is known by one number: states are fewer than this. */
const MANY = 2 ** 26;
const LIMIT = 2_000_000;
/** Pairs between two reports of progress. */
const OFTEN = 500;

/** What one of the two does. Each state's inputs are taken once, however many pairs it is in. */
class Side<TState> {
  readonly #world: World<TState>;
  readonly #texts: Map<string, number>;
  readonly #seen: (emission: ChartEmission) => boolean;
  /** By state: where what follows begins. */
  readonly #places = new Map<number, number>();
  readonly #to = new Numbers();
  readonly #left = new Numbers();

  /** @param texts - what leaves, each known by a number: those of both sides. */
  constructor(
    { chart, scope }: Compared<TState>,
    inputs: readonly Input[],
    seen: (emission: ChartEmission) => boolean,
    texts: Map<string, number>,
  ) {
    this.#world = new World(chart, { ...scope, inputs, restores: false });
    this.#texts = texts;
    this.#seen = seen;
  }

  /** Takes all inputs from a state. Gives where {@link to} and {@link left} have them. */
  follow(state: number): number {
    const known = this.#places.get(state);
    if (known !== undefined) return known;
    const place = this.#to.length;
    this.#places.set(state, place);
    this.#world.enter(state);
    for (let input = 0; input < this.#world.inputs.length; input++) {
      const emitted: ChartEmission[] = [];
      this.#world.take(input, emitted, []);
      this.#to.push(this.#world.reached(MANY));
      const text = JSON.stringify(emitted.filter(this.#seen));
      const number = this.#texts.get(text) ?? this.#texts.size;
      this.#texts.set(text, number);
      this.#left.push(number);
    }
    return place;
  }

  /** The state that an input leads to; negative if that is not in the scope. */
  to(place: number): number {
    return this.#to.at(place);
  }

  /** The number of what left. */
  left(place: number): number {
    return this.#left.at(place);
  }
}

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
  const texts = new Map<string, number>();
  const [sideA, sideB] = [new Side(a, inputs, seen, texts), new Side(b, inputs, seen, texts)];
  const pairs: number[] = [0];
  const known = new Set(pairs);
  /** By pair: pair × inputs + input by which it was first reached. */
  const by = new Numbers();
  by.push(-1);
  let transitions = 0;
  const ended = (verdict: Comparison["verdict"]) => ({
    verdict,
    states: pairs.length,
    transitions,
    milliseconds: performance.now() - started,
  });

  for (let pair = 0; pair < pairs.length; pair++) {
    const fromA = sideA.follow(Math.floor((pairs[pair] as number) / MANY));
    const fromB = sideB.follow((pairs[pair] as number) % MANY);
    for (let input = 0; input < inputs.length; input++) {
      transitions++;
      const [leftA, leftB] = [sideA.left(fromA + input), sideB.left(fromB + input)];
      const step = pair * inputs.length + input;
      if (leftA !== leftB) {
        const left = [...texts.keys()];
        const [first, second] = [leftA, leftB].map((at) => JSON.parse(left[at] as string));
        return { ...ended("different"), inputs: wayTo(step), first, second };
      }
      const [toA, toB] = [sideA.to(fromA + input), sideB.to(fromB + input)];
      const next = toA * MANY + toB;
      if (toA < 0 || toB < 0 || known.has(next)) continue;
      known.add(next);
      pairs.push(next);
      by.push(step);
    }
    if (pairs.length > limit) return ended("inconclusive");
    if (pair % OFTEN === 0)
      progress?.({
        states: pairs.length,
        transitions,
        waiting: pairs.length - pair - 1,
        milliseconds: performance.now() - started,
      });
  }
  return ended("same");

  function wayTo(last: number): Input[] {
    const way: Input[] = [];
    for (let step = last; step >= 0; step = by.at(Math.floor(step / inputs.length)))
      way.push(inputs[step % inputs.length] as Input);
    return way.reverse();
  }
}
