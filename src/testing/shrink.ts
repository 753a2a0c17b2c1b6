import type { Action } from "./action.js";
import type { ClaimId } from "./claims.js";

/** How many candidates are tried at most. */
const MAX_TRIES = 1500;
/** The delays, in accesses, that are tried for the next action while an action is made smaller: all below this. */
const MAX_NEXT_DELAY = 16;

const amountOf = (action: Action): number =>
  "count" in action ? action.count : "halves" in action ? action.halves : 1;

function withAmount(action: Action, amount: number): Action {
  if ("count" in action) return { ...action, count: amount };
  return "halves" in action ? { ...action, halves: amount } : action;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, it) => total + it, 0);

/** True if a candidate has fewer actions than the current scenario, or as many with smaller amounts, or shorter delays. */
function isSmaller(candidate: readonly Action[], current: readonly Action[]): boolean {
  const measure = (actions: readonly Action[]) => [
    actions.length,
    sum(actions.map(amountOf)),
    sum(actions.map(({ after }) => after)),
  ];
  const [candidateSize, currentSize] = [measure(candidate), measure(current)];
  const differingIndex = candidateSize.findIndex((size, i) => size !== currentSize[i]);
  return (
    differingIndex >= 0 && (candidateSize[differingIndex] as number) < (currentSize[differingIndex] as number)
  );
}

/**
 * Yields scenarios without the action at an index, or with a smaller one. Each is tried with many delays of the next action, as its
 * position among the driver's accesses has moved.
 */
function* shrinkAmount(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  const action = actions[actionIndex] as Action;
  const nextAction = actions[actionIndex + 1];
  const [precedingActions, laterActions] = [actions.slice(0, actionIndex), actions.slice(actionIndex + 2)];
  if (nextAction && nextAction.type === action.type && "count" in action)
    yield [...precedingActions, withAmount(action, action.count + amountOf(nextAction)), ...laterActions];
  const amounts = [...new Set([1, Math.floor(amountOf(action) / 2), amountOf(action) - 1])];
  const replacements = [
    [],
    ...amounts.filter((it) => it > 0 && it < amountOf(action)).map((it) => [withAmount(action, it)]),
  ];
  for (const replacement of replacements) {
    if (!nextAction) yield [...precedingActions, ...replacement];
    else {
      const nextDelays = [
        ...new Set([nextAction.after, action.after + nextAction.after, ...Array(MAX_NEXT_DELAY).keys()]),
      ];
      for (const after of nextDelays)
        yield [...precedingActions, ...replacement, { ...nextAction, after }, ...laterActions];
    }
  }
}

/** Yields scenarios in which the action at an index comes sooner. */
function* shrinkDelay(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  const action = actions[actionIndex] as Action;
  const { after } = action;
  for (const shorterDelay of new Set([0, Math.floor(after / 2), after - 1]))
    if (shorterDelay >= 0 && shorterDelay < after)
      yield actions.with(actionIndex, { ...action, after: shorterDelay });
}

/**
 * Shrinks a scenario further than fast-check, which changes one action at a time: an action's delay, counted in accesses, has to change
 * along with the actions before it.
 *
 * Yields scenarios to be played and receives the claim that each breaks. A smaller scenario has to break the same claim.
 */
export function* shrink(
  foundActions: readonly Action[],
): Generator<readonly Action[], readonly Action[], ClaimId | undefined> {
  const brokenClaim = yield foundActions;
  let smallest = foundActions;
  for (let tryCount = 0; tryCount < MAX_TRIES; ) {
    const previousSmallest = smallest;
    for (const candidate of shrinkCandidates(smallest)) {
      if (!isSmaller(candidate, smallest)) continue;
      if (++tryCount > MAX_TRIES) break;
      if ((yield candidate) !== brokenClaim) continue;
      smallest = candidate;
      break;
    }
    if (smallest === previousSmallest) break;
  }
  return smallest;
}

function* shrinkCandidates(actions: readonly Action[]): Generator<readonly Action[]> {
  for (const shrinkOne of [shrinkAmount, shrinkDelay])
    for (let actionIndex = 0; actionIndex < actions.length; actionIndex++)
      yield* shrinkOne(actions, actionIndex);
}
