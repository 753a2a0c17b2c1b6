/** Each pass, over small machines, by the plan that it makes. */
import { describe, expect, test } from "vitest";
import { type AnyStateMachine, and, assign, emit, not, setup, stateIn } from "xstate";
import { lowerMachine } from "../frontend/lower-machine.js";
import { compile, generate } from "../index.js";
import type { Operation, Operations, Plan } from "../ir/plan.js";
import { planMachine } from "./plan-machine.js";

interface Counts {
  readonly low: number;
  readonly high: number;
  readonly limit: number;
}
type CountEvent = { readonly type: "LOW" | "HIGH" | "GO" | "NONE"; readonly step?: number };
type GuardArgs = { readonly context: Counts; readonly event: CountEvent };

const reading = (
  context: readonly (keyof Counts)[],
  event: readonly string[],
  guard: (args: GuardArgs) => boolean,
) => Object.assign(guard, { reads: { context, event } });

/** A guard that declares what it reads, and always answers the same. */
const answering = (context: readonly string[], isEnabled: boolean) =>
  Object.assign(() => isEnabled, { reads: { context, event: [] } });

/** Two regions that follow fields, and one that follows a state. */
const counters = setup({
  types: { context: {} as Counts, events: {} as CountEvent, emitted: {} as { readonly type: "on" } },
  guards: {
    lowFull: reading(["low"], [], ({ context }) => context.low > 1),
    highFull: reading(["high"], [], ({ context }) => context.high > 1),
    limited: reading(["limit"], [], ({ context }) => context.limit > 0),
    stepped: reading([], ["step"], ({ event }) => event.step === 1),
    undeclared: ({ context }) => context.low > 5,
    lowIsFull: stateIn({ low: "full" }),
  },
}).createMachine({
  id: "counters",
  context: { low: 0, high: 0, limit: 1 },
  type: "parallel",
  states: {
    low: {
      initial: "free",
      states: {
        free: {
          always: { guard: "lowFull", target: "full" },
          on: { LOW: { actions: assign({ low: ({ context }) => context.low + 1 }) } },
        },
        full: {},
      },
    },
    high: {
      initial: "free",
      states: {
        free: {
          always: { guard: "highFull", target: "full" },
          on: { HIGH: { actions: assign({ high: ({ context }) => context.high + 1 }) } },
        },
        full: {},
      },
    },
    lamp: {
      initial: "off",
      states: {
        off: { always: { guard: and(["lowIsFull", "limited"]), target: "on" }, on: { GO: "on" } },
        on: {
          entry: emit({ type: "on" }),
          on: { GO: { guard: not("lowIsFull"), target: "off" }, NONE: "off" },
        },
      },
    },
  },
});

const planOf = (machine: Parameters<typeof lowerMachine>[0]): Plan =>
  planMachine(lowerMachine(machine).program, [], ["low", "high", "limit"]);
const plan = planOf(counters);

const operationsIn = (operations: Operations): Operation[] =>
  operations.flatMap((operation) => [
    operation,
    ...(operation.op === "choose" ? operation.branches.flatMap(({ body }) => operationsIn(body)) : []),
    ...(operation.op === "switch" ? operation.branches.flatMap(([, body]) => operationsIn(body)) : []),
    ...(operation.op === "block" || operation.op === "scope" ? operationsIn(operation.body) : []),
  ]);

/** Returns the paths of the parts that each case of an event makes dirty. */
const dirtied = ({ events, eventless }: Plan, eventType: string): string[][] => {
  const cases = events.find(({ descriptor }) => descriptor === eventType)?.cases ?? [];
  return cases.map(({ microstep }) => {
    const bits = operationsIn(microstep.body).reduce(
      (all, operation) => (operation.op === "mark" ? all | operation.dirty : all),
      0,
    );
    return (eventless?.parts ?? []).filter(({ bit }) => (bits & bit) !== 0).map(({ path }) => path);
  });
};

describe("constant guards", () => {
  test("are those that read only what no action writes", () => {
    expect(plan.constants.map(({ fn }) => plan.functions[fn])).toEqual(["limited"]);
    expect(plan.constantFields).toEqual(["limit"]);
  });

  test("are none if a function returns the fields that it assigns", () => {
    const machine = setup({ guards: { limited: answering(["limit"], true) } }).createMachine({
      context: { limit: 1 },
      on: { GO: { guard: "limited", actions: assign(() => ({ limit: 2 })) } },
    });
    expect(planOf(machine).constants).toEqual([]);
  });
});

describe("parts", () => {
  test("read the fields and states that their guards declare", () => {
    expect(plan.eventless?.parts.map(({ path, reads }) => [path, reads.fields, reads.event])).toEqual([
      ["low", ["low"], false],
      ["high", ["high"], false],
      ["lamp", [], false],
    ]);
    expect(plan.eventParts).toBe(0);
  });

  test("are dirty only after a write of what they read", () => {
    expect(dirtied(plan, "LOW")).toEqual([["low"]]);
    expect(dirtied(plan, "HIGH")).toEqual([["high"]]);
  });

  test("are clean in a state without eventless transitions, and dirty in one with", () => {
    expect(dirtied(plan, "NONE")).toEqual([["lamp"]]);
    const lowFills = plan.eventless?.transitions[0]?.routine.body.find(({ op }) => op === "mark");
    const [low, , lamp] = plan.eventless?.parts ?? [];
    expect(lowFills).toEqual({ op: "mark", dirty: lamp?.bit, clean: low?.bit });
  });

  test("are clean where the transition's own guard excludes theirs", () => {
    expect(dirtied(plan, "GO")).toEqual([[], []]);
  });

  test("of a guard that declares nothing are dirty after anything", () => {
    const undeclared = setup({ guards: { ready: ({ event }) => event.type === "GO" } }).createMachine({
      context: { low: 0, high: 0, limit: 0 },
      initial: "a",
      states: {
        a: { always: { guard: "ready", target: "b" }, on: { LOW: { actions: assign({ low: 1 }) } } },
        b: {},
      },
    });
    const undeclaredPlan = planOf(undeclared);
    expect(undeclaredPlan.eventParts).toBe(undeclaredPlan.allParts);
    expect(undeclaredPlan.eventless?.parts[0]?.reads.fields).toBeUndefined();
    expect(dirtied(undeclaredPlan, "LOW")).toEqual([[""]]);
  });

  test("of more regions than there are bits share them", () => {
    const regions = Object.fromEntries(
      Array.from({ length: 65 }, (_, index) => [
        `r${index}`,
        { initial: "a", states: { a: { always: { guard: "lowFull", target: "b" } }, b: {} } },
      ]),
    );
    const wide = setup({ guards: { lowFull: answering(["low"], false) } }).createMachine({
      context: { low: 0 },
      type: "parallel",
      states: regions,
      on: { GO: { actions: assign({ low: 1 }) } },
    } as never);
    const parts = planOf(wide as never).eventless?.parts ?? [];
    expect(parts.length).toBe(65);
    expect(new Set(parts.map(({ bit }) => bit)).size).toBe(30);
  });
});

describe("the order of parts that go on together", () => {
  const go = { guard: "ready", target: "b" } as const;
  const ready = answering(["limit"], true);
  const region = (always: object, b: object = {}) => ({ initial: "a", states: { a: { always }, b } });
  const orders = (states: object) => {
    const machine = setup({ guards: { ready } }).createMachine({
      context: { limit: 1 },
      type: "parallel",
      states,
      on: { GO: { actions: assign({ limit: 2 }) } },
    } as never);
    return planOf(machine as never).eventless?.parts.map(({ order }) => order);
  };
  const acting = { ...go, actions: emit({ type: "on" }) };
  const entering = { entry: emit({ type: "on" }) };

  test("is by age if both act, and any if not", () => {
    expect(orders({ one: region(acting), two: region(go), three: region(acting) })).toEqual([
      "by age",
      "any",
      "by age",
    ]);
  });

  test("is that of ages for the transitions that act", () => {
    const machine = setup({ guards: { ready } }).createMachine({
      context: { limit: 1 },
      type: "parallel",
      states: { one: region([acting, go]), two: region(acting) },
      on: { GO: { actions: assign({ limit: 2 }) } },
    });
    const [one] = planOf(machine).eventless?.parts ?? [];
    expect([one?.transitions.length, one?.acting]).toEqual([2, one?.transitions.slice(0, 1)]);
  });

  test("is in phases if one acts after another has entered a state with actions", () => {
    expect(orders({ one: region(go, entering), two: region(acting) })).toEqual(["in phases", "by age"]);
    expect(orders({ one: region(acting), two: region(go, entering) })).toEqual(["by age", "any"]);
  });

  test("is in phases if a region may enter the state in which it is", () => {
    const whole = (guard: unknown) => ({ ...region([]), always: { guard, target: ".b" } });
    const isInA = stateIn({ one: "a" });
    expect(orders({ one: whole("ready"), two: region(go) })).toEqual(["in phases", "any"]);
    expect(orders({ one: whole(and(["ready", isInA])), two: region(go) })).toEqual(["any", "any"]);
  });

  test("is in phases if states have exit actions", () => {
    const leaving = {
      initial: "a",
      states: { a: { always: go, exit: emit({ type: "on" }) }, b: {} },
    };
    expect(orders({ one: leaving, two: region(go) })).toEqual(["in phases", "in phases"]);
  });
});

describe("cases", () => {
  test("that not being in one of two states distinguishes are decided by the other", () => {
    const { decision, cases } = plan.events.find(({ descriptor }) => descriptor === "GO") ?? {};
    expect(decision && "branches" in decision && decision.branches.map(([value]) => value)).toEqual([1, 2]);
    expect(cases?.[1]?.known.length).toBe(2);
    expect(operationsIn(cases?.[1]?.microstep.body ?? []).some(({ op }) => op === "choose")).toBe(false);
  });
});

describe("undo", () => {
  const caseOf = (eventType: string) =>
    plan.events.find(({ descriptor }) => descriptor === eventType)?.cases[0];

  test("covers what an event and what follows can write, and no more", () => {
    const lamp = 2;
    expect(caseOf("HIGH")?.follow).toMatchObject({ keys: ["high"], variables: [1] });
    expect(caseOf("LOW")?.follow).toMatchObject({ keys: ["low"], variables: [0, lamp] });
  });

  test("of an event that is not frequent is shared, or covers the event alone if it answers by an emission", () => {
    const answering = counters.provide({
      guards: { lowFull: reading(["low"], [], ({ context }) => context.low > 2) },
    }).config;
    const answer = [assign({ low: ({ context }: GuardArgs) => context.low + 1 }), emit({ type: "on" })];
    const low = {
      initial: "free",
      states: {
        free: { always: { guard: "lowFull", target: "full" }, on: { LOW: { actions: answer } } },
        full: {},
      },
    };
    const machine = setup({ guards: counters.implementations.guards as never }).createMachine({
      ...answering,
      states: { ...answering.states, low },
    } as never);
    const caseWith = (source: AnyStateMachine) =>
      planMachine(lowerMachine(source).program, [], ["low", "high", "limit"], ["HIGH"]).events.find(
        ({ descriptor }) => descriptor === "LOW",
      )?.cases[0];
    expect(caseWith(counters)).toMatchObject({ sharesUndo: false, follow: "all" });
    expect(caseWith(machine as never)).toMatchObject({
      sharesUndo: true,
      follow: { keys: ["low"], variables: [], ages: [] },
    });
  });

  test("is none where nothing can throw after the first change", () => {
    expect(caseOf("GO")).toMatchObject({ follow: undefined, undo: undefined });
  });
});

test("an eventless transition whose initial transition assigns changes the state", async () => {
  const machine = setup({
    guards: { few: reading(["low"], [], ({ context }) => context.low < 5) as never },
  }).createMachine({
    id: "again",
    context: { low: 0 },
    initial: { target: "a", actions: assign({ low: ({ context }: never) => (context as Counts).low + 1 }) },
    states: { a: { always: { guard: "few", target: "#again" }, on: { GO: "a" } } },
  } as never) as unknown as AnyStateMachine;
  const { program } = lowerMachine(machine);
  expect(planMachine(program).eventless?.transitions.map(({ changes }) => changes)).toEqual([true]);
  const source = await import(`data:text/javascript,${encodeURIComponent(generate(machine))}`);
  expect(compile(machine, { source }).start().context).toEqual({ low: 5 });
});

test("a plan is plain data", () => {
  expect(JSON.parse(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify({ ...plan })));
  const hasFunction = (value: unknown): boolean =>
    typeof value === "function" ||
    (typeof value === "object" && value !== null && Object.values(value).some(hasFunction));
  expect(hasFunction(plan)).toBe(false);
});
