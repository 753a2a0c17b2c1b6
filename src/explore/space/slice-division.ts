import type { StepTests } from "./graph.js";
import type { EdgeList } from "./integer-list.js";
import { type ExploredSlice, type ExploreHelper, type HelperSource, UNDECIDED } from "./slice.js";
import { ImpureStepError } from "./step-taker.js";

/** The most states of a slice. */
const LARGEST_SLICE = 1024;
/** The requests that wait at each helper, so that it need not wait itself. */
const PENDING_REQUESTS = 2;

/** A slice that a helper was asked for. */
interface PendingSlice {
  readonly helper: HelperState;
  readonly from: number;
  readonly end: number;
}

interface HelperState {
  readonly helper: ExploreHelper;
  /** The number of states that it has, or was sent. */
  stateCount: number;
  pendingCount: number;
  hasEnded: boolean;
  tests: StepTests;
}

const NO_TESTS: StepTests = { steps: 0, observed: 0, doubtful: 0, reversed: 0 };

/** A slice that was received, whose edges are read in their order. */
export class ReceivedSlice {
  readonly #slice: ExploredSlice;
  readonly #firstEdge: number;
  /** By number of a state that was new to the helper: its target here. */
  readonly #knownTargets: (number | undefined)[] = [];

  constructor(slice: ExploredSlice, inputCount: number) {
    this.#slice = slice;
    this.#firstEdge = slice.from * inputCount;
  }

  get end(): number {
    return this.#slice.end;
  }

  /** The answers of the predicates, and the index of the first word for an edge. */
  get answers(): Uint32Array {
    return this.#slice.answers;
  }
  offsetOf(edge: number): number {
    return (edge - this.#firstEdge) * this.#slice.answerWords;
  }

  /**
   * Returns the target of an edge, or UNDECIDED if it must be taken.
   *
   * @throws ImpureStepError if its outcome is no function of the state and the input.
   */
  targetOf(edge: number): number {
    const { impurity, targets, stateCount } = this.#slice;
    if (impurity && edge >= impurity.edge) throw new ImpureStepError(impurity.message);
    const target = targets[edge - this.#firstEdge] as number;
    return target < stateCount ? target : (this.#knownTargets[target - stateCount] ?? UNDECIDED);
  }

  /** Records the target of an edge that was taken. */
  resolve(edge: number, targetId: number): void {
    const target = this.#slice.targets[edge - this.#firstEdge] as number;
    if (target >= this.#slice.stateCount) this.#knownTargets[target - this.#slice.stateCount] = targetId;
  }
}

/**
 * The division of an exploration among helpers. States keep the order in which one thread leaves them, so everything that depends on it is the
 * same; slices ahead of the state that is being left are explored meanwhile.
 */
export class SliceDivision {
  readonly #source: HelperSource;
  readonly #inputCount: number;
  readonly #parentEdges: EdgeList;
  readonly #startTime: number;
  #helpers: HelperState[] | undefined;
  /** In the order of their states. */
  readonly #pending: PendingSlice[] = [];
  /** The states that the main thread leaves itself between two slices. */
  #ownCount = 0;
  #nextLook = 0;
  #received: ReceivedSlice | undefined;

  constructor(source: HelperSource, inputCount: number, parentEdges: EdgeList, startTime: number) {
    this.#source = source;
    this.#inputCount = inputCount;
    this.#parentEdges = parentEdges;
    this.#startTime = startTime;
  }

  /** The tests of all helpers. */
  get tests(): StepTests {
    return (this.#helpers ?? []).reduce(
      (sum, { tests }) => ({
        steps: sum.steps + tests.steps,
        observed: sum.observed + tests.observed,
        doubtful: sum.doubtful + tests.doubtful,
        reversed: sum.reversed + tests.reversed,
      }),
      NO_TESTS,
    );
  }

  /** Returns the slice that a state is in; undefined if it is not divided. States are asked for in their order. */
  sliceOf(stateId: number, stateCount: number): ReceivedSlice | undefined {
    if (this.#received && stateId < this.#received.end) return this.#received;
    this.#received = undefined;
    const [first] = this.#pending;
    if (first?.from === stateId) this.#receive(first);
    if (stateId >= this.#nextLook) this.#divide(stateId, stateCount);
    return this.#received;
  }

  #receive({ helper }: PendingSlice): void {
    this.#pending.shift();
    helper.pendingCount--;
    const mustWait = !helper.helper.isAnswered;
    const slice = helper.helper.receive();
    // Who waits has too little of its own.
    this.#ownCount = mustWait ? Math.ceil(1.25 * this.#ownCount) + 1 : Math.floor(0.9 * this.#ownCount);
    this.#nextLook = 0;
    if (!slice) {
      helper.hasEnded = true;
      return;
    }
    helper.tests = slice.tests;
    this.#received = new ReceivedSlice(slice, this.#inputCount);
  }

  /** Asks helpers for slices ahead of a state. */
  #divide(stateId: number, stateCount: number): void {
    const { delay, leastSlice } = this.#source;
    this.#nextLook = stateId + leastSlice;
    if (stateCount - stateId < 2 * leastSlice) return;
    if (!this.#helpers) {
      if (performance.now() - this.#startTime < delay) return;
      this.#helpers = this.#source.start().map((helper) => ({
        ...{ helper, stateCount: 1, pendingCount: 0, hasEnded: false },
        tests: NO_TESTS,
      }));
    }
    const share = Math.floor((stateCount - stateId) / (2 * PENDING_REQUESTS * (this.#helpers.length + 1)));
    const sliceLength = Math.min(LARGEST_SLICE, Math.max(leastSlice, share));
    for (let round = 0; round < PENDING_REQUESTS; round++)
      for (const helper of this.#helpers) {
        if (helper.hasEnded || helper.pendingCount > round || !helper.helper.isReady) continue;
        const beginning = Math.max(stateId + 1, this.#received?.end ?? 0, this.#pending.at(-1)?.end ?? 0);
        const from = beginning + Math.min(this.#ownCount, sliceLength * 2);
        const end = from + sliceLength;
        if (end > stateCount) return;
        helper.helper.ask({ parentEdges: this.#parentEdgesFrom(helper.stateCount, stateCount), from, end });
        helper.stateCount = stateCount;
        helper.pendingCount++;
        this.#pending.push({ helper, from, end });
      }
  }

  #parentEdgesFrom(firstId: number, stateCount: number): Float64Array {
    return Float64Array.from({ length: stateCount - firstId }, (_, index) =>
      this.#parentEdges.at(firstId + index),
    );
  }
}
