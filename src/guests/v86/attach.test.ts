import { createRequire } from "node:module";
import { V86 } from "v86";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Serial, Uart16550 } from "../../device/index.js";
import { invalid } from "../../invalid.test-helper.js";
import { type AttachOptions, attachUart, type Uart } from "./index.js";

/** v86's insides, as a guest and a user of the emulator would use them. */
interface Machine {
  readonly bus: { send(busEvent: string, value: unknown): void };
  readonly v86: {
    readonly bus: Machine["bus"];
    readonly cpu: {
      readonly last_result: Int32Array;
      /** Accesses of physical memory, as the compiled processor makes them. */
      read8(address: number): number;
      read16(address: number): number;
      read32s(address: number): number;
      write8(address: number, busValue: number): void;
      write16(address: number, busValue: number): void;
      write32(address: number, busValue: number): void;
      readonly io: {
        port_read8(portNumber: number): number;
        port_write8(portNumber: number, busValue: number): void;
      };
      run_hardware_timers(acpiTimer: number, currentTick: number): number;
      reboot_internal(): void;
      device_raise_irq(interruptNumber: number): void;
      device_lower_irq(interruptNumber: number): void;
    };
  };
}

const wasm_path = createRequire(import.meta.url)
  .resolve("v86")
  .replace(/[^/]*$/, "v86.wasm");
const small = { memory_size: 1 << 24, vga_memory_size: 1 << 20, disable_speaker: true, log_level: 0 };
// v86 restores a machine only with these: it stumbles over a channel of its disk controller, or a network card, that is not there.
const restorable = { net_device: { type: "none" } as never, hda: { buffer: new ArrayBuffer(512) } };
const emulator = new V86({ ...small, ...restorable, wasm_path, uart1: true });
await new Promise<void>((resolve) => emulator.add_listener("emulator-loaded", resolve));
const { bus, v86 } = emulator as unknown as Machine;
const { cpu } = v86;
const inb = (port: number) => cpu.io.port_read8(port);
const outb = (port: number, dataByte: number) => cpu.io.port_write8(port, dataByte);

const lineEdges: string[] = [];
const { device_raise_irq, device_lower_irq } = cpu;
cpu.device_raise_irq = (interruptNumber) => {
  lineEdges.push(`+${interruptNumber}`);
  device_raise_irq.call(cpu, interruptNumber);
};
cpu.device_lower_irq = (interruptNumber) => {
  lineEdges.push(`-${interruptNumber}`);
  device_lower_irq.call(cpu, interruptNumber);
};

const busEvents: string[] = [];
for (const event of ["output-byte", "data-terminal-ready-output", "request-to-send-output"] as const)
  for (const portNumber of [0, 1])
    emulator.add_listener(`serial${portNumber}-${event}` as never, (value: unknown) =>
      busEvents.push(`${portNumber} ${event} ${value}`),
    );

let time = 0;
const attached: { detach(): void }[] = [];
function attach<T extends Uart>(uartDevice: T, options: AttachOptions = {}): T {
  attached.push(attachUart(emulator, uartDevice, { now: () => time, ...options }));
  return uartDevice;
}

beforeEach(() => {
  for (const attachment of attached.splice(0)) attachment.detach();
  lineEdges.length = 0;
  busEvents.length = 0;
});
afterAll(() => emulator.destroy());

describe.each([
  ["serial", () => new Serial()],
  ["uart16550", () => new Uart16550({ preset: "qemu" })],
] as const)("%s in v86", (_, make) => {
  test("is what the guest reads and writes, and what the bus tells", () => {
    const uartDevice = attach(make() as Uart);
    outb(0x3ff, 0x5a);
    expect([inb(0x3ff), uartDevice.peek(7)]).toEqual([0x5a, 0x5a]);
    outb(0x3fc, 0x03);
    outb(0x3f8, 0x41);
    expect(busEvents).toEqual([
      "0 data-terminal-ready-output true",
      "0 request-to-send-output true",
      "0 output-byte 65",
    ]);
    outb(0x3fa, 0x01);
    bus.send("serial0-input", 0x42);
    expect([inb(0x3fd) & 1, inb(0x3f8)]).toEqual([1, 0x42]);
  });

  test("holds what does not fit its FIFO, and loses none of it", () => {
    attach(make() as Uart);
    outb(0x3fa, 0x01);
    const sentBytes = Array.from({ length: 300 }, (_, loopIndex) => loopIndex & 0xff);
    for (const dataByte of sentBytes) bus.send("serial0-input", dataByte);
    const readBytes: number[] = [];
    while (readBytes.length < sentBytes.length) {
      while (inb(0x3fd) & 1) readBytes.push(inb(0x3f8));
      cpu.run_hardware_timers(0, time);
    }
    expect(readBytes).toEqual(sentBytes);
  });

  test("fills its FIFO when the guest's turn is over, without a timer", async () => {
    const uartDevice = attach(make() as Uart);
    outb(0x3fa, 0x01);
    const sentBytes = Array.from({ length: 300 }, (_, loopIndex) => loopIndex & 0xff);
    for (const dataByte of sentBytes) bus.send("serial0-input", dataByte);
    const readBytes: number[] = [];
    let turns = 0;
    for (; readBytes.length < sentBytes.length && turns < 10; turns++) {
      while (inb(0x3fd) & 1) readBytes.push(inb(0x3f8));
      // A Serial is never filled in the guest's hands.
      if (uartDevice instanceof Serial) expect(readBytes.length).toBe(Math.min(64 * (turns + 1), 300));
      await Promise.resolve();
    }
    expect(readBytes).toEqual(sentBytes);
    expect(turns).toBe(uartDevice instanceof Serial ? 5 : 1);
  });

  test("does not fill the journal of a guest that waits", () => {
    const uartDevice = attach(make() as Uart);
    v86.bus.send("emulator-started", undefined);
    const start = uartDevice.journal.next;
    for (let run = 0; run < 10_000; run++) {
      time += 0.1;
      cpu.run_hardware_timers(0, time);
    }
    expect(uartDevice.journal.next - start).toBeLessThanOrEqual(20);
    const seconds = uartDevice.toSeconds(uartDevice.now);
    expect([seconds > 0.9, seconds <= 1]).toEqual([true, true]);
    inb(0x3fd);
    expect(uartDevice.toSeconds(uartDevice.now)).toBeCloseTo(1, 3);
    v86.bus.send("emulator-stopped", undefined);
  });

  test("interrupts, and v86's own UART does not", () => {
    attach(make() as Uart);
    outb(0x3fa, 0x01);
    outb(0x3f9, 0x01);
    lineEdges.length = 0;
    bus.send("serial0-input", 0x42);
    expect(lineEdges).toEqual(make() instanceof Serial ? ["-4", "+4"] : ["+4"]);
    inb(0x3f8);
    expect(lineEdges.at(-1)).toBe(make() instanceof Serial ? "+4" : "-4");
  });

  test("is saved and restored with the machine", async () => {
    const uartDevice = attach(make() as Uart);
    outb(0x3fa, 0x01);
    outb(0x3f9, 0x01);
    bus.send("serial0-input", 0x31);
    const savedState = await emulator.save_state();
    expect(inb(0x3f8)).toBe(0x31);
    outb(0x3ff, 0x77);
    lineEdges.length = 0;
    await emulator.restore_state(savedState);
    expect([uartDevice.peek(7), uartDevice.peek(5) & 1, lineEdges.at(-1)]).toEqual([0, 1, "+4"]);
    expect(inb(0x3f8)).toBe(0x31);
  });

  test("detached, leaves the port to v86's own UART", () => {
    const uartDevice = make() as Uart;
    const { detach } = attachUart(emulator, uartDevice);
    detach();
    detach();
    outb(0x3ff, 0x5a);
    expect([inb(0x3ff), uartDevice.peek(7)]).toEqual([0x5a, 0]);
    bus.send("serial0-input", 0x42);
    expect([inb(0x3fd) & 1, uartDevice.peek(5) & 1]).toEqual([1, 0]);
    inb(0x3f8);
  });

  test("keeps the emulator whole when its sink fails", () => {
    const failures: unknown[] = [];
    const uartDevice = make() as Uart;
    uartDevice.output$.subscribe(() => {});
    const out = {
      write: () => {
        throw new Error("the pipe is broken");
      },
    };
    attach(uartDevice instanceof Serial ? new Serial({ out }) : new Uart16550({ preset: "qemu", out }), {
      error: (error) => failures.push(error),
    });
    outb(0x3f8, 0x41);
    expect(failures).toMatchObject([{ kind: "IOError" }]);
    expect(inb(0x3fd) & 0x60).toBe(0x60);
  });
});

test("the processor's last result, of which it makes flags, is restored where it works on it", async () => {
  attach(new Serial());
  const previous = cpu.last_result;
  previous[0] = 7;
  const savedState = await emulator.save_state();
  previous[0] = 0;
  await emulator.restore_state(savedState);
  expect([previous[0], cpu.last_result === previous]).toEqual([7, true]);
});

test("time is the emulator's, and a timed device is waited for", () => {
  const uartDevice = new Uart16550();
  attach(uartDevice);
  // Stopped, no time passes.
  time += 1000;
  cpu.run_hardware_timers(0, time);
  expect(uartDevice.now).toBe(0);
  v86.bus.send("emulator-started", undefined);
  outb(0x3fb, 0x83);
  outb(0x3f8, 0x01);
  outb(0x3fb, 0x03);
  outb(0x3fa, 0x01);
  outb(0x3f8, 0x41);
  const dueTick = cpu.run_hardware_timers(0, time);
  expect([dueTick > 0, dueTick <= 10 / 115.2]).toEqual([true, true]);
  time += 1;
  expect(busEvents).toEqual([]);
  cpu.run_hardware_timers(0, time);
  expect(busEvents).toEqual(["0 output-byte 65"]);
  expect(uartDevice.now).toBe(Math.floor(1843.2));
  v86.bus.send("emulator-stopped", undefined);
});

test("modem inputs move, and a reboot resets the part", () => {
  const uartDevice = attach(new Uart16550());
  for (const textLine of ["carrier-detect", "data-set-ready", "clear-to-send"])
    bus.send(`serial0-${textLine}-input`, false);
  bus.send("serial0-ring-indicator-input", true);
  expect(uartDevice.modemInputs).toEqual({ cts: false, dsr: false, ri: true, dcd: false });
  outb(0x3fb, 0x1f);
  cpu.reboot_internal();
  expect(uartDevice.peek(3)).toBe(0);
});

test("four ports have four devices; COM1 and COM3 share their interrupt", () => {
  const devices = ([1, 2, 3, 4] as const).map((com) => attach(new Uart16550({ preset: "qemu" }), { com }));
  for (const [loopIndex, portNumber] of [0x3f8, 0x2f8, 0x3e8, 0x2e8].entries()) {
    outb(portNumber + 7, 0x10 + loopIndex);
    outb(portNumber + 1, 0x01);
  }
  expect(devices.map((uartDevice) => uartDevice.peek(7))).toEqual([0x10, 0x11, 0x12, 0x13]);
  lineEdges.length = 0;
  for (const portNumber of [0, 2]) bus.send(`serial${portNumber}-input`, 0x41);
  expect(lineEdges).toEqual(["+4", "+4"]);
  inb(0x3f8);
  expect(lineEdges.at(-1)).toBe("+4");
  inb(0x3e8);
  expect(lineEdges.at(-1)).toBe("-4");
  expect(() => attachUart(emulator, new Serial(), { com: 2 })).toThrow(
    "com: expected a free port, got 2, which a device has",
  );
});

test("a part's interrupt makes an edge while a pulse has left the shared line high", () => {
  attach(new Serial(), { com: 1 });
  attach(new Uart16550({ preset: "qemu" }), { com: 3 });
  for (const portNumber of [0x3f8, 0x3e8]) outb(portNumber + 1, 0x01);
  bus.send("serial0-input", 0x41);
  inb(0x3f8);
  lineEdges.length = 0;
  bus.send("serial2-input", 0x42);
  expect(lineEdges).toEqual(["-4", "+4"]);
  inb(0x3e8);
  expect(lineEdges.at(-1)).toBe("+4");
});

test("a state of another device is refused, and the machine is as it was", async () => {
  attach(new Serial());
  const savedState = await emulator.save_state();
  for (const attachment of attached.splice(0)) attachment.detach();
  const otherUart = attach(new Uart16550({ preset: "qemu" }));
  outb(0x3ff, 0x5a);
  await expect(emulator.restore_state(savedState)).rejects.toThrow(
    'restore_state: expected uart16550 at COM1, got a state with "serial"',
  );
  expect(otherUart.peek(7)).toBe(0x5a);
  for (const attachment of attached.splice(0)) attachment.detach();
  attach(new Serial({ revision: "0.8.1" }));
  await expect(emulator.restore_state(savedState)).rejects.toThrow(
    'expected serial with revision "0.8.1" at COM1, got a state with one with revision "0.8.2"',
  );
  for (const attachment of attached.splice(0)) attachment.detach();
  const own = await emulator.save_state();
  attach(new Serial());
  await expect(emulator.restore_state(own)).rejects.toThrow("got a state with v86's own UART");
});

test("what cannot be attached is refused by name", () => {
  expect(() => attachUart(invalid({}), new Serial())).toThrow("emulator: expected a V86, got");
  expect(() => attachUart(new V86({ ...small, wasm_path }), new Serial())).toThrow(
    "wait for its event emulator-loaded",
  );
  expect(() => attachUart(emulator, invalid({}))).toThrow("device: expected a Serial or a Uart16550");
  expect(() => attachUart(emulator, new Serial(), { com: invalid(5) })).toThrow(
    "com: expected 1, 2, 3 or 4, got 5",
  );
});

test("options that are none are refused, and the port is free afterwards", () => {
  const uartDevice = new Serial();
  const withOptions = (options: unknown) => () =>
    void attached.push(attachUart(emulator, uartDevice, invalid(options)));
  expect(withOptions({ comm: 1 })).toThrow("no option comm of attachUart: did you mean com?");
  expect(withOptions(null)).toThrow("options: expected an object, got null");
  expect(withOptions({ error: 5 })).toThrow("error: expected a function, got 5");
  expect(withOptions({ now: () => 0 })).not.toThrow();
  attached.pop()?.detach();
  expect(withOptions({ now: 5 })).toThrow("now: expected a function, got 5");
  expect(withOptions({ window: null })).toThrow("window: expected an object, got null");
  expect(withOptions({ window: { regshift: 1 } })).toThrow("did you mean regShift?");
  expect(withOptions({ com: Symbol("1") })).toThrow("com: expected 1, 2, 3 or 4, got a symbol");
  attach(uartDevice);
});

describe("a window in v86", () => {
  test("puts the registers at other ports, and takes COM1's own away", () => {
    const uartDevice = attach(new Uart16550({ preset: "qemu" }), { window: { base: 0x5000, regShift: 1 } });
    outb(0x500e, 0x5a);
    expect([uartDevice.peek(7), inb(0x500e), inb(0x500f), inb(0x3fd)]).toEqual([0x5a, 0x5a, 0xff, 0xff]);
    expect(() => attach(new Serial(), { com: 2, window: { base: 0x500f } })).toThrow(
      "base: expected free ports, got 0x500F",
    );
    expect(() => attach(new Serial(), { com: 2, window: { base: 0x1_0000 } })).toThrow(
      "base: expected at most 0xFFF8",
    );
    for (const attachment of attached.splice(0)) attachment.detach();
    expect([inb(0x500e), inb(0x3fd)]).toEqual([0xff, 0x60]);
  });

  test("moves a byte to each register with a wide access, and reports one beside them", () => {
    const errors: unknown[] = [];
    const uartDevice = attach(new Uart16550({ preset: "qemu" }), { error: (error) => errors.push(error) });
    const { io } = cpu as unknown as {
      readonly io: Record<"port_read16" | "port_read32", (port: number) => number> & {
        port_write16(port: number, value: number): void;
      };
    };
    io.port_write16(0x3fb, 0x0203);
    expect([uartDevice.peek(3), uartDevice.peek(4), io.port_read16(0x3fb)]).toEqual([3, 2, 0x0203]);
    expect(io.port_read32(0x3fe) >>> 0).toBe(0xffff_00b0);
    expect(errors).toEqual([]);
    for (const attachment of attached.splice(0)) attachment.detach();
    attach(new Uart16550(), {
      error: (error) => errors.push(error),
      window: { regShift: 1, unmapped: "error" },
    });
    inb(0x3f9);
    expect(String(errors)).toContain("offset 0x1 (port 0x3F9): expected a register of uart16550");
  });

  test("reads between its registers what it says", () => {
    attach(new Uart16550(), { window: { regShift: 2, regIoWidth: 2, unmapped: "zero" } });
    expect([0x3f8 + 4 * 5, 0x3f8 + 1, 0x3f8 + 2, 0x3f8 + 31].map(inb)).toEqual([0x60, 0, 0, 0]);
  });

  test("is in memory, beside another one, and the rest of the memory is as it was", () => {
    const errors: unknown[] = [];
    const board = { space: "mmio", base: 0xd000_0000, regShift: 2, regIoWidth: 4 } as const;
    const uartDevice = attach(new Uart16550({ preset: "qemu" }), { window: board });
    const second = attach(new Uart16550({ preset: "qemu" }), {
      com: 2,
      error: (error) => errors.push(error),
      window: { space: "mmio", base: 0xd000_0020, unmapped: "error" },
    });
    cpu.write32(0xd000_000c, 0x1234_5603);
    cpu.write16(0xd000_0010, 0xff03);
    cpu.write8(0xd000_001c, 0x5a);
    cpu.write8(0xd000_001d, 0xff);
    cpu.write32(0xd000_0024, 0x4433_0203 | 0);
    expect([3, 4, 7].map((offset) => uartDevice.peek(offset))).toEqual([3, 3, 0x5a]);
    expect([cpu.read32s(0xd000_0014), cpu.read8(0xd000_0014), cpu.read16(0xd000_001c)]).toEqual([
      0x60, 0x60, 0x5a,
    ]);
    expect([second.peek(4), second.peek(7), cpu.read8(0xd000_0025)]).toEqual([3, 0x44, 0x60]);
    expect([0x3f8, 0x2f8, 0x3fd].map(inb)).toEqual([0xff, 0xff, 0xff]);
    expect([cpu.read8(0xcfff_ffff), cpu.read8(0xd000_0028), cpu.read32s(0xd001_0000)]).toEqual([
      255, 255, -1,
    ]);
    expect(errors).toEqual([]);
    cpu.read32s(0xd000_0026);
    expect(String(errors)).toContain("offset 0x6 (address 0xD0000026): expected a register of uart16550");
    attached[0]?.detach();
    expect([cpu.read32s(0xd000_001c), cpu.read8(0xd000_0027)]).toEqual([-1, 0x44]);
    attached[1]?.detach();
    expect(cpu.read8(0xd000_0027)).toBe(0xff);
    const tooLow = { window: { ...board, base: 0x1000 } };
    expect(() => attach(new Serial(), tooLow)).toThrow(
      "base: expected an address above the machine's memory, 0x1000000 to 0xFFFFFFE0, got 0x1000",
    );
    expect(() => attach(new Serial(), { window: { space: "mmio", base: 0xffff_fff9 } })).toThrow(
      "got 0xFFFFFFF9",
    );
  });
});
