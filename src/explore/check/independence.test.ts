import { describe, expect, it } from "vitest";
import { MCR } from "../../../machines/index.js";
import { serialChart, uart16550Chart } from "../../device/index.js";
import {
  explore,
  guardReads,
  independenceOf,
  UART16550_SLICES,
  type Uart16550ScopeName,
  uart16550Slice,
} from "../index.js";

/** `npm run prove:all` asks the same of whole slices. */
const STATE_LIMIT = 250;
const chartOf = (sliceName: string) => uart16550Chart(sliceName === "flow" ? "tl16c550c" : "pc16550d");

describe("the slices of uart16550 are independent", () => {
  it.each(Object.entries(UART16550_SLICES))("%s", (sliceName, regions) => {
    const chart = chartOf(sliceName);
    const graph = explore(chart, uart16550Slice(sliceName as Uart16550ScopeName, chart), {
      limit: STATE_LIMIT,
    });
    const { loose, shared, fields } = independenceOf(graph, regions);
    expect({ loose, shared }).toEqual({ loose: [], shared: [] });
    expect(fields).toContain("options");
  });

  it("vacuity guard: a scope that is too wide, or a slice that is too narrow, is not independent", () => {
    const chart = chartOf("receive");
    const scope = uart16550Slice("receive", chart);
    const { receive = [] } = UART16550_SLICES;
    const looping = {
      ...scope,
      inputs: [{ type: "write", offset: 4, value: MCR.LOOP } as const, ...scope.inputs],
    };
    expect(independenceOf(explore(chart, looping, { limit: STATE_LIMIT }), receive).loose).toEqual([
      "loopback",
    ]);
    const narrowScope = receive.filter((region) => region !== "receiveFifo");
    const independence = independenceOf(explore(chart, scope, { limit: STATE_LIMIT }), narrowScope);
    expect(independence.loose).toEqual(["receiveFifo"]);
    expect(independence.shared).toEqual(["breaksQueued", "receiveFifo"]);
  });
});

describe("guardReads", () => {
  const { machine } = serialChart();
  const { context } = machine.getInitialSnapshot(undefined as never, undefined);

  it("finds the regions and fields that guards read, through combinators", () => {
    expect(guardReads(machine, ["receiveFifo"], [context])).toEqual({
      regions: ["divisorLatch", "loopback"],
      fields: ["receiveFifo"],
    });
    expect(guardReads(machine, [], [context])).toEqual({ regions: [], fields: [] });
  });

  it("refuses a region that the chart does not have", () => {
    expect(() => guardReads(machine, ["modem"], [context])).toThrow(/regions: expected one of .* got modem/);
  });
});
