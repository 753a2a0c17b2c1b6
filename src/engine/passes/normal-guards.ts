import { conjunction, disjunction, negation } from "../ir/guard-logic.js";
import type { Guard, Program } from "../ir/program.js";
import { activeCondition, nodeAt } from "../ir/program-queries.js";

/**
 * Returns a guard whose negations stand before single questions only, in the same order, so that the same functions are called. That one
 * of two states is not active is said by the other, so that cases can be distinguished by it.
 */
const normalGuard = (program: Program, guard: Guard, isNegated: boolean): Guard => {
  switch (guard.kind) {
    case "not":
      return normalGuard(program, guard.guard, !isNegated);
    case "and":
    case "or": {
      const guards = guard.guards.map((inner) => normalGuard(program, inner, isNegated));
      return (guard.kind === "and") === isNegated ? disjunction(guards) : conjunction(guards);
    }
    case "in":
      return isNegated ? complementOf(program, guard) : guard;
    default:
      return isNegated ? negation(guard) : guard;
  }
};

const complementOf = (program: Program, guard: Extract<Guard, { kind: "in" }>): Guard => {
  const condition = activeCondition(program, guard.node);
  const owner = condition && nodeAt(program, program.variables[condition[0]] as number);
  const isAlwaysActive = owner !== undefined && activeCondition(program, owner.index) === undefined;
  const [other, ...more] = (owner?.children ?? []).filter(
    (child) => nodeAt(program, child).value !== condition?.[1],
  );
  return isAlwaysActive && other !== undefined && more.length === 0
    ? { kind: "in", node: other }
    : negation(guard);
};

/** Returns a program with guards in a normal form. */
export const normalizeGuards = (program: Program): Program => ({
  ...program,
  transitions: program.transitions.map((transition) => {
    if (transition.guard === undefined) return transition;
    const { guard: _, ...rest } = transition;
    const guard = normalGuard(program, transition.guard, false);
    return guard.kind === "constant" && guard.value ? rest : { ...rest, guard };
  }),
});
