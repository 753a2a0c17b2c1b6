import type { AnyStateMachine, SnapshotFrom } from "xstate";
import type { Chart } from "../../device/index.js";
import { UnsupportedError } from "../../engine/index.js";
import {
  checkCallback,
  checkReadable,
  formatValue,
  isRecord,
  withKnownNames,
} from "../../journal/internal.js";
import { ChanceGuard } from "./chance.js";
import { ExploreError } from "./explore-error.js";
import { Explorer, type VisitorFactory } from "./explorer.js";
import { chartOfMachine, isMachine, type MachineScope, needsActors } from "./machine-chart.js";
import type { Scope } from "./scope.js";
import type { HelperSource } from "./slice.js";
import { SliceExplorer } from "./slice-explorer.js";
import { INITIAL_LAYOUT, LayoutChange, type StateLayout } from "./state-layout.js";
import { StateSpace } from "./state-space.js";
import type { Graph } from "./types.js";

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
  helperSource?: HelperSource,
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
  const { chart, scope } = chartAndScope(subject, subjectScope);
  const startTime = performance.now();
  return withLayouts((layouts) => {
    const hasFirstLayout = layouts.size === 0;
    if (!hasFirstLayout)
      helperSource?.refuse?.(
        "timers, actors, the order of entry and fields that come later are explored by one thread",
      );
    return new Explorer(
      createSpace(chart as Chart<AnyStateMachine, unknown>, scope as Scope, layouts),
      limit,
      startTime,
      createVisitor,
      hasFirstLayout ? helperSource : undefined,
    ).run(progress);
  });
}

/** Creates what explores slices for another explorer of the same subject and scope, with a visitor of the same claims. @throws as `explore` does. */
export function createSliceExplorer(
  subject: Subject,
  subjectScope: Scope | MachineScope,
  createVisitor?: VisitorFactory,
): SliceExplorer<unknown> {
  const { chart, scope } = chartAndScope(subject, subjectScope);
  return new SliceExplorer(
    createSpace(chart as Chart<AnyStateMachine, unknown>, scope as Scope, new Map()),
    createVisitor,
  );
}

const chartAndScope = (
  subject: Subject,
  scope: Scope | MachineScope,
): { readonly chart: Chart<AnyStateMachine, unknown> | Chart; readonly scope: Scope } =>
  isMachine(subject)
    ? (chartOfMachine(subject, scope as MachineScope) as never)
    : { chart: subject, scope: scope as Scope };

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

/** @throws RangeError unless the limit is a whole number from 1. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`limit: expected a whole number from 1, got ${formatValue(limit)}`);
}
