/** Charts that are wrong in one way, made from a chart's definition: every way of a few kinds. */
import { type AnyStateMachine, type AnyStateNode, not } from "xstate";
import { changed, machineOf } from "../support/changed-chart.js";
import { commute } from "./commute.js";

/** At which place of a chart a mutant is wrong, and which way it has to go there for the mutant to do anything else. */
export interface Reach {
  /** The keys that lead to the place, between spaces. */
  readonly place: string;
  /** The place does what it says, it would if its guard held, or either. */
  readonly when: "taken" | "refused" | "asked";
}

/** What is wrong with a mutant. */
export const KINDS = [
  "transition dropped",
  "transition stays",
  "transition retargeted",
  "guard dropped",
  "guard negated",
  "action dropped",
  "actions swapped",
] as const;

export type Kind = (typeof KINDS)[number];

export interface ChartMutant {
  /** Where it is wrong, and how: the transition in words, and what was done to it. No two are the same. */
  readonly id: string;
  readonly kind: Kind;
  /** The region in which it is wrong. */
  readonly region: string;
  readonly reach: Reach;
  /** Made when it is asked for, as that takes time. */
  readonly machine: () => AnyStateMachine;
}

type Path = readonly (string | number)[];

interface Configured {
  readonly target?: string | readonly string[];
  readonly guard?: unknown;
  readonly actions?: unknown;
}

/** A transition, or what a state does when it is entered. */
interface Place {
  readonly id: string;
  readonly region: string;
  /** Where the configuration has it. */
  readonly path: Path;
  readonly config: Configured;
}

interface TransitionPlace extends Place {
  /** The list that it is one of, if it is one of several. */
  readonly list: Path;
  readonly index: number;
  readonly siblings: readonly unknown[];
  readonly source: AnyStateNode;
  readonly target: AnyStateNode | undefined;
}

const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const name = (node: AnyStateNode): string => node.path.join(".");

const below = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(below)];

const pathOf = (node: AnyStateNode): Path => node.path.flatMap((key) => ["states", key]);

interface Resolved {
  readonly target?: readonly AnyStateNode[] | undefined;
}

function transitionsAt(node: AnyStateNode): TransitionPlace[] {
  const { on = {}, always } = node.config as { on?: Record<string, unknown>; always?: unknown };
  const at = (
    event: string,
    list: Path,
    given: unknown,
    resolved: readonly Resolved[],
  ): TransitionPlace[] => {
    const siblings = asList(given as Configured | Configured[]);
    return siblings.map((config, index) => {
      const asks = config.guard === undefined ? "" : ` [${String(config.guard)}]`;
      return {
        id: `${name(node)} ${event}${asks}`,
        region: node.path[0] ?? "",
        path: Array.isArray(given) ? [...list, index] : list,
        list,
        index,
        siblings,
        config,
        source: node,
        target: resolved[index]?.target?.[0],
      };
    });
  };
  const path = pathOf(node);
  return [
    ...Object.entries(on).flatMap(([event, given]) =>
      at(event, [...path, "on", event], given, node.transitions.get(event) ?? []),
    ),
    ...at("always", [...path, "always"], always, node.always ?? []),
  ];
}

/** Whether a state further out would take an event that `node` lets pass. */
const isTakenOutside = (node: AnyStateNode, event: string): boolean =>
  node.parent !== undefined && (node.parent.transitions.has(event) || isTakenOutside(node.parent, event));

/** Whether a transition says only that nothing happens: without it nothing would either. */
function saysNothingHappens({ config, index, siblings, source, list }: TransitionPlace): boolean {
  return (
    config.target === undefined &&
    asList(config.actions).length === 0 &&
    index === siblings.length - 1 &&
    !isTakenOutside(source, String(list.at(-1)))
  );
}

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, i) => i !== index);

/** A target by its id: `#serial.receiveFifo.full`. */
const targetOf = (node: AnyStateNode): string => `#${node.machine.id}.${name(node)}`;

/** No chart that is right takes so many steps at once: a mutant that never ends dies of it. */
const ENDING = { maxIterations: 1000 };

/** Every mutant of a chart, in document order. */
export function mutantsOf(chart: AnyStateMachine): readonly ChartMutant[] {
  const mutants: ChartMutant[] = [];
  const add = (place: Place, kind: Kind, how: string, path: Path, value: unknown): void => {
    const machine = () =>
      machineOf(chart, { ...(changed(chart.config, path, value) as object), options: ENDING });
    const when = kind === "guard dropped" ? "refused" : kind === "guard negated" ? "asked" : "taken";
    const reach = { place: place.path.join(" "), when } as const;
    mutants.push({ id: `${place.id}: ${how}`, kind, region: place.region, reach, machine });
  };

  const addActions = (place: Place, key: string, path: Path): void => {
    const actions = asList(place.config[key as "actions"]) as readonly string[];
    for (const [index, action] of actions.entries()) {
      add(place, "action dropped", `without ${action}`, path, without(actions, index));
      const next = actions[index + 1];
      if (next === undefined || commute(chart, action, next)) continue;
      const swapped = actions.with(index, next).with(index + 1, action);
      add(place, "actions swapped", `${next} before ${action}`, path, swapped);
    }
  };

  for (const node of below(chart.root)) {
    for (const key of ["entry", "exit"] as const) {
      const config = node.config as Record<string, unknown>;
      const path = [...pathOf(node), key];
      const place = { id: `${name(node)} ${key}`, region: node.path[0] ?? "", path, config };
      addActions(place as never, key, path);
    }
    for (const place of transitionsAt(node)) {
      if (saysNothingHappens(place)) continue;
      const { config, list, path, siblings, index, source, target } = place;
      add(place, "transition dropped", "dropped", list, without(siblings, index));
      if (target !== undefined) {
        const { target: _, ...stays } = config;
        if (target !== source) add(place, "transition stays", "stays", path, stays);
        for (const other of Object.values(target.parent?.states ?? {}) as AnyStateNode[]) {
          if (other === target || other === source || target.parent?.type === "parallel") continue;
          const to = { ...config, target: targetOf(other) };
          add(place, "transition retargeted", `to ${name(other)}`, path, to);
        }
      }
      if (config.guard !== undefined) {
        const { guard, ...free } = config;
        add(place, "guard dropped", "without its guard", path, free);
        add(place, "guard negated", "its guard negated", path, { ...config, guard: not(guard as never) });
      }
      addActions(place, "actions", [...path, "actions"]);
    }
  }
  return mutants;
}
