import type { Predicate } from "./claims.js";
import { type Graph, type GraphTransition, momentAfter } from "./graph.js";

/** The transitions that may be taken, as their places, by the state that they leave. */
export type Onwards = ReadonlyMap<number, readonly number[]>;

/** A run that goes on for ever: a way to a state, and one from there back to it. Both are places of transitions. */
export interface Lasso {
  /** Which of the starts it begins at. */
  readonly start: number;
  readonly stem: readonly number[];
  readonly cycle: readonly number[];
}

/** The transitions after which `to` does not hold, of those that are looked at. */
export function avoiding<TState>(
  graph: Graph<TState>,
  to: Predicate<TState>,
  during?: Predicate<TState>,
): Onwards {
  const onwards = new Map<number, number[]>();
  for (const [at, transition] of graph.transitions.entries()) {
    const moment = momentAfter(graph, transition);
    if (to(moment) || (during && !during(moment))) continue;
    const list = onwards.get(transition.from);
    if (list) list.push(at);
    else onwards.set(transition.from, [at]);
  }
  return onwards;
}

/**
 * A run from one of these states that goes on for ever, and on which each of `fairly` happens again and again; none if there is no
 * such. Every input can come in every state, so such a run exists where, and only where, some states that lead to one another
 * have each of these happen among them.
 */
export function fairCycle<TState>(
  graph: Graph<TState>,
  onwards: Onwards,
  starts: readonly number[],
  fairly: readonly Predicate<TState>[],
): Lasso | undefined {
  const target = (at: number): number => (graph.transitions[at] as GraphTransition<TState>).to;
  const component = componentsOf(onwards, starts, target);
  /** By component: for each of `fairly`, a transition within it. */
  const witnesses = new Map<number, (number | undefined)[]>();
  for (const [state, list] of onwards) {
    const own = component.get(state);
    if (own === undefined) continue;
    for (const at of list) {
      if (component.get(target(at)) !== own) continue;
      const found = witnesses.get(own) ?? fairly.map(() => undefined);
      witnesses.set(own, found);
      const moment = momentAfter(graph, graph.transitions[at] as GraphTransition<TState>);
      fairly.forEach((is, i) => {
        if (found[i] === undefined && is(moment)) found[i] = at;
      });
    }
  }
  const fair = new Set<number>();
  for (const [own, found] of witnesses) if (!found.includes(undefined)) fair.add(own);
  // The starts come in the order of their depth: the first that leads to such a component is taken.
  for (const [start, state] of starts.entries()) {
    const stem = wayFrom(state, onwards, target, (other) => fair.has(component.get(other) ?? -1));
    if (!stem) continue;
    const from = stem.length === 0 ? state : target(stem.at(-1) as number);
    const own = component.get(from) as number;
    return { start, stem, cycle: round(from, own, witnesses.get(own) as number[]) };
  }
  return undefined;

  /** A way round within a component, over each of its witnesses. */
  function round(from: number, own: number, through: readonly number[]): number[] {
    const within = new Map(
      [...onwards]
        .filter(([state]) => component.get(state) === own)
        .map(([state, list]) => [state, list.filter((at) => component.get(target(at)) === own)]),
    );
    const way: number[] = [];
    let state = from;
    const walk = (to: number): void => {
      way.push(...(wayFrom(state, within, target, (other) => other === to) as number[]));
      state = to;
    };
    for (const at of new Set(through)) {
      walk((graph.transitions[at] as GraphTransition<TState>).from);
      way.push(at);
      state = target(at);
    }
    if (way.length === 0) {
      const back = (at: number): number =>
        wayFrom(target(at), within, target, (it) => it === from)?.length ?? 0;
      const [shortest = 0] = (within.get(from) ?? []).toSorted((one, other) => back(one) - back(other));
      way.push(shortest);
      state = target(shortest);
    }
    walk(from);
    return way;
  }
}

/** A shortest way from a state to one that is looked for. */
function wayFrom(
  start: number,
  onwards: Onwards,
  target: (at: number) => number,
  found: (state: number) => boolean,
): number[] | undefined {
  const by = new Map<number, { at: number; from: number } | undefined>([[start, undefined]]);
  for (const state of by.keys()) {
    if (found(state)) {
      const way: number[] = [];
      for (let step = by.get(state); step; step = by.get(step.from)) way.push(step.at);
      return way.reverse();
    }
    for (const at of onwards.get(state) ?? [])
      if (!by.has(target(at))) by.set(target(at), { at, from: state });
  }
  return undefined;
}

/** The strongly connected components of what can be reached from these states, by Tarjan's algorithm without recursion. */
function componentsOf(
  onwards: Onwards,
  starts: readonly number[],
  target: (at: number) => number,
): ReadonlyMap<number, number> {
  const component = new Map<number, number>();
  const number = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  for (const start of starts) {
    if (number.has(start)) continue;
    const calls = [{ state: start, next: 0 }];
    while (calls.length > 0) {
      const call = calls.at(-1) as (typeof calls)[number];
      const { state } = call;
      if (call.next === 0 && !number.has(state)) {
        low.set(state, number.size);
        number.set(state, number.size);
        stack.push(state);
      }
      const at = onwards.get(state)?.[call.next++];
      if (at !== undefined) {
        const to = target(at);
        if (!number.has(to)) calls.push({ state: to, next: 0 });
        else if (!component.has(to)) lower(state, number.get(to) as number);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1);
      if (caller) lower(caller.state, low.get(state) as number);
      if (low.get(state) !== number.get(state)) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        component.set(member, state);
        if (member === state) break;
      }
    }
  }
  return component;

  function lower(state: number, to: number): void {
    low.set(state, Math.min(low.get(state) as number, to));
  }
}
