import type { ChartEmission } from "../../device/index.js";
import { describeTransition } from "../../device/internal.js";
import type { ChartTransition } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import type { IntegerList } from "./integer-list.js";
import { LazyIncomingStep, LazyReachedState } from "./reached-state.js";
import { inputsIn, RESTORE_INPUT } from "./scope.js";
import { OUT_OF_SCOPE } from "./state-layout.js";
import type { StateSpace } from "./state-space.js";
import { ImpureStepError, type StepFailure } from "./step-taker.js";
import type { EdgeTable, Graph, GraphState, GraphTransition } from "./types.js";

/** The result of an exploration. */
interface Exploration {
  /** By edge: the state id of its target. */
  readonly targets: IntegerList;
  /** By state id: the edge by which the state was first reached. */
  readonly parentEdges: IntegerList;
  /** Every transition of the chart that was taken. */
  readonly takenTransitions: ReadonlySet<ChartTransition>;
  /** By input: true if a transition of the chart was taken for it in some state. */
  readonly handledInputs: readonly boolean[];
  /** The edges on which the chart fails, in the order of their sources. */
  readonly failures: readonly EdgeFailure[];
  /** The edge at which exploring ended, as its outcome is no function of the state and the input. */
  readonly impurity: { readonly edge: number; readonly message: string } | undefined;
  /** The tests of what exploring assumes. */
  readonly tests: StepTests;
  /** The number of edges that lead to a known state. */
  readonly transitions: number;
  /** The number of edges that lead out of the scope. */
  readonly leaving: number;
  /** True if all states were reached. */
  readonly complete: boolean;
  /** The time that it took. */
  readonly milliseconds: number;
}

/** A failure of the chart on an edge. */
export interface EdgeFailure extends StepFailure {
  readonly edge: number;
}

/** How many of the steps were tested. */
interface StepTests {
  /** The steps taken. */
  readonly steps: number;
  /** Those that were taken twice. */
  readonly observed: number;
  /** The steps that may depend on the order in which states were entered. */
  readonly doubtful: number;
  /** Those that were also taken in the opposite order. */
  readonly reversed: number;
}

/** A state space with its edges, from which a graph is built. */
interface ExploredSpace<TState> extends Exploration {
  readonly space: StateSpace<TState>;
}

const exploredSpaces = new WeakMap<Graph, ExploredSpace<unknown>>();

/** Returns the explored space of a graph. @throws TypeError if {@link createGraph} did not create the graph. */
export function exploredSpaceOf<TState>(graph: Graph<TState>): ExploredSpace<TState> {
  const explored = exploredSpaces.get(graph as Graph);
  if (!explored) throw new TypeError("graph: expected a result of explore(), got something else");
  return explored as ExploredSpace<TState>;
}

/** Creates the graph of an exploration. */
export function createGraph<TState>(space: StateSpace<TState>, exploration: Exploration): Graph<TState> {
  const { transitions, leaving, complete, milliseconds } = exploration;
  const explored: ExploredSpace<TState> = { space, ...exploration };
  const graph: Graph<TState> = {
    chart: space.chart,
    scope: space.scope,
    states: { length: space.stateCount, [Symbol.iterator]: () => generateStates(explored) },
    transitions: { length: transitions, [Symbol.iterator]: () => generateTransitions(explored) },
    configurations: space.stateValues.length,
    leaving,
    complete,
    failures: exploration.failures.map(({ edge, ...failure }) => ({
      ...failure,
      inputs: inputsThroughEdge(explored, edge),
    })),
    unhandled: inputsIn(space.scope).filter(
      (_, inputIndex) => complete && !exploration.handledInputs[inputIndex],
    ),
    ...(exploration.impurity
      ? {
          impurity: {
            message: exploration.impurity.message,
            inputs: inputsThroughEdge(explored, exploration.impurity.edge),
          },
        }
      : {}),
    milliseconds,
  };
  exploredSpaces.set(graph as Graph, explored as ExploredSpace<unknown>);
  return graph;
}

/** Returns the inputs of a shortest path whose last edge is this one. */
function inputsThroughEdge<TState>(
  { space, parentEdges }: Pick<ExploredSpace<TState>, "space" | "parentEdges">,
  edge: number,
): Input[] {
  const edges = { inputCount: space.inputs.length, parentEdges };
  const path = [...shortestPathTo(edges, sourceStateOf(edges, edge)), edge];
  return path.map((pathEdge) => inputOfEdge(space, pathEdge));
}

/** Returns the state that an edge leaves. */
export const sourceStateOf = ({ inputCount }: { readonly inputCount: number }, edge: number): number =>
  Math.floor(edge / inputCount);

/** Returns the depth of each state: the length of a shortest path to it. */
export function depthsOf(
  edgeTable: Pick<EdgeTable<never>, "stateCount" | "inputCount" | "parentEdges">,
): Int32Array {
  const depths = new Int32Array(edgeTable.stateCount);
  for (let stateId = 1; stateId < edgeTable.stateCount; stateId++)
    depths[stateId] = (depths[sourceStateOf(edgeTable, edgeTable.parentEdges.at(stateId))] as number) + 1;
  return depths;
}

/** Returns the edges of a shortest path to a state. */
export function shortestPathTo(
  edgeTable: Pick<EdgeTable<never>, "inputCount" | "parentEdges">,
  stateId: number,
): number[] {
  const { parentEdges } = edgeTable;
  const reversedPath: number[] = [];
  for (let edge = parentEdges.at(stateId); edge >= 0; edge = parentEdges.at(sourceStateOf(edgeTable, edge)))
    reversedPath.push(edge);
  return reversedPath.reverse();
}

function* generateStates<TState>({
  space,
  parentEdges,
}: ExploredSpace<TState>): Generator<GraphState<TState>> {
  const { stateCount } = space;
  const depths = depthsOf({ stateCount, inputCount: space.inputs.length, parentEdges });
  for (let stateId = 0; stateId < stateCount; stateId++)
    yield { at: space.stateAt(stateId), depth: depths[stateId] as number };
}

function* generateTransitions<TState>({
  space,
  targets,
}: ExploredSpace<TState>): Generator<GraphTransition<TState>> {
  const inputCount = space.inputs.length;
  for (let edge = 0; edge < targets.length; edge++) {
    if (targets.at(edge) < 0) continue;
    const from = sourceStateOf({ inputCount }, edge);
    const emissions: ChartEmission[] = [];
    const transitions: ChartTransition[] = [];
    space.enterState(from);
    space.takeInput(edge % inputCount, emissions, transitions);
    yield {
      from,
      to: targets.at(edge),
      input: inputOfEdge(space, edge),
      after: space.afterStep,
      emissions,
      taken: transitions.map(describeTransition),
    };
  }
}

/** Returns the input of an edge: "restore" with the state that it restores. */
function inputOfEdge<TState>(space: StateSpace<TState>, edge: number): Input {
  const inputCount = space.inputs.length;
  const input = space.inputs[edge % inputCount] as Input;
  return input === RESTORE_INPUT
    ? { type: "restore", state: space.stateAt(sourceStateOf({ inputCount }, edge)).state }
    : input;
}

/** Returns the edges of a graph, on which claims are checked. */
export function edgeTableOf<TState>(graph: Graph<TState>): EdgeTable<TState> {
  const { space, targets, parentEdges, complete } = exploredSpaceOf(graph);
  const inputCount = space.inputs.length;
  return {
    stateCount: space.stateCount,
    inputCount,
    targets,
    parentEdges,
    complete,
    initialState: () => new LazyReachedState(space.stateAt(0), () => space.restoredAt(0)),
    forEachEdge(visit) {
      for (let edge = 0, stateId = 0; edge < targets.length; stateId++) {
        space.enterState(stateId);
        const before = space.enteredState;
        const endEdge = Math.min(edge + inputCount, targets.length);
        for (let inputIndex = 0; edge < endEdge; inputIndex++, edge++) {
          const target = targets.at(edge);
          if (target < 0 && target !== OUT_OF_SCOPE) continue;
          const emissions: ChartEmission[] = [];
          const transitions: ChartTransition[] = [];
          space.takeInput(inputIndex, emissions, transitions);
          if (space.internTarget(space.stateCount) !== target)
            throw new ImpureStepError(
              `${inputsThroughEdge({ space, parentEdges }, edge)
                .map(({ type }) => type)
                .join(
                  ", ",
                )}: expected the same outcome as while exploring, got another one; a guard or an action depends on something outside the chart`,
            );
          const input = inputOfEdge(space, edge);
          const step = new LazyIncomingStep(before, input, emissions, transitions);
          const afterStep = space.afterStep;
          const restored = () =>
            target < 0 ? space.restoredFrom(afterStep.state) : space.restoredAt(target);
          if (!visit(new LazyReachedState(afterStep, restored, step), edge)) return;
        }
      }
    },
    inputOf: (edge) => inputOfEdge(space, edge),
  };
}
