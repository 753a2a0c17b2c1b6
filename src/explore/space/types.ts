import type { AnyMachineSnapshot } from "xstate";
import type { RegisterName } from "../../../machines/index.js";
import type { Chart, ChartEmission, TransitionInWords } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import type { EdgeList, TargetList } from "./integer-list.js";
import type { SnapshotIn } from "./machine-chart.js";
import type { Scope } from "./scope.js";

/** The state of a device between two inputs. */
export interface DeviceState<TState = unknown> {
  /** The chart's state as JSON: of `serial`, a `SerialState`; of a machine, its snapshot. */
  readonly state: TState;
  /**
   * The machine's snapshot, as XState has it: `value`, `context`, `status`, `matches`, `hasTag`, `can`. It has no `output` and no children. It must
   * not be changed.
   */
  readonly snapshot: SnapshotIn<TState>;
  /** The chart's state value: which state each region is in. */
  readonly value: unknown;
  /** The machine's context. It must not be changed. */
  readonly context: Readonly<Record<string, unknown>>;
  /** True if the machine has ended: it is in its final state, or an error of an actor that nothing handles has ended it. */
  readonly isDone: boolean;
  /** The snapshots of the scope's observers, by name; none after saving and restoring. */
  readonly observers: Readonly<Record<string, AnyMachineSnapshot>>;
  /**
   * Returns true if the chart is in this state: "receiveFifo.full".
   *
   * @throws RangeError if the chart has no such state.
   */
  isIn(state: string): boolean;
  /** The values of the registers that the chart has, by name, 0 to 255 each. */
  readonly registers: Readonly<Partial<Record<RegisterName, number>>>;
  /** True if offsets 0 and 1 reach the divisor latch. */
  readonly divisorLatchOpen: boolean;
  /** The ticks that a character takes; 0 if characters take no time, or there is no baud clock. */
  readonly characterTicks: number;
}

/** One input, and what the chart did about it. */
export interface GraphTransition<TState = unknown> {
  /** The state id of the source, an index into the graph's states. */
  readonly from: number;
  /** The state id of the target. */
  readonly to: number;
  /** The input. */
  readonly input: Input;
  /** The device after the input, before anything was abstracted away. */
  readonly after: DeviceState<TState>;
  /** The emissions, in order. */
  readonly emissions: readonly ChartEmission[];
  /** The chart's transitions taken, in order; none if it ignores the input. */
  readonly taken: readonly TransitionInWords[];
}

/** A state that was reached. */
export interface GraphState<TState = unknown> {
  /** The device in it; data that no guard reads is the same in all states. */
  readonly at: DeviceState<TState>;
  /** The length of a shortest path to it, in inputs. */
  readonly depth: number;
}

/** A lazy list: items are rebuilt on iteration. */
export interface LazyList<T> extends Iterable<T> {
  /** The number of items. */
  readonly length: number;
}

/** A step on which a chart fails: a guard or an action throws, or the chart does not come to rest. */
export interface Failure {
  /** "exception" if a guard or an action threw, "livelock" if `always` or raised events do not end. */
  readonly kind: "exception" | "livelock";
  /** The message of the error. */
  readonly message: string;
  /** The guard or action that threw: `the action "add" of state "a", event "GO"`; absent for a livelock. */
  readonly source?: string;
  /** The fewest inputs that lead there. The last one fails. */
  readonly inputs: readonly Input[];
}

/** A step that is no function of the state and the input: it uses chance or the time, changes a value in place, or varies. */
export interface Impurity {
  /** The guard or action, and what is wrong with it. */
  readonly message: string;
  /** The fewest inputs that lead there. The last one is impure. */
  readonly inputs: readonly Input[];
}

/** The memory that exploring needed. Tables are counted as they are; the different values of fields by an estimate. */
export interface GraphMemory {
  /** The bytes for each state. */
  readonly bytesPerState: number;
  /** The bytes for each edge: 0 unless a claim asks for edges. */
  readonly bytesPerEdge: number;
}

/** Everything that a chart can do in a scope. */
export interface Graph<TState = unknown> {
  /** The chart. */
  readonly chart: Chart;
  /** The scope. */
  readonly scope: Scope<TState>;
  /** The states, in the order in which they were reached: the least depth first. */
  readonly states: LazyList<GraphState<TState>>;
  /** The transitions within the scope, in the order of their sources. */
  readonly transitions: LazyList<GraphTransition<TState>>;
  /** The number of different state values that the states have. */
  readonly configurations: number;
  /** The number of inputs that lead out of the scope. */
  readonly leaving: number;
  /** True if all states were reached. */
  readonly complete: boolean;
  /** The reason why not all states were reached: the limit, an impurity, or that every claim was decided before; absent if all were. */
  readonly stopped?: "limit" | "impurity" | "decided";
  /** The memory that was needed. */
  readonly memory: GraphMemory;
  /** The steps on which the chart itself fails, those with the fewest inputs first. Nothing comes after them. */
  readonly failures: readonly Failure[];
  /** The inputs of the scope that no state reached has a transition for; none if the graph is incomplete. */
  readonly unhandled: readonly Input[];
  /** A step that is no function of the state and the input; absent if none was found. Every claim is then inconclusive. */
  readonly impurity?: Impurity;
  /** The time that exploring took, in milliseconds. */
  readonly milliseconds: number;
}

/** A state of a device on a run, with the step that led there. */
export interface ReachedState<TState = unknown> extends DeviceState<TState> {
  /** The state after saving and restoring the device here, data that no guard reads made the same. */
  readonly restored: DeviceState<TState>;
  /** The step; absent at the beginning. */
  readonly step?: IncomingStep<TState>;
}

/** The step that led to a state. */
export interface IncomingStep<TState = unknown> {
  /** The device before. */
  readonly before: DeviceState<TState>;
  /** The input. */
  readonly input: Input;
  /** The input as an event of a machine, whose type may be any. */
  readonly event: { readonly type: string };
  /** The emissions, in order. */
  readonly emissions: readonly ChartEmission[];
  /** The chart's transitions taken, in order. */
  readonly taken: readonly TransitionInWords[];
}

/**
 * The edges of a state space. An edge is a state and an input, and has a number: state id × number of inputs + index of the input. While they
 * are visited, it grows.
 */
export interface EdgeTable {
  /** The number of states. */
  readonly stateCount: number;
  /** The inputs that may be taken in each state. */
  readonly inputs: readonly Input[];
  /** The number of these. */
  readonly inputCount: number;
  /** By edge: the state id of its target; negative if that is not known. Empty unless a visitor needs it. */
  readonly targets: TargetList;
  /** By state id: the edge by which the state was first reached; -1 for the initial state. */
  readonly parentEdges: EdgeList;
  /** True if nothing is missing. */
  readonly complete: boolean;
}

/** A visitor of the states that edges lead to. */
export interface EdgeVisitor<TState> {
  /** True if it needs the targets of all edges, once they were visited. */
  readonly needsTargets: boolean;
  /** The memory of what it records of edges, in bytes. */
  readonly byteLength: number;
  /** The answers of its predicates, where other threads ask them too. */
  readonly answers?: AnswerSheet;
  /**
   * Visits the state after an edge, those that lead out of the scope included, in order. Edges on which the chart fails, those beyond the limit and
   * those that are not possible have none.
   *
   * @param edge - -1 for the initial state.
   * @param targetId - the state id; negative outside of the scope.
   * @returns false once no other state can make a difference.
   */
  visit(reached: ReachedState<TState>, edge: number, targetId: number): boolean;
}

/** The answers of a visitor's predicates about one reached state, a bit each: recorded in one thread, and read in another. */
export interface AnswerSheet {
  /** The number of words that the answers take. */
  readonly wordCount: number;
  /** A state that stands for the one that the answers are about: predicates that are asked about it answer as recorded. */
  readonly recordedState: ReachedState<never>;
  /** True if the answers recorded last do not suffice. */
  readonly isIncomplete: boolean;
  /** Records the answers about the next state in these words, from an index on. */
  recordTo(words: Uint32Array, offset: number): void;
  /** Reads the answers about {@link recordedState} from these words, from an index on. */
  readFrom(words: Uint32Array, offset: number): void;
}
