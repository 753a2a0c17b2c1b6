/** A driver or an option that is not what its author meant is refused in one line, which says what would be right. */
import { describe, expect, it, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { type Bus, type CheckOptions, checkDriver, type Driver, exploreDriver, playDriver } from "./index.js";

const OPTIONS: CheckOptions = { device: "uart16550", seed: 1, numRuns: 8, coverageRuns: 0 };

const init = (bus: Bus) => () => {
  for (const [offset, value] of [
    [3, 0x83],
    [0, 1],
    [1, 0],
    [3, 3],
    [2, 7],
  ] as const)
    bus.write(offset, value);
};
const print = (bus: Bus) => (byte: number) => {
  while ((bus.read(5) & 0x20) === 0);
  bus.write(0, byte);
};
const printer = (bus: Bus): Driver => ({ init: init(bus), print: print(bus) });

/** A driver by a class. */
class Printer {
  readonly init: () => void;

  constructor(bus: Bus) {
    this.init = init(bus);
  }
}

const DRIVERS: readonly [name: string, makeDriver: unknown, line: RegExp][] = [
  ["an object", {}, /^driver: expected a function .* got {}$/],
  ["no entry point", () => ({}), /^driver: expected one or more of the entry points .* got none$/],
  ["others instead", () => ({ isr() {}, write() {} }), /entry points probe, init, .* got isr, write$/],
  ["nothing", () => {}, /^driver: expected an object .* got nothing$/],
  ["a promise", async () => ({ init() {} }), /^driver: .* got a promise of one; await/],
  ["a class", Printer, /got a class; write \(bus\) => new Printer\(bus\)$/],
  [
    "a misspelt entry point",
    (bus: Bus) => ({ init: init(bus), prnt() {} }),
    /no entry point prnt: did you mean print\?$/,
  ],
  ["another case", (bus: Bus) => ({ Init: init(bus) }), /no entry point Init: did you mean init\?$/],
  [
    "a misspelt method",
    () =>
      new (class {
        init() {}
        recieve() {}
      })(),
    /no entry point recieve: did you mean receive\?$/,
  ],
  [
    "no function",
    (bus: Bus) => ({ init: init(bus), receive: [] }),
    /^driver\.receive: expected a function, got \[\]$/,
  ],
  [
    "receive returns -1",
    (bus: Bus) => ({ init: init(bus), receive: () => -1 }),
    /^receive: .* undefined for none, got -1$/,
  ],
  [
    "receive returns 256",
    () => ({ receive: () => 256 }),
    /^receive: expected a byte from 0 to 255, .* got 256$/,
  ],
  ["receive returns text", () => ({ receive: () => "a" }), /^receive: .* got "a"$/],
  [
    "Math.random",
    (bus: Bus) => ({
      ...printer(bus),
      print(byte: number) {
        bus.delay(Math.random());
        print(bus)(byte);
      },
    }),
    /^driver: it behaved differently in the same scenario: .* Math\.random/,
  ],
];

describe("a driver that is none", () => {
  it.each(DRIVERS)("%s", (_, makeDriver, line) => {
    expect(() => checkDriver(invalid(makeDriver), OPTIONS)).toThrow(line);
    expect(() => checkDriver(invalid(makeDriver), OPTIONS)).toThrow(/^.{1,200}$/);
  });
});

const OFFSETS: readonly [name: string, access: (bus: Bus) => void, detail: RegExp][] = [
  [
    "offset 8",
    (bus) => bus.read(8),
    /^init throws RangeError: offset 0x8: expected a register of uart16550, 0x0 to 0x7/,
  ],
  ["a port", (bus) => bus.write(0x3fb, 0x83), /^init throws RangeError: offset 0x3FB: expected a register/],
  [
    "a value of nine bits",
    (bus) => bus.write(7, 256),
    /^init throws RangeError: value: expected 0 to 255, got 256$/,
  ],
  [
    "a negative delay",
    (bus) => bus.delay(-1),
    /^init throws RangeError: delay: expected a number of microseconds/,
  ],
];

test.each(OFFSETS)("an access that is none breaks no-throw: %s", (_, access, detail) => {
  const { violation } = playDriver((bus) => ({ init: () => access(bus) }), OPTIONS, []);
  expect(violation).toMatchObject({ claim: "no-throw", detail: expect.stringMatching(detail) });
});

const WRONG_OPTIONS: readonly [option: object, line: string][] = [
  [{ numRun: 4 }, "no option numRun of the check: did you mean numRuns?"],
  [{ presett: "qemu" }, "no option presett of the check: did you mean preset?"],
  [{ preset: "qem" }, "no preset qem of uart16550: did you mean qemu?"],
  [{ claims: ["no-hangs"] }, 'got "no-hangs": did you mean no-hang?'],
  [{ claims: "no-hang" }, 'claims: expected a list of ids, such as ["no-hang"], got "no-hang"'],
  [{ numRuns: 0 }, "numRuns: expected a whole number from 1, got 0"],
  [{ numRuns: Number.POSITIVE_INFINITY }, "numRuns: expected a whole number from 1, got Infinity"],
  [{ maxActions: 0 }, "maxActions: expected a whole number from 1, got 0"],
  [{ seed: "x" }, 'seed: expected a whole number, got "x"'],
  [{ coverageRuns: -1 }, "coverageRuns: expected a whole number from 0, got -1"],
];

test.each(WRONG_OPTIONS)("an option that is none: %j", (option, line) => {
  expect(() => checkDriver(printer, invalid({ ...OPTIONS, ...option }))).toThrow(line);
  expect(() => exploreDriver(printer, invalid({ ...OPTIONS, depth: 1, maxRuns: 1, ...option }))).toThrow(
    line,
  );
});

test("helpers whose names are words of their own are no misspelt entry points", () => {
  const driver = (bus: Bus) => ({ ...printer(bus), end() {}, time() {}, flush() {}, received: () => 1 });
  expect(checkDriver(driver, OPTIONS).failure?.text).toBeUndefined();
});

test.each([{ device: "serial" }, { device: "uart16550" }, { device: "uart16550", preset: "qemu" }] as const)(
  "a delay is in microseconds: %j",
  (device) => {
    const { journal } = playDriver(
      (bus) => ({ init: () => Array.from({ length: 10 }, () => bus.delay(100.3)) }),
      { ...device, claims: [], accessTicks: 0 },
      [],
      { recordHappenings: true },
    );
    const { clock } =
      device.device === "serial" || !("preset" in device) ? { clock: 1_843_200 } : { clock: 1e9 };
    const delays = [...journal.entries()].slice(0, 10);
    const ticks = delays.reduce((sum, { entry }) => sum + (entry.type === "advance" ? entry.ticks : 0), 0);
    expect(Math.abs(ticks / clock - 1003e-6)).toBeLessThanOrEqual(1 / clock);
  },
);
