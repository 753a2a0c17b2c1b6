/** What a transition can enable, over small machines. */
import { expect, test } from "vitest";
import { and, createMachine, not, or, stateIn } from "xstate";
import { lowerMachine } from "../frontend/lower-machine.js";
import type { Operations, Plan } from "../ir/plan.js";
import type { Program } from "../ir/program.js";
import { explainPlan } from "../words/explain.js";
import { planMachine } from "./plan-machine.js";

const programOf = (states: object): Program =>
  lowerMachine(createMachine({ id: "m", type: "parallel", states } as never)).program;
const planOf = (states: object): Plan => planMachine(programOf(states));

/** Returns the bits of the parts that operations make dirty. */
const marksIn = (operations: Operations): number =>
  operations.reduce((bits, operation) => {
    if (operation.op === "mark") return bits | operation.dirty;
    if (operation.op === "block" || operation.op === "scope") return bits | marksIn(operation.body);
    if (operation.op === "choose" || operation.op === "switch")
      return operation.branches.reduce(
        (all, branch) => all | marksIn("body" in branch ? branch.body : branch[1]),
        bits,
      );
    return bits;
  }, 0);

/** Returns the paths of the parts that must look after the eventless transitions of a part. */
const lookAfter = ({ eventless }: Plan, path: string): string[][] => {
  const parts = eventless?.parts ?? [];
  const own = parts.find((part) => part.path === path);
  return (own?.transitions ?? []).map((index) => {
    const marks = eventless?.transitions.find((transition) => transition.index === index)?.routine.body;
    const dirty = marksIn(marks ?? []);
    return parts
      .filter(({ bit }) => ((own?.quiet.includes(index) ? 0 : (own?.bit ?? 0)) | dirty) & bit)
      .map((part) => part.path);
  });
};

/** A region that follows another one's state, there and back. */
const follower = (followed: object) => ({
  initial: "low",
  states: {
    low: { always: { guard: followed, target: "high" } },
    high: { always: { guard: not(followed as never), target: "low" } },
  },
});

test("a part need not look after its own transition if that makes the conditions of the next one false", () => {
  const source = { initial: "off", states: { off: { on: { ON: "on" } }, on: { on: { OFF: "off" } } } };
  const program = programOf({ source, lamp: follower(stateIn({ source: "on" })) });
  const plan = planMachine(program);
  expect(lookAfter(plan, "lamp")).toEqual([[], []]);
  expect(explainPlan(program, plan)).toMatch(
    /lamp\n.*\n.*\n {6}need not look again after transition \d+ .*low.*, transition \d+ .*high.*, unless another transition changes what it reads/,
  );
});

test("a part looks again if its transition leaves its own guard true", () => {
  const plan = planOf({
    source: { initial: "a", states: { a: { on: { GO: "b" } }, b: {} } },
    counter: {
      initial: "x",
      states: {
        x: { always: { guard: stateIn({ source: "b" }), target: "y" } },
        y: { always: { guard: stateIn({ source: "b" }), target: "x" } },
      },
    },
  });
  expect(lookAfter(plan, "counter")).toEqual([["counter"], ["counter"]]);
});

test("a guard that a second transition of the same microstep may change is no fact", () => {
  // Both reach "b" at once: what one has found of the other's state no longer holds.
  const half = (other: string) => ({
    initial: "a",
    states: {
      a: { always: { guard: and([stateIn({ source: "on" }), stateIn({ [other]: "a" })]), target: "b" } },
      b: {},
    },
  });
  const plan = planOf({
    source: { initial: "off", states: { off: { on: { ON: "on" } }, on: {} } },
    left: half("right"),
    right: half("left"),
    both: {
      initial: "no",
      states: {
        no: { always: { guard: and([stateIn({ left: "b" }), stateIn({ right: "b" })]), target: "yes" } },
        yes: {},
      },
    },
  });
  expect(lookAfter(plan, "left")).toEqual([["both"]]);
  expect(lookAfter(plan, "right")).toEqual([["both"]]);
});

test("a state that the next microstep leaves is active after that which enters it alone", () => {
  const passing = {
    initial: "idle",
    states: {
      idle: { on: { GO: "passing" } },
      passing: { always: "idle" },
    },
  };
  const waiting = stateIn({ passing: "passing" });
  const plan = planOf({
    passing,
    counter: {
      initial: "none",
      states: {
        none: { always: { guard: waiting, target: "one" } },
        one: { always: { guard: waiting, target: "many" } },
        many: {},
      },
    },
    lamp: {
      initial: "off",
      states: {
        off: {
          always: {
            guard: and([waiting, or([stateIn({ counter: "one" }), stateIn({ counter: "many" })])]),
            target: "on",
          },
        },
        on: {},
      },
    },
  });
  // "one" is entered with "passing" active before, and left now; so is the lamp's condition.
  expect(lookAfter(plan, "counter")).toEqual([[], []]);
  const go = plan.events.find(({ descriptor }) => descriptor === "GO");
  expect(marksIn(go?.cases[0]?.microstep.body ?? [])).toBe(plan.allParts);
});

test("states that the next microstep leaves may be entered together", () => {
  const passing = {
    initial: "idle",
    states: { idle: { on: { GO: "passing" } }, passing: { always: "idle" } },
  };
  const plan = planOf({
    left: passing,
    right: passing,
    both: {
      initial: "no",
      states: {
        no: {
          always: {
            guard: and([stateIn({ left: "passing" }), stateIn({ right: "passing" })]),
            target: "yes",
          },
        },
        yes: {},
      },
    },
  });
  const both = plan.eventless?.parts.find(({ path }) => path === "both");
  const go = plan.events.find(({ descriptor }) => descriptor === "GO");
  const dirty = marksIn(go?.cases.flatMap(({ microstep }) => microstep.body) ?? []);
  expect(dirty & (both?.bit ?? 0)).toBe(both?.bit);
});

test("nothing is certain of machines whose eventless transitions conflict or that end", () => {
  const ending = planMachine(
    lowerMachine(
      createMachine({
        id: "m",
        initial: "a",
        states: {
          a: { always: { guard: stateIn("a"), target: "b" } },
          b: { on: { GO: "c" } },
          c: { type: "final" },
        },
      } as never),
    ).program,
  );
  expect(ending.eventless?.parts.map(({ quiet }) => quiet)).toEqual([[]]);
});
