import type { AnyStateMachine } from "xstate";
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
import { exploredSpaceOf } from "../space/graph.js";
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

  constructor(machine: RawMachine, fieldNames: readonly string[]) {
    this.#machine = machine;
    this.#fieldNames = fieldNames;
  }

  readNode(stateNode: RawNode): void {
    for (const transitions of [...stateNode.transitions.values(), stateNode.always ?? []])
      for (const { guard } of transitions) this.readGuard(guard);
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
 * @throws RangeError if the chart has no such region.
 */
export function guardReads(
  machine: AnyStateMachine,
  regions: readonly string[],
  contexts: readonly object[],
): GuardReads {
  const { root } = raw(machine);
  const reader = new GuardReader(raw(machine), [
    ...new Set(contexts.flatMap((context) => Object.keys(context))),
  ]);
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
  const context: object = graph.chart.snapshotOf(space.stateAt(0).state).context;
  const reads = guardReads(machine, regions, [context]);
  const isOutside = (regionName: string | undefined): boolean =>
    regionName !== undefined && !regions.includes(regionName);
  const stateValues = space.stateValues as readonly Readonly<Record<string, unknown>>[];
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
