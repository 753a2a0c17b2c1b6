import type { Guard, Program } from "./program.js";
import { activeCondition } from "./program-queries.js";

export const FALSE: Guard = { kind: "constant", value: false };
export const TRUE: Guard = { kind: "constant", value: true };

/** Returns the conjunction of guards. Those after one that never holds are dropped; those before it stay, since they may throw. */
export const conjunction = (guards: readonly Guard[]): Guard => {
  const remaining: Guard[] = [];
  for (const guard of guards) {
    if (guard.kind === "constant") {
      if (guard.value) continue;
      remaining.push(guard);
      break;
    }
    remaining.push(guard);
  }
  if (remaining.length === 0) return TRUE;
  return remaining.length === 1 && remaining[0] !== undefined
    ? remaining[0]
    : { kind: "and", guards: remaining };
};

/** Returns the disjunction of guards. */
export const disjunction = (guards: readonly Guard[]): Guard => {
  const remaining: Guard[] = [];
  for (const guard of guards) {
    if (guard.kind === "constant") {
      if (!guard.value) continue;
      remaining.push(guard);
      break;
    }
    remaining.push(guard);
  }
  if (remaining.length === 0) return FALSE;
  return remaining.length === 1 && remaining[0] !== undefined
    ? remaining[0]
    : { kind: "or", guards: remaining };
};

export const negation = (guard: Guard): Guard =>
  guard.kind === "constant" ? (guard.value ? FALSE : TRUE) : { kind: "not", guard };

/** Returns true if evaluating a guard can throw, by a function of the machine or the lack of one. */
export const guardCanThrow = (guard: Guard | undefined): boolean => {
  switch (guard?.kind) {
    case "not":
      return guardCanThrow(guard.guard);
    case "and":
    case "or":
      return guard.guards.some(guardCanThrow);
    case "call":
    case "missing":
      return true;
    default:
      return false;
  }
};

/** State numbers that variables are known to have. */
export type KnownNumbers = ReadonlyMap<number, number>;

/** Returns a guard simplified by known state numbers. */
export const simplifyGuard = (program: Program, guard: Guard, knownNumbers: KnownNumbers): Guard => {
  switch (guard.kind) {
    case "in": {
      const activation = activeCondition(program, guard.node);
      if (activation === undefined) return TRUE;
      const value = knownNumbers.get(activation[0]);
      return value === undefined ? guard : { kind: "constant", value: value === activation[1] };
    }
    case "not":
      return negation(simplifyGuard(program, guard.guard, knownNumbers));
    case "and":
      return conjunction(guard.guards.map((innerGuard) => simplifyGuard(program, innerGuard, knownNumbers)));
    case "or":
      return disjunction(guard.guards.map((innerGuard) => simplifyGuard(program, innerGuard, knownNumbers)));
    default:
      return guard;
  }
};

/** Returns true if a guard is false without calling a function. */
export const neverHolds = (guard: Guard): boolean => {
  if (guard.kind === "constant") return !guard.value;
  if (guard.kind === "or") return guard.guards.every(neverHolds);
  if (guard.kind !== "and") return false;
  const callIndex = guard.guards.findIndex(guardCanThrow);
  return (callIndex < 0 ? guard.guards : guard.guards.slice(0, callIndex)).some(neverHolds);
};

/** Returns the variables and state numbers without which a guard is false before any function is called. */
export const requiredStates = (program: Program, guard: Guard | undefined): (readonly [number, number])[] => {
  if (guard?.kind === "in") {
    const activation = activeCondition(program, guard.node);
    return activation === undefined ? [] : [activation];
  }
  if (guard?.kind === "or") {
    const [first = [], ...others] = guard.guards.map((innerGuard) => requiredStates(program, innerGuard));
    return first.filter(([variable, value]) =>
      others.every((states) => states.some((state) => state[0] === variable && state[1] === value)),
    );
  }
  if (guard?.kind !== "and") return [];
  const callIndex = guard.guards.findIndex(guardCanThrow);
  return (callIndex < 0 ? guard.guards : guard.guards.slice(0, callIndex)).flatMap((innerGuard) =>
    requiredStates(program, innerGuard),
  );
};

/** Returns true if a variable certainly has another number wherever a guard holds. */
export const excludesNumber = (
  program: Program,
  guard: Guard | undefined,
  variable: number,
  value: number,
): boolean => {
  const isExcluded = (inner: Guard) => excludesNumber(program, inner, variable, value);
  switch (guard?.kind) {
    case "in": {
      const activation = activeCondition(program, guard.node);
      return activation !== undefined && activation[0] === variable && activation[1] !== value;
    }
    case "not": {
      const activation = guard.guard.kind === "in" ? activeCondition(program, guard.guard.node) : undefined;
      return activation !== undefined && activation[0] === variable && activation[1] === value;
    }
    case "and":
      return guard.guards.some(isExcluded);
    case "or":
      return guard.guards.every(isExcluded);
    default:
      return false;
  }
};
