import { expect, test } from "vitest";
import { createMachine } from "xstate";
import { compile } from "../compile.js";

const machine = createMachine({
  type: "parallel",
  states: {
    lamp: {
      initial: "off",
      states: { off: { on: { SWITCH: "on" } }, on: { tags: "lit", on: { SWITCH: "off" } } },
    },
    door: { initial: "open", states: { open: { initial: "wide", states: { wide: {} } } } },
  },
});

test("snapshots of one configuration equal XState's and share nothing that can be changed", () => {
  const run = compile(machine).start();
  run.send({ type: "SWITCH" }, []);
  const first = run.snapshot;
  const expected = machine.resolveState({ value: first.value, context: {} });
  expect(JSON.stringify(first)).toBe(JSON.stringify(expected));
  expect(Object.keys(first)).toEqual(Object.keys(expected));

  Object.assign((first.value as { door: object }).door, { open: "changed" });
  first.tags.clear();
  (first as unknown as { _nodes: unknown[] })._nodes.length = 0;
  (first.children as Record<string, unknown>)["child"] = {};
  expect(JSON.stringify(run.snapshot)).toBe(JSON.stringify(expected));
  expect(run.snapshot.can({ type: "SWITCH" })).toBe(true);
});
