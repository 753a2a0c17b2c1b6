import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type AnyStateMachine,
  assign,
  createActor,
  createMachine,
  emit,
  raise,
  setup,
  stateIn,
} from "xstate";
import { getShortestPaths } from "xstate/graph";
import { invalid } from "../../invalid.test-helper.js";
import {
  always,
  check,
  claim,
  deadEnds,
  explore,
  leadsTo,
  never,
  reachable,
  replayOn,
  showRun,
  toAut,
  toDot,
  UnsupportedMachineError,
  unreached,
} from "../index.js";

/** A light for cars and one for people, who push a button. The bug: cars may go on green while people walk. */
const crossing = createMachine({
  id: "crossing",
  type: "parallel",
  states: {
    cars: {
      initial: "green",
      states: {
        green: { on: { TICK: { target: "red", guard: stateIn({ people: "waiting" }) } } },
        red: { entry: raise({ type: "cars.stopped" }), on: { TICK: "green" } },
      },
    },
    people: {
      initial: "idle",
      states: {
        idle: { on: { PUSH: "waiting" } },
        waiting: { on: { "cars.stopped": "walking" } },
        walking: { on: { DONE: "idle" } },
      },
    },
  },
});
const crossingEvents = [{ type: "TICK" }, { type: "PUSH" }, { type: "DONE" }];

/** A file whose events have the names of a device's inputs, with other properties. */
const file = setup({
  types: {
    context: {} as { readonly size: number; readonly saved: number },
    events: {} as
      | { type: "read"; from: string }
      | { type: "write"; size: number }
      | { type: "restore" }
      | { type: "advance" }
      | { type: "reset" },
    emitted: {} as { type: "size"; size: number },
  },
}).createMachine({
  id: "file",
  context: { size: 0, saved: 0 },
  initial: "open",
  states: {
    open: {
      tags: ["usable"],
      on: {
        read: { actions: emit(({ context }) => ({ type: "size", size: context.size })) },
        write: [
          {
            guard: ({ context, event }) => context.size + event.size <= 6,
            actions: assign({ size: ({ context, event }) => context.size + event.size }),
          },
          { target: "full" },
        ],
        advance: { actions: assign({ saved: ({ context }) => context.size }) },
        restore: { actions: assign({ size: ({ context }) => context.saved }) },
        reset: "closed",
      },
    },
    full: { on: { restore: { target: "open", actions: assign({ size: ({ context }) => context.saved }) } } },
    closed: { type: "final" },
  },
});
const fileScope = {
  events: [
    { type: "read", from: "start" },
    { type: "write", size: 2 },
    { type: "write", size: 3 },
    { type: "restore" },
    { type: "advance" },
    { type: "reset" },
  ],
} as const;

const lift = setup({
  types: {
    context: {} as { readonly floor: number; readonly calls: readonly boolean[] },
    events: {} as { type: "CALL"; floor: number } | { type: "STEP" },
  },
}).createMachine({
  id: "lift",
  context: { floor: 0, calls: [false, false, false] },
  on: {
    CALL: {
      actions: assign({ calls: ({ context, event }) => context.calls.map((c, i) => c || i === event.floor) }),
    },
  },
  initial: "idle",
  states: {
    idle: {
      always: [
        { guard: ({ context }) => context.calls[context.floor] === true, target: "open" },
        { guard: ({ context }) => context.calls.includes(true), target: "moving" },
      ],
    },
    moving: {
      on: {
        STEP: {
          target: "idle",
          actions: assign({
            floor: ({ context }) => context.floor + (context.calls.indexOf(true) > context.floor ? 1 : -1),
          }),
        },
      },
    },
    open: {
      entry: assign({ calls: ({ context }) => context.calls.map((c, i) => c && i !== context.floor) }),
      on: { STEP: "idle" },
    },
  },
});
const liftEvents = [
  ...[0, 1, 2].map((floor) => ({ type: "CALL" as const, floor })),
  { type: "STEP" as const },
];

const keyOf = (value: unknown, context: unknown): string => JSON.stringify([value, context]);

describe("a machine of XState", () => {
  const machines: readonly [string, AnyStateMachine, readonly { readonly type: string }[]][] = [
    ["crossing", crossing, crossingEvents],
    ["file", file as AnyStateMachine, fileScope.events],
    ["lift", lift as AnyStateMachine, liftEvents],
  ];
  it.each(machines)("%s has the states and depths that XState's own graph has", (_, machine, events) => {
    const graph = explore(machine, { events });
    const expected = getShortestPaths(machine, { events: [...events] }).map(({ state, weight }) => [
      keyOf(state.value, state.context),
      weight,
    ]);
    const found = [...graph.states].map(({ at, depth }) => [
      keyOf(at.snapshot.value, at.snapshot.context),
      depth,
    ]);
    expect(found.sort()).toEqual(expected.sort());
    expect(found.length).toBeGreaterThan(4);
  });

  it("is refuted with events that lead an actor there", () => {
    const graph = explore(crossing, { events: crossingEvents });
    const result = check(
      graph,
      claim(
        "safe",
        "No car drives while people walk.",
        never(({ snapshot }) => snapshot.matches({ cars: "green", people: "walking" })),
      ),
    );
    expect(result.verdict).toBe("refuted");
    const snapshots = replayOn(createActor(crossing), result);
    expect(snapshots.map(({ value }) => value)).toEqual([
      { cars: "green", people: "idle" },
      { cars: "green", people: "waiting" },
      { cars: "red", people: "walking" },
      { cars: "green", people: "walking" },
    ]);
  });

  it("may have events with the names of a device's inputs", () => {
    const graph = explore(file, fileScope);
    expect(graph.unhandled).toEqual([]);
    for (const transition of graph.transitions) {
      const { from, input, after } = transition;
      const source = [...graph.states][from]?.at.snapshot;
      const actor = createActor(file, { snapshot: source as never }).start();
      if (source?.status === "active") actor.send(invalid(input));
      const { value, context, status } = actor.getSnapshot();
      expect([after.snapshot.value, after.snapshot.context, after.snapshot.status]).toEqual([
        value,
        context,
        status,
      ]);
    }
    const inSix = check(
      graph,
      claim(
        "six",
        "",
        reachable(({ snapshot }) => snapshot.context.size === 6 && snapshot.hasTag("usable")),
      ),
    );
    expect(inSix.inputs).toEqual([
      { type: "write", size: 3 },
      { type: "write", size: 3 },
    ]);
    expect(replayOn(createActor(file), inSix).at(-1)?.context.size).toBe(6);
    expect(
      showRun(graph.chart, [...(inSix.inputs ?? []), { type: "read", from: "start" } as never]).steps,
    ).toMatchObject([
      { text: "write size 3", changes: ["size 0 to 3"] },
      { text: "write size 3", changes: ["size 3 to 6"] },
      { text: 'read from "start"', changes: ["size size 6"] },
    ]);
    expect(toAut(graph)).toContain("write size 2");
    expect(toDot(file)).toContain("restore");
  });

  it("has snapshots with a typed context, value and status in claims and in within", () => {
    const graph = explore(file, {
      ...fileScope,
      within: ({ context }) => {
        expectTypeOf(context.size).toEqualTypeOf<number>();
        return context.size < 4;
      },
    });
    expect(Math.max(...[...graph.states].map(({ at }) => at.snapshot.context.size))).toBe(3);
    expect(graph.leaving).toBeGreaterThan(0);
    const result = check(
      graph,
      claim(
        "ends",
        "A closed file has ended, and no other.",
        always(({ snapshot }) => {
          expectTypeOf(snapshot.context.size).toEqualTypeOf<number>();
          expectTypeOf(snapshot.value).toEqualTypeOf<"open" | "full" | "closed">();
          return (snapshot.status === "done") === snapshot.matches("closed");
        }),
      ),
    );
    expect(result.verdict).toBe("proved");
    // @ts-expect-error: the machine has no such event.
    const wrongEvents = () => explore(file, { events: [{ type: "wrote", size: 2 }] });
    // @ts-expect-error: a write has a size.
    const incompleteEvents = () => explore(file, { events: [{ type: "write" }] });
    expect([wrongEvents, incompleteEvents]).toHaveLength(2);
  });

  it("has liveness, coverage and dead ends", () => {
    const graph = explore(lift, { events: liftEvents });
    const result = check(
      graph,
      claim(
        "served",
        "Who calls the lift to floor 2 is served, if it steps again and again.",
        leadsTo(
          ({ snapshot }) => snapshot.context.calls[2] === true,
          ({ snapshot }) => snapshot.context.floor === 2 && snapshot.matches("open"),
          { fairly: [{ name: "it steps", is: ({ step }) => step?.event.type === "STEP" }] },
        ),
      ),
    );
    expect([result.verdict, result.repeats === undefined]).toEqual(["refuted", false]);
    expect(unreached(graph)).toEqual({ states: [], transitions: [] });
    expect(deadEnds(explore(file, fileScope))).toHaveLength(
      [...explore(file, fileScope).states].filter(({ at }) => at.snapshot.status === "done").length,
    );
  });

  it("begins in the snapshot of an actor, or in its answer to an input", () => {
    const withInput = setup({
      types: { context: {} as { left: number }, input: {} as { left: number } },
    }).createMachine({
      id: "countdown",
      context: ({ input }) => ({ left: input.left }),
      on: {
        GO: {
          guard: ({ context }) => context.left > 0,
          actions: assign({ left: ({ context }) => context.left - 1 }),
        },
      },
    });
    const start = createActor(withInput, { input: { left: 4 } }).getSnapshot();
    expect(explore(withInput, { events: [{ type: "GO" }], start }).states.length).toBe(5);
    const lifted = createActor(lift).start();
    lifted.send({ type: "CALL", floor: 2 });
    const graph = explore(lift, { events: [{ type: "STEP" }], start: lifted.getSnapshot() });
    expect([...graph.states].map(({ at }) => at.snapshot.context.floor)).toEqual([0, 1, 2, 2]);
    expect(() =>
      explore(lift, { events: [{ type: "STEP" }], start: invalid(createActor(file).getSnapshot()) }),
    ).toThrow(
      'start: expected a snapshot of machine "lift", such as createActor(machine).getSnapshot(), got one of another machine',
    );
  });

  it("that throws is replayed to its error", () => {
    const throwing = createMachine({
      id: "throwing",
      initial: "a",
      states: {
        a: { on: { GO: "b" } },
        b: {
          on: {
            GO: {
              actions: assign(() => {
                throw new Error("boom");
              }),
            },
          },
        },
      },
    });
    const graph = explore(throwing, { events: [{ type: "GO" }] });
    const result = check(
      graph,
      claim(
        "c",
        "",
        always(() => true),
      ),
    );
    expect(result.reason).toContain("boom");
    expect(replayOn(createActor(throwing), result).map(({ status }) => status)).toEqual([
      "active",
      "active",
      "error",
    ]);
    const proved = check(
      explore(lift, { events: liftEvents }),
      claim(
        "c",
        "",
        always(() => true),
      ),
    );
    expect(() => replayOn(createActor(lift), proved)).toThrow("run: expected a result with inputs");
  });
});

describe("what is wrong is said in one line", () => {
  it("every unsupported feature at once, with its place and a way out", () => {
    const order = createMachine({
      id: "order",
      initial: "loading",
      states: {
        loading: { entry: raise(invalid("LATER")) },
        waiting: { always: { guard: stateIn("#nowhere"), target: "loading" } },
      },
    });
    let error: unknown;
    try {
      explore(order, { events: [{ type: "GO" }] });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UnsupportedMachineError);
    const { message, refusals } = error as UnsupportedMachineError;
    expect(refusals.map(({ feature, location }) => `${feature} in ${location}`)).toEqual([
      'raise of a string in state "loading", entry',
      'stateIn of a state that does not exist, "#nowhere" in state "waiting", always',
    ]);
    expect(message.split("\n")).toHaveLength(1);
    for (const { feature, location, wayOut } of refusals)
      expect(message).toContain(`${feature} (${location}): ${wayOut}`);
    expect(new Set(refusals.map(({ wayOut }) => wayOut)).size).toBe(2);
  });

  const wrongScopes: readonly [string, unknown, string][] = [
    ["no events", { events: [] }, "events: expected at least one event, got none"],
    [
      "inputs",
      { inputs: [] },
      "scope: expected events, name, start, actors, abstract, classes, observers, within, got inputs",
    ],
    ["a string", { events: ["GO"] }, 'events[0]: expected an event such as { type: "GO" }, got "GO"'],
    ["no list", { events: { type: "GO" } }, "events: expected a list of events, got an object"],
    [
      "a wildcard",
      { events: [{ type: "*" }] },
      "events[0].type: expected the type of an event that can be sent",
    ],
    ["null", null, "scope: expected { events, within?, start? }, got null"],
    ["an empty start", { events: [{ type: "GO" }], start: null }, "start: expected a snapshot of machine"],
    [
      "a within that is none",
      { events: [{ type: "GO" }], within: 3 },
      "within: expected a function of a snapshot, got 3",
    ],
  ];
  it.each(wrongScopes)("%s", (_, scope, message) => {
    expect(() => explore(crossing, invalid(scope))).toThrow(message);
  });

  it("no machine", () => {
    expect(() => explore(invalid({}), { events: [] })).toThrow(
      "machine: expected an XState machine or a chart",
    );
  });
});
