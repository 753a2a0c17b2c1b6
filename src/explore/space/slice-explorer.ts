import type { ChartEmission } from "../../device/index.js";
import { type ChartTransition, Emissions } from "../../engine/index.js";
import { ChanceGuard } from "./chance.js";
import { isVisited, reachedAfter, sourceStateOf } from "./edges.js";
import type { VisitorFactory } from "./explorer.js";
import { EdgeList, TargetList } from "./integer-list.js";
import { type ExploredSlice, type SliceRequest, UNDECIDED } from "./slice.js";
import { FAILED } from "./state-layout.js";
import type { StateSpace } from "./state-space.js";
import { ImpureStepError, StepTaker } from "./step-taker.js";
import type { EdgeVisitor } from "./types.js";

/**
 * Explores slices of a state space for another explorer of the same chart, scope and claims: a helper.
 *
 * It has the same states with the same ids, as it takes the edge by which each was first reached: a step is a function of the state and the input.
 * States that it reaches before they have an id are forgotten after the slice. What is the first of its kind is left to the main thread.
 */
export class SliceExplorer<TState> {
  readonly #space: StateSpace<TState>;
  readonly #chance = new ChanceGuard();
  readonly #taker: StepTaker<TState>;
  readonly #visitor: EdgeVisitor<TState> | undefined;
  readonly #emissions: Emissions<ChartEmission>;
  readonly #takenTransitions = new Set<ChartTransition>();
  readonly #handledInputs: boolean[];
  #isVisiting: boolean;

  constructor(space: StateSpace<TState>, createVisitor: VisitorFactory | undefined) {
    this.#space = space;
    this.#taker = new StepTaker(space, this.#chance);
    this.#emissions = new Emissions<ChartEmission>(space.chart.kinds);
    this.#handledInputs = space.inputs.map(() => false);
    // It decides nothing: the main thread has all edges.
    this.#visitor = createVisitor?.({
      stateCount: 0,
      inputs: space.inputs,
      inputCount: space.inputs.length,
      targets: new TargetList(),
      parentEdges: new EdgeList(),
      complete: false,
    });
    this.#isVisiting = this.#visitor !== undefined;
  }

  /** Takes all inputs of a slice. */
  explore({ parentEdges, from, end }: SliceRequest): ExploredSlice {
    const space = this.#space;
    const edgeCount = (end - from) * space.inputs.length;
    const answerWords = this.#visitor?.answers?.wordCount ?? 0;
    const targets = new Int32Array(edgeCount).fill(UNDECIDED);
    const answers = new Uint32Array(edgeCount * answerWords);
    let impurity: ExploredSlice["impurity"];
    let stateCount = space.stateCount;
    this.#chance.run(() => {
      impurity = this.#addStates(parentEdges);
      stateCount = space.stateCount;
      for (let sourceId = from; sourceId < end && !impurity; sourceId++)
        impurity = this.#leaveState(sourceId, (sourceId - from) * space.inputs.length, targets, answers);
      space.states.forgetFrom(stateCount);
    });
    const { stepCount, observedCount, doubtfulCount, reversedCount } = this.#taker;
    return {
      ...{ from, end, stateCount, targets, answers, answerWords },
      ...(impurity ? { impurity } : {}),
      tests: {
        steps: stepCount,
        observed: observedCount,
        doubtful: doubtfulCount,
        reversed: reversedCount,
      },
    };
  }

  /** Adds states, each by the edge by which it was first reached. Returns the first edge that leads elsewhere. */
  #addStates(parentEdges: Float64Array): ExploredSlice["impurity"] {
    const space = this.#space;
    const inputCount = space.inputs.length;
    let enteredId = -1;
    for (const edge of parentEdges) {
      const sourceId = sourceStateOf({ inputCount }, edge);
      if (sourceId !== enteredId) space.enterState(sourceId);
      enteredId = sourceId;
      const stateId = space.stateCount;
      let targetId = FAILED;
      try {
        space.takeInput(edge % inputCount, [], []);
        targetId = space.internTarget(Number.POSITIVE_INFINITY);
      } catch {
        // It has not thrown in the main thread.
      }
      if (targetId !== stateId)
        return {
          edge,
          message:
            "a guard or an action gives another outcome in another thread: expected a function of the context and the event",
        };
    }
    return undefined;
  }

  /** Takes every input in a state. Returns the edge that is impure. */
  #leaveState(
    sourceId: number,
    offset: number,
    targets: Int32Array,
    answers: Uint32Array,
  ): ExploredSlice["impurity"] {
    const space = this.#space;
    const inputCount = space.inputs.length;
    space.enterState(sourceId);
    const visitor = this.#visitor;
    const sheet = visitor?.answers;
    const before = this.#isVisiting ? space.enteredState : undefined;
    for (let inputIndex = 0; inputIndex < inputCount; inputIndex++) {
      const transitions: ChartTransition[] = [];
      const edge = sourceId * inputCount + inputIndex;
      this.#emissions.length = 0;
      let targetId: number;
      try {
        targetId = this.#taker.take(inputIndex, Number.POSITIVE_INFINITY, this.#emissions, transitions);
      } catch (error) {
        if (error instanceof ImpureStepError) return { edge, message: error.message };
        continue;
      }
      if (targetId === FAILED || this.#isFirstOfItsKind(inputIndex, transitions)) continue;
      if (before && visitor && sheet && this.#isVisiting && isVisited(targetId)) {
        const emissions = this.#emissions.toArray();
        const reached = reachedAfter(space, targetId, before, edge, emissions, transitions);
        sheet.recordTo(answers, (offset + inputIndex) * sheet.wordCount);
        try {
          this.#isVisiting = this.#chance.suspend(() => visitor.visit(reached, edge, targetId));
        } catch {
          // The main thread asks again, and throws.
          continue;
        }
        if (sheet.isIncomplete) continue;
      }
      targets[offset + inputIndex] = targetId;
    }
    return undefined;
  }

  /** Returns true if a transition is taken, or an input handled, for the first time here. */
  #isFirstOfItsKind(inputIndex: number, transitions: readonly ChartTransition[]): boolean {
    let isFirst = transitions.length > 0 && !this.#handledInputs[inputIndex];
    if (isFirst) this.#handledInputs[inputIndex] = true;
    for (const transition of transitions)
      if (!this.#takenTransitions.has(transition)) {
        this.#takenTransitions.add(transition);
        isFirst = true;
      }
    return isFirst;
  }
}
