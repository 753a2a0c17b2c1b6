import type { ChartEmission } from "../../device/index.js";
import { describeTransition } from "../../device/internal.js";
import type { ChartTransition } from "../../engine/index.js";
import type { Input } from "../../journal/index.js";
import { inputOfEdge, retakeInput, shortestPathTo, sourceStateOf } from "./edges.js";
import type { EdgeList, IntegerList } from "./integer-list.js";
import { inputsIn } from "./scope.js";
import type { StateSpace } from "./state-space.js";
import type { StepFailure } from "./step-taker.js";
import type { Graph, GraphState, GraphTransition } from "./types.js";

/** The result of an exploration. */
export interface Exploration {
  /** By state id: the edge by which the state was first reached. */
  readonly parentEdges: EdgeList;
  /** By id of a state in which every input was taken: the hash of their targets. */
  readonly targetHashes: IntegerList;
  /** The ids of states that no input leaves. */
  readonly deadEnds: IntegerList;
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
  /** The memory of what is kept of edges, in bytes. */
  readonly edgeBytes: number;
  /** The reason why not all states were reached. */
  readonly stopped: Graph["stopped"];
  /** The time that it took. */
  readonly milliseconds: number;
}

/** A failure of the chart on an edge. */
export interface EdgeFailure extends StepFailure {
  readonly edge: number;
}

/** How many of the steps were tested. */
export interface StepTests {
  /** The steps taken. */
  readonly steps: number;
  /** Those that were taken twice. */
  readonly observed: number;
  /** The steps that may depend on the order in which states were entered. */
  readonly doubtful: number;
  /** Those that were also taken in the opposite order. */
  readonly reversed: number;
}

/** A state space with what exploring found, from which a graph is built. */
export interface ExploredSpace<TState> extends Exploration {
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
  const { transitions, leaving, stopped, milliseconds } = exploration;
  const explored: ExploredSpace<TState> = { space, ...exploration };
  const complete = stopped === undefined;
  let configurationCount: number | undefined;
  const graph: Graph<TState> = {
    chart: space.chart,
    scope: space.scope,
    states: { length: space.stateCount, [Symbol.iterator]: () => generateStates(explored) },
    transitions: { length: transitions, [Symbol.iterator]: () => generateTransitions(explored) },
    get configurations() {
      configurationCount ??= space.states.stateValues.length;
      return configurationCount;
    },
    leaving,
    complete,
    ...(stopped === undefined ? {} : { stopped }),
    memory: {
      bytesPerState: bytesOf(explored) / space.stateCount,
      bytesPerEdge:
        exploration.edgeBytes / Math.max(1, exploration.targetHashes.length * space.inputs.length),
    },
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

/** Returns the memory of states, and of what is kept for each of them. */
const bytesOf = <TState>({ space, parentEdges, targetHashes, deadEnds }: ExploredSpace<TState>): number =>
  space.states.byteLength + parentEdges.byteLength + targetHashes.byteLength + deadEnds.byteLength;

/** Returns the inputs of a shortest path whose last edge is this one. */
function inputsThroughEdge<TState>(
  { space, parentEdges }: Pick<ExploredSpace<TState>, "space" | "parentEdges">,
  edge: number,
): Input[] {
  const edges = { inputCount: space.inputs.length, parentEdges };
  const path = [...shortestPathTo(edges, sourceStateOf(edges, edge)), edge];
  return path.map((pathEdge) => inputOfEdge(space, pathEdge));
}

function* generateStates<TState>({
  space,
  parentEdges,
}: ExploredSpace<TState>): Generator<GraphState<TState>> {
  const inputCount = space.inputs.length;
  const depths = new Int32Array(space.stateCount);
  for (let stateId = 0; stateId < depths.length; stateId++) {
    if (stateId > 0)
      depths[stateId] = (depths[sourceStateOf({ inputCount }, parentEdges.at(stateId))] as number) + 1;
    yield { at: space.states.stateAt(stateId), depth: depths[stateId] as number };
  }
}

function* generateTransitions<TState>({
  space,
  targetHashes,
}: ExploredSpace<TState>): Generator<GraphTransition<TState>> {
  const inputCount = space.inputs.length;
  for (let from = 0; from < targetHashes.length; from++)
    for (let inputIndex = 0; inputIndex < inputCount; inputIndex++) {
      const emissions: ChartEmission[] = [];
      const transitions: ChartTransition[] = [];
      // Whoever reads the list may take other steps in between.
      space.enterState(from);
      const to = retakeInput(space, inputIndex, emissions, transitions);
      if (to < 0) continue;
      yield {
        from,
        to,
        input: inputOfEdge(space, from * inputCount + inputIndex),
        after: space.afterStep,
        emissions,
        taken: transitions.map(describeTransition),
      };
    }
}
