import { describe, expect, it } from "vitest";
import { type AnyStateMachine, assign, createMachine } from "xstate";
import { explore, IdentityError, never } from "../index.js";
import { chartOfMachine, decide, eventsOf, exploreMachine, isBad } from "../machine.test-helper.js";

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
  ])("%s", (_, first, second, isSecond) => {
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
    const graph = explore(chartOfMachine(machine as unknown as AnyStateMachine), {
      name: "money",
      inputs: eventsOf("ADD", "GO"),
      classes: [{ type: Money, data: ({ amount }: Money) => amount }],
    });
    expect(decide(graph, never(isBad)).inputs).toEqual(eventsOf("ADD", "GO"));
  });
});
