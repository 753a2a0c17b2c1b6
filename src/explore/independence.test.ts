import { describe, expect, it } from "vitest";
import { MCR } from "../../machines/index.js";
import { serialChart, uart16550Chart } from "../device/index.js";
import {
  explore,
  guardReads,
  independenceOf,
  UART16550_SLICES,
  type Uart16550ScopeName,
  uart16550Slice,
} from "./index.js";

/** `npm run prove:all` asks the same of whole slices. */
const LIMIT = 250;
const chartOf = (name: string) => uart16550Chart(name === "flow" ? "tl16c550c" : "pc16550d");

describe("the slices of uart16550 go by themselves", () => {
  it.each(Object.entries(UART16550_SLICES))("%s", (name, regions) => {
    const chart = chartOf(name);
    const graph = explore(chart, uart16550Slice(name as Uart16550ScopeName, chart), { limit: LIMIT });
    const { loose, shared, fields } = independenceOf(graph, regions);
    expect({ loose, shared }).toEqual({ loose: [], shared: [] });
    expect(fields).toContain("options");
  });

  it("but for what a scope that is too wide sets going, or a slice that is too narrow leaves out", () => {
    const chart = chartOf("receive");
    const scope = uart16550Slice("receive", chart);
    const { receive = [] } = UART16550_SLICES;
    const looping = {
      ...scope,
      inputs: [{ type: "write", offset: 4, value: MCR.LOOP } as const, ...scope.inputs],
    };
    expect(independenceOf(explore(chart, looping, { limit: LIMIT }), receive).loose).toEqual(["loopback"]);
    const narrow = receive.filter((region) => region !== "receiveFifo");
    const found = independenceOf(explore(chart, scope, { limit: LIMIT }), narrow);
    expect(found.loose).toEqual(["receiveFifo"]);
    expect(found.shared).toEqual(["receiveFifo"]);
  });
});

describe("guardReads", () => {
  const { machine } = serialChart();
  const { context } = machine.getInitialSnapshot(undefined as never, undefined as never);

  it("finds the states that guards ask for, through what joins them, and the fields they look at", () => {
    expect(guardReads(machine, ["receiveFifo"], [context])).toEqual({
      regions: ["divisorLatch", "loopback"],
      fields: ["receiveFifo"],
    });
    expect(guardReads(machine, [], [context])).toEqual({ regions: [], fields: [] });
  });

  it("knows the chart's regions", () => {
    expect(() => guardReads(machine, ["modem"], [context])).toThrow(/regions: expected one of .* got modem/);
  });
});
