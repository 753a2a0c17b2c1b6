/** A run that is moved to a configuration continues as one that reached it by events. */
import { expect, test } from "vitest";
import { assign, emit, setup } from "xstate";
import { compile, type GeneratedSource, generate } from "../index.js";

interface Counted {
  readonly count: number;
  readonly label: string;
}

const machine = setup({
  types: { context: {} as Counted, events: {} as { type: "UP" } | { type: "LOOK" } },
  guards: { reached: ({ context }) => context.count >= 2 },
}).createMachine({
  id: "counted",
  context: { count: 0, label: "" },
  initial: "few",
  states: {
    few: {
      always: { guard: "reached", target: "many" },
      on: { UP: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
    },
    many: { entry: assign({ label: "many" }) },
  },
});

const loadSource = async (): Promise<GeneratedSource> =>
  (await import(`data:text/javascript,${encodeURIComponent(generate(machine))}`)) as GeneratedSource;

test.each(["table", "source"])("%s: a run is restored, and reports changed fields", async (engineKind) => {
  const run = compile(machine, engineKind === "source" ? { source: await loadSource() } : {}).start();
  const [initialConfiguration, initialValues] = [run.configuration, Object.values(run.context)];
  const [fieldIndexes, fieldValues]: [number[], unknown[]] = [[], []];
  run.send({ type: "UP" }, []);
  expect(run.changedFields(initialValues, fieldIndexes, fieldValues)).toBe(1);
  expect([fieldIndexes[0], fieldValues[0]]).toEqual([0, 1]);
  expect(run.isIn(initialConfiguration)).toBe(true);

  run.send({ type: "UP" }, []);
  const laterConfiguration = run.configuration;
  expect(run.changedFields(initialValues, fieldIndexes, fieldValues)).toBe(2);
  expect([fieldIndexes.slice(0, 2), fieldValues.slice(0, 2)]).toEqual([
    [0, 1],
    [2, "many"],
  ]);
  expect([run.isIn(initialConfiguration), run.isIn(laterConfiguration)]).toEqual([false, true]);

  run.restore(initialConfiguration, initialValues, false);
  expect([run.value, run.context, run.isIn(initialConfiguration)]).toEqual([
    "few",
    { count: 0, label: "" },
    true,
  ]);
  // Where an eventless transition waits, whatever comes next takes it.
  run.restore(initialConfiguration, [2, ""], false);
  run.send({ type: "LOOK" }, []);
  expect([run.value, run.context]).toEqual(["many", { count: 2, label: "many" }]);
});

test("source: eventless guards of a settled configuration are not evaluated again", async () => {
  const run = compile(machine, { source: await loadSource() }).start();
  run.send({ type: "UP" }, []);
  expect(run.settled).toBe(true);
  run.restore(run.configuration, [1, ""], true);
  expect(run.settled).toBe(true);
  run.send({ type: "UP" }, []);
  expect(run.value).toBe("many");
});

test.each(["table", "source"])(
  "%s: a preview and a failed transaction change nothing, not even a key that they add",
  async (engineKind) => {
    const growing = setup({
      types: { context: {} as Partial<Counted>, events: {} as { type: "GROW" } | { type: "FAIL" } },
      actions: {
        fail: () => {
          throw new Error("no");
        },
      },
    }).createMachine({
      context: { count: 0 },
      initial: "few",
      states: {
        few: {
          on: {
            GROW: { target: "many", actions: assign(() => ({ label: "more", count: 9 })) },
            FAIL: { target: "many", actions: [assign({ count: 9 }), "fail"] },
          },
        },
        many: { type: "final", entry: emit({ type: "entered" }) },
      },
    });
    const source = (await import(
      `data:text/javascript,${encodeURIComponent(generate(growing))}`
    )) as GeneratedSource;
    const run = compile(growing, engineKind === "source" ? { source } : {}).start();
    const emitted: unknown[] = [];
    run.preview({ type: "GROW" }, emitted);
    expect(emitted).toEqual([{ type: "entered" }]);
    expect(() => run.preview({ type: "FAIL" }, [])).toThrow("no");
    const failed = () => {
      run.send({ type: "GROW" }, []);
      throw new Error("failed");
    };
    expect(() => run.transact(failed)).toThrow("failed");
    expect([run.value, run.context, run.snapshot.status]).toStrictEqual(["few", { count: 0 }, "active"]);
    run.send({ type: "GROW" }, []);
    expect([run.value, run.context, run.snapshot.status]).toEqual([
      "many",
      { count: 9, label: "more" },
      "done",
    ]);
  },
);

test.each(["table", "source"])(
  "%s: a list of transitions is the caller's after its event",
  async (engineKind) => {
    const run = compile(machine, engineKind === "source" ? { source: await loadSource() } : {}).start();
    const [sent, handled, dispatched]: [never[], never[], never[]] = [[], [], []];
    run.send({ type: "UP" }, [], sent);
    run.handler("UP")({ type: "UP" }, [], handled);
    run.dispatcher(["UP"])(0, { type: "UP" }, [], dispatched);
    const lengths = [sent.length, handled.length, dispatched.length];
    expect(lengths[0]).toBe(1);
    const port = run.port(["UP", "LOOK"]);
    for (const typeIndex of [0, 1, 0]) port.take(typeIndex);
    expect([sent.length, handled.length, dispatched.length]).toEqual(lengths);
  },
);

test.each(["table", "source"])("%s: a failed transaction puts constants back", async (engineKind) => {
  const optional = setup({
    types: { context: {} as { isLoud: boolean }, events: {} as { type: "UP" } },
    guards: {
      loud: Object.assign(({ context }: { context: { isLoud: boolean } }) => context.isLoud, {
        reads: { context: ["isLoud"], event: [] },
      }),
    },
  }).createMachine({
    context: { isLoud: true },
    initial: "quiet",
    states: { quiet: { on: { UP: { guard: "loud", target: "loud" } } }, loud: {} },
  });
  const source = (await import(
    `data:text/javascript,${encodeURIComponent(generate(optional))}`
  )) as GeneratedSource;
  const run = compile(optional, engineKind === "source" ? { source } : {}).start();
  const fail = () => {
    run.moveTo(run.configuration, { isLoud: false });
    throw new Error("failed");
  };
  expect(() => run.transact(fail)).toThrow("failed");
  run.send({ type: "UP" }, []);
  expect(run.value).toBe("loud");
});
