import type { AnyStateMachine } from "xstate";
import type { ChartTransition } from "../engine/index.js";
import {
  type RawAction,
  type RawFunction,
  type RawGuard,
  type RawMachine,
  type RawNode,
  raw,
} from "../engine/internals.js";
import { exploredOf, type Graph } from "./graph.js";

/** What the guards of some regions ask, as the chart's definition and its guards themselves say. */
export interface GuardReads {
  /** Regions whose states they ask for, in document order. */
  readonly regions: readonly string[];
  /** Fields of the context that they look at, in alphabetical order. */
  readonly fields: readonly string[];
}

/** How some regions of a chart hang together with the rest of it, in a scope. */
export interface Independence extends GuardReads {
  /** Regions outside that are asked for and stand in more than one state: empty of a slice that goes by itself. */
  readonly loose: readonly string[];
  /** Fields looked at that a region outside wrote as well: empty of a slice that goes by itself. */
  readonly shared: readonly string[];
}

/** Whatever event is asked about: it writes 0, and hardly any time passes. */
const EVENT = { type: "", value: 0, ticks: 1, characters: [0], level: 1, on: true };

/** A context of which it is seen what is asked for. */
const watched = (context: object, seen: Set<string>): object =>
  new Proxy(context, {
    get(target, name) {
      if (typeof name === "string") seen.add(name);
      return Reflect.get(target, name);
    },
  });

class Reader {
  readonly regions = new Set<string>();
  readonly fields = new Set<string>();
  readonly #machine: RawMachine;
  readonly #contexts: readonly object[];

  constructor(machine: RawMachine, contexts: readonly object[]) {
    this.#machine = machine;
    this.#contexts = contexts;
  }

  below(node: RawNode): void {
    for (const transitions of [...node.transitions.values(), node.always ?? []])
      for (const { guard } of transitions) this.guard(guard);
    for (const child of Object.values(node.states)) this.below(child);
  }

  guard(guard: RawGuard, params?: unknown): void {
    if (guard === undefined || guard === null) return;
    if (typeof guard === "function") this.#function(guard, params);
    else if (typeof guard === "string") this.guard(this.#machine.implementations.guards[guard], params);
    else this.guard(this.#machine.implementations.guards[guard.type], guard.params ?? params);
  }

  #function(guard: RawFunction, params: unknown): void {
    if ("stateValue" in guard) {
      const { stateValue } = guard;
      const asked = typeof stateValue === "string" ? [stateValue] : Object.keys(stateValue as object);
      for (const region of asked) this.regions.add(region);
    } else if ("check" in guard) for (const inner of guard.guards ?? []) this.guard(inner);
    else
      for (const context of this.#contexts)
        guard({ context: watched(context, this.fields), event: EVENT } as never, params);
  }
}

/**
 * What the guards of some regions read, found in the chart itself: states from `stateIn`, through `and`, `or` and `not`; fields of
 * the context by calling every other guard with each of the contexts, and watching.
 *
 * @param contexts - a guard that stops asking early shows in one of them what it asks in others, so they should differ.
 * @throws RangeError if the chart has no such region.
 */
export function guardReads(
  machine: AnyStateMachine,
  regions: readonly string[],
  contexts: readonly object[],
): GuardReads {
  const { root } = raw(machine);
  const reader = new Reader(raw(machine), contexts);
  for (const region of regions) {
    const node = root.states[region];
    if (!node)
      throw new RangeError(`regions: expected one of ${Object.keys(root.states).join(", ")}, got ${region}`);
    reader.below(node);
  }
  return {
    regions: Object.keys(root.states).filter((region) => reader.regions.has(region)),
    fields: [...reader.fields].sort(),
  };
}

/** The fields of the context that a transition writes, with each of the contexts. */
function written(machine: RawMachine, { actions }: ChartTransition, contexts: readonly object[]): string[] {
  return (actions as readonly RawAction[]).flatMap((action) => {
    const name = typeof action === "string" ? action : action.type;
    const found = name === undefined ? action : (machine.implementations.actions[name] ?? action);
    const assignment = (found as Partial<RawFunction>).assignment;
    if (typeof assignment !== "function") return Object.keys((assignment as object | undefined) ?? {});
    return contexts.flatMap((context) => Object.keys(assignment({ context, event: EVENT })));
  });
}

/** How many states of the graph the guards are asked in. */
const SAMPLES = 64;

/**
 * Whether some regions go by themselves in what was explored. Each other region that their guards ask for must stand in the same state
 * throughout, and what else they look at must be written by these regions alone: no other part of the chart can then make a
 * difference to where they go.
 *
 * @throws RangeError if the chart has no such region.
 */
export function independenceOf<TState>(graph: Graph<TState>, regions: readonly string[]): Independence {
  const { world, taken } = exploredOf(graph);
  const { machine } = graph.chart;
  const contexts = Array.from({ length: SAMPLES }, (_, i): object => {
    const { state } = world.at(Math.floor((i * world.count) / SAMPLES));
    return graph.chart.snapshotOf(state).context;
  });
  const reads = guardReads(machine, regions, contexts);
  const isOutside = (region: string | undefined): boolean =>
    region !== undefined && !regions.includes(region);
  const values = world.stateValues as readonly Readonly<Record<string, unknown>>[];
  const stands = (region: string): number =>
    new Set(values.map((value) => JSON.stringify(value[region]))).size;
  const writtenOutside = new Set(
    [...taken]
      .filter(({ source }) => isOutside(source.path[0]))
      .flatMap((transition) => written(raw(machine), transition, contexts)),
  );
  return {
    ...reads,
    loose: reads.regions.filter((region) => isOutside(region) && stands(region) > 1),
    shared: reads.fields.filter((field) => writtenOutside.has(field)),
  };
}
