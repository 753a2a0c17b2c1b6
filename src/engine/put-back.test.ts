/** A run of compiled code is put anywhere: it goes on from there as one that came there by itself. */
import { expect, test } from "vitest";
import { assign, setup } from "xstate";
import { compile, type GeneratedSource, generate } from "./index.js";

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

const load = async (): Promise<GeneratedSource> =>
  (await import(`data:text/javascript,${encodeURIComponent(generate(machine as never))}`)) as GeneratedSource;

test.each(["table", "source"])("%s: a run is put back, and tells what has changed", async (kind) => {
  const run = compile(machine, kind === "source" ? { source: await load() } : {}).start();
  const [few, nothing] = [run.place, Object.values(run.context)];
  const [places, found]: [number[], unknown[]] = [[], []];
  run.send({ type: "UP" }, []);
  expect(run.differ(nothing, places, found)).toBe(1);
  expect([places[0], found[0]]).toEqual([0, 1]);
  expect(run.standsAt(few)).toBe(true);

  run.send({ type: "UP" }, []);
  const many = run.place;
  expect(run.differ(nothing, places, found)).toBe(2);
  expect([places.slice(0, 2), found.slice(0, 2)]).toEqual([
    [0, 1],
    [2, "many"],
  ]);
  expect([run.standsAt(few), run.standsAt(many)]).toEqual([false, true]);

  run.putBack(few, nothing, false);
  expect([run.value, run.context, run.standsAt(few)]).toEqual(["few", { count: 0, label: "" }, true]);
  // Where an eventless transition waits, whatever comes next takes it.
  run.putBack(few, [2, ""], false);
  run.send({ type: "LOOK" }, []);
  expect([run.value, run.context]).toEqual(["many", { count: 2, label: "many" }]);
});

test("source: a place that is settled is not asked again", async () => {
  const run = compile(machine, { source: await load() }).start();
  run.send({ type: "UP" }, []);
  expect(run.settled).toBe(true);
  run.putBack(run.place, [1, ""], true);
  expect(run.settled).toBe(true);
  run.send({ type: "UP" }, []);
  expect(run.value).toBe("many");
});
