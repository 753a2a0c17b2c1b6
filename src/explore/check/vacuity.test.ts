import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import { serialChart } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import { explore, leadsTo, never } from "../index.js";
import { decide, eventsOf, exploreMachine, isBad } from "../machine.test-helper.js";

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
