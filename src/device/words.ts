import type { AnyStateMachine, AnyStateNode } from "xstate";
import type { ChartTransition } from "../engine/index.js";
import type { TransitionInWords } from "./device.js";

const nameOf = (named: unknown): string => {
  if (typeof named === "string") return named;
  const { type, name } = named as { type?: string; name?: string };
  return type ?? name ?? "(inline)";
};

const stateName = (node: AnyStateNode): string => node.path.join(".");

const known = new WeakMap<ChartTransition, TransitionInWords>();

/** A transition of a machine in words. The same transition gives the same object. */
export function inWords(transition: ChartTransition): TransitionInWords {
  const before = known.get(transition);
  if (before) return before;
  const source = stateName(transition.source);
  const target = transition.target?.map(stateName).join(" ");
  const guard = transition.guard === undefined ? undefined : nameOf(transition.guard);
  const event = transition.eventType === "" ? "always" : transition.eventType;
  const words: TransitionInWords = {
    id: `${source} ${event}${guard === undefined ? "" : ` [${guard}]`}`,
    source,
    ...(target === undefined ? {} : { target }),
    event,
    ...(guard === undefined ? {} : { guard }),
    actions: transition.actions.map(nameOf),
    description: transition.description ?? "",
    rules: (transition.meta as { rules?: readonly string[] } | undefined)?.rules ?? [],
  };
  known.set(transition, words);
  return words;
}

const nodesBelow = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesBelow),
];

/** Every transition of a machine as XState has it, in document order. */
export function chartTransitionsOf(machine: AnyStateMachine): readonly ChartTransition[] {
  return nodesBelow(machine.root).flatMap((node) => [
    ...[...node.transitions.values()].flat(),
    ...(node.always ?? []),
  ]);
}

/** Every transition of a machine, in document order. */
export function transitionsOf(machine: AnyStateMachine): readonly TransitionInWords[] {
  return chartTransitionsOf(machine).map(inWords);
}

/** Every state of a machine that has none inside, in document order: "receiveFifo.holding". */
export function statesOf(machine: AnyStateMachine): readonly string[] {
  return nodesBelow(machine.root)
    .filter((node) => Object.keys(node.states).length === 0)
    .map(stateName);
}

/** The states of {@link statesOf} that a state value is in. */
export function activeStates(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, inner]) => {
    const below = activeStates(inner);
    return below.length === 0 ? [name] : below.map((state) => `${name}.${state}`);
  });
}
