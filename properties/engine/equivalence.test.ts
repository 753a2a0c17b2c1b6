import fc from "fast-check";
import { expect, test } from "vitest";
import { type AnyStateMachine, assign, emit, setup, stateIn } from "xstate";
import { enginesOf, everyConfigurationAgrees, sequencesAgree } from "./equivalence.js";

const turnstile = setup({
  types: {
    context: {} as { tries: number },
    events: {} as { type: "coin" } | { type: "push" } | { type: "kick"; force: number },
    emitted: {} as { type: "opened" } | { type: "alarm"; tries: number },
  },
  guards: {
    isLit: stateIn({ lamp: "on" }),
    isHard: ({ event }) => event.type === "kick" && event.force > 3,
  },
  actions: {
    count: assign({ tries: ({ context }) => (context.tries + 1) % 4 }),
    open: emit({ type: "opened" }),
    alarm: emit(({ context }) => ({ type: "alarm", tries: context.tries })),
  },
}).createMachine({
  context: { tries: 0 },
  type: "parallel",
  states: {
    gate: {
      initial: "locked",
      states: {
        locked: {
          on: {
            coin: { target: "open", actions: "open" },
            kick: { guard: "isHard", actions: ["count", "alarm"] },
          },
        },
        open: { on: { push: { guard: "isLit", target: "locked", actions: "count" } } },
      },
    },
    lamp: {
      initial: "off",
      states: { off: { on: { coin: "on" } }, on: { on: { push: "off", kick: "off" } } },
    },
  },
}) as unknown as AnyStateMachine;

test("sequences", async () => {
  const event = fc.oneof(
    fc.constant({ type: "coin" }),
    fc.constant({ type: "push" }),
    fc.record({ type: fc.constant("kick"), force: fc.nat({ max: 6 }) }),
  );
  fc.assert(sequencesAgree(await enginesOf(turnstile), event));
});

test("every configuration with every event", async () => {
  const sequence = [
    { type: "coin" },
    { type: "push" },
    { type: "kick", force: 2 },
    { type: "kick", force: 4 },
  ];
  const coverage = everyConfigurationAgrees(await enginesOf(turnstile), sequence);
  expect(coverage).toEqual({ configurations: 3, checked: 12 });
});
