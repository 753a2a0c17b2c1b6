/** Charts that are wrong in one way, made from a chart's definition: every way of a few kinds. */
import { type AnyStateMachine, type AnyStateNode, not } from "xstate";
import { changed, machineOf } from "../support/changed-chart.js";
import { commute } from "./commute.js";

/** At which place of a chart a mutant is wrong, and which way it has to go there for the mutant to do anything else. */
export interface ReachCondition {
  /** The keys that lead to the place, between spaces. */
  readonly site: string;
  /** The place does what it says, it would if its guard held, or either. */
  readonly when: "taken" | "refused" | "asked";
}

/** The kinds of mutations. */
export const KINDS = [
  "transition dropped",
  "transition stays",
  "transition retargeted",
  "guard dropped",
  "guard negated",
  "action dropped",
  "actions swapped",
] as const;

type MutationKind = (typeof KINDS)[number];

export interface ChartMutant {
  /** Where it is wrong, and how: the transition in words, and what was done to it. No two are the same. */
  readonly id: string;
  readonly kind: MutationKind;
  /** The region in which it is wrong. */
  readonly regionName: string;
  readonly reach: ReachCondition;
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
interface MutationSite {
  readonly id: string;
  readonly regionName: string;
  /** Where the configuration has it. */
  readonly path: Path;
  readonly config: Configured;
}

interface TransitionPlace extends MutationSite {
  /** The list that it is one of, if it is one of several. */
  readonly list: Path;
  readonly index: number;
  readonly siblings: readonly unknown[];
  readonly source: AnyStateNode;
  readonly target: AnyStateNode | undefined;
}

const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const statePathOf = (node: AnyStateNode): string => node.path.join(".");

const descendants = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(descendants),
];

const pathOf = (node: AnyStateNode): Path => node.path.flatMap((key) => ["states", key]);

interface Resolved {
  readonly target?: readonly AnyStateNode[] | undefined;
}

function transitionsAt(stateNode: AnyStateNode): TransitionPlace[] {
  const { on = {}, always } = stateNode.config as { on?: Record<string, unknown>; always?: unknown };
  const transitionsFor = (
    eventType: string,
    list: Path,
    configured: unknown,
    resolved: readonly Resolved[],
  ): TransitionPlace[] => {
    const siblings = asList(configured as Configured | Configured[]);
    return siblings.map((config, siblingIndex) => {
      const asks = config.guard === undefined ? "" : ` [${String(config.guard)}]`;
      return {
        id: `${statePathOf(stateNode)} ${eventType}${asks}`,
        regionName: stateNode.path[0] ?? "",
        path: Array.isArray(configured) ? [...list, siblingIndex] : list,
        list,
        index: siblingIndex,
        siblings,
        config,
        source: stateNode,
        target: resolved[siblingIndex]?.target?.[0],
      };
    });
  };
  const statePath = pathOf(stateNode);
  return [
    ...Object.entries(on).flatMap(([eventType, configured]) =>
      transitionsFor(
        eventType,
        [...statePath, "on", eventType],
        configured,
        stateNode.transitions.get(eventType) ?? [],
      ),
    ),
    ...transitionsFor("always", [...statePath, "always"], always, stateNode.always ?? []),
  ];
}

/** True if an ancestor would take an event that a state lets pass. */
const isTakenOutside = (stateNode: AnyStateNode, eventType: string): boolean =>
  stateNode.parent !== undefined &&
  (stateNode.parent.transitions.has(eventType) || isTakenOutside(stateNode.parent, eventType));

/** True if a transition only declares that nothing happens: without it nothing would either. */
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
const targetOf = (node: AnyStateNode): string => `#${node.machine.id}.${statePathOf(node)}`;

/** No chart that is right takes so many steps at once: a mutant that never ends dies of it. */
const ENDING = { maxIterations: 1000 };

/** Every mutant of a chart, in document order. */
export function mutantsOf(chartMachine: AnyStateMachine): readonly ChartMutant[] {
  const mutants: ChartMutant[] = [];
  const add = (
    mutationSite: MutationSite,
    kind: MutationKind,
    how: string,
    statePath: Path,
    replacement: unknown,
  ): void => {
    const machine = () =>
      machineOf(chartMachine, {
        ...(changed(chartMachine.config, statePath, replacement) as object),
        options: ENDING,
      });
    const when = kind === "guard dropped" ? "refused" : kind === "guard negated" ? "asked" : "taken";
    const reach = { site: mutationSite.path.join(" "), when } as const;
    mutants.push({
      id: `${mutationSite.id}: ${how}`,
      kind,
      regionName: mutationSite.regionName,
      reach,
      machine,
    });
  };

  const addActions = (mutationSite: MutationSite, configKey: string, statePath: Path): void => {
    const actions = asList(mutationSite.config[configKey as "actions"]) as readonly string[];
    for (const [stepIndex, actionName] of actions.entries()) {
      add(mutationSite, "action dropped", `without ${actionName}`, statePath, without(actions, stepIndex));
      const nextAction = actions[stepIndex + 1];
      if (nextAction === undefined || commute(chartMachine, actionName, nextAction)) continue;
      const swapped = actions.with(stepIndex, nextAction).with(stepIndex + 1, actionName);
      add(mutationSite, "actions swapped", `${nextAction} before ${actionName}`, statePath, swapped);
    }
  };

  for (const stateNode of descendants(chartMachine.root)) {
    for (const key of ["entry", "exit"] as const) {
      const config = stateNode.config as Record<string, unknown>;
      const statePath = [...pathOf(stateNode), key];
      const mutationSite = {
        id: `${statePathOf(stateNode)} ${key}`,
        regionName: stateNode.path[0] ?? "",
        path: statePath,
        config,
      };
      addActions(mutationSite, key, statePath);
    }
    for (const mutationSite of transitionsAt(stateNode)) {
      if (saysNothingHappens(mutationSite)) continue;
      const { config, list, path, siblings, index, source, target } = mutationSite;
      add(mutationSite, "transition dropped", "dropped", list, without(siblings, index));
      if (target !== undefined) {
        const { target: _, ...stays } = config;
        if (target !== source) add(mutationSite, "transition stays", "stays", path, stays);
        for (const siblingNode of Object.values(target.parent?.states ?? {}) as AnyStateNode[]) {
          if (siblingNode === target || siblingNode === source || target.parent?.type === "parallel")
            continue;
          const to = { ...config, target: targetOf(siblingNode) };
          add(mutationSite, "transition retargeted", `to ${statePathOf(siblingNode)}`, path, to);
        }
      }
      if (config.guard !== undefined) {
        const { guard, ...free } = config;
        add(mutationSite, "guard dropped", "without its guard", path, free);
        add(mutationSite, "guard negated", "its guard negated", path, {
          ...config,
          guard: not(guard as never),
        });
      }
      addActions(mutationSite, "actions", [...path, "actions"]);
    }
  }
  return mutants;
}
