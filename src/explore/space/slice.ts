import type { StepTests } from "./graph.js";

/** The target of an edge that a helper leaves to the main thread: the step fails, or has something that was not there before. */
export const UNDECIDED = -5;

/** A slice of the states for a helper: it takes all their inputs. */
export interface SliceRequest {
  /** The edges by which states were first reached that the helper does not have yet, in the order of their ids. */
  readonly parentEdges: Float64Array;
  /** The first state id, and the one after the last. */
  readonly from: number;
  readonly end: number;
}

/** What a helper found in a slice. It holds numbers only, so it can be posted. */
export interface ExploredSlice {
  readonly from: number;
  readonly end: number;
  /** The number of states that the helper has. Targets from there on are new to it, numbered as it reached them in this slice. */
  readonly stateCount: number;
  /** By edge of the slice: its target, as for `internTarget`, or {@link UNDECIDED}. */
  readonly targets: Int32Array;
  /** By edge of the slice: the answers of the visitor's predicates, so many words each. */
  readonly answers: Uint32Array;
  readonly answerWords: number;
  /** The edge whose outcome is no function of the state and the input: exploring ends there. */
  readonly impurity?: { readonly edge: number; readonly message: string };
  /** The tests of all slices so far. */
  readonly tests: StepTests;
}

/** Another thread, or whatever runs a `SliceExplorer`, with the same chart, scope and claims. */
export interface ExploreHelper {
  /** True once it can be asked. */
  readonly isReady: boolean;
  /** True if it has answered a request that has not been received. */
  readonly isAnswered: boolean;
  /** Asks for a slice. Requests are answered in their order. */
  ask(request: SliceRequest): void;
  /** Waits for the next answer; undefined if the helper has ended. */
  receive(): ExploredSlice | undefined;
}

/** Where helpers come from. */
export interface HelperSource {
  /** The milliseconds after which exploring is worth helpers. */
  readonly delay: number;
  /** The fewest states of a slice. */
  readonly leastSlice: number;
  /** Starts the helpers. */
  start(): readonly ExploreHelper[];
  /** Called if helpers are of no use, with the reason. */
  refuse?(reason: string): void;
}
