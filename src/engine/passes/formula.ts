import type { Guard, Program } from "../ir/program.js";
import { activeCondition } from "../ir/program-queries.js";

/** A condition on states and constant guards, whose negations stand before single questions. */
export type Formula =
  | boolean
  | { readonly variable: number; readonly value: number; readonly holds: boolean }
  | { readonly flag: number; readonly holds: boolean }
  | { readonly all: readonly Formula[] }
  | { readonly any: readonly Formula[] };

/** Replaces a question about a state; undefined leaves it. */
export type StateAnswer = (variable: number, value: number, holds: boolean) => boolean | undefined;

const isLiteral = (
  formula: Formula,
): formula is Exclude<Formula, boolean | { readonly all: unknown } | { readonly any: unknown }> =>
  typeof formula === "object" && "holds" in formula;

/** Returns a conjunction. */
export const allOf = (parts: readonly Formula[]): Formula => {
  const remaining = parts.filter((part) => part !== true);
  if (remaining.includes(false)) return false;
  return remaining.length === 0
    ? true
    : remaining.length === 1
      ? (remaining[0] as Formula)
      : { all: remaining };
};

/** Returns a disjunction. */
export const anyOf = (parts: readonly Formula[]): Formula => {
  const remaining = parts.filter((part) => part !== false);
  if (remaining.includes(true)) return true;
  return remaining.length === 0
    ? false
    : remaining.length === 1
      ? (remaining[0] as Formula)
      : { any: remaining };
};

/** Returns a formula that holds wherever a guard can hold, or where it is `negated` can be false: a function may return either. */
export const formulaOf = (program: Program, guard: Guard | undefined, negated = false): Formula => {
  switch (guard?.kind) {
    case undefined:
      return !negated;
    case "constant":
      return guard.value !== negated;
    case "in": {
      const condition = activeCondition(program, guard.node);
      return condition === undefined
        ? !negated
        : { variable: condition[0], value: condition[1], holds: !negated };
    }
    case "flag":
      return { flag: guard.flag, holds: !negated };
    case "not":
      return formulaOf(program, guard.guard, !negated);
    case "and":
    case "or": {
      const parts = guard.guards.map((inner) => formulaOf(program, inner, negated));
      return (guard.kind === "and") === negated ? anyOf(parts) : allOf(parts);
    }
    case "call":
    case "missing":
      return true;
  }
};

/** Returns a formula that holds wherever the evaluation of a guard can call a function of the machine. */
export const callsWhere = (program: Program, guard: Guard | undefined): Formula => {
  switch (guard?.kind) {
    case "call":
    case "missing":
      return true;
    case "not":
      return callsWhere(program, guard.guard);
    case "and":
    case "or":
      return anyOf(
        guard.guards.map((inner, index) =>
          allOf([
            ...guard.guards.slice(0, index).map((before) => formulaOf(program, before, guard.kind === "or")),
            callsWhere(program, inner),
          ]),
        ),
      );
    default:
      return false;
  }
};

/** Returns a formula in which questions about states are answered. */
export const answered = (formula: Formula, answer: StateAnswer): Formula => {
  if (typeof formula === "boolean" || "flag" in formula) return formula;
  if ("variable" in formula) return answer(formula.variable, formula.value, formula.holds) ?? formula;
  if ("all" in formula) return allOf(formula.all.map((part) => answered(part, answer)));
  return anyOf(formula.any.map((part) => answered(part, answer)));
};

const firstLiteral = (formula: Formula): Formula & { readonly holds: boolean } => {
  if (isLiteral(formula)) return formula;
  const parts = typeof formula === "boolean" ? [] : "all" in formula ? formula.all : formula.any;
  // What must hold in any case leaves one branch.
  return firstLiteral((parts.find(isLiteral) ?? parts[0]) as Formula);
};

/** Returns a formula where one question has an answer. */
const decided = (
  formula: Formula,
  question: Formula & { readonly holds: boolean },
  holds: boolean,
): Formula => {
  if (typeof formula === "boolean") return formula;
  if ("all" in formula) return allOf(formula.all.map((part) => decided(part, question, holds)));
  if ("any" in formula) return anyOf(formula.any.map((part) => decided(part, question, holds)));
  if ("flag" in formula)
    return "flag" in question && question.flag === formula.flag ? holds === formula.holds : formula;
  if (!("variable" in question) || question.variable !== formula.variable) return formula;
  if (question.value === formula.value) return holds === formula.holds;
  // A variable that has one number has no other.
  return holds ? !formula.holds : formula;
};

/** Formulas beyond so many decisions count as satisfiable. */
const GREATEST_EFFORT = 2000;

/** Returns false if a formula certainly holds in no state. */
export const isSatisfiable = (formula: Formula): boolean => {
  let effort = GREATEST_EFFORT;
  const search = (rest: Formula): boolean => {
    if (typeof rest === "boolean") return rest;
    if (effort-- === 0) return true;
    const question = firstLiteral(rest);
    return (
      search(decided(rest, question, question.holds)) || search(decided(rest, question, !question.holds))
    );
  };
  return search(formula);
};
