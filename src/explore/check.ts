import type { Answer } from "./answer.js";
import type { Claim, Formula, Predicate } from "./claims.js";
import { avoiding, fairCycle } from "./cycles.js";
import { firstMoment, type Graph, type GraphTransition, type Moment, momentAfter, wayTo } from "./graph.js";

/** What came of a formula: the places of the transitions that show it. */
type Outcome = Pick<Answer, "verdict" | "premises" | "repeats"> & { readonly shown?: readonly number[] };
type Of<TState, Kind> = Extract<Formula<TState>, { kind: Kind }>;

/** A moment, where it leaves the chart, and the shortest way there. */
interface Place<TState> {
  readonly moment: Moment<TState>;
  readonly state: number;
  readonly way: () => number[];
}

/**
 * Proves or refutes a claim on what was explored.
 *
 * @throws what the claim's predicates throw.
 */
export function check<TState>(graph: Graph<TState>, claim: Claim<TState>): Answer<TState> {
  const { shown, ...outcome } = checkFormula(graph, claim.formula);
  const inputs = shown?.map((at) => (graph.transitions[at] as GraphTransition<TState>).input);
  return { claim, graph, ...outcome, ...(inputs ? { inputs } : {}) };
}

function checkFormula<TState>(graph: Graph<TState>, formula: Formula<TState>): Outcome {
  switch (formula.kind) {
    case "always":
      return checkAlways(graph, formula);
    case "reachable":
      return checkReachable(graph, formula.holds);
    case "recoverable":
      return checkRecoverable(graph, formula.holds);
    case "leadsTo":
      return checkLeadsTo(graph, formula);
    case "within":
      return checkWithin(graph, formula);
  }
}

/** Every moment of every run, those that take fewer steps first. */
function* places<TState>(graph: Graph<TState>): Generator<Place<TState>> {
  yield { moment: firstMoment(graph), state: 0, way: () => [] };
  for (const [at, transition] of graph.transitions.entries())
    yield {
      moment: momentAfter(graph, transition),
      state: transition.to,
      way: () => [...wayTo(graph, transition.from), at],
    };
}

const unlessCut = (
  { complete }: Pick<Graph, "complete">,
  verdict: "proved" | "refuted",
): Outcome["verdict"] => (complete ? verdict : "inconclusive");

function checkAlways<TState>(graph: Graph<TState>, { holds, when }: Of<TState, "always">): Outcome {
  let premises = 0;
  for (const { moment, way } of places(graph)) {
    if (when && !when(moment)) continue;
    premises++;
    if (!holds(moment)) return { verdict: "refuted", premises, shown: way() };
  }
  return { verdict: premises === 0 && graph.complete ? "vacuous" : unlessCut(graph, "proved"), premises };
}

function checkReachable<TState>(graph: Graph<TState>, holds: Predicate<TState>): Outcome {
  let premises = 0;
  for (const { moment, way } of places(graph)) {
    premises++;
    if (holds(moment)) return { verdict: "proved", premises, shown: way() };
  }
  return { verdict: unlessCut(graph, "refuted"), premises };
}

/** Backwards from where it holds: what is not met cannot come there. */
function checkRecoverable<TState>(graph: Graph<TState>, holds: Predicate<TState>): Outcome {
  const { states, transitions } = graph;
  const premises = states.length;
  // A graph that was cut lacks ways out, so it refutes nothing.
  if (!graph.complete) return { verdict: "inconclusive", premises };
  const before: number[][] = states.map(() => []);
  const able = new Set<number>();
  for (const transition of transitions) {
    before[transition.to]?.push(transition.from);
    if (holds(momentAfter(graph, transition))) able.add(transition.from);
  }
  for (const state of able) for (const from of before[state] ?? []) able.add(from);
  const lost = states.findIndex((_, state) => !able.has(state));
  return lost < 0
    ? { verdict: "proved", premises }
    : { verdict: "refuted", premises, shown: wayTo(graph, lost) };
}

/** The places at which something is promised and not yet there, and the number of those at which it is promised. */
function promises<TState>(
  graph: Graph<TState>,
  from: Predicate<TState>,
  to: Predicate<TState>,
): { open: Place<TState>[]; premises: number } {
  const open: Place<TState>[] = [];
  let premises = 0;
  for (const place of places(graph)) {
    if (!from(place.moment)) continue;
    premises++;
    if (!to(place.moment)) open.push(place);
  }
  return { open, premises };
}

function checkLeadsTo<TState>(
  graph: Graph<TState>,
  { from, to, during, fairly }: Of<TState, "leadsTo">,
): Outcome {
  const { open, premises } = promises(graph, from, to);
  if (premises === 0 && graph.complete) return { verdict: "vacuous", premises };
  const steps = avoiding(graph, to, during);
  const found = fairCycle(
    graph,
    steps,
    open.map(({ state }) => state),
    fairly.map(({ is }) => is),
  );
  if (!found) return { verdict: unlessCut(graph, "proved"), premises };
  const way = [...(open[found.start] as Place<TState>).way(), ...found.stem];
  return { verdict: "refuted", premises, shown: [...way, ...found.cycle], repeats: way.length };
}

/** Layer by layer backwards: from which states it can be avoided for one step, two steps, ... */
function checkWithin<TState>(
  graph: Graph<TState>,
  { from, to, during, steps }: Of<TState, "within">,
): Outcome {
  const { open, premises } = promises(graph, from, to);
  if (premises === 0 && graph.complete) return { verdict: "vacuous", premises };
  const onwards = avoiding(graph, to, during);
  const layers: ReadonlyMap<number, number>[] = [];
  for (let layer = 1; layer <= steps; layer++) {
    const later = layers.at(-1);
    const next = new Map<number, number>();
    for (const [state, list] of onwards)
      for (const at of list)
        if (!next.has(state) && (!later || later.has(graph.transitions[at]?.to ?? -1))) next.set(state, at);
    layers.push(next);
  }
  const last = layers.at(-1);
  const start = open.find(({ state }) => !last || last.has(state));
  if (!start) return { verdict: unlessCut(graph, "proved"), premises };
  const shown = start.way();
  let state = start.state;
  for (const layer of layers.toReversed()) {
    const at = layer.get(state) as number;
    shown.push(at);
    state = graph.transitions[at]?.to ?? 0;
  }
  return { verdict: "refuted", premises, shown };
}
