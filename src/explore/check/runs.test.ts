import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import { type SerialState, serialChart } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { check, claim, eventually, explore, leadsTo, until } from "../index.js";
import { decide, eventsOf, exploreMachine, isBad } from "../machine.test-helper.js";

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
        leadsTo((current) => !current.step, isBad, { fairly: fairly }),
      ),
    ).toMatchObject({ verdict: "refuted" });
    expect(
      decide(
        exploreMachine(machine, "GO", "AGAIN"),
        leadsTo(({ value }) => value === "stuck", isBad, { fairly: fairly }),
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
      leadsTo(() => true, isBad, { fairly: fairly }),
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
