import { describe, expect, test, vi } from "vitest";
import {
  type AnyStateMachine,
  and,
  assign,
  createActor,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  raise,
  sendTo,
  setup,
  spawnChild,
  stateIn,
} from "xstate";
import { invalid } from "../invalid.test-helper.js";
import {
  type ChartTransition,
  compile,
  type Engine,
  type GeneratedSource,
  generate,
  interpret,
  StaleSourceError,
  UnsupportedError,
} from "./index.js";

const loadSource = async (machine: AnyStateMachine): Promise<GeneratedSource> =>
  (await import(`data:text/javascript,${encodeURIComponent(generate(machine))}`)) as GeneratedSource;

const machineOf = (machineConfig: object): AnyStateMachine =>
  createMachine(machineConfig) as unknown as AnyStateMachine;

describe("an unsupported feature is refused by name and location", () => {
  const on = (transition: object) => ({ initial: "a", states: { a: { on: { GO: transition } }, b: {} } });
  const refused: [string, string, object][] = [
    [
      "a history state",
      'state "a.past"',
      { initial: "a", states: { a: { initial: "x", states: { x: {}, past: { type: "history" } } } } },
    ],
    ["invoke", 'state "a"', { initial: "a", states: { a: { invoke: { src: fromPromise(async () => 1) } } } }],
    [
      "after (a delayed transition)",
      'state "a"',
      { initial: "a", states: { a: { after: { 10: "b" } }, b: {} } },
    ],
    ["raise with a delay", 'state "a", event "GO"', on({ actions: raise({ type: "X" }, { delay: 5 }) })],
    ["the action sendTo", 'state "a", event "GO"', on({ actions: sendTo("other", { type: "X" }) })],
    [
      "the action enqueueActions",
      'state "a", entry',
      { initial: "a", states: { a: { entry: enqueueActions(() => {}) } } },
    ],
    ["the action spawnChild", "the root, exit", { exit: spawnChild("x") }],
    [
      "the action log",
      'state "a", always',
      { initial: "a", states: { a: { always: { guard: () => false, actions: log("x") } } } },
    ],
    [
      'stateIn of a state that does not exist, "#none"',
      'state "a", event "GO"',
      on({ guard: stateIn("#none") }),
    ],
    [
      "targets that exclude each other",
      'state "a", event "GO"',
      { id: "m", ...on({ target: ["#m.a", "#m.b"] }) },
    ],
    [
      "a transition for XState's own event xstate.stop",
      'state "a"',
      { initial: "a", states: { a: { on: { "xstate.stop": {} } } } },
    ],
  ];

  test.each(refused)("%s (%s)", (feature, location, machineConfig) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const error = (() => {
      try {
        compile(machineOf(machineConfig));
        return undefined;
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({ feature, location });
    expect(() => generate(machineOf(machineConfig))).toThrow(UnsupportedError);
  });
});

const counter = setup({
  types: {
    context: {} as { n: number },
    events: {} as { type: "ADD"; by: number } | { type: "FAIL" } | { type: "REST" },
    emitted: {} as { type: "sum"; n: number },
    tags: "busy",
  },
  actions: {
    add: assign({ n: ({ context, event }) => context.n + (event.type === "ADD" ? event.by : 0) }),
    report: emit(({ context }) => ({ type: "sum", n: context.n })),
    fail: () => {
      throw new Error("It fails");
    },
  },
}).createMachine({
  id: "counter",
  context: { n: 0 },
  initial: "working",
  states: {
    working: {
      tags: "busy",
      meta: { note: "counts" },
      on: {
        ADD: { actions: ["add", "report"] },
        FAIL: { actions: ["add", "report", "fail"] },
        REST: "resting",
      },
    },
    resting: {},
  },
});

const engines: [string, () => Promise<Engine<typeof counter>>][] = [
  ["interpret", async () => interpret(counter)],
  ["table", async () => compile(counter)],
  ["source", async () => compile(counter, { source: await loadSource(counter) })],
];

describe.each(engines)("%s", (_, createEngine) => {
  test("runs, emits and reports the selected transitions", async () => {
    const run = (await createEngine()).start();
    const emitted: { type: "sum"; n: number }[] = [];
    const selected: ChartTransition[] = [];
    run.send({ type: "ADD", by: 2 }, emitted, selected);
    run.handler("ADD")({ type: "ADD", by: 3 }, emitted);
    expect(emitted).toEqual([
      { type: "sum", n: 2 },
      { type: "sum", n: 5 },
    ]);
    const { working } = counter.root.states as Record<string, typeof counter.root>;
    expect(selected).toHaveLength(1);
    expect(selected[0]).toBe(working?.transitions.get("ADD")?.[0]);
    expect(run.context).toEqual({ n: 5 });
  });

  test("has a true snapshot that later events do not change", async () => {
    const run = (await createEngine()).start();
    run.send({ type: "ADD", by: 1 }, []);
    const { snapshot } = run;
    run.send({ type: "ADD", by: 1 }, []);
    run.send({ type: "REST" }, []);
    expect(snapshot.context).toEqual({ n: 1 });
    expect(snapshot.matches("working")).toBe(true);
    expect(snapshot.hasTag("busy")).toBe(true);
    expect(snapshot.can({ type: "REST" })).toBe(true);
    expect(snapshot.getMeta()).toEqual({ "counter.working": { note: "counts" } });
    const actor = createActor(counter, { snapshot }).start();
    actor.send({ type: "ADD", by: 4 });
    expect(actor.getSnapshot().context).toEqual({ n: 5 });
  });

  test("starts from a snapshot and from its JSON, without changing them", async () => {
    const engine = await createEngine();
    const { snapshot } = engine.start();
    for (const startSnapshot of [snapshot, JSON.parse(JSON.stringify(snapshot)) as typeof snapshot]) {
      const run = engine.start(startSnapshot);
      run.send({ type: "ADD", by: 7 }, []);
      expect(run.context).toEqual({ n: 7 });
      expect(startSnapshot.context).toEqual({ n: 0 });
    }
  });

  test("forks", async () => {
    const run = (await createEngine()).start();
    run.send({ type: "ADD", by: 1 }, []);
    const otherRun = run.fork();
    otherRun.send({ type: "ADD", by: 10 }, []);
    run.send({ type: "REST" }, []);
    expect([run.snapshot.value, run.context]).toEqual(["resting", { n: 1 }]);
    expect([otherRun.snapshot.value, otherRun.context]).toEqual(["working", { n: 11 }]);
  });

  test("undoes an event whose action throws", async () => {
    const run = (await createEngine()).start();
    run.send({ type: "ADD", by: 1 }, []);
    const emitted: { type: "sum"; n: number }[] = [{ type: "sum", n: -1 }];
    const selected: never[] = [];
    expect(() => run.send({ type: "FAIL" }, emitted, selected)).toThrow("It fails");
    expect(emitted).toEqual([{ type: "sum", n: -1 }]);
    expect(selected).toEqual([]);
    expect(run.context).toEqual({ n: 1 });
  });

  test("refuses the event types that XState reserves", async () => {
    const run = (await createEngine()).start();
    for (const eventType of ["*", "xstate.stop", "xstate.init", "xstate.error.actor.a"]) {
      expect(() => run.send(invalid({ type: eventType }), []), eventType).toThrow();
      expect(() => run.handler(invalid(eventType)), eventType).toThrow();
    }
  });
});

describe.each(["interpret", "table", "source"])("%s of any machine", (engineKind) => {
  const engineFor = async (machine: AnyStateMachine): Promise<Engine<AnyStateMachine>> => {
    if (engineKind === "interpret") return interpret(machine);
    return compile(machine, engineKind === "table" ? {} : { source: await loadSource(machine) });
  };

  test("an action may send to another run, and start one", async () => {
    const emitNumber = (n: number) => emit({ type: "said", n });
    let runAction = () => {};
    const machine = machineOf({
      entry: emitNumber(0),
      on: {
        OUTER: { actions: [emitNumber(1), () => runAction(), emitNumber(2)] },
        INNER: { actions: emitNumber(3) },
      },
    });
    const engine = await engineFor(machine);
    const [run, otherRun] = [engine.start(), engine.start()];
    const [outerEmitted, innerEmitted, outerSelected, innerSelected]: [never[], never[], never[], never[]] = [
      [],
      [],
      [],
      [],
    ];
    runAction = () => {
      otherRun.send({ type: "INNER" }, innerEmitted, innerSelected);
      engine.start();
    };
    run.send({ type: "OUTER" }, outerEmitted, outerSelected);
    expect(outerEmitted).toEqual([
      { type: "said", n: 1 },
      { type: "said", n: 2 },
    ]);
    expect(innerEmitted).toEqual([{ type: "said", n: 3 }]);
    expect(outerSelected).toEqual([machine.root.transitions.get("OUTER")?.[0]]);
    expect(innerSelected).toEqual([machine.root.transitions.get("INNER")?.[0]]);
  });

  test("describes in one line a value that is no snapshot", async () => {
    const engine = await engineFor(machineOf({}));
    for (const candidate of [null, {}, 5, { status: "active" }, { value: {}, status: "odd" }]) {
      const start = () => engine.start(invalid(candidate));
      expect(start).toThrow(TypeError);
      expect(start).toThrow(/^snapshot: expected a snapshot of the machine or the JSON of one, got .*$/);
    }
  });

  test("a stopped run refuses the event types that XState reserves", async () => {
    const actor = createActor(machineOf({ initial: "a", states: { a: { on: { GO: "b" } }, b: {} } })).start();
    actor.stop();
    const run = (await engineFor(actor.logic as AnyStateMachine)).start(actor.getSnapshot());
    expect(run.snapshot.status).toBe("stopped");
    run.send({ type: "GO" }, []);
    run.handler("GO")({ type: "GO" }, []);
    expect(run.value).toBe("a");
    expect(() => run.send({ type: "xstate.stop" }, [])).toThrow("xstate.stop");
    expect(() => run.handler("*")).toThrow("wildcard");
  });
});

test.each([
  [{}, "an object without properties"],
  [null, "null"],
  [undefined, "undefined"],
  ["light", "a string"],
  [{ id: "m", initial: "a", states: {} }, "an object with id, initial, states"],
])("case %#: a value that is no machine is refused in one line", (candidate, description) => {
  for (const createEngine of [compile, generate, interpret]) {
    const error = new TypeError(`machine: expected an XState machine, got ${description}`);
    expect(() => createEngine(invalid(candidate))).toThrow(error);
  }
});

test.each([
  [{}, "an object without properties"],
  [null, "null"],
  [generate(counter), "a string"],
  [{ hash: "00" }, "an object with hash"],
])("case %#: a value that is no generated source is refused in one line", (source, description) => {
  const error = new TypeError(`source: expected a module that generate() wrote, got ${description}`);
  expect(() => compile(counter, { source: invalid(source) })).toThrow(error);
});

test("a context that is an instance of a class is refused, and one without a prototype is not", () => {
  class Tally {
    n = 0;
  }
  const start = (context: object) => compile(machineOf({ context })).start();
  expect(() => start(new Tally())).toThrow(UnsupportedError);
  expect(() => start(new Tally())).toThrow("a context that is an instance of Tally");
  expect(start(Object.assign(Object.create(null), { n: 1 })).context).toEqual({ n: 1 });
});

test("generated source names a machine without an id as XState does", () => {
  expect(generate(machineOf({}))).toContain('from the machine "(machine)"');
});

test("a function cannot use an actor's parts", () => {
  const run = compile(
    machineOf({ context: {}, on: { GO: { actions: assign(({ self }: never) => ({ id: self })) } } }),
  ).start();
  expect(() => run.send({ type: "GO" }, [])).toThrow('cannot use "self"');
});

test("a snapshot with child actors is refused", () => {
  const child = fromPromise(async () => 1);
  const machine = machineOf({
    context: ({ spawn }: { spawn: (logic: unknown, options: object) => unknown }) => ({
      child: spawn(child, { id: "kid" }),
    }),
  });
  expect(() => compile(machine).start()).toThrow();
});

test("generated source is refused for another definition", async () => {
  const source = await loadSource(counter);
  const otherRun = machineOf({ id: "counter", initial: "a", states: { a: {} } });
  expect(() => compile(otherRun, { source })).toThrow(StaleSourceError);
  expect(() => compile(otherRun, { source })).toThrow(/Generate it again/);
});

test("generated source grows with states and not with their product", () => {
  const region = {
    initial: "a",
    states: { a: { on: { GO: "b" } }, b: { on: { GO: "c" } }, c: { on: { GO: "a" } } },
  };
  const sourceLength = (regions: number) =>
    generate(
      machineOf({
        type: "parallel",
        states: Object.fromEntries(Array.from({ length: regions }, (_, index) => [`r${index}`, region])),
      }),
    ).length;
  expect(sourceLength(40) / sourceLength(20)).toBeLessThan(2.1);
});

test("an example for a machine that has nothing to do with UARTs", async () => {
  const trafficLight = createMachine({
    context: { cycles: 0 },
    initial: "green",
    states: {
      green: { on: { TICK: "yellow" } },
      yellow: { on: { TICK: "red" } },
      red: {
        on: { TICK: { target: "green", actions: assign({ cycles: ({ context }) => context.cycles + 1 }) } },
      },
    },
  });
  const run = compile(trafficLight).start();
  for (let i = 0; i < 300_000; i++) run.send({ type: "TICK" }, []);
  expect(run.snapshot.value).toBe("green");
  expect(run.context.cycles).toBe(100_000);
});

test("a snapshot keeps the order in which eventless transitions of several regions are tried", () => {
  const always = { guard: "isEven", actions: [] } as const;
  const machine = setup({ guards: { isEven: () => true } }).createMachine({
    type: "parallel",
    states: {
      first: { initial: "leaf", always, states: { leaf: {} } },
      second: {
        type: "parallel",
        states: { leaf: { always }, other: { initial: "leaf", states: { leaf: {} } } },
      },
      last: { type: "final" },
    },
  }) as unknown as AnyStateMachine;
  for (const snapshotEngine of [interpret(machine), compile(machine)]) {
    for (const resumingEngine of [interpret(machine), compile(machine)]) {
      const selected: ChartTransition[] = [];
      resumingEngine.start(snapshotEngine.start().snapshot).send({ type: "any" }, [], selected);
      expect(selected.map(({ source }) => source.path.join("."))).toEqual(["first", "second.leaf"]);
    }
  }
});

test("a preview leaves a run as it was, also where a question about a constant has thrown", async () => {
  const throwsAtStart = Object.assign(
    () => {
      throw new Error("not yet");
    },
    { reads: { context: ["limit"], event: [] } },
  );
  const machine = setup({ guards: { throwsAtStart } }).createMachine({
    context: { count: 0, limit: 0 },
    on: {
      GO: { actions: assign({ count: ({ context }: { context: { count: number } }) => context.count + 1 }) },
      ASK: { guard: "throwsAtStart" },
    },
  } as never) as unknown as AnyStateMachine;
  const run = compile(machine, { source: await loadSource(machine) }).start();
  run.preview({ type: "GO" }, []);
  expect(run.context).toEqual({ count: 0, limit: 0 });
  expect(() =>
    run.transact(() => {
      run.send({ type: "GO" }, []);
      throw new Error("in vain");
    }),
  ).toThrow("in vain");
  expect(run.context).toEqual({ count: 0, limit: 0 });
});

test("an action's error does not name a guard of another region that did not hold", async () => {
  const fail = () => {
    throw new Error("It fails");
  };
  const region = (goTransition: object) => ({
    initial: "a",
    states: { a: { on: { GO: goTransition } }, b: {} },
  });
  const machine = createMachine({
    type: "parallel",
    states: {
      first: region({ target: "b", actions: fail }),
      second: region({ target: "b", guard: and([stateIn({ first: "a" }), () => false]) }),
    },
  });
  for (const engine of [
    interpret(machine),
    compile(machine),
    compile(machine, { source: await loadSource(machine) }),
  ])
    expect(() => engine.start().send({ type: "GO" }, [])).toThrow(/^It fails$/);
});
