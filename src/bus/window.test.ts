import { describe, expect, test } from "vitest";
import { Serial, Uart16550 } from "../device/index.js";
import { invalid } from "../invalid.test-helper.js";
import { Bus, BusWindow, type WindowOptions } from "./index.js";

const LSR_EMPTY = 0x60;

/** Creates registers that read their offset plus 0x10, and log each access. */
function loggingTarget() {
  const log: string[] = [];
  return {
    log,
    read: (offset: number) => {
      log.push(`r${offset}`);
      return 0x10 + offset;
    },
    write: (offset: number, value: number) => void log.push(`w${offset} ${value}`),
  };
}

describe("an access as wide as a register", () => {
  test.each<[string, WindowOptions, number]>([
    ["io,0x3f8", { space: "io", base: 0x3f8 }, 0x3fd],
    ["mmio, reg-shift 1", { base: 0x1000, regShift: 1 }, 0x100a],
    ["mmio16, reg-shift 1", { base: 0x1000, regShift: 1, regIoWidth: 2 }, 0x100a],
    ["mmio32, reg-shift 2", { base: 0xd401_7000, regShift: 2, regIoWidth: 4 }, 0xd401_7014],
    [
      "mmio32be, reg-shift 2",
      { base: 0xd401_7000, regShift: 2, regIoWidth: 4, bigEndian: true },
      0xd401_7014,
    ],
    ["reg-shift 3", { base: 2 ** 40, regShift: 3, regIoWidth: 1 }, 2 ** 40 + 0x28],
    // Linux adds the shifted offset and reads as wide as it is told, also where registers overlap.
    ["mmio32, reg-shift 0", { base: 0x1000, regIoWidth: 4 }, 0x1005],
  ])("reaches LSR through %s", (_, options, address) => {
    for (const device of [new Uart16550(), new Serial()]) {
      const window = new BusWindow(device, options);
      expect(window.read(address)).toBe(LSR_EMPTY);
      window.write(window.base + (7 << (options.regShift ?? 0)), 0x5a);
      expect(device.read(7)).toBe(0x5a);
    }
  });

  test("ignores what a 32-bit value has above the register's byte, as numbers and as JavaScript's integers", () => {
    const target = loggingTarget();
    const window = new BusWindow(target, { regShift: 2, regIoWidth: 4 });
    window.write(4, 0x1234_5641);
    window.write(4, 0xffff_ff41 | 0);
    window.write(4, 0xffff_ff41);
    expect(target.log).toEqual(["w1 65", "w1 65", "w1 65"]);
  });
});

describe("an access of another width", () => {
  test("moves bytes one after the other, in either byte order", () => {
    const target = loggingTarget();
    const little = new BusWindow(target);
    expect(little.read(0, 4)).toBe(0x13121110);
    little.write(0, 0x0180, 2);
    const big = new BusWindow(target, { bigEndian: true });
    expect(big.read(0, 4)).toBe(0x10111213);
    big.write(0, 0x0180, 2);
    expect(target.log).toEqual([
      "r0",
      "r1",
      "r2",
      "r3",
      "w0 128",
      "w1 1",
      "r0",
      "r1",
      "r2",
      "r3",
      "w0 1",
      "w1 128",
    ]);
  });

  test("finds a register's byte where the byte order puts it, and 0 beside it", () => {
    const little = new BusWindow(loggingTarget(), { regShift: 2, regIoWidth: 4 });
    const big = new BusWindow(loggingTarget(), { regShift: 2, regIoWidth: 4, bigEndian: true });
    expect([0, 1, 2, 3].map((lane) => little.read(4 + lane, 1))).toEqual([0x11, 0, 0, 0]);
    expect([0, 1, 2, 3].map((lane) => big.read(4 + lane, 1))).toEqual([0, 0, 0, 0x11]);
  });

  test("between narrow registers reads what the bus gives", () => {
    const read = (unmapped: "zero" | "ones") => {
      const target = loggingTarget();
      const window = new BusWindow(target, { regShift: 2, unmapped });
      return [window.read(4, 4), window.read(5, 1), window.read(0x20, 2), target.log.length];
    };
    expect(read("zero")).toEqual([0x11, 0, 0, 1]);
    expect(read("ones")).toEqual([0xffff_ff11, 0xff, 0xffff, 1]);
  });

  test("writes nothing between registers", () => {
    const target = loggingTarget();
    const window = new BusWindow(target, { regShift: 1, unmapped: "ones" });
    window.write(2, 0x4433_2211, 4);
    window.write(3, 0x55, 1);
    window.write(0x10, 0x55, 1);
    expect(target.log).toEqual(["w1 17", "w2 51"]);
  });
});

describe("where there is no register", () => {
  test("an error names offset, address and device, and nothing has changed", () => {
    const uart = new Uart16550();
    const window = new BusWindow(uart, { base: 0x1000_0000, regShift: 2 });
    const message =
      "offset 0x5 (address 0x10000005): expected a register of uart16550, 0x0 to 0x1C in steps of 4 and 1 byte wide, got none for a read of 1 byte";
    expect(() => window.read(0x1000_0005)).toThrow(new RangeError(message));
    expect(() => window.write(0x1000_0004, 1, 4)).toThrow("offset 0x4 (address 0x10000004)");
    expect(() => window.read(0x1000_0020)).toThrow("offset 0x20");
    expect(() => window.read(0xfff_ffff)).toThrow("offset -0x1");
    expect(() => new BusWindow(new Serial(), { space: "io", base: 0x3f8 }).read(0x400)).toThrow(
      "offset 0x8 (port 0x400): expected a register of serial",
    );
    expect(uart.journal.length).toBe(0);
  });

  test.each<[() => unknown, string]>([
    [() => new BusWindow(new Serial()).write(0, 256), "value: expected 0 to 255, got 256"],
    [() => new BusWindow(new Serial()).write(0, -1), "value: expected 0 to 255, got -1"],
    [() => new BusWindow(new Serial()).write(0, 2 ** 32, 4), "value: expected -2147483648 to 4294967295"],
    [() => new BusWindow(new Serial()).write(0, 1.5), "value: expected 0 to 255, got 1.5"],
    [() => new BusWindow(new Serial()).write(0, invalid("A")), 'value: expected 0 to 255, got "A"'],
    [() => new BusWindow(new Serial()).read(0, invalid(8)), "width: expected one of 1, 2, 4, got 8"],
    [() => new BusWindow(new Serial()).read(1.5), "address: expected a whole number from 0, got 1.5"],
    [() => new BusWindow(new Serial()).read(-1), "address: expected a whole number from 0, got -1"],
    [
      () => new BusWindow(new Serial()).read(invalid("5")),
      'address: expected a whole number from 0, got "5"',
    ],
    [() => new BusWindow(invalid({})), "device: expected one with read and write"],
    [() => new BusWindow(new Serial(), invalid(null)), "window: expected an object, got null"],
    [
      () => new BusWindow(new Serial(), invalid({ regSift: 2 })),
      "no option regSift of a window: did you mean regShift?",
    ],
    [
      () => new BusWindow(new Serial(), invalid({ shift: 2 })),
      "no option shift of a window: did you mean regShift?",
    ],
    [
      () => new BusWindow(new Serial(), invalid({ width: 4 })),
      "no option width of a window: did you mean regIoWidth?",
    ],
    [
      () => new BusWindow(new Serial(), invalid({ regShift: 4 })),
      "regShift: expected one of 0, 1, 2, 3, got 4",
    ],
    [
      () => new BusWindow(new Serial(), invalid({ regIoWidth: 3 })),
      "regIoWidth: expected one of 1, 2, 4, got 3",
    ],
    [() => new BusWindow(new Serial(), { base: -1 }), "base: expected a whole number from 0, got -1"],
    [
      () => new BusWindow(new Serial(), invalid({ base: "0x3f8" })),
      'base: expected a whole number from 0, got "0x3f8"',
    ],
    [
      () => new BusWindow(new Serial(), invalid({ unmapped: 255 })),
      'unmapped: expected one of "zero", "ones", "error", got 255',
    ],
    [
      () => new BusWindow(new Serial(), { space: "io", bigEndian: true }),
      "bigEndian: expected false with port I/O",
    ],
    [
      () => new BusWindow(new Serial(), { space: "io", base: 0xfff9 }),
      "base: expected at most 0xFFF8, so that all registers have an address, got 0xFFF9",
    ],
    [
      () => new BusWindow(new Serial(), invalid({ beforeAccess: 1 })),
      "beforeAccess: expected a function, got 1",
    ],
  ])("case %#: what is wrong is named", (operation, message) => {
    expect(operation).toThrow(message);
  });
});

describe("a bus", () => {
  const bus = () => {
    const attached = new Bus({ unmapped: "ones" });
    const detach = attached.attach(new BusWindow(new Uart16550(), { space: "io", base: 0x3f8 }));
    attached.attach(new BusWindow(new Serial(), { space: "io", base: 0x2f8 }));
    return { attached, detach };
  };

  test("gives each access to the window that contains its address", () => {
    const { attached, detach } = bus();
    attached.write(0x3ff, 0x11);
    attached.write(0x2ff, 0x22);
    attached.write(0x2f7, 0x33);
    expect([
      attached.read(0x3ff),
      attached.read(0x2ff),
      attached.read(0x2f7),
      attached.read(0x100, 4),
    ]).toEqual([...[0x11, 0x22, 0xff, 0xffff_ffff]]);
    expect(attached.windowAt(0x3f9)?.name).toBe("uart16550");
    detach();
    detach();
    expect(attached.read(0x3ff)).toBe(0xff);
    expect(attached.windows.map(({ name }) => name)).toEqual(["serial"]);
  });

  test("splits an access that reaches over the end of a window", () => {
    const target = loggingTarget();
    const wide = new Bus({ unmapped: "ones" });
    wide.attach(new BusWindow(target, { space: "io", base: 0x3f8 }));
    wide.attach(new BusWindow(target, { space: "io", base: 0x400 }));
    expect([wide.read(0x3f7, 2), wide.read(0x3fe, 4), wide.read(0x406, 4)]).toEqual([
      0x10ff, 0x11101716, 0xffff_1716,
    ]);
    wide.write(0x3f6, 0x8877_6655 | 0, 4);
    expect(target.log).toEqual(["r0", "r6", "r7", "r0", "r1", "r6", "r7", "w0 119", "w1 136"]);
    target.log.length = 0;
    const strict = new Bus();
    strict.attach(new BusWindow(target, { bigEndian: true, base: 0x100 }));
    strict.attach(new BusWindow(target, { regShift: 1, base: 0x108 }));
    expect(strict.read(0x107, 2)).toBe(0x1710);
    expect(() => strict.write(0x107, 1, 4)).toThrow("offset 0x1 (address 0x109): expected a register of");
    expect(() => strict.write(0xff, 1, 2)).toThrow("address 0xFF: expected one in a window of the bus");
    expect(() => strict.write(0x117, 1, 2)).toThrow("offset 0xF (address 0x117)");
    expect(() => strict.write(0xff, 256, 1)).toThrow("address 0xFF");
    expect(() => wide.write(0x3ff, 0x1_0000, 2)).toThrow("value: expected 0 to 65535, got 65536");
    expect(target.log).toEqual(["r7", "r0"]);
  });

  test("refuses what cannot be on it", () => {
    const { attached } = bus();
    expect(() =>
      attached.attach(new BusWindow(new Serial(), { space: "io", base: 0x3f0, regShift: 1 })),
    ).toThrow(
      "base: expected free addresses, got serial at 0x3F0 to 0x3FF, where uart16550 at 0x3F8 to 0x3FF is",
    );
    expect(() => attached.attach(new BusWindow(new Serial()))).toThrow('space: expected "io"');
    expect(() => attached.attach(invalid(new Serial()))).toThrow("window: expected a BusWindow");
    expect(() => attached.write(0x100, 256)).toThrow("value: expected 0 to 255, got 256");
    expect(() => attached.read(0x100, invalid(3))).toThrow("width: expected one of 1, 2, 4");
    expect(() => attached.read(Number.NaN)).toThrow("address: expected a whole number from 0, got NaN");
    expect(() => new Bus().read(0x80)).toThrow(
      "address 0x80: expected one in a window of the bus, which are none",
    );
    expect(() => new Bus(invalid({ unmapped: "one" }))).toThrow("unmapped: expected one of");
  });
});

test("beforeAccess comes before each register's access, so that the device's time can be brought up", () => {
  const uart = new Uart16550();
  let now = 0;
  const window = new BusWindow(uart, { beforeAccess: () => uart.advance(now - uart.now) });
  window.write(3, 3);
  window.write(0, 0x41);
  expect(window.read(5) & 0x40).toBe(0);
  now = uart.chart.clock;
  expect(window.read(5) & 0x40).toBe(0x40);
});

test.each([1, 2, 4] as const)(
  "a bus accesses a register as wide as its window says, unless told: %d bytes",
  (regIoWidth) => {
    for (const bigEndian of [false, true]) {
      const bus = new Bus({ unmapped: "ones" });
      const window = new BusWindow(new Uart16550(), { base: 0x1000, regShift: 2, regIoWidth, bigEndian });
      bus.attach(window);
      bus.write(0x101c, 0x5a);
      expect([bus.read(0x101c), window.read(0x101c), bus.read(0x1014), bus.read(0x5000)]).toEqual([
        0x5a, 0x5a, 0x60, 0xff,
      ]);
    }
  },
);
