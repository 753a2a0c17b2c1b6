/** A run that is moved to a configuration continues as one that reached it by events. */
import { expect, test } from "vitest";
import { assign, setup } from "xstate";
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
  (await import(`data:text/javascript,${encodeURIComponent(generate(machine as never))}`)) as GeneratedSource;

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
