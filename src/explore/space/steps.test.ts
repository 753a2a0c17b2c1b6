import { describe, expect, it } from "vitest";
import { assign, createMachine, raise } from "xstate";
import { always, leadsTo, never, reachable, recoverable } from "../index.js";
import { decide, eventsOf, exploreMachine, isBad } from "../machine.test-helper.js";

describe("a machine that has ended", () => {
  const machine = createMachine({
    initial: "open",
    on: { RESET: ".open" },
    states: { open: { on: { END: "ended" } }, ended: { type: "final" } },
  });
  const graph = exploreMachine(machine, "END", "RESET");

  it("stays ended", () => {
    expect([...graph.states].map(({ at: current }) => [current.value, current.isDone])).toEqual([
      ["open", false],
      ["ended", true],
    ]);
    expect(
      decide(
        graph,
        recoverable(({ value }) => value === "open"),
      ),
    ).toMatchObject({
      verdict: "refuted",
      inputs: eventsOf("END"),
    });
  });
});

describe("the order of entry", () => {
  const region = (name: string) => ({
    initial: "out",
    states: {
      out: { on: { [`ENTER.${name}`]: "waiting" } },
      waiting: {
        always: {
          guard: ({ context }: { context: { open: boolean } }) => context.open,
          target: "#won",
          actions: assign({ winner: name }),
        },
      },
    },
  });
  const machine = createMachine({
    context: { open: false, winner: "" },
    initial: "race",
    states: {
      race: {
        type: "parallel",
        on: { OPEN: { actions: assign({ open: true }) } },
        states: { first: region("first"), second: region("second") },
      },
      over: { id: "won" },
    },
  } as never);

  it("is part of a state where it decides what simultaneous transitions do", () => {
    const graph = exploreMachine(machine, "ENTER.first", "ENTER.second", "OPEN");
    const winsSecond = decide(
      graph,
      reachable(({ context }) => context["winner"] === "second"),
    );
    const bothWait = decide(
      graph,
      never(
        ({ context, step }) =>
          context["winner"] === "second" && step?.before.isIn("race.first.waiting") === true,
      ),
    );
    expect(winsSecond.verdict).toBe("proved");
    expect(bothWait).toMatchObject({
      verdict: "refuted",
      inputs: eventsOf("ENTER.second", "ENTER.first", "OPEN"),
    });
  });
});

describe("chance and mutation", () => {
  const decideMachine = (machine: unknown) => decide(exploreMachine(machine, "GO"), never(isBad));
  const guarded = (name: string, guard: () => boolean) =>
    createMachine(
      { initial: "good", states: { good: { on: { GO: { guard: name, target: "bad" } } }, bad: {} } },
      { guards: { [name]: guard } },
    );

  it.each<readonly [string, () => boolean]>([
    ["Math.random", () => Math.random() < 0],
    ["Date.now", () => Date.now() < 0],
    ["new Date()", () => new Date() < new Date(0)],
    ["performance.now", () => performance.now() < 0],
    ["crypto.randomUUID", () => crypto.randomUUID().length === 0],
    ["crypto.getRandomValues", () => crypto.getRandomValues(new Uint8Array(1))[0] === 256],
  ])("%s is refused by the name of the guard", (source, guard) => {
    expect(decideMachine(guarded("isLucky", guard))).toMatchObject({
      verdict: "inconclusive",
      inputs: eventsOf("GO"),
      reason: expect.stringContaining(`the guard "isLucky" of state "good", event "GO" uses ${source}`),
    });
    expect(guard()).toBe(false);
  });

  it("a date that is given is no chance", () => {
    expect(decideMachine(guarded("isFixed", () => new Date(5).getTime() === 6)).verdict).toBe("proved");
  });

  it("what depends on something outside is found", () => {
    let calls = 0;
    const result = decideMachine(guarded("isOdd", () => calls++ % 2 === 1));
    expect(result).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringMatching(/another outcome/),
    });
  });

  it.each<readonly [string, unknown, (context: never) => void, string]>([
    ["an array", [1], ({ x }: { x: number[] }) => x.push(2), "x"],
    ["a map", new Map(), ({ x }: { x: Map<number, number> }) => x.set(1, 1), "x"],
    ["a date", new Date(0), ({ x }: { x: Date }) => x.setTime(5), "x"],
    ["the context", 1, (context: { x: number }) => Object.assign(context, { x: 2 }), "x"],
    [
      "an inner object",
      { y: { z: 1 } },
      ({ x }: { x: { y: { z: number } } }) => Object.assign(x.y, { z: 2 }),
      "x",
    ],
  ])("a mutation of %s is refused by the name of the action", (_, x, mutate, field) => {
    const machine = createMachine(
      { context: () => ({ x }), initial: "good", states: { good: { on: { GO: { actions: "mutate" } } } } },
      { actions: { mutate: ({ context }) => mutate(context as never) } },
    );
    expect(decideMachine(machine)).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringContaining(
        `the action "mutate" of state "good", event "GO" changes context.${field} in place`,
      ),
    });
  });

  it.each<readonly [string, { readonly y: { z: number } }, string]>([
    ["frozen whole", Object.freeze({ y: Object.freeze({ z: 1 }) }), "it throws, as in XState"],
    ["frozen outside alone", Object.freeze({ y: { z: 1 } }), "it is a mutation"],
  ])("a mutation of what the machine has %s: %s", (_, x, outcome) => {
    const machine = createMachine(
      { context: { x }, initial: "good", states: { good: { on: { GO: { actions: "mutate" } } } } },
      { actions: { mutate: ({ context }) => Object.assign(context.x.y, { z: 2 }) } },
    );
    const result = decideMachine(machine);
    if (outcome === "it is a mutation")
      expect(result).toMatchObject({
        verdict: "inconclusive",
        reason: expect.stringContaining("changes context.x in place"),
      });
    else expect(exploreMachine(machine, "GO").failures).toMatchObject([{ kind: "exception" }]);
  });
});

describe("failures of the chart", () => {
  const counting = createMachine(
    { context: { n: 0 }, on: { GO: { actions: "add" } } },
    {
      actions: {
        add: assign({
          n: ({ context }) => {
            if (context["n"] === 3) throw new Error("boom");
            return context["n"] + 1;
          },
        }),
      },
    },
  );

  it("an exception is a counterexample, with the fewest inputs", () => {
    const graph = exploreMachine(counting, "GO");
    expect(graph.failures).toEqual([
      {
        kind: "exception",
        message: "boom",
        source: 'the action "add" of the root, event "GO"',
        inputs: eventsOf("GO", "GO", "GO", "GO"),
      },
    ]);
    for (const formula of [
      always(() => true),
      leadsTo(
        () => true,
        ({ context }) => context["n"] === 3,
      ),
      recoverable(({ context }) => context["n"] === 3),
    ])
      expect(decide(graph, formula)).toMatchObject({ verdict: "refuted", failure: graph.failures[0] });
    expect(
      decide(
        graph,
        reachable(({ context }) => context["n"] === 3),
      ).verdict,
    ).toBe("proved");
  });

  it.each([
    ["always", { always: "there" }, { always: "here" }],
    [
      "raised events",
      { entry: raise({ type: "NEXT" }), on: { NEXT: "there" } },
      { entry: raise({ type: "NEXT" }), on: { NEXT: "here" } },
    ],
  ])("a livelock of %s is one", (_, here, there) => {
    const machine = createMachine({
      initial: "start",
      states: { start: { on: { GO: "here" } }, here, there },
    });
    const graph = exploreMachine(machine, "GO");
    expect(graph.failures).toMatchObject([{ kind: "livelock", inputs: eventsOf("GO") }]);
    expect(decide(graph, never(isBad))).toMatchObject({ verdict: "refuted", inputs: eventsOf("GO") });
  });
});
