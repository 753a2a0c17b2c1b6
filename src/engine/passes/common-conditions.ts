import type { Branch, Test } from "../ir/plan.js";
import type { Program } from "../ir/program.js";

/** A branch by the conditions that must all hold for it. */
interface Alternative extends Pick<Branch, "names" | "body"> {
  readonly conditions: readonly Test[];
}

const conditionsOf = (test: Test | undefined): readonly Test[] => {
  if (test === undefined) return [];
  return test.test === "all" ? test.of.flatMap(conditionsOf) : [test];
};

/** Returns true if a test calls functions that may be called once instead of several times: they declare what they read. */
const isRepeatable = (program: Program, test: Test): boolean => {
  switch (test.test) {
    case "all":
    case "any":
      return test.of.every((inner) => isRepeatable(program, inner));
    case "not":
      return isRepeatable(program, test.of);
    case "call":
      return !!program.reads[test.fn] && (test.params === undefined || "value" in test.params);
    case "missing":
    case "shared":
      return false;
    default:
      return true;
  }
};

const callsFunction = (test: Test): boolean => {
  if (test.test === "not") return callsFunction(test.of);
  if (test.test === "all" || test.test === "any") return test.of.some(callsFunction);
  return test.test === "call" || test.test === "missing";
};

/** Returns the number of conditions with which all of some alternatives begin. */
const commonLength = (program: Program, [first, ...others]: readonly Alternative[]): number => {
  const own = first?.conditions ?? [];
  const differs = own.findIndex(
    (condition, index) =>
      !isRepeatable(program, condition) ||
      others.some(({ conditions }) => JSON.stringify(conditions[index]) !== JSON.stringify(condition)),
  );
  return differs < 0 ? own.length : differs;
};

const branchOf = ({ conditions, names, body }: Alternative): Branch => {
  const [first] = conditions;
  if (first === undefined) return { body };
  const test: Test = conditions.length === 1 ? first : { test: "all", of: conditions };
  return names === undefined || !callsFunction(test) ? { test, body } : { test, names, body };
};

/**
 * Returns the longest group of alternatives from an index that begin with the same conditions, so that none after it can be enabled if those hold:
 * its last has no others, or is the last of all.
 */
const groupFrom = (program: Program, alternatives: readonly Alternative[], start: number) => {
  for (let end = alternatives.length; end > start + 1; end--) {
    const group = alternatives.slice(start, end);
    const length = commonLength(program, group);
    const isClosed = end === alternatives.length || group.at(-1)?.conditions.length === length;
    if (length > 0 && isClosed) return { group, length };
  }
  return undefined;
};

const factored = (program: Program, alternatives: readonly Alternative[]): readonly Branch[] => {
  const branches: Branch[] = [];
  for (let index = 0; index < alternatives.length; index++) {
    const alternative = alternatives[index] as Alternative;
    const found = groupFrom(program, alternatives, index);
    if (found === undefined) {
      branches.push(branchOf(alternative));
      continue;
    }
    const { group, length } = found;
    const inner = group.map((member) => ({ ...member, conditions: member.conditions.slice(length) }));
    const body = [{ op: "choose", branches: factored(program, inner) } as const];
    branches.push(branchOf({ ...alternative, conditions: alternative.conditions.slice(0, length), body }));
    index += group.length - 1;
  }
  return branches;
};

/**
 * Returns branches in which conditions that several in a row begin with are tested once, before all of them. A function is called less often only if
 * it declares what it reads: it has the same result each time.
 */
export const withCommonConditions = (program: Program, branches: readonly Branch[]): readonly Branch[] =>
  factored(
    program,
    branches.map(({ test, ...rest }) => ({ ...rest, conditions: conditionsOf(test) })),
  );
