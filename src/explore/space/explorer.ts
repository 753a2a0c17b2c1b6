import type { ChartEmission } from "../../device/index.js";
import { type ChartTransition, Emissions } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import { ChanceGuard } from "./chance.js";
import {
  hashWithTarget,
  isVisited,
  reachedAfter,
  reachedAtStart,
  shortestPathTo,
  sourceStateOf,
} from "./edges.js";
import type { ExploreOptions } from "./explore.js";
import { ExploreError } from "./explore-error.js";
import { createGraph, type EdgeFailure, type StepTests } from "./graph.js";
import { EdgeList, IntegerList, TargetList } from "./integer-list.js";
import { type HelperSource, UNDECIDED } from "./slice.js";
import { type ReceivedSlice, SliceDivision } from "./slice-division.js";
import { FAILED, IMPOSSIBLE, OUT_OF_SCOPE, OVER_LIMIT } from "./state-layout.js";
import type { StateSpace } from "./state-space.js";
import { ImpureStepError, type StepFailure, StepTaker } from "./step-taker.js";
import type { AnswerSheet, DeviceState, EdgeTable, EdgeVisitor, Graph, ReachedState } from "./types.js";
import { IdentityError } from "./value-identity.js";

/** States between two reports of progress. */
const REPORT_INTERVAL = 500;

/** Creates the visitor of an exploration. It is called again if exploring begins again. */
export type VisitorFactory = (edgeTable: EdgeTable) => EdgeVisitor<unknown>;

/** One exploration of a state space. */
export class Explorer<TState> {
  readonly #space: StateSpace<TState>;
  readonly #limit: number;
  readonly #startTime: number;
  readonly #chance = new ChanceGuard();
  readonly #taker: StepTaker<TState>;
  readonly #parentEdges = new EdgeList();
  readonly #targetHashes = new IntegerList();
  readonly #deadEnds = new IntegerList();
  readonly #targets = new TargetList();
  readonly #visitor: EdgeVisitor<TState> | undefined;
  readonly #division: SliceDivision | undefined;
  /** The slice that the state being left is in, if a helper has explored it. */
  #slice: ReceivedSlice | undefined;
  /** The state that was entered last, and the device in it while the visitor wants to see more. */
  #enteredId = -1;
  #before: DeviceState<TState> | undefined;
  /** True if the last target is a helper's. */
  #isRecorded = false;
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
    helperSource?: HelperSource,
  ) {
    this.#space = space;
    this.#limit = limit;
    this.#startTime = startTime;
    this.#taker = new StepTaker(space, this.#chance);
    this.#lastTransitions = space.inputs.map(() => []);
    this.#handledInputs = space.inputs.map(() => false);
    this.#emissions = new Emissions<ChartEmission>(space.chart.kinds);
    this.#parentEdges.push(-1);
    if (helperSource)
      this.#division = new SliceDivision(helperSource, space.inputs.length, this.#parentEdges, startTime);
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
      tests: this.#tests,
      transitions: this.#transitionCount,
      leaving: this.#leavingCount,
      edgeBytes: this.#targets.byteLength + (this.#visitor?.byteLength ?? 0),
      stopped: this.#stopped,
      milliseconds: performance.now() - this.#startTime,
    });
  }

  /** The tests of this thread and of the helpers. */
  get #tests(): StepTests {
    const { stepCount, observedCount, doubtfulCount, reversedCount } = this.#taker;
    const { steps = 0, observed = 0, doubtful = 0, reversed = 0 } = this.#division?.tests ?? {};
    return {
      steps: stepCount + steps,
      observed: observedCount + observed,
      doubtful: doubtfulCount + doubtful,
      reversed: reversedCount + reversed,
    };
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
    const division = this.#division;
    this.#slice = division && this.#chance.suspend(() => division.sliceOf(sourceId, space.stateCount));
    if (!this.#slice) this.#enterState(sourceId);
    else this.#before = undefined;
    let targetsHash = 0;
    let canLeave = false;
    let transitions: ChartTransition[] = [];
    for (let inputIndex = 0; inputIndex < inputCount; inputIndex++) {
      // A visitor may keep them.
      if (this.#isVisiting) transitions = [];
      if (transitions.length > 0) transitions.length = 0;
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
      if (this.#isVisiting) this.#visit(edge, targetId, transitions);
      if (targetId < 0) continue;
      this.#transitionCount++;
      this.#recordTransitions(inputIndex, transitions);
    }
    this.#targetHashes.push(targetsHash);
    if (!canLeave) this.#deadEnds.push(sourceId);
  }

  /** Enters a state, and keeps what a visitor needs of it. */
  #enterState(sourceId: number): void {
    this.#space.enterState(sourceId);
    this.#before = this.#isVisiting ? this.#space.enteredState : undefined;
    this.#enteredId = sourceId;
  }

  /** Lets the visitor see the target of an edge. */
  #visit(edge: number, targetId: number, transitions: readonly ChartTransition[]): void {
    const visitor = this.#visitor as EdgeVisitor<TState>;
    if (visitor.needsTargets) this.#targets.push(targetId);
    if (!isVisited(targetId)) return;
    const reached = this.#isRecorded
      ? this.#recordedState(edge)
      : this.#reachedState(edge, targetId, transitions);
    this.#continueVisiting(this.#chance.suspend(() => visitor.visit(reached, edge, targetId)));
  }

  #reachedState(
    edge: number,
    targetId: number,
    transitions: readonly ChartTransition[],
  ): ReachedState<TState> {
    const before = this.#before as DeviceState<TState>;
    return reachedAfter(this.#space, targetId, before, edge, this.#emissions.toArray(), transitions);
  }

  /** Returns the state for which the answers of a helper are read. */
  #recordedState(edge: number): ReachedState<TState> {
    const answers = this.#visitor?.answers as AnswerSheet;
    const slice = this.#slice as ReceivedSlice;
    answers.readFrom(slice.answers, slice.offsetOf(edge));
    return answers.recordedState;
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
    const slice = this.#slice;
    try {
      const recordedTarget = slice?.targetOf(edge) ?? UNDECIDED;
      this.#isRecorded = recordedTarget !== UNDECIDED;
      if (this.#isRecorded) return recordedTarget;
      const sourceId = (edge - inputIndex) / this.#space.inputs.length;
      if (slice && this.#enteredId !== sourceId) this.#enterState(sourceId);
      const targetId = this.#taker.take(inputIndex, this.#limit, this.#emissions, transitions);
      slice?.resolve(edge, targetId);
      return targetId;
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
