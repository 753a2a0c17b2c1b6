import type { AnyStateMachine, AnyStateNode } from "xstate";
import type { ChartTransition } from "../engine/index.js";
import type { TransitionInWords } from "./device.js";

const implementationName = (implementation: unknown): string => {
  if (typeof implementation === "string") return implementation;
  const { type, name } = implementation as { type?: string; name?: string };
  return type ?? name ?? "(inline)";
};

const statePath = (stateNode: AnyStateNode): string => stateNode.path.join(".");

const descriptions = new WeakMap<ChartTransition, TransitionInWords>();

/** Describes a transition of a machine. The same transition gives the same object. */
export function describeTransition(transition: ChartTransition): TransitionInWords {
  const knownDescription = descriptions.get(transition);
  if (knownDescription) return knownDescription;
  const source = statePath(transition.source);
  const target = transition.target?.map(statePath).join(" ");
  const guard = transition.guard === undefined ? undefined : implementationName(transition.guard);
  const event = transition.eventType === "" ? "always" : transition.eventType;
  const description: TransitionInWords = {
    id: `${source} ${event}${guard === undefined ? "" : ` [${guard}]`}`,
    source,
    ...(target === undefined ? {} : { target }),
    event,
    ...(guard === undefined ? {} : { guard }),
    actions: transition.actions.map(implementationName),
    description: transition.description ?? "",
    rules: (transition.meta as { rules?: readonly string[] } | undefined)?.rules ?? [],
  };
  descriptions.set(transition, description);
  return description;
}

const nodesFrom = (stateNode: AnyStateNode): AnyStateNode[] => [
  stateNode,
  ...Object.values(stateNode.states).flatMap(nodesFrom),
];

/** Returns every transition of a machine as XState has it, in document order. */
export function chartTransitionsOf(machine: AnyStateMachine): readonly ChartTransition[] {
  return nodesFrom(machine.root).flatMap((stateNode) => [
    ...[...stateNode.transitions.values()].flat(),
    ...(stateNode.always ?? []),
  ]);
}

/** Describes every transition of a machine, in document order. */
export function transitionsOf(machine: AnyStateMachine): readonly TransitionInWords[] {
  return chartTransitionsOf(machine).map(describeTransition);
}

/** Returns every atomic state of a machine, in document order: "receiveFifo.holding". */
export function statesOf(machine: AnyStateMachine): readonly string[] {
  return nodesFrom(machine.root)
    .filter((stateNode) => Object.keys(stateNode.states).length === 0)
    .map(statePath);
}

/** Returns the states of {@link statesOf} that a state value is in. */
export function activeStates(stateValue: unknown): readonly string[] {
  if (typeof stateValue === "string") return [stateValue];
  return Object.entries(stateValue as Record<string, unknown>).flatMap(([name, innerValue]) => {
    const innerStates = activeStates(innerValue);
    return innerStates.length === 0 ? [name] : innerStates.map((state) => `${name}.${state}`);
  });
}
