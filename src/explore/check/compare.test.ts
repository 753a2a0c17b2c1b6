import { describe, expect, it } from "vitest";
import { type AnyStateMachine, createMachine } from "xstate";
import { compare } from "../index.js";
import { chartOfMachine, eventsOf } from "../machine.test-helper.js";

describe("compare", () => {
  const machineTo = (target: string) =>
    createMachine({ id: "m", initial: "a", states: { a: { on: { GO: target } }, [target]: {} } });
  const scoped = (machine: unknown) => ({
    chart: chartOfMachine(machine as AnyStateMachine),
    scope: { name: "events", inputs: eventsOf("GO") },
  });

  it("compares the states of charts that emit nothing", () => {
    expect(compare(scoped(machineTo("b")), scoped(machineTo("b"))).verdict).toBe("same");
    expect(compare(scoped(machineTo("b")), scoped(machineTo("c")))).toMatchObject({
      verdict: "different",
      inputs: eventsOf("GO"),
      firstState: { value: "b" },
      secondState: { value: "c" },
    });
    expect(compare(scoped(machineTo("b")), scoped(machineTo("c")), { states: false })).toMatchObject({
      verdict: "inconclusive",
      reason: expect.stringContaining("neither chart emitted"),
    });
  });
});
