import type { Action } from "./action.js";
import type { ClaimId } from "./claims.js";
import { encodePath } from "./scenario-path.js";

/** The delays, in accesses, that are tried for the next action while an action is made smaller: all below this. */
const MAX_NEXT_DELAY = 16;
/** Of the scenarios of a few deeds: their types, and the delays that are tried, all below this. */
const MAX_FEW_TYPES = 4;
const MAX_FEW_DELAY = 8;
/** The amounts with which a single action is tried in place of several: up to two FIFOs of a usual part. */
const LONE_AMOUNTS = [2, 4, 8, 12, 17, 20, 33, 40] as const;

const amountOf = (action: Action): number =>
  "count" in action ? (action.count ?? 1) : "halves" in action ? action.halves : 1;

function withAmount(action: Action, amount: number): Action {
  if ("count" in action) return { ...action, count: amount };
  return "halves" in action ? { ...action, halves: amount } : action;
}

/** The fields of an action that it need not have: bytes that are no letters, and a print within a call. */
const isSpecial = (action: Action): boolean => "first" in action || "within" in action;

/** Returns an action without such fields, if it has any. */
function withoutSpecials(action: Action): Action | undefined {
  if (!isSpecial(action)) return undefined;
  const { first: _, within: __, ...rest } = action as Action & { first?: number; within?: true };
  return rest as Action;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, it) => total + it, 0);

/** True if a candidate has fewer actions than the current scenario, or as many with smaller amounts, plainer bytes, or shorter delays. */
function isSmaller(candidate: readonly Action[], current: readonly Action[]): boolean {
  const measure = (actions: readonly Action[]) => [
    actions.length,
    sum(actions.map(amountOf)),
    actions.filter(isSpecial).length,
    sum(actions.map(({ after }) => after)),
  ];
  const [candidateSize, currentSize] = [measure(candidate), measure(current)];
  const differingIndex = candidateSize.findIndex((size, i) => size !== currentSize[i]);
  return (
    differingIndex >= 0 && (candidateSize[differingIndex] as number) < (currentSize[differingIndex] as number)
  );
}

/** Yields scenarios without a half, a quarter and so on of the actions, from the one at an index on. */
function* dropRuns(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  for (let size = actions.length >> 1; size > 1; size >>= 1)
    if (actionIndex + size <= actions.length) yield actions.toSpliced(actionIndex, size);
}

/** Yields scenarios of the action at an index alone, with greater amounts: one deed that is repeated is easier to read than several. */
function* keepOne(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  if (actions.length === 1) return;
  const action = actions[actionIndex] as Action;
  const amount = amountOf(action);
  for (const greater of new Set([amount, ...LONE_AMOUNTS]))
    if (greater >= amount) yield [withAmount({ ...action, after: 0 }, greater)];
}

/** Returns the plainest deed of each type in a scenario. */
function plainDeeds(actions: readonly Action[]): readonly Action[] {
  const plain = actions.map((action): Action => {
    const alike: Action = action.type === "stream" ? { ...action, type: "arrive" } : action;
    return withAmount(withoutSpecials(alike) ?? alike, "halves" in alike ? 2 : 1);
  });
  return [...new Map(plain.map((action) => [action.type, action])).values()].slice(0, MAX_FEW_TYPES);
}

/** Yields all scenarios of two and three plain deeds: what is left of a long one may be far from the short one that does the same. */
function* tryFew(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  if (actionIndex > 0 || actions.length < 3) return;
  const deeds = plainDeeds(actions);
  const positions = [...Array(MAX_FEW_DELAY).keys()];
  const pairs = deeds.flatMap((one) =>
    deeds.flatMap((other) =>
      positions.map((after) => [
        { ...one, after: 0 },
        { ...other, after },
      ]),
    ),
  );
  yield* pairs;
  if (actions.length < 4) return;
  for (const pair of pairs)
    for (const deed of deeds) for (const after of positions) yield [...pair, { ...deed, after }];
}

/** Yields scenarios in which the action at an index is smaller, and another lasts longer: one may have passed the time for the other. */
function* tradeAmount(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  const action = actions[actionIndex] as Action;
  const amount = amountOf(action);
  for (const smaller of new Set([1, 2, 3, 4, Math.floor(amount / 2)]))
    for (const [otherIndex, other] of actions.entries()) {
      if (smaller >= amount || otherIndex === actionIndex || !("halves" in other)) continue;
      const [traded, longer] = [withAmount(action, smaller), amountOf(other)];
      for (const added of [1, 2, 4])
        yield actions.with(actionIndex, traded).with(otherIndex, withAmount(other, longer + added));
    }
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
    yield [...precedingActions, withAmount(action, amountOf(action) + amountOf(nextAction)), ...laterActions];
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

/** Yields the scenario with letters, outside of a call, in the action at an index. */
function* shrinkSpecials(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  const plain = withoutSpecials(actions[actionIndex] as Action);
  if (plain) yield actions.with(actionIndex, plain);
}

/** Yields scenarios in which the action at an index comes sooner. */
function* shrinkDelay(actions: readonly Action[], actionIndex: number): Generator<readonly Action[]> {
  const action = actions[actionIndex] as Action;
  const { after } = action;
  for (const shorterDelay of new Set([0, Math.floor(after / 2), after - 1]))
    if (shorterDelay >= 0 && shorterDelay < after)
      yield actions.with(actionIndex, { ...action, after: shorterDelay });
}

/** The time in which a scenario is shrunk. */
export interface ShrinkBudget {
  /** Returns true once the time is over: the smallest scenario so far is the result. */
  isOver(): boolean;
}

/** Creates a budget of seconds of the host's clock. */
export function shrinkBudget(seconds: number): ShrinkBudget {
  const endTime = performance.now() + seconds * 1000;
  return { isOver: () => performance.now() >= endTime };
}

/**
 * Shrinks a scenario: its actions, their amounts and bytes, and their delays. An action's delay, counted in accesses, has to change along with
 * the actions before it.
 *
 * Yields scenarios to be played and receives the claim that each breaks. A smaller scenario has to break the same claim.
 */
export function* shrink(
  foundActions: readonly Action[],
  brokenClaim: ClaimId,
  budget: ShrinkBudget,
): Generator<readonly Action[], readonly Action[], ClaimId | undefined> {
  const playedPaths = new Set([encodePath(foundActions)]);
  let smallest = foundActions;
  for (let stepIndex = 0; stepIndex < SHRINK_STEPS.length; ) {
    const step = SHRINK_STEPS[stepIndex] as ShrinkStep;
    const previousSmallest = smallest;
    for (let actionIndex = 0; actionIndex < smallest.length; actionIndex++) {
      // A step that has made it smaller goes on where it was: what did not help before seldom helps now.
      let candidates = step(smallest, actionIndex);
      for (let next = candidates.next(); !next.done; next = candidates.next()) {
        if (budget.isOver()) return smallest;
        const candidate = next.value;
        const candidatePath = encodePath(candidate);
        if (!isSmaller(candidate, smallest) || playedPaths.has(candidatePath)) continue;
        playedPaths.add(candidatePath);
        if ((yield candidate) !== brokenClaim) continue;
        smallest = candidate;
        if (actionIndex >= smallest.length) break;
        candidates = step(smallest, actionIndex);
      }
    }
    stepIndex = smallest === previousSmallest ? stepIndex + 1 : 0;
  }
  return smallest;
}

/** Yields scenarios that are smaller at the action of an index. */
type ShrinkStep = (actions: readonly Action[], actionIndex: number) => Generator<readonly Action[]>;

/** The ways in which a scenario is made smaller: each only when those before it help no more. */
const SHRINK_STEPS: readonly ShrinkStep[] = [
  ...[dropRuns, keepOne, shrinkAmount, shrinkSpecials, shrinkDelay],
  ...[tryFew, tradeAmount],
];
