import type { AnyMachineSnapshot, AnyStateMachine, StateValue } from "xstate";
import type { Chart } from "../../device/index.js";
import type { ChartTransition, CompiledRun, Configuration } from "../../engine/index.js";
import type { EnvironmentEvent } from "./environment.js";
import type { ValueIdentity } from "./value-identity.js";

/** A run of a chart that can be put into any of its states. */
export type SteppingRun = Pick<
  CompiledRun<AnyStateMachine>,
  | "changedFields"
  | "configuration"
  | "context"
  | "isDone"
  | "isIn"
  | "moveTo"
  | "orderedConfiguration"
  | "restore"
  | "send"
  | "settled"
  | "snapshot"
  | "value"
>;

/** A misdeed of a function of a machine in one step. */
export interface FunctionFault {
  /** The function in words: `the action "add" of state "a", event "GO"`; absent if it is not known which one. */
  readonly source?: string;
  /** The field of the context that it changed in place; absent if it threw. */
  readonly changedField?: string;
}

/** A run whose functions are observed. */
export interface ObservedRun {
  readonly run: SteppingRun;
  /** The first fault since it was last cleared. */
  readonly observed: { fault: FunctionFault | undefined };
}

/** An engine that takes the steps of a chart: compiled code, or XState itself. */
export interface SteppingEngine {
  /** True if the chart has an action that emits. */
  readonly emits: boolean;
  /** Returns true if some state of the chart has a transition for events of a type, or for all. */
  handles(eventType: string): boolean;
  /** Returns true if a step with these transitions may depend on the order in which its source states were entered. */
  isOrderDoubtful(transitions: readonly ChartTransition[]): boolean;
  /** Returns the configuration with its states entered in the opposite order. */
  reversedOf(configuration: Configuration): Configuration;
  /** Returns the configuration of a state value. */
  configurationOf(value: StateValue): Configuration;
  /** Returns the state value of a configuration, in document order. */
  stateValueOf(configuration: Configuration): StateValue;
  /** Returns XState's snapshot of a state. */
  snapshotIn(configuration: Configuration, context: unknown, isDone: boolean): AnyMachineSnapshot;
  /** Returns true if an event of the environment is possible in a configuration. */
  isPossible(event: EnvironmentEvent, configuration: Configuration): boolean;
  /** Returns true if a configuration is explored: without it there would be no end of them. */
  isBounded(configuration: Configuration): boolean;
  /** Starts a run. @throws the error of a function of the initial state. */
  start(chart: Chart): SteppingRun;
  /** Enters the initial state with a context that is frozen. @throws the error of a function that changes it in place. */
  startFrozen(chart: Chart, identity: ValueIdentity): void;
  /** Starts a run from a snapshot, with functions that are observed. */
  startObserved(snapshot: unknown, identity: ValueIdentity): ObservedRun;
}
