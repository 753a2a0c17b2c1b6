/** A machine may keep its context, as in XState; where the engine may not be asked for that, it says so. */
import { describe, expect, test } from "vitest";
import { type AnyStateMachine, assign, createActor, createMachine, emit, raise } from "xstate";
import { invalid } from "../invalid.test-helper.js";
import { compile, type GeneratedSource, generate, interpret } from "./index.js";

interface Counted {
  readonly n: number;
  readonly past: readonly Counted[];
}

const undoable = createMachine({
  types: {} as { context: Counted; emitted: { type: "shown"; context: Counted } },
  context: { n: 0, past: [] },
  on: {
    INC: {
      actions: [
        assign(({ context }) => ({ n: context.n + 1, past: [...context.past, context] })),
        emit(({ context }) => ({ type: "shown", context }) as const),
      ],
    },
    UNDO: { actions: assign(({ context }) => context.past.at(-1) ?? context) },
  },
}) as unknown as AnyStateMachine;

const loadSource = async (machine: AnyStateMachine): Promise<GeneratedSource> =>
  (await import(`data:text/javascript,${encodeURIComponent(generate(machine))}`)) as GeneratedSource;

const EVENTS = ["INC", "INC", "INC", "UNDO", "INC", "UNDO", "UNDO"].map((type) => ({ type }));

test("an undo history and emitted contexts are as in XState", async () => {
  const actor = createActor(undoable).start();
  const expected: unknown[] = [];
  actor.on("shown", (emission) => expected.push(emission));
  for (const event of EVENTS) actor.send(event);
  for (const options of [{}, { source: await loadSource(undoable) }]) {
    const run = compile(undoable, options).start();
    const emitted: unknown[] = [];
    for (const event of EVENTS) run.send(event, emitted);
    expect(run.context).toEqual(actor.getSnapshot().context);
    expect(emitted).toEqual(expected);
  }
});

test("functions get one context until something is assigned", () => {
  const seen: unknown[] = [];
  const look = ({ context }: { context: unknown }) => void seen.push(context);
  const machine = createMachine({
    context: { n: 0 },
    on: { LOOK: { actions: [look, look] }, SET: { actions: [look, assign({ n: 1 }), look] } },
  }) as unknown as AnyStateMachine;
  const run = compile(machine).start();
  for (const type of ["LOOK", "LOOK", "SET", "LOOK"]) run.send({ type }, []);
  expect(seen).toEqual([0, 0, 0, 0, 0, 1, 1, 1].map((n) => ({ n })));
  expect(new Set(seen).size).toBe(2);
});

describe("a function that changes its context", () => {
  const changing = createMachine({
    context: { n: 0 },
    on: {
      GO: {
        actions: [
          assign({ n: 1 }),
          ({ context }: { context: { n: number } }) => {
            context.n = 7;
          },
          raise({ type: "LATER" }),
        ],
      },
    },
  }) as unknown as AnyStateMachine;

  test("throws, and nothing has changed", async () => {
    for (const options of [{}, { source: await loadSource(changing) }]) {
      const run = compile(changing, options).start();
      expect(() => run.send({ type: "GO" }, [])).toThrow(TypeError);
      expect(run.context).toEqual({ n: 0 });
    }
  });

  test("runs in XState's interpreter", () => {
    const run = interpret(changing).start();
    run.send({ type: "GO" }, []);
    expect(run.context).toEqual({ n: 7 });
  });
});

test("a live context is the run's own", () => {
  const run = compile(undoable, { context: "live" }).start();
  const emitted: unknown[] = [];
  run.send({ type: "INC" }, emitted);
  expect((emitted[0] as { context: unknown }).context).toBe(run.context);
});

test("another option is refused", () => {
  expect(() => compile(undoable, { context: invalid("frozen") })).toThrow(
    new RangeError("context: expected one of copied, live, got frozen"),
  );
});
