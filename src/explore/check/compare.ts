import type { AnyStateMachine } from "xstate";
import type { Chart, ChartEmission } from "../../device/index.js";
import { Emissions } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import { checkReadable, formatValue, isRecord } from "../../journal/internal.js";
import { ChanceGuard } from "../space/chance.js";
import { CompiledSteppingEngine } from "../space/compiled-stepping-engine.js";
import { checkLimit, createSpace, type ExploreOptions, withLayouts } from "../space/explore.js";
import { IntegerList } from "../space/integer-list.js";
import { checkScope, type Scope } from "../space/scope.js";
import { OUT_OF_SCOPE, type StateLayout } from "../space/state-layout.js";
import type { StateSpace } from "../space/state-space.js";
import { ImpureStepError, StepTaker } from "../space/step-taker.js";
import { LIMIT_REASON } from "./checker.js";

/** The options of {@link compare}. */
export interface CompareOptions extends ExploreOptions {
  /**
   * True for emissions that are compared, in order. By default all of them if both charts have the same id; else what is read and
   * what is transmitted, as interrupts of a line that pulses and of one that has a level cannot be the same.
   */
  readonly seen?: (emission: ChartEmission) => boolean;
  /**
   * True if the states are compared as well: the state value and the context, as far as no scope abstracts them away. By default they are
   * if neither chart can emit anything, as there is nothing else to compare then.
   */
  readonly states?: boolean;
}

/** The result of a comparison. */
export interface Comparison {
  /**
   * `different`; the `same` in the whole scope; or `inconclusive` if the limit came first, if a chart is impure, or if nothing was there to be
   * compared.
   */
  readonly verdict: "different" | "same" | "inconclusive";
  /** The reason why the comparison is inconclusive, as a sentence without a full stop. */
  readonly reason?: string;
  /** The fewest inputs after which the two differ, none if their initial states do. The last one shows the difference. */
  readonly inputs?: readonly Input[];
  /** The compared emissions of the first chart at the last input. */
  readonly first?: readonly ChartEmission[];
  /** Those of the second. */
  readonly second?: readonly ChartEmission[];
  /** The states after the last input, if it is the states that differ: the value, and the chart's state as JSON. */
  readonly firstState?: ComparedState;
  /** That of the second chart. */
  readonly secondState?: ComparedState;
  /** The number of inputs that lead out of a scope: what comes after them was not compared. */
  readonly leaving: number;
  /** The number of pairs of states that were reached. */
  readonly states: number;
  /** The number of inputs that both have taken. */
  readonly transitions: number;
  /** The time that comparing took, in milliseconds. */
  readonly milliseconds: number;
}

/** A state that was compared, or the failure of the chart instead. */
export interface ComparedState {
  /** The state value. */
  readonly value?: unknown;
  /** The context. */
  readonly context?: unknown;
  /** The error of the chart, if the input makes it throw. */
  readonly error?: string;
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

/** What is compared, and its texts, each with an id. Both sides share it. */
interface Comparing {
  readonly isSeen: (emission: ChartEmission) => boolean;
  readonly comparesStates: boolean;
  /** Fields of the context that are abstracted away by one of the scopes. */
  readonly hiddenFields: ReadonlySet<string>;
  readonly textIds: Map<string, number>;
  /** By text id: the emissions and the state of the first edge with this text. */
  readonly observations: Observation[];
}

/** What can be observed of an edge. */
interface Observation {
  readonly emissions: readonly ChartEmission[];
  readonly state: ComparedState;
}

/** The edges of one of the two charts. Each state's inputs are taken once, whatever the number of pairs that it is in. */
class ComparedSide<TState> {
  /** The number of emissions that were compared. */
  seenCount = 0;
  readonly #space: StateSpace<TState>;
  readonly #taker: StepTaker<TState>;
  readonly #comparing: Comparing;
  /** By state id: the index of its first edge in the lists below. */
  readonly #firstEdges = new Map<number, number>();
  readonly #targets = new IntegerList();
  readonly #observationIds = new IntegerList();

  constructor(
    { chart, scope }: ScopedChart<TState>,
    inputs: readonly Input[],
    layouts: ReadonlyMap<unknown, StateLayout>,
    chance: ChanceGuard,
    comparing: Comparing,
  ) {
    this.#space = createSpace(chart, { ...scope, inputs, restores: false }, layouts);
    this.#taker = new StepTaker(this.#space, chance);
    this.#comparing = comparing;
  }

  /** Takes all inputs from a state, and returns the first of its edges, for {@link targetOf} and {@link observationOf}. */
  expand(stateId: number): number {
    const knownEdge = this.#firstEdges.get(stateId);
    if (knownEdge !== undefined) return knownEdge;
    const firstEdge = this.#targets.length;
    this.#firstEdges.set(stateId, firstEdge);
    this.#space.enterState(stateId);
    for (let inputIndex = 0; inputIndex < this.#space.inputs.length; inputIndex++) {
      const emissions = new Emissions<ChartEmission>();
      const targetId = this.#taker.take(inputIndex, PAIR_STRIDE, emissions, []);
      this.#targets.push(targetId);
      const seenEmissions = emissions.toArray().filter(this.#comparing.isSeen);
      this.seenCount += seenEmissions.length;
      const { failure } = this.#taker;
      const state = failure ? { error: failure.message } : this.#stateOf(this.#space.afterStep);
      this.#observationIds.push(this.#observe({ emissions: seenEmissions, state }));
    }
    return firstEdge;
  }

  /** Returns the id of what can be observed of the initial state. */
  observeStart(): number {
    return this.#observe({ emissions: [], state: this.#stateOf(this.#space.states.stateAt(0)) });
  }

  #stateOf({ value, context }: ReturnType<StateSpace<TState>["states"]["stateAt"]>): ComparedState {
    if (!this.#comparing.comparesStates) return {};
    const fields = Object.entries(context).filter(([field]) => !this.#comparing.hiddenFields.has(field));
    return { value, context: Object.fromEntries(fields) };
  }

  #observe(observation: Observation): number {
    const { textIds, observations, comparesStates } = this.#comparing;
    const { identity } = this.#space;
    const emissionsText = identity.keyOf(observation.emissions, "emissions");
    const text =
      comparesStates || observation.state.error !== undefined
        ? `${emissionsText} ${identity.keyOf(observation.state, "state")}`
        : emissionsText;
    const knownId = textIds.get(text);
    if (knownId !== undefined) return knownId;
    textIds.set(text, observations.length);
    return observations.push(observation) - 1;
  }

  /** Returns the target of an edge; negative if it is not in the scope. */
  targetOf(edge: number): number {
    return this.#targets.at(edge);
  }

  /** Returns the id of what can be observed of an edge. */
  observationOf(edge: number): number {
    return this.#observationIds.at(edge);
  }
}

/**
 * Finds the shortest sequence of inputs that distinguishes two charts, each in its scope: breadth first over pairs of states. Both take
 * the inputs of the first scope that are the second's as well; restoring is left out. Emissions are compared, and states where neither chart
 * emits anything; data that a scope abstracts away is not.
 *
 * @throws RangeError if the two scopes have no input in common, or one that a chart does not take; or if the limit is no whole number
 *   from 1.
 * @throws ExploreError as `explore` does.
 */
export function compare<TFirst, TSecond>(
  firstChart: ScopedChart<TFirst>,
  secondChart: ScopedChart<TSecond>,
  options: CompareOptions = {},
): Comparison {
  const { limit = DEFAULT_LIMIT } = options;
  for (const [name, scoped] of Object.entries({ firstChart, secondChart })) checkScoped(name, scoped);
  checkScope(firstChart.scope, firstChart.chart as Chart);
  checkScope(secondChart.scope, secondChart.chart as Chart);
  checkLimit(limit);
  const secondInputs = new Set(secondChart.scope.inputs.map((input) => JSON.stringify(input)));
  const inputs = firstChart.scope.inputs.filter((input) => secondInputs.has(JSON.stringify(input)));
  if (inputs.length === 0) throw new RangeError("scopes: expected an input that both have, got none");
  return withLayouts((layouts) =>
    comparePairs(firstChart, secondChart, inputs, layouts, { ...options, limit }),
  );
}

/** Checks a chart with its scope. @throws TypeError if it lacks one of them. */
function checkScoped(name: string, scoped: unknown): void {
  checkReadable(scoped, name, "{ chart, scope }", () => {
    const { chart, scope } = (isRecord(scoped) ? scoped : {}) as Partial<ScopedChart>;
    if (!isRecord(chart) || !isRecord(scope) || !Array.isArray(scope.inputs))
      throw new TypeError(`${name}: expected { chart, scope }, got ${formatValue(scoped)}`);
  });
}

/** Returns true if a chart can emit anything. */
const canEmit = ({ chart }: ScopedChart<never>): boolean =>
  CompiledSteppingEngine.of(chart as unknown as Chart).emits;

function comparePairs<TFirst, TSecond>(
  firstChart: ScopedChart<TFirst>,
  secondChart: ScopedChart<TSecond>,
  inputs: readonly Input[],
  layouts: ReadonlyMap<unknown, StateLayout>,
  { limit = DEFAULT_LIMIT, progress, seen, states }: CompareOptions,
): Comparison {
  const isSilent = !canEmit(firstChart as ScopedChart<never>) && !canEmit(secondChart as ScopedChart<never>);
  const comparing: Comparing = {
    isSeen:
      seen ??
      (firstChart.chart.id === secondChart.chart.id
        ? () => true
        : ({ type }: ChartEmission) => type === "data" || type === "transmit"),
    comparesStates: states ?? isSilent,
    hiddenFields: new Set(
      [firstChart.scope.abstract, secondChart.scope.abstract].flatMap((fields) => Object.keys(fields ?? {})),
    ),
    textIds: new Map(),
    observations: [],
  };
  const startTime = performance.now();
  const chance = new ChanceGuard();
  const firstSide = new ComparedSide(firstChart, inputs, layouts, chance, comparing);
  const secondSide = new ComparedSide(secondChart, inputs, layouts, chance, comparing);
  const pairs: number[] = [0];
  const knownPairs = new Set(pairs);
  /** By pair: pair × inputs + input by which it was first reached. */
  const parentEdges = new IntegerList();
  parentEdges.push(-1);
  let transitions = 0;
  let leaving = 0;
  const resultOf = (verdict: Comparison["verdict"]) => ({
    verdict,
    states: pairs.length,
    transitions,
    leaving,
    milliseconds: performance.now() - startTime,
  });
  const differenceOf = (pairEdge: number, firstId: number, secondId: number): Comparison => {
    const { emissions: first, state: firstState } = comparing.observations[firstId] as Observation;
    const { emissions: second, state: secondState } = comparing.observations[secondId] as Observation;
    const hasStates = comparing.comparesStates || firstState.error !== secondState.error;
    return {
      ...resultOf("different"),
      inputs: inputsThrough(pairEdge),
      first,
      second,
      ...(hasStates ? { firstState, secondState } : {}),
    };
  };
  const [firstStart, secondStart] = [firstSide.observeStart(), secondSide.observeStart()];
  if (firstStart !== secondStart) return differenceOf(-1, firstStart, secondStart);

  for (let pairIndex = 0; pairIndex < pairs.length; pairIndex++) {
    const pair = pairs[pairIndex] as number;
    let [firstEdge, secondEdge] = [-1, -1];
    try {
      chance.run(() => {
        firstEdge = firstSide.expand(Math.floor(pair / PAIR_STRIDE));
        secondEdge = secondSide.expand(pair % PAIR_STRIDE);
      });
    } catch (error) {
      if (!(error instanceof ImpureStepError)) throw error;
      return { ...resultOf("inconclusive"), reason: error.message };
    }
    for (let inputIndex = 0; inputIndex < inputs.length; inputIndex++) {
      transitions++;
      const firstId = firstSide.observationOf(firstEdge + inputIndex);
      const secondId = secondSide.observationOf(secondEdge + inputIndex);
      const pairEdge = pairIndex * inputs.length + inputIndex;
      if (firstId !== secondId) return differenceOf(pairEdge, firstId, secondId);
      const firstTarget = firstSide.targetOf(firstEdge + inputIndex);
      const secondTarget = secondSide.targetOf(secondEdge + inputIndex);
      if (firstTarget === OUT_OF_SCOPE || secondTarget === OUT_OF_SCOPE) leaving++;
      const targetPair = firstTarget * PAIR_STRIDE + secondTarget;
      if (firstTarget < 0 || secondTarget < 0 || knownPairs.has(targetPair)) continue;
      knownPairs.add(targetPair);
      pairs.push(targetPair);
      parentEdges.push(pairEdge);
    }
    if (pairs.length > limit) return { ...resultOf("inconclusive"), reason: LIMIT_REASON };
    if (pairIndex % REPORT_INTERVAL === 0)
      progress?.({
        states: pairs.length,
        transitions,
        waiting: pairs.length - pairIndex - 1,
        depth: depthOf(pairIndex),
        milliseconds: performance.now() - startTime,
      });
  }
  if (!comparing.comparesStates && firstSide.seenCount + secondSide.seenCount === 0)
    return { ...resultOf("inconclusive"), reason: "neither chart emitted anything that is compared" };
  return resultOf("same");

  /** Returns the length of the shortest paths to a pair. */
  function depthOf(pairIndex: number): number {
    let depth = 0;
    for (let edge = parentEdges.at(pairIndex); edge >= 0; depth++)
      edge = parentEdges.at(Math.floor(edge / inputs.length));
    return depth;
  }

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
