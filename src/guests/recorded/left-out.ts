import { type AnyStateMachine, type AnyStateNode, getInitialSnapshot, type StateValue } from "xstate";
import type { Chart, TransitionInWords } from "../../device/index.js";
import { chartTransitionsOf, inWords } from "../../device/words.js";
import { knownOf, nodesIn } from "./guard-known.js";

type Transitions = ReturnType<typeof chartTransitionsOf>;

/** What a chart's options exclude. */
export interface LeftOut {
  /**
   * Transitions whose guard is false whatever happens, those behind one of the same state and event whose guard is always true, and those that
   * leave states which are left out.
   */
  readonly transitions: ReadonlySet<TransitionInWords>;
  /** The states that no other transition reaches from the chart's first state: "fifoMode.on.sixtyFour". */
  readonly states: ReadonlySet<string>;
}

const found = new WeakMap<AnyStateMachine, Map<string, LeftOut>>();

/** What the options of a chart exclude, as far as its guards tell. */
export function leftOut(chart: Pick<Chart, "machine" | "options" | "initial" | "snapshotOf">): LeftOut {
  const known = found.get(chart.machine) ?? new Map<string, LeftOut>();
  found.set(chart.machine, known);
  const key = JSON.stringify(chart.options);
  const before = known.get(key) ?? excluded(chart);
  known.set(key, before);
  return before;
}

/** At first every state counts as reached; each round finds more that are not, and with them more transitions. */
function excluded({ machine, options, initial, snapshotOf }: Parameters<typeof leftOut>[0]): LeftOut {
  const transitions = chartTransitionsOf(machine);
  const start = initial === undefined ? getInitialSnapshot(machine) : snapshotOf(initial);
  const first = nodesIn(machine.root, start.value as StateValue);
  const all = nodesBelow(machine.root);
  let reached: ReadonlySet<AnyStateNode> = new Set(all);
  for (;;) {
    const possible = possibleOf(transitions, machine, options, reached);
    const next = reachedFrom(first, possible);
    if (next.size < reached.size) {
      reached = next;
      continue;
    }
    const kept = new Set(possible);
    return {
      transitions: new Set(transitions.filter((transition) => !kept.has(transition)).map(inWords)),
      states: new Set(all.filter((node) => !next.has(node)).map(({ path }) => path.join("."))),
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
    const known = guard === undefined ? undefined : knownOf(guard, machine, options, reached);
    const isPossible = reached.has(source) && known !== false && !events.has(eventType);
    if (known === true) events.add(eventType);
    return isPossible;
  });
}

/** The states that transitions reach, one after the other. */
function reachedFrom(first: readonly AnyStateNode[], transitions: Transitions): Set<AnyStateNode> {
  const reached = new Set(first);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const { source, target = [] } of transitions)
      if (reached.has(source))
        for (const node of target.flatMap((each) => enteredBy(source, each))) reached.add(node);
  }
  return reached;
}

/** What a transition enters: its target, what that begins with, and what lies around it and not around the source. */
function enteredBy(source: AnyStateNode, target: AnyStateNode): AnyStateNode[] {
  const outer = new Set(ancestorsOf(source));
  const around = ancestorsOf(target).filter((node) => !outer.has(node));
  const beside = around
    .filter(({ type }) => type === "parallel")
    .flatMap(({ states }) => Object.values(states));
  const on = ancestorsOf(target);
  return [...around, ...beside.filter((node) => !on.includes(node)).flatMap(beginning), ...beginning(target)];
}

const ancestorsOf = ({ parent }: AnyStateNode): AnyStateNode[] =>
  parent === undefined ? [] : [parent, ...ancestorsOf(parent)];

/** A state and those inside that it begins with. */
function beginning(node: AnyStateNode): AnyStateNode[] {
  if (node.type === "parallel") return [node, ...Object.values(node.states).flatMap(beginning)];
  const inner = node.type === "compound" ? node.initial.target : [];
  return [node, ...inner.flatMap(beginning)];
}

const nodesBelow = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesBelow),
];
