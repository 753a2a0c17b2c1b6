import { describe, expect, it, test } from "vitest";
import { CLAIMS } from "./claims.js";
import type { Bus, Driver, MakeDriver } from "./driver.js";
import { type ExploreDriverOptions, exploreDriver } from "./explore-driver.js";
import { linuxDriver } from "./linux-driver.js";

const CLAIM_COUNT = Object.keys(CLAIMS).length;
const [DATA, IER, IIR, LCR, LSR] = [0, 1, 2, 3, 5];

/** The bugs of {@link queueDriver}. */
const FAULTS = [
  "none",
  "the handler looks once",
  "the handler takes one byte",
  "print leaves the interrupts off",
  "print does not wait",
  "the sixth byte is lost",
  "the queue is turned off with a byte in it",
] as const;

/** Creates a driver with a queue each way, which can be restored. */
const queueDriver =
  (fault: (typeof FAULTS)[number]): MakeDriver =>
  (bus: Bus): Driver => {
    let state = { sent: [] as number[], received: [] as number[], enabled: 1, count: 0 };
    const enable = (value: number): void => {
      state.enabled = value;
      bus.write(IER, value);
    };
    const serve = (): void => {
      while (bus.read(LSR) & 1) {
        state.received.push(bus.read(DATA));
        if (fault === "the handler takes one byte") break;
      }
      if ((state.enabled & 2) === 0 || (bus.read(LSR) & 0x20) === 0) return;
      const byte = state.sent.shift();
      if (byte !== undefined) bus.write(DATA, byte);
      const isLast = state.sent.length === 0 || fault === "the queue is turned off with a byte in it";
      if (isLast) enable(1);
    };
    return {
      init() {
        for (const [offset, value] of [
          [LCR, 0x83],
          [DATA, 4],
          [IER, 0],
          [LCR, 3],
          [4, 8],
        ] as const)
          bus.write(offset, value);
        enable(1);
      },
      interrupt() {
        do {
          if (bus.read(IIR) & 1) return;
          serve();
        } while (fault !== "the handler looks once");
      },
      send(byte) {
        bus.disableInterrupts();
        state.count = (state.count + 1) % 6;
        if (state.count !== 0 || fault !== "the sixth byte is lost") state.sent.push(byte);
        if ((state.enabled & 2) === 0) enable(3);
        bus.enableInterrupts();
      },
      print(byte) {
        bus.disableInterrupts();
        bus.write(IER, 0);
        while (fault !== "print does not wait" && (bus.read(LSR) & 0x20) === 0);
        bus.write(DATA, byte);
        if (fault !== "print leaves the interrupts off") bus.write(IER, state.enabled);
        bus.enableInterrupts();
      },
      receive: () => state.received.shift(),
      checkpoint() {
        const key = JSON.stringify(state);
        return {
          key,
          restore() {
            state = JSON.parse(key);
          },
        };
      },
    };
  };

const ON_16450 = { device: "uart16550", preset: "ns16450", accessTicks: 80 } as const;
const MACHINES: readonly ExploreDriverOptions[] = [
  { device: "serial", revision: "0.8.1", depth: 3 },
  { device: "serial", pic: "level", depth: 3 },
  { ...ON_16450, depth: 2 },
];

describe.each(FAULTS)("a driver of which %s", (fault) => {
  it.each(MACHINES)(
    "has as short a failure as if each scenario were run from the start, on %j",
    (machine) => {
      const options = { ...machine, preemptions: 3, outstanding: 99 };
      const merged = exploreDriver(queueDriver(fault), options);
      const separate = exploreDriver(queueDriver(fault), { ...options, mergeStates: false });
      const summary = ({ verdict, failure }: typeof merged) => [
        verdict.replace("exhausted", "bounded"),
        failure?.actions.length,
      ];
      expect(summary(merged)).toEqual(summary(separate));
      if (merged.verdict !== "refuted") expect(merged.runs).toBeLessThan(separate.runs);
    },
  );
});

/** A driver with flow control, which looks at CTS only where it prints, and sends without it. */
const heedless: MakeDriver = (bus: Bus): Driver => ({
  flowControl: "hardware",
  init() {
    bus.write(LCR, 3);
  },
  send: (byte) => bus.write(DATA, byte),
  print() {
    bus.read(6);
    return false;
  },
  checkpoint: () => ({ key: "", restore() {} }),
});

test.each([
  [["modem", "print", "send"], "refuted"],
  [["print", "send"], "bounded"],
])("what the claims remember is part of the state: %j is %s", (kinds, verdict) => {
  const deeds = [
    { type: "modem", input: "cts", halves: 40 },
    { type: "print", count: 1 },
    { type: "send", count: 1 },
  ] as const;
  const options: ExploreDriverOptions = {
    ...{ device: "uart16550", depth: 3, preemptions: 1, claims: ["cts-respected"] },
    deeds: deeds.filter(({ type }) => kinds.includes(type)),
  };
  const explorations = [true, false].map((mergeStates) =>
    exploreDriver(heedless, { ...options, mergeStates }),
  );
  expect(explorations.map(({ verdict: each }) => each.replace("exhausted", "bounded"))).toEqual([
    verdict,
    verdict,
  ]);
  const lengths = explorations.map(({ failure }) => failure?.actions.length);
  expect(lengths[0]).toBe(lengths[1]);
});

test.each(FAULTS)("a driver of which %s is refuted if that is a bug", (fault) => {
  const verdicts = [{ device: "serial" } as const, ON_16450].flatMap((machine) =>
    [0, 2].map(
      (preemptions) =>
        exploreDriver(queueDriver(fault), {
          ...machine,
          preemptions,
          maxRuns: preemptions === 0 ? 1500 : 400,
        }).verdict,
    ),
  );
  expect(verdicts.includes("refuted")).toBe(fault !== "none");
});

describe("a driver that can be restored", () => {
  it("is explored to the end: no schedule of any length breaks a claim", () => {
    const { verdict, states, text } = exploreDriver(queueDriver("none"), { device: "serial" });
    // The position in a count of six, three symbols of print and of arrivals: those sent follow from the count.
    expect([verdict, states]).toEqual(["exhausted", 6 * 3 * 3]);
    expect(text).toContain(
      `exhausted: No schedule of arrive, send, print breaks one of ${CLAIM_COUNT} claims, with up to 1 within a call and 4 bytes on their way. 54 states of driver, device and bytes were visited in `,
    );
    expect(text).toContain(" runs: there are no more.");
  });

  it("is refuted by a failure that no scenario of three actions shows", () => {
    const { verdict, failure } = exploreDriver(queueDriver("the sixth byte is lost"), { device: "serial" });
    expect([verdict, failure?.claim]).toEqual(["refuted", "sent-not-stuck"]);
    expect(failure?.actions.map(({ type }) => type)).toEqual(Array(6).fill("send"));
  });

  it("is not proved where the bound is reached first", () => {
    const options = { ...ON_16450, maxRuns: 50 };
    const { verdict, runs, text } = exploreDriver(queueDriver("none"), options);
    expect([verdict, runs]).toEqual(["bounded", 50]);
    expect(text).toContain("It stopped at 50 runs. This is no proof.");
  });

  it("says of what length schedules were tried", () => {
    const { verdict, depth, text } = exploreDriver(queueDriver("none"), { ...ON_16450, depth: 2 });
    expect([verdict, depth]).toEqual(["bounded", 2]);
    expect(text).toContain(
      `bounded: No schedule of 2 of arrive, send, print, pass breaks one of ${CLAIM_COUNT} claims`,
    );
  });
});

test.each<[Partial<ExploreDriverOptions>, string]>([
  [{ deeds: [{ type: "restart" }] }, "deeds: restart is none that states can be explored with"],
  [{ preemptions: -1 }, "preemptions: expected a whole number from 0, got -1"],
  [{ outstanding: 0 }, "outstanding: expected a whole number from 1, got 0"],
])("%j is refused", (options, message) => {
  expect(() => exploreDriver(queueDriver("none"), { device: "serial", ...options })).toThrow(message);
});

test("a driver that cannot be restored is refused where states are asked for", () => {
  expect(() => exploreDriver(linuxDriver, { device: "serial", mergeStates: true })).toThrow(
    "mergeStates: expected a driver with a checkpoint",
  );
});
