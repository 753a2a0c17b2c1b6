import type { Branch, Operation, Operations, Test } from "../ir/plan.js";
import type { Guard, Program } from "../ir/program.js";
import { activeCondition } from "../ir/program-queries.js";

/** Returns the test for a node being active. */
export const activeTest = (program: Program, nodeIndex: number): Test => {
  const condition = activeCondition(program, nodeIndex);
  return condition === undefined
    ? { test: "constant", value: true }
    : { test: "state", variable: condition[0], value: condition[1] };
};

/** Returns the test of a guard. */
export const testOf = (program: Program, guard: Guard): Test => {
  switch (guard.kind) {
    case "constant":
      return { test: "constant", value: guard.value };
    case "in":
      return activeTest(program, guard.node);
    case "not":
      return { test: "not", of: testOf(program, guard.guard) };
    case "and":
    case "or":
      return {
        test: guard.kind === "and" ? "all" : "any",
        of: guard.guards.map((inner) => testOf(program, inner)),
      };
    case "call":
      return { test: "call", fn: guard.fn, ...(guard.params && { params: guard.params }) };
    case "missing":
      return { test: "missing", name: guard.name };
    case "flag":
      return { test: "flag", flag: guard.flag };
  }
};

/** Returns operations that run one of several bodies; none if there is no body. */
export const chooseOne = (branches: readonly Branch[]): Operations => {
  const [first] = branches;
  if (first === undefined) return [];
  if (first.test === undefined) return first.body;
  const lastIndex = branches.findIndex(({ test }) => test === undefined);
  return [{ op: "choose", branches: lastIndex < 0 ? branches : branches.slice(0, lastIndex + 1) }];
};

/** Returns operations that run a body if a test holds. */
export const runIf = (test: Test, body: Operations): Operations =>
  body.length === 0 ? [] : [{ op: "choose", branches: [{ test, body }] }];

/** Returns operations that switch over a subject; none if no branch does anything. */
export const switchOn = (
  on: Extract<Operation, { op: "switch" }>["on"],
  branches: readonly (readonly [number, Operations])[],
): Operations => {
  const used = branches.filter(([, body]) => body.length > 0);
  return used.length === 0 ? [] : [{ op: "switch", on, branches: used }];
};

/** The number of single tests from which a condition is worth sharing. */
const SHARED_SIZE = 3;

const sizeOf = (test: Test): number => {
  if (test.test === "not") return sizeOf(test.of);
  return test.test === "all" || test.test === "any"
    ? test.of.reduce((sum, inner) => sum + sizeOf(inner), 0)
    : 1;
};

const isShareable = (test: Test): boolean =>
  (test.test === "all" || test.test === "any") && sizeOf(test) >= SHARED_SIZE;

/** Calls a visitor with each test of operations. */
const visitTests = (operations: Operations, visitor: (test: Test) => void): void => {
  for (const operation of operations) {
    if (operation.op === "choose")
      for (const { test, body } of operation.branches) {
        if (test !== undefined) visitor(test);
        visitTests(body, visitor);
      }
    else if (operation.op === "switch") for (const [, body] of operation.branches) visitTests(body, visitor);
    else if (operation.op === "block" || operation.op === "scope") visitTests(operation.body, visitor);
  }
};

/** Collects conditions that stand in several selections, so that each is written once. One that stands alone stays where it is. */
export class SharedTests {
  readonly tests: Test[] = [];
  private readonly indexes = new Map<string, number>();
  private readonly repeated = new Set<string>();

  /** @param selections - the operations that are going to be shared. */
  constructor(selections: readonly Operations[]) {
    const seen = new Set<string>();
    const count = (test: Test): void => {
      if (test.test === "not") count(test.of);
      if (test.test !== "all" && test.test !== "any") return;
      const key = JSON.stringify(test);
      // What a repeated condition consists of is repeated with it.
      if (seen.has(key)) this.repeated.add(key);
      else test.of.forEach(count);
      seen.add(key);
    };
    for (const operations of selections) visitTests(operations, count);
  }

  /** Returns operations whose long conditions are shared. */
  share(operations: Operations): Operations {
    return operations.map((operation): Operation => {
      switch (operation.op) {
        case "choose":
          return {
            ...operation,
            branches: operation.branches.map(({ test, body, ...rest }) => ({
              ...rest,
              ...(test && { test: this.shareTest(test) }),
              body: this.share(body),
            })),
          };
        case "switch":
          return {
            ...operation,
            branches: operation.branches.map(([value, body]) => [value, this.share(body)] as const),
          };
        case "block":
        case "scope":
          return { ...operation, body: this.share(operation.body) };
        default:
          return operation;
      }
    });
  }

  private shareTest(test: Test): Test {
    if (test.test === "not") return { ...test, of: this.shareTest(test.of) };
    if (test.test !== "all" && test.test !== "any") return test;
    const inner: Test = { ...test, of: test.of.map((part) => this.shareTest(part)) };
    const key = JSON.stringify(test);
    if (!isShareable(test) || !this.repeated.has(key)) return inner;
    const known = this.indexes.get(key);
    if (known !== undefined) return { test: "shared", index: known };
    const index = this.tests.push(inner) - 1;
    this.indexes.set(key, index);
    return { test: "shared", index };
  }
}
