import type { AnyStateMachine, SnapshotFrom } from "xstate";
import type { Chart, ChartEmission } from "../../device/index.js";
import { type ChartTransition, Emissions, UnsupportedError } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import {
  checkCallback,
  checkReadable,
  formatValue,
  isRecord,
  withKnownNames,
} from "../../journal/internal.js";
import { ChanceGuard } from "./chance.js";
import {
  hashWithTarget,
  isVisited,
  reachedAfter,
  reachedAtStart,
  shortestPathTo,
  sourceStateOf,
} from "./edges.js";
import { ExploreError } from "./explore-error.js";
import { createGraph, type EdgeFailure } from "./graph.js";
import { EdgeList, IntegerList } from "./integer-list.js";
import { chartOfMachine, isMachine, type MachineScope, needsActors } from "./machine-chart.js";
import type { Scope } from "./scope.js";
import {
  FAILED,
  IMPOSSIBLE,
  INITIAL_LAYOUT,
  LayoutChange,
  OUT_OF_SCOPE,
  OVER_LIMIT,
  type StateLayout,
} from "./state-layout.js";
import { StateSpace } from "./state-space.js";
import { ImpureStepError, type StepFailure, StepTaker } from "./step-taker.js";
import type { DeviceState, EdgeTable, EdgeVisitor, Graph } from "./types.js";
import { IdentityError } from "./value-identity.js";

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
  /** The length of the shortest paths to the states that are being left. */
  readonly depth: number;
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
 * no edges: everything about an edge is computed by taking its input again.
 *
 * A step must be a function of the state and the input. While the chart is explored, Math.random, Date, performance and crypto are refused,
 * contexts are frozen, and a share of the steps is taken twice; a chart that does not pass has a graph with an
 * {@link Graph.impurity | impurity}, on which every claim is inconclusive. A step on which the chart throws, or does not come to rest within
 * 10,000 microsteps, is one of the graph's {@link Graph.failures | failures}.
 *
 * @throws RangeError if the scope has no input, or an invalid one, or one that the chart does not take; or if the limit is no whole number from 1.
 * @throws ExploreError if the initial state cannot be entered, or if a value of the context cannot be compared exactly: a function, an instance
 *   of a class without a rule, an object that contains itself.
 */
export function explore<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  options?: ExploreOptions,
): Graph<TState>;
/**
 * Explores everything that an XState machine can do with some events, as above: `explore(machine, { events: [{ type: "GO" }] })`. Claims ask the
 * `snapshot` of a reached state.
 *
 * @throws TypeError or RangeError if a property of the scope is invalid, naming it.
 * @throws UnsupportedMachineError if the machine uses features of XState that are not explored: all of them, each with its location and a way out.
 * @throws ExploreError as above.
 */
export function explore<TMachine extends AnyStateMachine>(
  machine: TMachine,
  scope: MachineScope<TMachine>,
  options?: ExploreOptions,
): Graph<SnapshotFrom<TMachine>>;
export function explore(
  subject: Subject,
  subjectScope: Scope | MachineScope,
  options: ExploreOptions = {},
): Graph {
  return exploreWith(subject, subjectScope, options);
}

/** What can be explored. */
export type Subject = Chart<AnyStateMachine, unknown> | AnyStateMachine;

/** Creates the visitor of an exploration. It is called again if exploring begins again. */
export type VisitorFactory = (edgeTable: EdgeTable) => EdgeVisitor<unknown>;

/**
 * Explores as {@link explore} does, and lets a visitor see every state that is reached, until it need not see more.
 *
 * @throws Any error of the visitor.
 */
export function exploreWith(
  subject: Subject,
  subjectScope: Scope | MachineScope,
  options: ExploreOptions,
  createVisitor?: VisitorFactory,
): Graph {
  const { limit = DEFAULT_LIMIT, progress } = withKnownNames(options, ["limit", "progress"], "explore");
  checkLimit(limit);
  checkCallback(progress, "progress");
  checkReadable(subject, "machine", "an XState machine or a chart", () => {
    if (!isMachine(subject) && typeof subject?.stateOf !== "function")
      throw new TypeError(`machine: expected an XState machine or a chart, got ${formatValue(subject)}`);
  });
  checkReadable(subjectScope, "scope", "an object", () => {
    if (!isRecord(subjectScope))
      throw new TypeError(`scope: expected { events, within?, start? }, got ${formatValue(subjectScope)}`);
    Object.keys(subjectScope);
  });
  const { chart, scope } = isMachine(subject)
    ? chartOfMachine(subject, subjectScope as MachineScope)
    : { chart: subject, scope: subjectScope as Scope };
  const startTime = performance.now();
  return withLayouts((layouts) =>
    new Explorer(
      createSpace(chart as Chart<AnyStateMachine, unknown>, scope as Scope, layouts),
      limit,
      startTime,
      createVisitor,
    ).run(progress),
  );
}

/** Runs a task that explores charts, again with other layouts whenever their states turn out to have other parts. */
export function withLayouts<TResult>(task: (layouts: ReadonlyMap<unknown, StateLayout>) => TResult): TResult {
  const layouts = new Map<unknown, StateLayout>();
  for (;;) {
    try {
      return task(layouts);
    } catch (error) {
      if (!(error instanceof LayoutChange)) throw error;
      layouts.set(error.chart, error.layout);
    }
  }
}

const KNOWN_ERRORS = [RangeError, ExploreError, UnsupportedError, LayoutChange];

/** Creates the state space of a chart. @throws ExploreError if its initial state cannot be entered or compared. */
export function createSpace<TState>(
  chart: Chart<AnyStateMachine, TState>,
  scope: Scope<TState>,
  layouts: ReadonlyMap<unknown, StateLayout>,
): StateSpace<TState> {
  const chance = new ChanceGuard();
  try {
    const [space, secondSpace] = chance.run(() => [
      new StateSpace(chart, scope, layouts.get(chart)),
      new StateSpace(chart, scope, layouts.get(chart)),
    ]) as [StateSpace<TState>, StateSpace<TState>];
    if (!space.hasSameStart(secondSpace))
      throw new ExploreError(
        `${chart.id}: expected one initial state, got another one when it was entered again`,
        [],
      );
    try {
      chance.run(() => space.engine.startFrozen(chart as Chart, space.identity));
    } catch (error) {
      throw new ExploreError(
        `the initial state: an action changes the context in place: ${(error as Error).message}`,
        [],
        { cause: error },
      );
    }
    return space;
  } catch (error) {
    if (needsActors(chart, error)) throw new LayoutChange(chart, layouts.get(chart) ?? INITIAL_LAYOUT);
    if (KNOWN_ERRORS.some((knownError) => error instanceof knownError)) throw error;
    const message =
      chance.usedSource === undefined
        ? `the initial state: ${(error as Error)?.message ?? error}`
        : `the initial state uses ${chance.usedSource}: expected one that is always the same`;
    throw new ExploreError(message, [], { cause: error });
  }
}

/** One exploration of a state space. */
class Explorer<TState> {
  readonly #space: StateSpace<TState>;
  readonly #limit: number;
  readonly #startTime: number;
  readonly #chance = new ChanceGuard();
  readonly #taker: StepTaker<TState>;
  readonly #parentEdges = new EdgeList();
  readonly #targetHashes = new IntegerList();
  readonly #deadEnds = new IntegerList();
  readonly #targets = new IntegerList();
  readonly #visitor: EdgeVisitor<TState> | undefined;
  /** True while the visitor wants to see more. */
  #isVisiting = false;
  readonly #takenTransitions = new Set<ChartTransition>();
  /** By input: the transitions that it took last, which are in the set already. */
  readonly #lastTransitions: ChartTransition[][];
  /** By input: true if some state has a transition for it. */
  readonly #handledInputs: boolean[];
  readonly #emissions: Emissions<ChartEmission>;
  readonly #failures: EdgeFailure[] = [];
  #impurity: { readonly edge: number; readonly message: string } | undefined;
  #transitionCount = 0;
  #leavingCount = 0;
  #stopped: Graph["stopped"];
  #depth = 0;
  /** The id of the first state that is one step deeper. */
  #nextLayer = 1;

  constructor(
    space: StateSpace<TState>,
    limit: number,
    startTime: number,
    createVisitor: VisitorFactory | undefined,
  ) {
    this.#space = space;
    this.#limit = limit;
    this.#startTime = startTime;
    this.#taker = new StepTaker(space, this.#chance);
    this.#lastTransitions = space.inputs.map(() => []);
    this.#handledInputs = space.inputs.map(() => false);
    this.#emissions = new Emissions<ChartEmission>(space.chart.kinds);
    this.#parentEdges.push(-1);
    const isComplete = () => this.#stopped === undefined;
    this.#visitor = createVisitor?.({
      get stateCount() {
        return space.stateCount;
      },
      inputs: space.inputs,
      inputCount: space.inputs.length,
      targets: this.#targets,
      parentEdges: this.#parentEdges,
      get complete() {
        return isComplete();
      },
    });
  }

  run(reportProgress: ExploreOptions["progress"]): Graph<TState> {
    const space = this.#space;
    if (this.#visitor) this.#continueVisiting(this.#visitor.visit(reachedAtStart(space), -1, 0));
    for (let sourceId = 0; sourceId < space.stateCount && !this.#stopped; ) {
      const firstId = sourceId;
      this.#chance.run(() => {
        do this.#leaveState(sourceId++);
        while (sourceId < space.stateCount && !this.#stopped && sourceId % REPORT_INTERVAL !== 1);
      });
      if (sourceId === space.stateCount && this.#stopped === "decided") this.#stopped = undefined;
      if (firstId % REPORT_INTERVAL === 0 || sourceId % REPORT_INTERVAL === 1)
        reportProgress?.({
          states: space.stateCount,
          transitions: this.#transitionCount,
          waiting: space.stateCount - sourceId,
          depth: this.#depth,
          milliseconds: performance.now() - this.#startTime,
        });
    }
    space.releaseObserved();
    return createGraph(space, {
      parentEdges: this.#parentEdges,
      targetHashes: this.#targetHashes,
      deadEnds: this.#deadEnds,
      takenTransitions: this.#takenTransitions,
      handledInputs: this.#handledInputs,
      failures: this.#failures,
      impurity: this.#impurity,
      tests: {
        steps: this.#taker.stepCount,
        observed: this.#taker.observedCount,
        doubtful: this.#taker.doubtfulCount,
        reversed: this.#taker.reversedCount,
      },
      transitions: this.#transitionCount,
      leaving: this.#leavingCount,
      edgeBytes: this.#targets.byteLength + (this.#visitor?.byteLength ?? 0),
      stopped: this.#stopped,
      milliseconds: performance.now() - this.#startTime,
    });
  }

  #continueVisiting(isVisiting: boolean): void {
    this.#isVisiting = isVisiting;
    if (!isVisiting) this.#stopped ??= "decided";
  }

  /** Takes every input in a state. */
  #leaveState(sourceId: number): void {
    const space = this.#space;
    const inputCount = space.inputs.length;
    if (sourceId === this.#nextLayer) {
      this.#depth++;
      this.#nextLayer = space.stateCount;
    }
    space.enterState(sourceId);
    const before = this.#isVisiting ? space.enteredState : undefined;
    let targetsHash = 0;
    let canLeave = false;
    for (let inputIndex = 0; inputIndex < inputCount; inputIndex++) {
      const transitions: ChartTransition[] = [];
      const knownCount = space.stateCount;
      const edge = sourceId * inputCount + inputIndex;
      const targetId = this.#take(inputIndex, edge, transitions);
      if (targetId === undefined) return;
      targetsHash = hashWithTarget(targetsHash, targetId);
      canLeave ||= targetId !== sourceId && targetId !== IMPOSSIBLE;
      if (space.stateCount > knownCount) this.#parentEdges.push(edge);
      if (transitions.length > 0) this.#handledInputs[inputIndex] = true;
      if (targetId === OUT_OF_SCOPE) this.#leavingCount++;
      else if (targetId === OVER_LIMIT) this.#stopped ??= "limit";
      else if (targetId === FAILED) this.#recordFailure({ ...(this.#taker.failure as StepFailure), edge });
      if (before && this.#isVisiting) this.#visit(before, edge, targetId, transitions);
      if (targetId < 0) continue;
      this.#transitionCount++;
      this.#recordTransitions(inputIndex, transitions);
    }
    this.#targetHashes.push(targetsHash);
    if (!canLeave) this.#deadEnds.push(sourceId);
  }

  /** Lets the visitor see the target of an edge. */
  #visit(
    before: DeviceState<TState>,
    edge: number,
    targetId: number,
    transitions: readonly ChartTransition[],
  ): void {
    const visitor = this.#visitor as EdgeVisitor<TState>;
    if (visitor.needsTargets) this.#targets.push(targetId);
    if (!isVisited(targetId)) return;
    const emissions = this.#emissions.toArray();
    const reached = reachedAfter(this.#space, targetId, before, edge, emissions, transitions);
    this.#continueVisiting(this.#chance.suspend(() => visitor.visit(reached, edge, targetId)));
  }

  /** Records a failure, unless the same one is known with fewer inputs. */
  #recordFailure(failure: EdgeFailure): void {
    const isKnown = this.#failures.some(
      ({ kind, message, source }) =>
        kind === failure.kind && message === failure.message && source === failure.source,
    );
    if (!isKnown) this.#failures.push(failure);
  }

  /** Takes an input, and returns its target; undefined if the chart turns out to be impure. */
  #take(inputIndex: number, edge: number, transitions: ChartTransition[]): number | undefined {
    this.#emissions.length = 0;
    try {
      return this.#taker.take(inputIndex, this.#limit, this.#emissions, transitions);
    } catch (error) {
      if (error instanceof ImpureStepError) {
        this.#impurity = { edge, message: error.message };
        this.#stopped = "impurity";
        return undefined;
      }
      if (error instanceof IdentityError) {
        const { inputs } = this.#space;
        const edges = { inputCount: inputs.length, parentEdges: this.#parentEdges };
        const path = [...shortestPathTo(edges, sourceStateOf(edges, edge)), edge];
        throw new ExploreError(
          error.message,
          path.map((pathEdge) => inputs[pathEdge % inputs.length] as Input),
          { cause: error },
        );
      }
      throw error;
    }
  }

  #recordTransitions(inputIndex: number, transitions: readonly ChartTransition[]): void {
    const previous = this.#lastTransitions[inputIndex] as ChartTransition[];
    for (let i = 0; i < transitions.length; i++) {
      const transition = transitions[i] as ChartTransition;
      if (previous[i] === transition) continue;
      previous[i] = transition;
      this.#takenTransitions.add(transition);
    }
  }
}

/** @throws RangeError unless the limit is a whole number from 1. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`limit: expected a whole number from 1, got ${formatValue(limit)}`);
}
