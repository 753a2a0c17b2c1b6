import type { Action } from "./action.js";
import type { ClaimId } from "./claims.js";

/** How many scenarios are tried to shorten one. */
const TRIES = 1500;
/** How many accesses an action is put off, at most, while its forerunner is made smaller. */
const NEAR = 16;

const amountOf = (action: Action): number =>
  "count" in action ? action.count : "halves" in action ? action.halves : 1;

function withAmount(action: Action, amount: number): Action {
  if ("count" in action) return { ...action, count: amount };
  return "halves" in action ? { ...action, halves: amount } : action;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, it) => total + it, 0);

/** Fewer actions are shorter, then smaller ones, then those that wait less. */
function isShorter(a: readonly Action[], b: readonly Action[]): boolean {
  const size = (it: readonly Action[]) => [
    it.length,
    sum(it.map(amountOf)),
    sum(it.map(({ after }) => after)),
  ];
  const [ours, theirs] = [size(a), size(b)];
  const at = ours.findIndex((each, i) => each !== theirs[i]);
  return at >= 0 && (ours[at] as number) < (theirs[at] as number);
}

/** An action less, or a smaller one, in place `i`; and the next at any near time, as its place in the driver has moved. */
function* smaller(actions: readonly Action[], i: number): Generator<readonly Action[]> {
  const action = actions[i] as Action;
  const next = actions[i + 1];
  const [before, rest] = [actions.slice(0, i), actions.slice(i + 2)];
  if (next && next.type === action.type && "count" in action)
    yield [...before, withAmount(action, action.count + amountOf(next)), ...rest];
  const amounts = [...new Set([1, Math.floor(amountOf(action) / 2), amountOf(action) - 1])];
  const kept = [
    [],
    ...amounts.filter((it) => it > 0 && it < amountOf(action)).map((it) => [withAmount(action, it)]),
  ];
  for (const each of kept) {
    if (!next) yield [...before, ...each];
    else {
      const times = [...new Set([next.after, action.after + next.after, ...Array(NEAR).keys()])];
      for (const after of times) yield [...before, ...each, { ...next, after }, ...rest];
    }
  }
}

/** Place `i` sooner. */
function* sooner(actions: readonly Action[], i: number): Generator<readonly Action[]> {
  const action = actions[i] as Action;
  const { after } = action;
  for (const less of new Set([0, Math.floor(after / 2), after - 1]))
    if (less >= 0 && less < after) yield actions.with(i, { ...action, after: less });
}

/**
 * Goes on where fast-check's shrinking stops, which takes one action at a time: what an action is put off by, counted in accesses,
 * has to change along with what comes before it.
 *
 * Each scenario that it gives has to be played; it is told which claim that breaks. The claim has to stay the same one.
 */
export function* shortened(
  found: readonly Action[],
): Generator<readonly Action[], readonly Action[], ClaimId | undefined> {
  const claim = yield found;
  let shortest = found;
  for (let tries = 0; tries < TRIES; ) {
    const before = shortest;
    for (const candidate of candidates(shortest)) {
      if (!isShorter(candidate, shortest)) continue;
      if (++tries > TRIES) break;
      if ((yield candidate) !== claim) continue;
      shortest = candidate;
      break;
    }
    if (shortest === before) break;
  }
  return shortest;
}

function* candidates(actions: readonly Action[]): Generator<readonly Action[]> {
  for (const change of [smaller, sooner]) for (let i = 0; i < actions.length; i++) yield* change(actions, i);
}
