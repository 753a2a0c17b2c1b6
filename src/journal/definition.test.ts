import { expect, test } from "vitest";
import { createMachine } from "xstate";
import { definitionHash, fnv1a } from "./definition.js";

test("the hash is FNV-1a's, by its published values", () => {
  expect(fnv1a("")).toBe("cbf29ce484222325");
  expect(fnv1a("a")).toBe("af63dc4c8601ec8c");
  expect(fnv1a("foobar")).toBe("85944171f73967e8");
});

const machineWith = (change: {
  readonly words?: string;
  readonly guard?: string;
  readonly meta?: string;
  readonly by?: number;
}) =>
  createMachine({
    id: "m",
    initial: "idle",
    description: change.words ?? "",
    states: {
      idle: {
        description: change.words ?? "",
        meta: { rule: change.words ?? "" },
        on: {
          [change.meta ?? "meta"]: {
            target: "busy",
            guard: change.guard ?? "isReady",
            actions: { type: "count", params: { description: change.by ?? 1 } },
            description: change.words ?? "",
            meta: { rule: change.words ?? "" },
          },
        },
      },
      busy: {},
    },
  });

test("wording does not count, everything else does", () => {
  const originalHash = definitionHash(machineWith({}));
  expect(originalHash).toMatch(/^[0-9a-f]{16}$/);
  expect(definitionHash(machineWith({}))).toBe(originalHash);
  expect(definitionHash(machineWith({ words: "put better" }))).toBe(originalHash);
  expect(definitionHash(machineWith({ guard: "isIdle" }))).not.toBe(originalHash);
  expect(definitionHash(machineWith({ by: 2 }))).not.toBe(originalHash);
  // Event and state names are no wording, even if they are called so.
  expect(definitionHash(machineWith({ meta: "description" }))).not.toBe(originalHash);
});
