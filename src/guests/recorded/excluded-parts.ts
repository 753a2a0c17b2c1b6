import { type AnyStateMachine, type AnyStateNode, getInitialSnapshot, type StateValue } from "xstate";
import type { Chart, TransitionInWords } from "../../device/index.js";
import { chartTransitionsOf, describeTransition } from "../../device/internal.js";
import { knownOf, nodesIn } from "./constant-guards.js";

type Transitions = ReturnType<typeof chartTransitionsOf>;

/** The parts of a chart that its options exclude. */
export interface LeftOut {
  /**
   * Transitions whose guard is false whatever happens, those behind one of the same state and event whose guard is always true, and those that
   * leave states which are left out.
   */
  readonly transitions: ReadonlySet<TransitionInWords>;
  /** The states that no other transition reaches from the chart's first state: "fifoMode.on.sixtyFour". */
  readonly states: ReadonlySet<string>;
}

const exclusions = new WeakMap<AnyStateMachine, Map<string, LeftOut>>();

/** Returns the parts that the options of a chart exclude, as far as its guards tell. */
export function leftOut(chartInfo: Pick<Chart, "machine" | "options" | "initial" | "snapshotOf">): LeftOut {
  const byOptions = exclusions.get(chartInfo.machine) ?? new Map<string, LeftOut>();
  exclusions.set(chartInfo.machine, byOptions);
  const optionsKey = JSON.stringify(chartInfo.options);
  const exclusion = byOptions.get(optionsKey) ?? excluded(chartInfo);
  byOptions.set(optionsKey, exclusion);
  return exclusion;
}

/** At first every state counts as reached; each round finds more that are not, and with them more transitions. */
function excluded({ machine, options, initial, snapshotOf }: Parameters<typeof leftOut>[0]): LeftOut {
  const transitions = chartTransitionsOf(machine);
  const initialSnapshot = initial === undefined ? getInitialSnapshot(machine) : snapshotOf(initial);
  const initialNodes = nodesIn(machine.root, initialSnapshot.value as StateValue);
  const combined = nodesBelow(machine.root);
  let reached: ReadonlySet<AnyStateNode> = new Set(combined);
  for (;;) {
    const possible = possibleOf(transitions, machine, options, reached);
    const stillReached = reachedFrom(initialNodes, possible);
    if (stillReached.size < reached.size) {
      reached = stillReached;
      continue;
    }
    const possibleSet = new Set(possible);
    return {
      transitions: new Set(
        transitions.filter((transition) => !possibleSet.has(transition)).map(describeTransition),
      ),
      states: new Set(combined.filter((node) => !stillReached.has(node)).map(({ path }) => path.join("."))),
    };
  }
}

function possibleOf(
  transitions: Transitions,
  machine: AnyStateMachine,
  options: unknown,
  reached: ReadonlySet<AnyStateNode>,
): Transitions {
  /** By state: the events of which a transition is always taken. */
  const decided = new Map<AnyStateNode, Set<string>>();
  return transitions.filter(({ source, guard, eventType }) => {
    const events = decided.get(source) ?? new Set();
    decided.set(source, events);
    const guardValue = guard === undefined ? undefined : knownOf(guard, machine, options, reached);
    const isPossible = reached.has(source) && guardValue !== false && !events.has(eventType);
    if (guardValue === true) events.add(eventType);
    return isPossible;
  });
}

/** The states that transitions reach, one after the other. */
function reachedFrom(initialNodes: readonly AnyStateNode[], transitions: Transitions): Set<AnyStateNode> {
  const reached = new Set(initialNodes);
  for (let previousSize = 0; previousSize < reached.size; ) {
    previousSize = reached.size;
    for (const { source, target = [] } of transitions)
      if (reached.has(source))
        for (const stateNode of target.flatMap((targetNode) => enteredBy(source, targetNode)))
          reached.add(stateNode);
  }
  return reached;
}

/** Returns the states that a transition enters: its target, the initial states inside, and the ancestors that the source does not share. */
function enteredBy(sourceNode: AnyStateNode, targetNode: AnyStateNode): AnyStateNode[] {
  const sourceAncestors = new Set(ancestorsOf(sourceNode));
  const entered = ancestorsOf(targetNode).filter((node) => !sourceAncestors.has(node));
  const beside = entered
    .filter(({ type }) => type === "parallel")
    .flatMap(({ states }) => Object.values(states));
  const targetAncestors = ancestorsOf(targetNode);
  return [
    ...entered,
    ...beside.filter((node) => !targetAncestors.includes(node)).flatMap(beginning),
    ...beginning(targetNode),
  ];
}

const ancestorsOf = ({ parent }: AnyStateNode): AnyStateNode[] =>
  parent === undefined ? [] : [parent, ...ancestorsOf(parent)];

/** A state and those inside that it begins with. */
function beginning(stateNode: AnyStateNode): AnyStateNode[] {
  if (stateNode.type === "parallel")
    return [stateNode, ...Object.values(stateNode.states).flatMap(beginning)];
  const nested = stateNode.type === "compound" ? stateNode.initial.target : [];
  return [stateNode, ...nested.flatMap(beginning)];
}

const nodesBelow = (stateNode: AnyStateNode): AnyStateNode[] => [
  stateNode,
  ...Object.values(stateNode.states).flatMap(nodesBelow),
];
