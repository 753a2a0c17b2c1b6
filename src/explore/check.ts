import type { Answer } from "./answer.js";
import type { Claim, Formula } from "./claims.js";
import { exploredOf, type Graph, type Moment, type Walks, walksOf } from "./graph.js";
import { type Outcome, type Watch, watch } from "./watch.js";

/** How {@link checkAll} goes about it. */
export interface CheckOptions {
  /** Hears now and then how many of the transitions have been looked at. */
  readonly progress?: (so: { readonly looked: number; readonly transitions: number }) => void;
}

/** Transitions between two reports of progress. */
const OFTEN = 10_000;

/**
 * Proves or refutes a claim on what was explored.
 *
 * @throws what the claim's predicates throw.
 */
export function check<TState>(graph: Graph<TState>, claim: Claim<TState>): Answer<TState> {
  return checkAll(graph, [claim])[0] as Answer<TState>;
}

/**
 * {@link check} for several claims. Every transition is taken once more for all of them, so this is faster than one after the other.
 *
 * @throws what the claims' predicates throw.
 */
export function checkAll<TState>(
  graph: Graph<TState>,
  claims: readonly Claim<TState>[],
  { progress }: CheckOptions = {},
): Answer<TState>[] {
  const walks = walksOf(graph);
  const { transitions } = exploredOf(graph);
  const looking = (looked: number): void => {
    if (looked % OFTEN === 0) progress?.({ looked, transitions });
  };
  return outcomes(
    walks,
    claims.map(({ formula }) => formula),
    looking,
  ).map(({ shown, ...outcome }, i) => ({
    claim: claims[i] as Claim<TState>,
    graph,
    ...outcome,
    ...(shown ? { inputs: shown.map((step) => walks.input(step)) } : {}),
  }));
}

/** What comes of each formula. */
export function outcomes<TState>(
  walks: Walks<TState>,
  formulas: readonly Formula<TState>[],
  looking: (looked: number) => void = () => {},
): Outcome[] {
  const watches = formulas.map((formula) => watch(formula, walks));
  let open: Watch<TState>[] = [...watches];
  const see = (moment: Moment<TState>, step: number): boolean => {
    let decided = false;
    for (const each of open) {
      each.see(moment, step);
      decided ||= each.decided;
    }
    if (decided) open = open.filter((each) => !each.decided);
    return open.length > 0;
  };
  let looked = 0;
  if (see(walks.first(), -1))
    walks.each((moment, step) => {
      looking(++looked);
      return see(moment, step);
    });
  return watches.map((each) => each.outcome());
}
