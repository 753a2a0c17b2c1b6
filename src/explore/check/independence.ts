import type { AnyStateMachine } from "xstate";
import type { Chart } from "../../device/index.js";
import { accessIndexOf, READ_EVENTS, WRITE_EVENTS } from "../../device/internal.js";
import type { ChartTransition } from "../../engine/index.js";
import {
  declaredReads,
  type RawAction,
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
  raw,
} from "../../engine/internal.js";
import type { Input } from "../../journal/index.js";
import { exploredSpaceOf } from "../space/graph.js";
import { isDevice } from "../space/scope.js";
import type { Graph } from "../space/types.js";

/** The regions and fields that the guards of some regions read, derived from the chart. */
export interface GuardReads {
  /** Regions whose states they read, in document order. */
  readonly regions: readonly string[];
  /** Fields of the context that they read, in alphabetical order. */
  readonly fields: readonly string[];
}

/** The dependence of some regions of a chart on the rest of it, in a scope. */
export interface Independence extends GuardReads {
  /** Other regions that they read and that are in more than one state; none for an independent slice. */
  readonly loose: readonly string[];
  /** Fields that they read and that another region wrote; none for an independent slice. */
  readonly shared: readonly string[];
}

/** Collects the regions and fields that guards read. */
class GuardReader {
  readonly regions = new Set<string>();
  readonly fields = new Set<string>();
  readonly #machine: RawMachine;
  readonly #fieldNames: readonly string[];
  readonly #canOccur: (descriptor: string) => boolean;

  constructor(machine: RawMachine, fieldNames: readonly string[], canOccur: (descriptor: string) => boolean) {
    this.#machine = machine;
    this.#fieldNames = fieldNames;
    this.#canOccur = canOccur;
  }

  readNode(stateNode: RawNode): void {
    for (const [descriptor, transitions] of stateNode.transitions)
      if (this.#canOccur(descriptor)) for (const { guard } of transitions) this.readGuard(guard);
    for (const { guard } of stateNode.always ?? []) this.readGuard(guard);
    for (const childNode of Object.values(stateNode.states)) this.readNode(childNode);
  }

  readGuard(guard: RawGuard): void {
    if (guard === undefined || guard === null) return;
    if (typeof guard === "function") this.#readFunction(guard);
    else if (typeof guard === "string") this.readGuard(this.#machine.implementations.guards[guard]);
    else {
      if (typeof guard.params === "function") this.#readFunction(guard.params as RawFunction);
      this.readGuard(this.#machine.implementations.guards[guard.type]);
    }
  }

  #readFunction(guard: RawFunction): void {
    if ("stateValue" in guard) {
      const { stateValue } = guard;
      const regionNames = typeof stateValue === "string" ? [stateValue] : Object.keys(stateValue as object);
      for (const regionName of regionNames) this.regions.add(regionName);
    } else if ("check" in guard) for (const innerGuard of guard.guards ?? []) this.readGuard(innerGuard);
    else for (const field of declaredReads(guard)?.context ?? this.#fieldNames) this.fields.add(field);
  }
}

/**
 * Returns the regions and fields that the guards of some regions read. Regions are derived from `stateIn`, through `and`, `or` and `not`; fields
 * from what the guards declare (see docs/engine.md). A guard that declares nothing reads every field.
 *
 * @param contexts - contexts of the machine, whose keys are all its fields.
 * @param canOccur - returns false for an event descriptor of which no event comes: its guards are left out. Every event comes by default.
 * @throws RangeError if the chart has no such region.
 */
export function guardReads(
  machine: AnyStateMachine,
  regions: readonly string[],
  contexts: readonly object[],
  canOccur: (descriptor: string) => boolean = () => true,
): GuardReads {
  const { root } = raw(machine);
  const fieldNames = [...new Set(contexts.flatMap((context) => Object.keys(context)))];
  const reader = new GuardReader(raw(machine), fieldNames, canOccur);
  for (const regionName of regions) {
    const regionNode = root.states[regionName];
    if (!regionNode)
      throw new RangeError(
        `regions: expected one of ${Object.keys(root.states).join(", ")}, got ${regionName}`,
      );
    reader.readNode(regionNode);
  }
  return {
    regions: Object.keys(root.states).filter((regionName) => reader.regions.has(regionName)),
    fields: [...reader.fields].sort(),
  };
}

/** Returns the fields of the context that a transition writes: all of them if a function returns the fields. */
function writtenFields(
  machine: RawMachine,
  { actions }: ChartTransition,
  fieldNames: readonly string[],
): readonly string[] {
  return (actions as readonly RawAction[]).flatMap((action) => {
    const actionName = typeof action === "string" ? action : action.type;
    const implementation =
      actionName === undefined ? action : (machine.implementations.actions[actionName] ?? action);
    const { assignment } = implementation as Partial<RawFunction>;
    return typeof assignment === "function"
      ? fieldNames
      : Object.keys((assignment as object | undefined) ?? {});
  });
}

/** Returns the type of the event by which an input reaches the chart. */
function eventTypeOf(chart: Chart, input: Input): string {
  if (!isDevice(chart)) return input.type;
  if (input.type === "read") return READ_EVENTS[input.offset]?.type as string;
  if (input.type === "write") return WRITE_EVENTS[accessIndexOf(input.offset) << 8]?.type as string;
  return input.type === "restore" ? "restored" : input.type;
}

/** Returns true if a descriptor names one type of events from outside, so neither a pattern nor an event that XState makes. */
const isOfInput = (descriptor: string): boolean =>
  !descriptor.endsWith("*") && !descriptor.startsWith("xstate.");

/**
 * Returns the dependence of some regions on the rest of the chart, in an explored graph. They are independent if each other region that
 * their guards read is in the same state throughout, and every field that they read is written by these regions alone: no other part of
 * the chart can then affect their transitions.
 *
 * @throws RangeError if the chart has no such region.
 */
export function independenceOf<TState>(graph: Graph<TState>, regions: readonly string[]): Independence {
  const { space, takenTransitions } = exploredSpaceOf(graph);
  const { machine } = graph.chart;
  const context: object = graph.chart.snapshotOf(space.states.stateAt(0).state).context;
  const eventTypes = new Set([
    ...space.inputs.map((input) => eventTypeOf(graph.chart as Chart, input)),
    ...[...takenTransitions].map(({ eventType }) => eventType),
  ]);
  const reads = guardReads(
    machine,
    regions,
    [context],
    (descriptor) => eventTypes.has(descriptor) || !isOfInput(descriptor),
  );
  const isOutside = (regionName: string | undefined): boolean =>
    regionName !== undefined && !regions.includes(regionName);
  const stateValues = space.states.stateValues as readonly Readonly<Record<string, unknown>>[];
  const stateCountOf = (regionName: string): number =>
    new Set(stateValues.map((value) => JSON.stringify(value[regionName]))).size;
  const writtenOutside = new Set(
    [...takenTransitions]
      .filter(({ source }) => isOutside(source.path[0]))
      .flatMap((transition) => writtenFields(raw(machine), transition, Object.keys(context))),
  );
  return {
    ...reads,
    loose: reads.regions.filter((regionName) => isOutside(regionName) && stateCountOf(regionName) > 1),
    shared: reads.fields.filter((field) => writtenOutside.has(field)),
  };
}
