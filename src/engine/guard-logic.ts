import { activity } from "./layout.js";
import type { Guard, Program } from "./program.js";

export const FALSE: Guard = { kind: "constant", value: false };
export const TRUE: Guard = { kind: "constant", value: true };

/** All of these. What stands behind one that never holds is not asked; what stands before it is, since it may throw. */
export const conjunction = (guards: readonly Guard[]): Guard => {
  const kept: Guard[] = [];
  for (const guard of guards) {
    if (guard.kind === "constant") {
      if (guard.value) continue;
      kept.push(guard);
      break;
    }
    kept.push(guard);
  }
  if (kept.length === 0) return TRUE;
  return kept.length === 1 && kept[0] !== undefined ? kept[0] : { kind: "and", guards: kept };
};

/** Any of these. */
export const disjunction = (guards: readonly Guard[]): Guard => {
  const kept: Guard[] = [];
  for (const guard of guards) {
    if (guard.kind === "constant") {
      if (!guard.value) continue;
      kept.push(guard);
      break;
    }
    kept.push(guard);
  }
  if (kept.length === 0) return FALSE;
  return kept.length === 1 && kept[0] !== undefined ? kept[0] : { kind: "or", guards: kept };
};

export const negation = (guard: Guard): Guard =>
  guard.kind === "constant" ? (guard.value ? FALSE : TRUE) : { kind: "not", guard };

/** Whether evaluating a guard can throw, by a function of the machine or the lack of one. */
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

/** Values that state variables are known to have. */
export type Known = ReadonlyMap<number, number>;

/** What is left of a guard where the variables of `known` have these values. */
export const guardUnder = (program: Program, guard: Guard, known: Known): Guard => {
  switch (guard.kind) {
    case "in": {
      const found = activity(program, guard.node);
      if (found === undefined) return TRUE;
      const value = known.get(found[0]);
      return value === undefined ? guard : { kind: "constant", value: value === found[1] };
    }
    case "not":
      return negation(guardUnder(program, guard.guard, known));
    case "and":
      return conjunction(guard.guards.map((inner) => guardUnder(program, inner, known)));
    case "or":
      return disjunction(guard.guards.map((inner) => guardUnder(program, inner, known)));
    default:
      return guard;
  }
};

/** Whether a guard does not hold, and nothing is called to find that out. */
export const neverHolds = (guard: Guard): boolean => {
  if (guard.kind === "constant") return !guard.value;
  if (guard.kind === "or") return guard.guards.every(neverHolds);
  if (guard.kind !== "and") return false;
  const calls = guard.guards.findIndex(guardCanThrow);
  return (calls < 0 ? guard.guards : guard.guards.slice(0, calls)).some(neverHolds);
};

/** Variables whose value decides that a guard does not hold before anything is called, with the value that does not. */
export const neededBy = (program: Program, guard: Guard | undefined): (readonly [number, number])[] => {
  if (guard?.kind === "in") {
    const found = activity(program, guard.node);
    return found === undefined ? [] : [found];
  }
  if (guard?.kind !== "and") return [];
  const calls = guard.guards.findIndex(guardCanThrow);
  return (calls < 0 ? guard.guards : guard.guards.slice(0, calls)).flatMap((inner) =>
    neededBy(program, inner),
  );
};
