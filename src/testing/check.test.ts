import { describe, expect, it, test } from "vitest";
import { UART16550_PRESETS, type Uart16550Preset } from "../../machines/index.js";
import type { InterruptController, WindowOptions } from "../bus/index.js";
import { Serial } from "../device/index.js";
import { loadJournal } from "../journal/index.js";
import { assertDriver, type CheckOptions, checkDriver } from "./check.js";
import type { Driver, MakeAsyncDriver, MakeDriver } from "./driver.js";
import { linuxDriver } from "./linux-driver.js";
import { playDriver, playDriverAsync } from "./play.js";

const OLD = { device: "serial", revision: "0.8.1", seed: 1 } as const;

describe("vm-superio's pull request 135", () => {
  const { ok, failure } = checkDriver(linuxDriver, OLD);

  it("is found in 0.8.1: input that arrives while IER is masked round a console write is lost", () => {
    expect(ok).toBe(false);
    expect(failure?.claim).toBe("received-not-stuck");
    expect(failure?.accesses).toBe(6);
    expect(failure?.why).toBe(
      "no interrupt is pending that the driver has not taken; IER 0x05, LSR 0x61, IIR 0xC1",
    );
    expect(failure?.text).toBe(
      [
        `received-not-stuck: 'a' never reached the user, and the device still has something received: ${failure?.why}.`,
        "On serial 0.8.1, edge interrupts: expected: Once the environment is quiet, nothing received stays in the device: no interrupt was lost.",
        "",
        "     1  driver       starts, in 34 steps",
        "    36  kernel       print '0'",
        "    37  driver       IER -> 0x05 ERBFI|ELSI",
        "    38  driver       IER <- 0x00",
        "    39  environment  'a' arrives",
        "    40  driver       LSR -> 0x61 DR|THRE|TEMT",
        "    41  driver       THR <- 0x30                               '0' leaves",
        "    42  driver       LSR -> 0x61 DR|THRE|TEMT",
        "    43  driver       IER <- 0x05 ERBFI|ELSI",
        "",
        `Why: ${failure?.why}.`,
        "",
        `Found in run ${failure?.runs}. Again: { seed: 1, path: ${JSON.stringify(failure?.path)} }`,
        "Look at it: vm-superio inspect STORY, with JSON.stringify(failure.story) in the file",
      ].join("\n"),
    );
  });

  it.each([2, 3, 4, 5])("shrinks to the same from seed %i", (seed) => {
    expect(checkDriver(linuxDriver, { ...OLD, seed }).failure?.scenario).toBe(failure?.scenario);
  });

  it("is reproduced at once by seed and path", () => {
    const again = checkDriver(linuxDriver, { ...OLD, path: failure?.path ?? "" });
    expect(again.failure?.scenario).toBe(failure?.scenario);
    expect(again.runs).toBe(1);
  });

  it("has a journal whose replay ends with the byte in the FIFO", async () => {
    const { journal } = await loadJournal(new TextEncoder().encode(failure?.journal ?? ""));
    expect(Serial.fromJournal(journal).state().inBuffer).toEqual([0x61]);
  });

  it("is not in 0.8.2", () => {
    const { ok: clean, runs, coverage } = assertDriver(linuxDriver, { device: "serial", seed: 1 });
    expect([clean, runs]).toEqual([true, 500]);
    expect(coverage.runs).toBe(50);
    expect(coverage.taken).toBeGreaterThan(25);
    expect(coverage.missed).toHaveLength(coverage.total - coverage.taken);
    expect(Object.keys(coverage.causes).sort()).toEqual(["RDA", "THRE"]);
  });

  it("is thrown with its text by assertDriver", () => {
    expect(() => assertDriver(linuxDriver, OLD)).toThrow(
      expect.objectContaining({ name: "DriverError", message: failure?.text }),
    );
  });
});

const PARTS = (Object.keys(UART16550_PRESETS) as Uart16550Preset[]).flatMap((preset) =>
  (["edge", "level", "plic"] as const).flatMap((pic) => [
    { preset, pic, transmitterIsTimed: true },
    { preset, pic, transmitterIsTimed: false },
  ]),
);

test.each(PARTS)(
  "Linux's driver passes on $preset, $pic, transmitterIsTimed $transmitterIsTimed",
  ({ preset, pic, transmitterIsTimed }) => {
    const options = { ...UART16550_PRESETS[preset], transmitterIsTimed };
    const { failure } = checkDriver(linuxDriver, {
      device: "uart16550",
      preset: options,
      pic,
      seed: 7,
      numRuns: 15,
      coverageRuns: 0,
    });
    expect(failure?.text).toBeUndefined();
  },
);

test.each([
  ["edge", "0.8.2"],
  ["level", "0.8.2"],
  ["plic", "0.8.2"],
] as const)("Linux's driver passes on serial, %s", (pic, revision) => {
  const { failure } = checkDriver(linuxDriver, {
    device: "serial",
    pic,
    revision,
    seed: 7,
    coverageRuns: 0,
    numRuns: 100,
  });
  expect(failure?.text).toBeUndefined();
});

describe("a window between driver and device", () => {
  /** Linux's accesses of registers that lie apart: mem32_serial_in and its like. */
  const shifted =
    (makeDriver: MakeDriver, { base = 0, regShift = 0, regIoWidth = 1 }: WindowOptions): MakeDriver =>
    (bus) =>
      makeDriver({
        ...bus,
        read: (offset) => bus.read(base + (offset << regShift), regIoWidth),
        write: (offset, value) => bus.write(base + (offset << regShift), value, regIoWidth),
      });
  const window: WindowOptions = { base: 0x1000_0000, regShift: 2, regIoWidth: 4 };
  const options: CheckOptions = { device: "serial", revision: "0.8.1", seed: 1, coverageRuns: 0 };

  it("changes nothing about what is found, nor the journal", () => {
    const bare = checkDriver(linuxDriver, options);
    const windowed = checkDriver(shifted(linuxDriver, window), { ...options, window });
    expect(windowed.failure?.claim).toBe("received-not-stuck");
    expect(windowed.failure).toEqual(bare.failure);
  });

  it("makes an access to no register an error of the driver, which a poll would wait for without end", () => {
    const forgetful: MakeDriver = (bus) => ({ init: () => void bus.read(5) });
    const { failure } = checkDriver(forgetful, {
      device: "uart16550",
      window,
      seed: 1,
      numRuns: 1,
      coverageRuns: 0,
    });
    expect(failure?.claim).toBe("no-throw");
    expect(failure?.detail).toContain(
      "init throws RangeError: offset -0xFFFFFFB (address 0x5): expected a register of uart16550",
    );
    const polling: MakeDriver = (bus) => ({
      init() {
        while ((bus.read(0x14) & 0x60) !== 0x60);
      },
    });
    const strided = checkDriver(polling, { device: "serial", seed: 1, numRuns: 1, coverageRuns: 0 });
    expect(strided.failure?.detail).toContain("offset 0x14: expected a register of serial");
  });

  it("is as wide as the driver's accesses", async () => {
    const values: number[] = [];
    const driver: MakeAsyncDriver = (bus) => ({
      async init() {
        await bus.write(0, 0x80_00_00_00, 4);
        values.push(await bus.read(2, 2));
      },
    });
    await playDriverAsync(driver, { device: "uart16550", window: { unmapped: "zero" }, claims: [] }, []);
    expect(values[0]).toBe(0x80_01);
  });
});

describe("an interrupt controller of the user's", () => {
  it("is asked in place of ours, and gets levels or pulses as it wants", () => {
    for (const [trigger, expected] of [
      ["edge", "pulse"],
      ["level", "level 1"],
    ] as const) {
      const calls: string[] = [];
      const createController = (): InterruptController => ({
        trigger,
        isRequesting: false,
        setLevel: (level) => void calls.push(`level ${level}`),
        pulse: () => void calls.push("pulse"),
        acknowledge: () => false,
        end() {},
        setInterruptsEnabled() {},
      });
      const driver: MakeDriver = (bus) => ({ init: () => bus.write(1, 0x02) });
      playDriver(driver, { device: "serial", pic: createController, claims: [] }, []);
      expect(calls).toEqual([expected]);
    }
  });
});

describe("a driver", () => {
  const uart: CheckOptions = { device: "uart16550", seed: 1, numRuns: 50, coverageRuns: 0 };

  /** Creates a driver that polls, in generators. */
  const polling: MakeDriver = (bus) => ({
    init() {
      for (const [offset, value] of [
        [3, 0x83],
        [0, 1],
        [1, 0],
        [3, 0x03],
        [2, 0x07],
      ] as const)
        bus.write(offset, value);
    },
    *send(byte) {
      while ((bus.read(5) & 0x20) === 0) yield;
      bus.write(0, byte);
    },
    *receive() {
      yield;
      let lsr = bus.read(5);
      for (; (lsr & 0x11) === 0x11; lsr = bus.read(5)) bus.read(0);
      return (lsr & 1) !== 0 ? bus.read(0) : undefined;
    },
  });

  it("may be generators, and poll", () => {
    expect(checkDriver(polling, uart).failure?.text).toBeUndefined();
  });

  it("that throws breaks a claim", () => {
    const wrong: MakeDriver = (bus) => ({ init: () => bus.write(0, 256) });
    const { failure } = checkDriver(wrong, uart);
    expect(failure?.detail).toBe("init throws RangeError: value: expected 0 to 255, got 256");
  });

  it("may refuse a byte", () => {
    expect(
      playDriver(() => ({ send: () => false }), uart, [{ type: "send", count: 3, after: 0 }]).violation,
    ).toBe(undefined);
  });

  it("is held only to the claims of the options", () => {
    const idle: MakeDriver = () => ({ send: () => {} });
    expect(checkDriver(idle, uart).failure?.claim).toBe("sent-not-stuck");
    expect(checkDriver(idle, { ...uart, claims: ["sent-in-order", "no-hang"] }).ok).toBe(true);
  });

  it("meets input before it is set up, with quietInit: false", () => {
    const actions = [{ type: "arrive", count: 1, after: 2 }] as const;
    const happeningsOf = (quietInit: boolean) =>
      playDriver(linuxDriver, { device: "serial", quietInit }, actions, { recordHappenings: true })
        .happenings;
    const findArrival = (quietInit: boolean) =>
      happeningsOf(quietInit).find(({ by }) => by === "environment");
    expect(findArrival(true)?.start).toBe(false);
    expect(findArrival(false)).toMatchObject({ start: true, number: 4, text: "'a' arrives" });
  });

  it("that behaves differently in the same scenario is an error", () => {
    let sent = 0;
    const fickle = (): Driver => ({ send: () => ++sent === 1 });
    expect(() => checkDriver(fickle, uart)).toThrow(/keeps state from one run to the next/);
  });
});

test.each<[CheckOptions, string]>([
  [{ device: "8250" as "serial" }, 'device: expected "serial" or "uart16550", got "8250"'],
  [
    { device: "serial", pic: "both" as "edge" },
    'pic: expected "edge", "level", "plic" or a function, got "both"',
  ],
  [{ device: "serial", window: { regShift: 4 as 3 } }, "regShift: expected one of 0, 1, 2, 3, got 4"],
  [
    { device: "serial", window: { regshift: 2 } as CheckOptions["window"] & object },
    "no option regshift of a window: did you mean regShift?",
  ],
  [{ device: "serial", claims: ["all" as "no-hang"] }, "claims: expected ids among"],
  [{ device: "serial", accessTicks: -1 }, "accessTicks: expected a whole number from 0, got -1"],
  [{ device: "serial", pollLimit: 0 }, "pollLimit: expected a whole number from 1, got 0"],
])("%j is refused", (options, message) => {
  expect(() => checkDriver(linuxDriver, options)).toThrow(message);
});
