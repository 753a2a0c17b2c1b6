import { describe, expect, it } from "vitest";
import { assign, createMachine, raise } from "xstate";
import { type SerialState, serialChart } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import {
  always,
  check,
  claim,
  compare,
  eventually,
  explore,
  type Formula,
  type Graph,
  IdentityError,
  leadsTo,
  never,
  reachable,
  recoverable,
  until,
} from "../index.js";
import { chartOfMachine } from "../machine.test-helper.js";

type Machine = Parameters<typeof chartOfMachine>[0];

const eventsOf = (...types: string[]) =>
  types.map((type) => ({ type })) as readonly { type: string }[] as Input[];
const exploreMachine = (machine: unknown, ...types: string[]) =>
  explore(chartOfMachine(machine as Machine), { name: "events", inputs: eventsOf(...types) });
const decide = (graph: Graph, formula: Formula) => check(graph, claim("C", "A claim.", formula));
const isBad = ({ value }: { readonly value: unknown }) => value === "bad";

/** Two symbols that are described alike. */
const SYMBOLS = [Symbol("a"), Symbol("a")];

/** A chart whose field `x` becomes another value on ADD, after which GO leads to a bad state if the two can be told apart. */
const addingMachine = (first: unknown, second: unknown, isSecond: (x: never) => boolean) =>
  createMachine({
    context: () => ({ x: first }),
    initial: "good",
    states: {
      good: {
        on: {
          ADD: { actions: assign({ x: () => second }) },
          GO: { guard: ({ context }) => isSecond((context as unknown as { x: never }).x), target: "bad" },
        },
      },
      bad: {},
    },
  });

describe("two states are one only if nothing tells them apart", () => {
  it.each<readonly [string, unknown, unknown, (x: never) => boolean]>([
    ["a set", new Set(), new Set([1]), (x: Set<number>) => x.size > 0],
    ["the order of a set", new Set([1, 2]), new Set([2, 1]), (x: Set<number>) => [...x][0] === 2],
    ["a map", new Map(), new Map([[1, 1]]), (x: Map<number, number>) => x.size > 0],
    ["NaN", [null], [Number.NaN], ([x]: number[]) => Number.isNaN(x)],
    ["a field that is NaN", null, Number.NaN, (x: number) => Number.isNaN(x)],
    ["-0 in an array", [0], [-0], ([x]: number[]) => Object.is(x, -0)],
    ["-0", 0, -0, (x: number) => Object.is(x, -0)],
    ["an undefined property", {}, { u: undefined }, (x: object) => "u" in x],
    ["a hole", [undefined], new Array(1), (x: unknown[]) => !(0 in x)],
    ["a bigint", 1, 1n, (x: unknown) => typeof x === "bigint"],
    ["a bigint in an array", [1], [1n], ([x]: unknown[]) => typeof x === "bigint"],
    ["a text like a number", "1", 1, (x: unknown) => x === 1],
    ["a date", new Date(0), new Date(1), (x: Date) => x.getTime() === 1],
    ["a date and its text", new Date(0).toJSON(), new Date(0), (x: unknown) => x instanceof Date],
    ["a typed array", new Uint8Array([1]), new Uint16Array([1]), (x: object) => x instanceof Uint16Array],
    [
      "bytes of a buffer",
      new Uint8Array([1]).buffer,
      new Uint8Array([2]).buffer,
      (x: ArrayBuffer) => new Uint8Array(x)[0] === 2,
    ],
    ["a prototype", {}, Object.create(null), (x: object) => Object.getPrototypeOf(x) === null],
    ["an array and an object", [], {}, (x: object) => !Array.isArray(x)],
    ["a symbol", SYMBOLS[0], SYMBOLS[1], (x: symbol) => x === SYMBOLS[1]],
    ["lastIndex", /a/g, Object.assign(/a/g, { lastIndex: 1 }), (x: RegExp) => x.lastIndex === 1],
    ["a key that looks like two", { "a:1,b": 2 }, { a: 1, b: 2 }, (x: object) => "a" in x],
  ] as never)("%s", (_, first, second, isSecond) => {
    const graph = exploreMachine(addingMachine(first, second, isSecond), "ADD", "GO");
    expect(decide(graph, never(isBad))).toMatchObject({
      verdict: "refuted",
      inputs: eventsOf("ADD", "GO"),
    });
  });

  it("the order of keys makes no difference", () => {
    const graph = exploreMachine(
      addingMachine({ a: 1, b: [2] }, { b: [2], a: 1 }, () => false),
      "ADD",
      "GO",
    );
    expect([graph.states.length, graph.complete]).toEqual([1, true]);
  });

  it("a field that appears later", () => {
    const machine = createMachine({
      context: {},
      on: {
        ADD: { actions: assign(() => ({ later: undefined })) },
        GO: { actions: assign(() => ({ n: 1 })) },
      },
    });
    const graph = exploreMachine(machine, "ADD", "GO");
    expect([...graph.states].map(({ at: current }) => Object.keys(current.context).sort())).toEqual([
      [],
      ["later"],
      ["n"],
      ["later", "n"],
    ]);
    expect(
      decide(
        graph,
        never(({ context }) => "later" in context),
      ).inputs,
    ).toEqual(eventsOf("ADD"));
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = [cyclic];
  class Money {
    readonly #amount: number;
    constructor(amount: number) {
      this.#amount = amount;
    }
    get amount(): number {
      return this.#amount;
    }
  }
  it.each([
    ["function", () => {}, /context\.x: .*got a function/],
    ["instance", new Money(1), /context\.x: .*rule.*got an instance of Money/],
    ["cycle", cyclic, /context\.x\.self\[0\]: .*without a cycle/],
    [
      "getter",
      {
        get y() {
          return 1;
        },
      },
      /context\.x\.y: .*got a getter/,
    ],
    ["weak map", [new WeakMap()], /context\.x\[0\]: .*got an instance of WeakMap/],
    ["promise", { p: Promise.resolve() }, /context\.x\.p: .*got an instance of Promise/],
  ])("refuses by name what cannot be compared exactly: a %s", (_, value, message) => {
    const machine = addingMachine(0, value, () => false);
    let thrown: unknown;
    try {
      exploreMachine(machine, "ADD");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      name: "ExploreError",
      inputs: eventsOf("ADD"),
      message: expect.stringMatching(message),
    });
    expect((thrown as Error).cause).toBeInstanceOf(IdentityError);
  });

  it("compares instances of a class by its rule", () => {
    const machine = addingMachine(new Money(1), new Money(2), (x: Money) => x.amount === 2);
    const graph = explore(chartOfMachine(machine as unknown as Machine), {
      name: "money",
      inputs: eventsOf("ADD", "GO"),
      classes: [{ type: Money, data: ({ amount }: Money) => amount }],
    });
    expect(decide(graph, never(isBad)).inputs).toEqual(eventsOf("ADD", "GO"));
  });
});

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
  ] as never)("a mutation of %s is refused by the name of the action", (_, x, mutate, field) => {
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
    } as never);
    const graph = exploreMachine(machine, "GO");
    expect(graph.failures).toMatchObject([{ kind: "livelock", inputs: eventsOf("GO") }]);
    expect(decide(graph, never(isBad))).toMatchObject({ verdict: "refuted", inputs: eventsOf("GO") });
  });
});

describe("claims about nothing", () => {
  const machine = createMachine({
    initial: "good",
    states: { good: { on: { GO: "bad" } }, bad: { on: { BACK: "good" } } },
  });

  it("an event that the chart does not know", () => {
    expect(decide(exploreMachine(machine, "G0"), never(isBad))).toMatchObject({
      verdict: "vacuous",
      reason: "the chart has no transition for G0, which the scope sends it",
    });
    expect(exploreMachine(machine, "BACK").unhandled).toEqual(eventsOf("BACK"));
  });

  it("a fairness assumption that is never met, and a run that is none", () => {
    const graph = exploreMachine(machine, "GO", "BACK");
    const fairly = [{ name: "pigs fly", is: () => false }];
    expect(
      decide(
        graph,
        leadsTo(
          () => true,
          () => false,
          { fairly },
        ),
      ),
    ).toMatchObject({
      verdict: "vacuous",
      reason: expect.stringContaining("pigs fly"),
    });
    expect(
      decide(
        graph,
        leadsTo(
          () => true,
          () => false,
          { during: () => false },
        ),
      ).verdict,
    ).toBe("vacuous");
    expect(
      decide(
        graph,
        leadsTo(
          () => false,
          () => false,
        ),
      ).reason,
    ).toBe("its premise never holds in the scope");
  });

  it("a state that is not in the chart", () => {
    const graph = exploreMachine(machine, "GO");
    expect(
      decide(
        graph,
        never((current) => current.isIn("bad")),
      ).verdict,
    ).toBe("refuted");
    expect(() =>
      decide(
        graph,
        never((current) => current.isIn("bda")),
      ),
    ).toThrow(/expected one of good, bad, got bda/);
  });

  it("inputs of a device that it cannot take", () => {
    const inputs = [
      { type: "write", offset: 0, value: 999 },
      { type: "read", offset: 300 },
      { type: "receive", characters: [999] },
      { type: "receive" },
      { type: "write", offset: 0 },
    ];
    for (const input of inputs)
      expect(() => explore(serialChart(), { name: "typo", inputs: [input as Input] })).toThrow(RangeError);
  });
});

describe("runs that leave the scope, and that end", () => {
  const graph = explore(serialChart(), {
    name: "three queued",
    inputs: [{ type: "receive", characters: [0x41] }],
    within: ({ inBuffer }: SerialState) => inBuffer.length <= 3,
  });
  const isFull = ({ state }: { readonly state: SerialState }) => state.inBuffer.length === 64;

  it("prove nothing that is promised", () => {
    const arrivals: Input[] = Array(4).fill({ type: "receive", characters: [0x41] });
    for (const formula of [
      leadsTo<SerialState>(() => true, isFull),
      eventually<SerialState>(isFull).within(10),
      until<SerialState>(
        () => true,
        () => false,
      ),
    ])
      expect(check(graph, claim("C", "A claim.", formula))).toMatchObject({
        verdict: "inconclusive",
        inputs: arrivals,
      });
    // Outside, the promise is kept at once.
    expect(
      check(
        graph,
        claim(
          "C",
          "",
          leadsTo<SerialState>(
            () => true,
            ({ state }) => state.inBuffer.length === 4,
          ),
        ),
      ),
    ).toMatchObject({
      verdict: "proved",
      assumes: expect.arrayContaining([expect.stringMatching(/1 input leads out/)]),
    });
  });

  it("a dead end keeps no promise, even if fairness cannot be met there", () => {
    const machine = createMachine({
      initial: "good",
      states: { good: { on: { GO: "stuck", AGAIN: {} } }, stuck: {} },
    });
    const fairly = [
      {
        name: "AGAIN in good",
        is: ({ step, value }: { step?: { input: Input }; value: unknown }) =>
          value === "good" && (step?.input.type as string) === "AGAIN",
      },
    ];
    expect(
      decide(
        exploreMachine(machine, "GO", "AGAIN"),
        leadsTo((current) => !current.step, isBad, { fairly: fairly as never }),
      ),
    ).toMatchObject({ verdict: "refuted" });
    expect(
      decide(
        exploreMachine(machine, "GO", "AGAIN"),
        leadsTo(({ value }) => value === "stuck", isBad, { fairly: fairly as never }),
      ),
    ).toMatchObject({
      verdict: "refuted",
      inputs: eventsOf("GO"),
      reason: expect.stringContaining("dead end"),
    });
  });
});

describe("lassos", () => {
  it("are the shortest, wherever the promise begins", () => {
    // A long way to the first promise that can be broken, and a short one to another.
    const states: Record<string, unknown> = {
      start: { on: { LONG: "long0", SHORT: "short" } },
      short: { on: { LOOP: "loop" } },
      loop: { on: { LOOP: "loop" } },
    };
    for (let index = 0; index < 30; index++)
      states[`long${index}`] = { on: { LONG: `long${(index + 1) % 30}` } };
    const graph = exploreMachine(
      createMachine({ initial: "start", states } as never),
      "LONG",
      "SHORT",
      "LOOP",
    );
    const fairly = [
      {
        name: "a step that changes something",
        is: ({ step, value }: { step?: { before: { value: unknown }; input: Input }; value: unknown }) =>
          step?.before.value !== value || (step?.input.type as string) === "LOOP",
      },
    ];
    const result = decide(
      graph,
      leadsTo(() => true, isBad, { fairly: fairly as never }),
    );
    expect(result).toMatchObject({ verdict: "refuted", inputs: eventsOf("LOOP"), repeats: 0 });
    const leaving = decide(
      graph,
      leadsTo((current) => !current.isIn("start"), isBad, {
        fairly: [{ name: "LOOP in loop", is: (current) => current.isIn("loop") }],
      }),
    );
    expect(leaving).toMatchObject({ inputs: eventsOf("SHORT", "LOOP", "LONG"), repeats: 2 });
  });
});

describe("compare", () => {
  const machineTo = (target: string) =>
    createMachine({ id: "m", initial: "a", states: { a: { on: { GO: target } }, [target]: {} } } as never);
  const scoped = (machine: unknown) => ({
    chart: chartOfMachine(machine as Machine),
    scope: { name: "events", inputs: eventsOf("GO") },
  });

  it("compares the states of charts that emit nothing", () => {
    expect(compare(scoped(machineTo("b")), scoped(machineTo("b"))).verdict).toBe("same");
    expect(compare(scoped(machineTo("b")), scoped(machineTo("c")))).toMatchObject({
      verdict: "different",
      inputs: eventsOf("GO"),
      firstState: { value: "b" },
      secondState: { value: "c" },
    });
    expect(compare(scoped(machineTo("b")), scoped(machineTo("c")), { states: false })).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringContaining("neither chart emitted"),
    });
  });
});
