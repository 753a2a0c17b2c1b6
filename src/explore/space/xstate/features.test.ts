import { describe, expect, it } from "vitest";
import {
  type AnyStateMachine,
  assign,
  cancel,
  createActor,
  createMachine,
  emit,
  enqueueActions,
  forwardTo,
  fromCallback,
  fromObservable,
  fromPromise,
  log,
  raise,
  type SnapshotFrom,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
} from "xstate";
import {
  type ActorBehaviour,
  check,
  claim,
  deadEnds,
  explore,
  type Graph,
  leadsTo,
  type ReachedState,
  reachable,
  replayOn,
  unreached,
} from "../../index.js";

const endless = () => new Promise<never>(() => undefined);
const loading = fromPromise<number>(endless);
const eventsOf = (types: string) =>
  types
    .split(" ")
    .filter(Boolean)
    .map((type) => ({ type }));

interface Example {
  readonly feature: string;
  readonly machine: unknown;
  readonly events: string;
  readonly actors?: Readonly<Record<string, ActorBehaviour>>;
  readonly states: number;
}

/** One chart for each feature that compiled code does not have, with the number of its states, counted by hand. */
const EXAMPLES: readonly Example[] = [
  {
    feature: "after",
    machine: createMachine({
      initial: "green",
      states: {
        green: { after: { 1000: "yellow" } },
        yellow: { after: { 500: "red" } },
        red: { after: { 1000: "green" }, on: { PUSH: "green" } },
      },
    }),
    events: "PUSH",
    states: 3,
  },
  {
    feature: "after with a named and a computed delay, a guard and an action",
    machine: setup({
      types: { context: {} as { tries: number } },
      delays: { backOff: ({ context }) => 100 * (context.tries + 1) },
    }).createMachine({
      context: { tries: 0 },
      initial: "waiting",
      states: {
        waiting: {
          after: {
            backOff: [
              {
                guard: ({ context }) => context.tries < 2,
                target: "waiting",
                reenter: true,
                actions: assign({ tries: ({ context }) => context.tries + 1 }),
              },
              { target: "failed" },
            ],
          },
        },
        failed: { type: "final" },
      },
    }),
    events: "",
    states: 4,
  },
  {
    feature: "raise with a delay, and cancel",
    machine: createMachine({
      initial: "idle",
      states: {
        idle: {
          on: { START: { target: "armed", actions: raise({ type: "BOOM" }, { delay: 50, id: "fuse" }) } },
        },
        armed: { on: { CUT: { actions: cancel("fuse") }, BOOM: "exploded" } },
        exploded: {},
      },
    }),
    events: "START CUT",
    states: 4,
  },
  {
    feature: "a shallow and a deep history state",
    machine: createMachine({
      initial: "on",
      states: {
        on: {
          initial: "slow",
          states: {
            slow: { on: { NEXT: "fast" } },
            fast: { initial: "first", states: { first: { on: { NEXT: "second" } }, second: {} } },
            recent: { type: "history" },
            exact: { type: "history", history: "deep" },
          },
          on: { OFF: "off" },
        },
        off: { on: { SHALLOW: "on.recent", DEEP: "on.exact" } },
      },
    }),
    events: "NEXT OFF SHALLOW DEEP",
    // Before the first OFF three; after it the state that is remembered is part of each: off with one of three, and on with what it had.
    states: 13,
  },
  {
    feature: "invoke of a promise, onDone and onError",
    machine: setup({ actors: { loading } }).createMachine({
      context: { value: undefined as unknown },
      initial: "idle",
      states: {
        idle: { on: { LOAD: "busy" } },
        busy: {
          invoke: {
            src: "loading",
            onDone: { target: "ready", actions: assign({ value: ({ event }) => event.output }) },
            onError: "failed",
          },
          on: { CANCEL: "idle" },
        },
        ready: {},
        failed: { on: { RETRY: "busy" } },
      },
    }),
    events: "LOAD CANCEL RETRY",
    actors: { loading: { outputs: [1, 2] } },
    states: 5,
  },
  {
    feature: "an actor without a logic, whose error nothing handles",
    machine: createMachine({
      initial: "busy",
      states: { busy: { invoke: { src: "elsewhere", onDone: "ready" } }, ready: {} },
    }),
    events: "",
    states: 3,
  },
  {
    feature: "invoke of a callback that sends events, and sendTo",
    machine: createMachine({
      initial: "off",
      states: {
        off: { on: { ON: "listening" } },
        listening: {
          invoke: { id: "mouse", src: fromCallback(() => undefined) },
          entry: sendTo("mouse", { type: "START" }),
          on: { MOVED: "moving", OFF: "off" },
          initial: "still",
          states: { still: {} },
        },
        moving: {},
      },
    }),
    events: "ON OFF",
    actors: { mouse: { sends: [{ type: "MOVED" }] } },
    states: 3,
  },
  {
    feature: "onSnapshot of an observable",
    machine: createMachine({
      context: { last: 0 },
      invoke: {
        id: "ticks",
        src: fromObservable(() => ({ subscribe: () => ({ unsubscribe: () => undefined }) })),
        onSnapshot: { actions: assign({ last: ({ event }) => event.snapshot.context as number }) },
        onDone: ".ended",
        onError: ".ended",
      },
      initial: "running",
      states: { running: {}, ended: {} },
    }),
    events: "",
    actors: { ticks: { snapshots: [{ status: "active", context: 7 }] } },
    states: 4,
  },
  {
    feature: "spawn in an assign, a reference to an actor in the context, stopChild",
    machine: createMachine({
      context: { actor: undefined as unknown },
      on: {
        SPAWN: {
          guard: ({ context }) => context.actor === undefined,
          actions: assign({
            actor: ({ spawn }) =>
              spawn(
                fromCallback(() => undefined),
                { id: "one" },
              ),
          }),
        },
        STOP: {
          guard: ({ context }) => context.actor !== undefined,
          actions: [stopChild("one"), assign({ actor: undefined })],
        },
      },
    }),
    events: "SPAWN STOP",
    states: 2,
  },
  {
    feature: "spawnChild, forwardTo",
    machine: createMachine({
      entry: spawnChild(
        fromCallback(() => undefined),
        { id: "child" },
      ),
      on: { PING: { actions: forwardTo("child") } },
    }),
    events: "PING",
    states: 1,
  },
  {
    feature: "sendTo itself, now and later",
    machine: createMachine({
      initial: "a",
      states: {
        a: { on: { GO: { actions: sendTo(({ self }) => self, { type: "NOW" }) }, NOW: "b" } },
        b: { entry: sendTo(({ self }) => self, { type: "LATER" }, { delay: 5 }), on: { LATER: "c" } },
        c: {},
      },
    }),
    events: "GO",
    states: 3,
  },
  {
    feature: "enqueueActions with check",
    machine: setup({
      types: { context: {} as { count: number } },
      guards: { isEven: ({ context }) => context.count % 2 === 0 },
    }).createMachine({
      context: { count: 0 },
      on: {
        ADD: {
          actions: enqueueActions(({ context, enqueue, check: isTrue }) => {
            enqueue.assign({ count: (context.count + 1) % 4 });
            if (isTrue("isEven")) enqueue.emit({ type: "even" });
          }),
        },
      },
    }),
    events: "ADD",
    states: 4,
  },
  {
    feature: "log, and functions that ask for self and system",
    machine: createMachine({
      context: { id: "" },
      entry: log("started"),
      on: { WHO: { actions: assign({ id: ({ self, system }) => `${self.id} ${typeof system.get("x")}` }) } },
    }),
    events: "WHO",
    states: 2,
  },
  {
    feature: "a transition for XState's own event",
    machine: createMachine({
      initial: "idle",
      states: {
        idle: { on: { GO: "part" } },
        part: { initial: "end", states: { end: { type: "final" } } },
        rest: {},
      },
      on: { "xstate.done.state.(machine).part": ".rest" },
    }),
    events: "GO",
    states: 2,
  },
  {
    feature: "after in two regions, and an output",
    machine: createMachine({
      type: "parallel",
      states: {
        one: { initial: "a", states: { a: { after: { 10: "b" } }, b: { type: "final" } } },
        two: { initial: "a", states: { a: { after: { 20: "b" } }, b: { type: "final" } } },
      },
      output: 7,
    }),
    events: "",
    // The shorter delay always ends first.
    states: 3,
  },
];

const exploreExample = ({ machine, events, actors }: Example) =>
  explore(machine as AnyStateMachine, {
    events: eventsOf(events),
    ...(actors ? { actors } : {}),
  }) as Graph<never>;

/** Returns a shortest list of events to each state of a graph. */
function pathsOf(graph: Graph<never>): readonly (readonly { readonly type: string }[])[] {
  const paths: (readonly { readonly type: string }[])[] = [[]];
  for (const { from, to, input } of graph.transitions) paths[to] ??= [...(paths[from] ?? []), input];
  return paths;
}

describe("a machine with timers and actors", () => {
  it.each(EXAMPLES.map((example) => [example.feature, example] as const))("%s: is explored", (_, example) => {
    const graph = exploreExample(example);
    expect(graph.failures).toEqual([]);
    expect(graph.impurity).toBeUndefined();
    expect(graph.states.length).toBe(example.states);
    expect(unreached(graph)).toEqual({ states: [], transitions: [] });
  });

  it.each(EXAMPLES.map((example) => [example.feature, example] as const))(
    "%s: an actor of XState goes through the same states",
    (_, example) => {
      const graph = exploreExample(example);
      const states = [...graph.states];
      const paths = pathsOf(graph);
      for (const { from, to, input } of graph.transitions) {
        const machine = (example.machine as AnyStateMachine).provide({ actors: { elsewhere: loading } });
        const actor = createActor(machine, { logger: () => undefined });
        const last = replayOn(actor, [...(paths[from] ?? []), input]).at(-1);
        const { snapshot } = (states[to] as (typeof states)[number]).at as ReachedState<never>;
        const { value, status, output, children } = snapshot as ReturnType<typeof actor.getSnapshot>;
        expect(last?.value).toEqual(value);
        expect(last?.status).toBe(status);
        expect(last?.output).toEqual(output);
        if (status === "active")
          expect(Object.keys(last?.children ?? {}).toSorted()).toEqual(Object.keys(children).toSorted());
        actor.stop();
      }
    },
  );
});

describe("time", () => {
  const race = createMachine({
    initial: "waiting",
    states: {
      waiting: { after: { 1000: "short", 2000: "long" }, on: { RESTART: "waiting" } },
      short: {},
      long: {},
    },
  });

  it("a timer is not overtaken by one that was started with it and takes longer", () => {
    const graph = explore(race, { events: [{ type: "RESTART" }] });
    expect(unreached(graph).states).toEqual(["long"]);
  });

  it("nothing else is known about delays: what was started earlier may end later", () => {
    const machine = createMachine({
      type: "parallel",
      states: {
        slow: { initial: "a", states: { a: { after: { 1000: "b" } }, b: {} } },
        fast: { initial: "idle", states: { idle: { on: { GO: "a" } }, a: { after: { 10: "b" } }, b: {} } },
      },
    });
    const graph = explore(machine, { events: [{ type: "GO" }] });
    const orders = ["slow", "fast"].map((first) =>
      check(
        graph,
        claim(
          first,
          "",
          reachable(({ value }) => {
            const { slow, fast } = value as unknown as Record<string, string>;
            return first === "slow" ? slow === "b" && fast === "a" : slow === "a" && fast === "b";
          }),
        ),
      ),
    );
    expect(orders.map(({ verdict }) => verdict)).toEqual(["proved", "proved"]);
  });

  it("more than two equal timers at once lead out of the scope, which liveness says", () => {
    const machine = createMachine({
      initial: "on",
      states: {
        on: { on: { ARM: { actions: raise({ type: "BOOM" }, { delay: 5 }) }, BOOM: "off" } },
        off: {},
      },
    });
    const graph = explore(machine, { events: [{ type: "ARM" }] });
    expect(graph.leaving).toBeGreaterThan(0);
    const off = claim(
      "off",
      "",
      leadsTo<SnapshotFrom<typeof machine>>(
        ({ step }) => step?.event.type === "ARM",
        ({ value }) => value === "off",
        { fairly: [{ name: "the timer", is: ({ step }) => step?.event.type === "BOOM" }] },
      ),
    );
    expect(check(graph, off)).toMatchObject({ verdict: "inconclusive" });
  });
});

describe("actors", () => {
  it("what is sent to another actor is an emission", () => {
    const machine = createMachine({
      invoke: { id: "printer", src: fromCallback(() => undefined) },
      on: {
        PRINT: {
          actions: [
            sendTo("printer", { type: "PAGE" }),
            emit({ type: "printed" }),
            sendParent({ type: "UP" }),
          ],
        },
      },
    });
    const graph = explore(machine, { events: [{ type: "PRINT" }] });
    const [{ emissions } = { emissions: [] }] = [...graph.transitions];
    expect(emissions).toEqual([
      { type: "printed" },
      { type: "xstate.sendTo", to: "printer", event: { type: "PAGE" } },
      { type: "xstate.sendTo", to: "#_parent", event: { type: "UP" } },
    ]);
  });

  it("an error that nothing handles ends the machine, in a dead end", () => {
    const machine = createMachine({ invoke: { id: "load", src: loading } });
    const graph = explore(machine, {
      events: [{ type: "GO" }],
      actors: { load: { outputs: [], errors: ["broken"] } },
    });
    const statuses = [...graph.states].map(({ at }) => at.snapshot.status);
    expect(statuses).toEqual(["active", "error"]);
    expect(deadEnds(graph)).toEqual([1]);
  });

  it("an actor that is done does nothing more until it is started again", () => {
    const machine = createMachine({
      context: { count: 0 },
      invoke: {
        id: "load",
        src: loading,
        onDone: { actions: assign({ count: ({ context }) => context.count + 1 }) },
      },
    });
    const graph = explore(machine, { events: [{ type: "GO" }], actors: { load: { errors: [] } } });
    expect([...graph.states].map(({ at }) => at.context["count"])).toEqual([0, 1]);
  });
});
