import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { checkLimit, type ExploreOptions } from "../space/explore.js";
import { IntegerList } from "../space/integer-list.js";
import { checkScope, type Scope } from "../space/scope.js";
import { StateSpace } from "../space/state-space.js";

/** The options of {@link compare}. */
export interface CompareOptions extends ExploreOptions {
  /**
   * True for emissions that are compared, in order. By default all of them if both charts have the same id; else what is read and
   * what is transmitted, as interrupts of a line that pulses and of one that has a level cannot be the same.
   */
  readonly seen?: (emission: ChartEmission) => boolean;
}

/** The result of a comparison. */
export interface Comparison {
  /** `different`; the `same` in the whole scope; or `inconclusive` if the limit came first. */
  readonly verdict: "different" | "same" | "inconclusive";
  /** The fewest inputs after which the emissions of the two differ. The last one shows the difference. */
  readonly inputs?: readonly Input[];
  /** The compared emissions of the first chart at the last input. */
  readonly first?: readonly ChartEmission[];
  /** Those of the second. */
  readonly second?: readonly ChartEmission[];
  /** The number of pairs of states that were reached. */
  readonly states: number;
  /** The number of inputs that both have taken. */
  readonly transitions: number;
  /** The time that comparing took, in milliseconds. */
  readonly milliseconds: number;
}

/** A chart with its scope. */
export interface ScopedChart<TState = unknown> {
  /** The chart. */
  readonly chart: Chart<AnyStateMachine, TState>;
  /** Its scope: its inputs, and what is abstracted away. */
  readonly scope: Scope<TState>;
}

/** The factor by which a pair of state ids becomes one number: there are fewer states than this. */
const PAIR_STRIDE = 2 ** 26;
const DEFAULT_LIMIT = 2_000_000;
/** Pairs between two reports of progress. */
const REPORT_INTERVAL = 500;

/** The edges of one of the two charts. Each state's inputs are taken once, whatever the number of pairs that it is in. */
class ComparedSide<TState> {
  readonly #space: StateSpace<TState>;
  readonly #emissionIds: Map<string, number>;
  readonly #isCompared: (emission: ChartEmission) => boolean;
  /** By state id: the index of its first edge in the lists below. */
  readonly #firstEdges = new Map<number, number>();
  readonly #targets = new IntegerList();
  readonly #edgeEmissions = new IntegerList();

  /** @param emissionIds - the emissions of both sides as JSON, each with an id. */
  constructor(
    { chart, scope }: ScopedChart<TState>,
    inputs: readonly Input[],
    isCompared: (emission: ChartEmission) => boolean,
    emissionIds: Map<string, number>,
  ) {
    this.#space = new StateSpace(chart, { ...scope, inputs, restores: false });
    this.#emissionIds = emissionIds;
    this.#isCompared = isCompared;
  }

  /** Takes all inputs from a state, and returns the first of its edges, for {@link targetOf} and {@link emissionsOf}. */
  expand(stateId: number): number {
    const knownEdge = this.#firstEdges.get(stateId);
    if (knownEdge !== undefined) return knownEdge;
    const firstEdge = this.#targets.length;
    this.#firstEdges.set(stateId, firstEdge);
    this.#space.enterState(stateId);
    for (let inputIndex = 0; inputIndex < this.#space.inputs.length; inputIndex++) {
      const emissions: ChartEmission[] = [];
      this.#space.takeInput(inputIndex, emissions, []);
      this.#targets.push(this.#space.internTarget(PAIR_STRIDE));
      const emissionJson = JSON.stringify(emissions.filter(this.#isCompared));
      const emissionId = this.#emissionIds.get(emissionJson) ?? this.#emissionIds.size;
      this.#emissionIds.set(emissionJson, emissionId);
      this.#edgeEmissions.push(emissionId);
    }
    return firstEdge;
  }

  /** Returns the target of an edge; negative if it is not in the scope. */
  targetOf(edge: number): number {
    return this.#targets.at(edge);
  }

  /** Returns the id of an edge's emissions. */
  emissionsOf(edge: number): number {
    return this.#edgeEmissions.at(edge);
  }
}

/**
 * Finds the shortest sequence of inputs that distinguishes two charts, each in its scope: breadth first over pairs of states. Both take
 * the inputs of the first scope that are the second's as well; restoring is left out. Data that a scope abstracts away is not compared.
 *
 * @throws RangeError if the two scopes have no input in common, or one that a chart does not take; or if the limit is no whole number
 *   from 1.
 */
export function compare<TFirst, TSecond>(
  firstChart: ScopedChart<TFirst>,
  secondChart: ScopedChart<TSecond>,
  options: CompareOptions = {},
): Comparison {
  const { limit = DEFAULT_LIMIT, progress } = options;
  checkScope(firstChart.scope, firstChart.chart);
  checkScope(secondChart.scope, secondChart.chart);
  checkLimit(limit);
  const secondInputs = new Set(secondChart.scope.inputs.map((input) => JSON.stringify(input)));
  const inputs = firstChart.scope.inputs.filter((input) => secondInputs.has(JSON.stringify(input)));
  if (inputs.length === 0) throw new RangeError("scopes: expected an input that both have, got none");
  const isCompared =
    options.seen ??
    (firstChart.chart.id === secondChart.chart.id
      ? () => true
      : ({ type }: ChartEmission) => type === "data" || type === "transmit");
  const startTime = performance.now();
  const emissionIds = new Map<string, number>();
  const firstSide = new ComparedSide(firstChart, inputs, isCompared, emissionIds);
  const secondSide = new ComparedSide(secondChart, inputs, isCompared, emissionIds);
  const pairs: number[] = [0];
  const knownPairs = new Set(pairs);
  /** By pair: pair × inputs + input by which it was first reached. */
  const parentEdges = new IntegerList();
  parentEdges.push(-1);
  let transitions = 0;
  const resultOf = (verdict: Comparison["verdict"]) => ({
    verdict,
    states: pairs.length,
    transitions,
    milliseconds: performance.now() - startTime,
  });

  for (let pairIndex = 0; pairIndex < pairs.length; pairIndex++) {
    const pair = pairs[pairIndex] as number;
    const firstEdge = firstSide.expand(Math.floor(pair / PAIR_STRIDE));
    const secondEdge = secondSide.expand(pair % PAIR_STRIDE);
    for (let inputIndex = 0; inputIndex < inputs.length; inputIndex++) {
      transitions++;
      const firstEmissions = firstSide.emissionsOf(firstEdge + inputIndex);
      const secondEmissions = secondSide.emissionsOf(secondEdge + inputIndex);
      const pairEdge = pairIndex * inputs.length + inputIndex;
      if (firstEmissions !== secondEmissions) {
        const emissionTexts = [...emissionIds.keys()];
        return {
          ...resultOf("different"),
          inputs: inputsThrough(pairEdge),
          first: JSON.parse(emissionTexts[firstEmissions] as string),
          second: JSON.parse(emissionTexts[secondEmissions] as string),
        };
      }
      const firstTarget = firstSide.targetOf(firstEdge + inputIndex);
      const secondTarget = secondSide.targetOf(secondEdge + inputIndex);
      const targetPair = firstTarget * PAIR_STRIDE + secondTarget;
      if (firstTarget < 0 || secondTarget < 0 || knownPairs.has(targetPair)) continue;
      knownPairs.add(targetPair);
      pairs.push(targetPair);
      parentEdges.push(pairEdge);
    }
    if (pairs.length > limit) return resultOf("inconclusive");
    if (pairIndex % REPORT_INTERVAL === 0)
      progress?.({
        states: pairs.length,
        transitions,
        waiting: pairs.length - pairIndex - 1,
        milliseconds: performance.now() - startTime,
      });
  }
  return resultOf("same");

  /** Returns the inputs of a shortest path that ends with this edge. */
  function inputsThrough(lastEdge: number): Input[] {
    const reversedInputs: Input[] = [];
    let pairEdge = lastEdge;
    while (pairEdge >= 0) {
      reversedInputs.push(inputs[pairEdge % inputs.length] as Input);
      pairEdge = parentEdges.at(Math.floor(pairEdge / inputs.length));
    }
    return reversedInputs.reverse();
  }
}
