import { stateBefore, type Walks } from "./graph.js";
import type { Bits } from "./rows.js";

type Steps = Pick<Walks<never>, "states" | "inputs" | "to">;

/** A run that goes on for ever: a way to a state, and one from there back to it. */
export interface Lasso {
  /** Which of the starts it begins at. */
  readonly start: number;
  /** Steps. */
  readonly stem: readonly number[];
  /** Steps. */
  readonly cycle: readonly number[];
}

/** The steps out of a state of which `bits` has yes, and where they lead. */
function* onwards({ inputs, to }: Steps, bits: Bits, state: number): Generator<readonly [number, number]> {
  for (let step = state * inputs; step < (state + 1) * inputs && step < to.length; step++)
    if (bits.has(step)) yield [step, to.at(step)];
}

/**
 * A run from one of these states that goes on for ever by steps of `may`, and on which each of `fairly` happens again and again; none
 * if there is no such. Every input can come in every state, so such a run exists where, and only where, some states that lead to
 * one another have each of these happen among them.
 *
 * @param starts - the first from which there is one is taken.
 */
export function fairCycle(
  steps: Steps,
  may: Bits,
  starts: Iterable<number>,
  fairly: readonly Bits[],
): Lasso | undefined {
  const component = componentsOf(steps, may, starts);
  /** By component: for each of `fairly`, a step within it. Those that have no step within are left out. */
  const witnesses = new Map<number, number[]>();
  for (let state = 0; state < steps.states; state++) {
    const own = component[state] as number;
    if (own < 0) continue;
    for (const [step, to] of onwards(steps, may, state)) {
      if (component[to] !== own) continue;
      const found = witnesses.get(own) ?? fairly.map(() => -1);
      witnesses.set(own, found);
      fairly.forEach((is, i) => {
        if ((found[i] as number) < 0 && is.has(step)) found[i] = step;
      });
    }
  }
  const fair = new Set([...witnesses].filter(([, found]) => !found.includes(-1)).map(([own]) => own));
  if (fair.size === 0) return undefined;
  const isFair = (state: number): boolean => fair.has(component[state] as number);
  const leads = leadingTo(steps, may, component, isFair);
  let start = -1;
  for (const state of starts) {
    start++;
    if (!leads.has(component[state] as number)) continue;
    const stem = wayFrom(steps, state, may, () => true, isFair) as number[];
    const from = stem.length === 0 ? state : steps.to.at(stem.at(-1) as number);
    const own = component[from] as number;
    const within = (to: number): boolean => component[to] === own;
    return { start, stem, cycle: round(steps, may, from, within, witnesses.get(own) as number[]) };
  }
  return undefined;
}

/** The components from which some state that is looked for can be reached. They are numbered in the order in which they end. */
function leadingTo(
  steps: Steps,
  may: Bits,
  component: Int32Array,
  found: (state: number) => boolean,
): ReadonlySet<number> {
  const order = [...component.keys()].filter((state) => (component[state] as number) >= 0);
  order.sort((a, b) => (component[a] as number) - (component[b] as number));
  const leads = new Set<number>();
  for (const state of order) {
    if (leads.has(component[state] as number)) continue;
    let is = found(state);
    if (!is) for (const [, to] of onwards(steps, may, state)) is ||= leads.has(component[to] as number);
    if (is) leads.add(component[state] as number);
  }
  return leads;
}

/** A way round within a component, over each of its witnesses. */
function round(
  steps: Steps,
  may: Bits,
  from: number,
  within: (state: number) => boolean,
  through: readonly number[],
): number[] {
  const way: number[] = [];
  let state = from;
  const walk = (to: number): void => {
    way.push(...(wayFrom(steps, state, may, within, (other) => other === to) as number[]));
    state = to;
  };
  for (const step of new Set(through)) {
    walk(stateBefore(steps, step));
    way.push(step);
    state = steps.to.at(step);
  }
  if (way.length === 0) {
    const ways = [...onwards(steps, may, from)]
      .filter(([, to]) => within(to))
      .map(([step, to]) => [step, ...(wayFrom(steps, to, may, within, (it) => it === from) as number[])]);
    return ways.reduce((shortest, other) => (other.length < shortest.length ? other : shortest));
  }
  walk(from);
  return way;
}

/** A shortest way from a state to one that is looked for. */
function wayFrom(
  steps: Steps,
  start: number,
  may: Bits,
  within: (state: number) => boolean,
  found: (state: number) => boolean,
): number[] | undefined {
  const by = new Map<number, number>([[start, -1]]);
  for (const state of by.keys()) {
    if (found(state)) {
      const way: number[] = [];
      for (let step = by.get(state) as number; step >= 0; step = by.get(stateBefore(steps, step)) as number)
        way.push(step);
      return way.reverse();
    }
    for (const [step, to] of onwards(steps, may, state)) if (within(to) && !by.has(to)) by.set(to, step);
  }
  return undefined;
}

/**
 * By state: its strongly connected component, of what can be reached from these states; -1 for the rest. By Tarjan's algorithm without
 * recursion: a component is numbered after all that it leads to.
 */
function componentsOf(steps: Steps, may: Bits, starts: Iterable<number>): Int32Array {
  const { states, inputs, to } = steps;
  const component = new Int32Array(states).fill(-1);
  const number = new Int32Array(states).fill(-1);
  const low = new Int32Array(states);
  const next = new Int32Array(states);
  const stack: number[] = [];
  const calls: number[] = [];
  let numbered = 0;
  let components = 0;
  const call = (state: number): void => {
    number[state] = low[state] = numbered++;
    stack.push(state);
    calls.push(state);
  };
  for (const start of starts) {
    if ((number[start] as number) >= 0) continue;
    call(start);
    while (calls.length > 0) {
      const state = calls.at(-1) as number;
      const step = state * inputs + (next[state] as number);
      if ((next[state] as number) < inputs && step < to.length) {
        next[state] = (next[state] as number) + 1;
        if (!may.has(step)) continue;
        const other = to.at(step);
        if ((number[other] as number) < 0) call(other);
        else if ((component[other] as number) < 0)
          low[state] = Math.min(low[state] as number, number[other] as number);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1);
      if (caller !== undefined) low[caller] = Math.min(low[caller] as number, low[state] as number);
      if (low[state] !== number[state]) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        component[member] = components;
        if (member === state) break;
      }
      components++;
    }
  }
  return component;
}
