import type { Operation, Operations, Routine, Test } from "../ir/plan.js";

const calls = (test: Test | undefined): boolean => {
  if (test === undefined) return false;
  if (test.test === "not") return calls(test.of);
  if (test.test === "all" || test.test === "any") return test.of.some(calls);
  return test.test === "call" || test.test === "shared";
};

const someOperation = (operations: Operations, holds: (operation: Operation) => boolean): boolean =>
  operations.some((operation) => {
    if (holds(operation)) return true;
    if (operation.op === "choose") return operation.branches.some(({ body }) => someOperation(body, holds));
    if (operation.op === "switch") return operation.branches.some(([, body]) => someOperation(body, holds));
    return (operation.op === "block" || operation.op === "scope") && someOperation(operation.body, holds);
  });

const usesArguments = (operation: Operation): boolean => {
  switch (operation.op) {
    case "choose":
      return operation.branches.some(({ test }) => calls(test));
    case "assign":
      return (
        operation.keys.some(({ to }) => "fn" in to) ||
        (operation.params !== undefined && "fn" in operation.params)
      );
    case "merge":
    case "call":
    case "emit":
    case "raise":
      return true;
    default:
      return false;
  }
};

/** Returns a routine of some operations. */
export const routineOf = (body: Operations): Routine => ({
  usesArguments: someOperation(body, usesArguments),
  usesContext: someOperation(body, ({ op }) => op === "assign"),
  body,
});
