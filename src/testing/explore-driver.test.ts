import { describe, expect, it, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { CLAIMS } from "./claims.js";
import type { AsyncBus, AsyncDriver, Driver } from "./driver.js";
import { type ExploreDriverOptions, exploreDriver, exploreDriverAsync } from "./explore-driver.js";
import { linuxDriver } from "./linux-driver.js";

describe("Linux's driver, explored within a bound", () => {
  it("loses input on 0.8.1, in a print and an arrival", () => {
    const { verdict, failure, text, depth } = exploreDriver(linuxDriver, {
      device: "serial",
      revision: "0.8.1",
    });
    expect([verdict, failure?.claim, depth]).toEqual(["refuted", "received-not-stuck", 1]);
    expect(failure?.actions).toEqual([
      { type: "print", count: 1, after: 0 },
      { type: "arrive", count: 1, after: 2 },
    ]);
    expect(text).toMatch(/no scenario of fewer actions fails\.\nLook at it: vm-superio inspect STORY, .*$/);
  });

  it("does not on 0.8.2, which is no proof", () => {
    const { verdict, runs, depth, text } = exploreDriver(linuxDriver, { device: "serial", depth: 2 });
    expect([verdict, depth]).toEqual(["bounded", 2]);
    // No action; three deeds; after a print of six accesses, say, two calls and an arrival at seven positions.
    expect(runs).toBeGreaterThan(20);
    expect(text).toBe(
      `bounded: none of ${Object.keys(CLAIMS).length} claims is broken in ${runs} runs. Each sequence of up to 2 actions of arrive, send, print was run, each action at each of up to 64 positions between the driver's accesses. This is no proof.`,
    );
  });

  it("stops at maxRuns, and says so", () => {
    const { runs, depth, text } = exploreDriver(linuxDriver, { device: "serial", maxRuns: 9 });
    expect([runs, depth]).toEqual([9, 1]);
    expect(text).toContain("It stopped at 9 runs, before depth 3.");
  });

  it("reports a violation even if maxRuns stops it before all scenarios as short have been run", () => {
    const options = { device: "serial", revision: "0.8.1" } as const;
    const complete = exploreDriver(linuxDriver, options);
    const stopped = exploreDriver(linuxDriver, { ...options, maxRuns: complete.runs - 1 });
    expect([stopped.verdict, stopped.depth, stopped.runs]).toEqual(["refuted", 1, complete.runs - 1]);
    expect(stopped.failure?.claim).toBe(complete.failure?.claim);
  });

  it("lets time pass on a 16550", () => {
    const { bound, verdict } = exploreDriver(linuxDriver, { device: "uart16550", depth: 1, pic: "level" });
    expect(bound.deeds.map(({ type }) => type)).toEqual(["arrive", "send", "print", "pass"]);
    expect(verdict).toBe("bounded");
  });
});

/** Creates a driver that sends a byte per interrupt, with promises. */
function awaiting(bus: AsyncBus, enabled: number): AsyncDriver {
  const queue: number[] = [];
  return {
    init: () => bus.write(1, 0),
    interrupt: async () => {
      await bus.read(2);
      const byte = queue.shift();
      if (byte !== undefined) await bus.write(0, byte);
      else await bus.write(1, 0);
    },
    send: async (byte: number) => {
      queue.push(byte);
      await bus.write(1, enabled);
    },
  };
}

test("a driver whose entry points return promises is explored as well", async () => {
  const options = { device: "serial", claims: ["sent-in-order", "sent-not-stuck"], depth: 2 } as const;
  const sound = await exploreDriverAsync((bus) => awaiting(bus, 2), options);
  expect([sound.verdict, sound.depth]).toEqual(["bounded", 2]);
  const stuck = await exploreDriverAsync((bus) => awaiting(bus, 1), options);
  expect([stuck.verdict, stuck.failure?.claim, stuck.failure?.actions.length]).toEqual([
    "refuted",
    "sent-not-stuck",
    1,
  ]);
  expect(() => exploreDriver((bus) => awaiting(invalid(bus), 2) as Driver, options)).toThrow(
    "the functions whose names end in Async take it",
  );
});

test("nothing is left out: every position of two arrivals is run", () => {
  const places = new Set<string>();
  let run: number[] = [];
  exploreDriver(
    (bus) => {
      run = [];
      return {
        init: () => bus.write(1, 1),
        interrupt() {
          while ((bus.read(5) & 1) !== 0) run.push(bus.read(0));
          bus.read(2);
          places.add(run.join());
        },
        receive: () => run.shift(),
      };
    },
    { device: "serial", depth: 2, deeds: [{ type: "arrive", count: 1 }], claims: [] },
  );
  // The second byte comes before the first is read, while it is, and after it was.
  expect([...places].sort()).toEqual(["97", "97,98", "98"]);
});

test.each<[Partial<ExploreDriverOptions>, string]>([
  [{ depth: 0 }, "depth: expected a whole number from 1, got 0"],
  [{ positions: 1.5 }, "positions: expected a whole number from 1, got 1.5"],
  [{ maxRuns: -1 }, "maxRuns: expected a whole number from 1, got -1"],
])("%j is refused", (options, message) => {
  expect(() => exploreDriver(linuxDriver, { device: "serial", ...options })).toThrow(message);
});
