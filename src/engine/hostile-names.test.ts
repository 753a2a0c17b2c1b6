/** Names of a machine that mean something else to a state path, to an object used as a map, or to generated text. */
import { describe, expect, test } from "vitest";
import { type AnyStateMachine, assign, createActor, createMachine, emit, raise, stateIn } from "xstate";
import { invalid } from "../invalid.test-helper.js";
import {
  compile,
  type Engine,
  type GeneratedSource,
  generate,
  interpret,
  UnsupportedError,
} from "./index.js";

const loadSource = async (
  machine: AnyStateMachine,
  options?: Parameters<typeof generate>[1],
): Promise<GeneratedSource> =>
  (await import(`data:text/javascript,${encodeURIComponent(generate(machine, options))}`)) as GeneratedSource;

const machineOf = (config: object, implementations?: object): AnyStateMachine =>
  createMachine(config, implementations) as unknown as AnyStateMachine;

const enginesOf = async (machine: AnyStateMachine): Promise<Engine<AnyStateMachine>[]> => [
  interpret(machine),
  compile(machine),
  compile(machine, { source: await loadSource(machine) }),
];

/** Objects with this key of their own. */
const own = (key: string, value: unknown) => ({ [key]: value });

describe("stateIn", () => {
  const leaf = (name: string) => ({ initial: name, states: { [name]: {}, other: {} } });
  const questions: [name: string, value: unknown, state: object][] = [
    ["a dot", "v1.0", leaf("v1.0")],
    ["the part before a dot", "v1", leaf("v1.0")],
    ["an escaped dot", "v1\\.0", leaf("v1.0")],
    ["a dot in a region", { r: "v1.0" }, { type: "parallel", states: { r: leaf("v1.0") } }],
    ["a path to it", "r.v1.0", { type: "parallel", states: { r: leaf("v1.0") } }],
    ["a dot in a region's name", { "r.s": "a" }, { type: "parallel", states: { "r.s": leaf("a") } }],
    ["a state with states", "a.b", { initial: "a.b", states: { "a.b": leaf("c") } }],
    ["an object in place of its path", { v1: "0" }, leaf("v1.0")],
    ["a state that is called as what objects inherit", "toString", leaf("toString")],
    ["what objects inherit, in a region", "toString", { type: "parallel", states: { r: leaf("a") } }],
    ["the inherited value itself", { constructor: {} }, { type: "parallel", states: { r: leaf("a") } }],
    ["the prototype", own("__proto__", {}), { type: "parallel", states: { r: leaf("a") } }],
    ["what only one of two states inherits", "constructor", { ...leaf("a"), initial: "other" }],
    ["an empty name", "", { ...leaf(""), initial: "other" }],
    ["a backslash", "a\\\\b", leaf("a\\b")],
    ["several keys", { r: "v1.0", q: "a" }, { type: "parallel", states: { r: leaf("v1.0"), q: leaf("a") } }],
  ];
  test.each(questions)("%s", async (_, value, state) => {
    const on = { ASK: { guard: stateIn(invalid(value)), actions: emit({ type: "yes" }) } };
    const machine = machineOf({ id: "m", ...state, on });
    const answers: unknown[] = [];
    const actor = createActor(machine);
    actor.on("yes", () => answers.push("yes"));
    actor.start().send({ type: "ASK" });
    for (const engine of await enginesOf(machine)) {
      const emitted: unknown[] = [];
      engine.start().send({ type: "ASK" }, emitted);
      expect(emitted.length).toBe(answers.length);
    }
  });

  test("what is no state value is refused", () => {
    const machine = machineOf({ on: { ASK: { guard: stateIn(invalid(null)) } } });
    expect(() => compile(machine)).toThrow('stateIn of what is no state value, null (the root, event "ASK")');
  });
});

test("keys that objects inherit are keys of a context like others, also when an error takes their assignment back", async () => {
  const machine = machineOf({
    context: { count: 0 },
    on: {
      SET: { actions: assign({ toString: 1, constructor: 2 }) },
      UPDATE: { actions: assign(() => ({ valueOf: 3, [Symbol.for("key")]: 4 })) },
      FAIL: {
        actions: [
          assign({ toString: 5, hasOwnProperty: 6 }),
          assign(() => ({ [Symbol.for("other")]: 7, [Symbol.for("key")]: 8 })),
          () => {
            throw new Error("no");
          },
        ],
      },
    },
  });
  for (const engine of await enginesOf(machine)) {
    const run = engine.start();
    expect(() => run.send({ type: "FAIL" }, [])).toThrow("no");
    expect(Reflect.ownKeys(run.snapshot.context)).toEqual(["count"]);
    run.send({ type: "SET" }, []);
    run.send({ type: "UPDATE" }, []);
    expect(() => run.send({ type: "FAIL" }, [])).toThrow("no");
    const expected = { count: 0, toString: 1, constructor: 2, valueOf: 3, [Symbol.for("key")]: 4 };
    expect({ ...run.snapshot.context }).toStrictEqual(expected);
    expect({ ...run.fork().snapshot.context }).toStrictEqual(expected);
  }
});

test("an event that fails leaves a symbol's key of the context, also where it has assigned a declared key", async () => {
  const machine = machineOf({
    context: { count: 0 },
    on: {
      UPDATE: { actions: assign(() => ({ [Symbol.for("key")]: 1 })) },
      FAIL: {
        actions: [
          assign({ count: 1 }),
          () => {
            throw new Error("no");
          },
        ],
      },
    },
  });
  for (const engine of await enginesOf(machine)) {
    const run = engine.start();
    run.send({ type: "UPDATE" }, []);
    expect(() => run.send({ type: "FAIL" }, [])).toThrow("no");
    expect({ ...run.snapshot.context }).toStrictEqual({ count: 0, [Symbol.for("key")]: 1 });
  }
});

test("an assigner's result is assigned as Object.assign does", async () => {
  const hidden = Object.defineProperty({ shown: 1 }, "hidden", { value: 2, enumerable: false });
  const results: unknown[] = [undefined, null, 5, "ab", hidden, Object.create({ inherited: 1 })];
  for (const result of results) {
    const machine = machineOf({
      context: { count: 0 },
      on: { GO: { actions: assign(() => result as object) } },
    });
    const contexts = (await enginesOf(machine)).map((engine) => {
      const run = engine.start();
      run.send({ type: "GO" }, []);
      return { ...run.snapshot.context };
    });
    expect(contexts[1]).toStrictEqual(contexts[0]);
    expect(contexts[2]).toStrictEqual(contexts[0]);
  }
});

describe('"__proto__", which XState itself loses, is refused', () => {
  test.each([
    [
      "a state",
      'a state with the key "__proto__" (the root)',
      { initial: "a", states: { a: {}, ...{ ["__proto__"]: {} } } },
    ],
    [
      "an assignment",
      'an assign to "__proto__" (the root, event "GO")',
      { context: {}, on: { GO: { actions: assign(own("__proto__", 1)) } } },
    ],
  ])("%s", (_, message, config) => {
    expect(() => compile(machineOf(config))).toThrow(UnsupportedError);
    expect(() => generate(machineOf(config))).toThrow(`Cannot compile ${message}`);
  });

  test("a context", () => {
    const engine = compile(machineOf({ initial: "a", states: { a: {} } }));
    const snapshot = { status: "active", value: "a", context: own("__proto__", 1), children: {} };
    expect(() => engine.start(invalid(snapshot))).toThrow('a context with the key "__proto__"');
  });

  test("an assigner's result: nothing has changed", async () => {
    const machine = machineOf({
      context: { count: 0 },
      on: { GO: { actions: [assign({ count: 1 }), assign(() => own("__proto__", { a: 1 }))] } },
    });
    for (const engine of (await enginesOf(machine)).slice(1)) {
      const run = engine.start();
      expect(() => run.send({ type: "GO" }, [])).toThrow(
        'assign: expected keys of a context, got "__proto__"',
      );
      expect(run.context).toEqual({ count: 0 });
    }
  });
});

describe("generated source is data", () => {
  /** A text that would run if it ended a comment, a string or a template. */
  const attack = (end: string) => `x${end}globalThis.injected = true; //`;
  test.each(["\u2028", "\u2029", "\n", "\r", '"', "'", "`", "*/", "\\", "\\u0022;", "${"])(
    "with %j in every name",
    async (end) => {
      const name = attack(end);
      const machine = machineOf(
        {
          id: name,
          context: { [name]: 0 },
          initial: name,
          states: {
            [name]: {
              on: {
                [name]: { guard: name, actions: [name, `${name}raise`, `${name}params`], target: "next" },
                [`${name}.*`]: {},
              },
            },
            next: { on: { [`${name}2`]: { guard: `${name}missing` } } },
          },
        },
        {
          guards: { [name]: () => true },
          actions: {
            [name]: assign({ [name]: 1 }),
            [`${name}raise`]: raise({ type: `${name}raised` }),
            [`${name}params`]: emit({ type: name, [name]: 2 }),
          },
        },
      );
      const options = {
        groups: [{ types: [name], payload: name, often: name }],
        kinds: [{ type: name, payload: name }],
      };
      expect(generate(machine, options)).not.toMatch(/[\u2028\u2029]/);
      const engine = compile(machine, { source: await loadSource(machine, options) });
      const run = engine.start();
      const port = run.port([name], name, options.kinds);
      const kind = port.take(0, 5);
      const emissions = kind < 0 ? port.rest.toArray() : [port.rest.emissionOf(kind, port.given)];
      expect(emissions).toEqual([{ type: name, [name]: 2 }]);
      expect([run.value, run.context]).toEqual(["next", { [name]: 1 }]);
      expect(() => run.send({ type: `${name}2` }, [])).toThrow(`${name}missing`);
      expect("injected" in globalThis).toBe(false);
    },
  );
});
