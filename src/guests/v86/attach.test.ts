import { createRequire } from "node:module";
import { V86 } from "v86";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Serial, Uart16550 } from "../../device/index.js";
import { type AttachOptions, attachUart, type Uart } from "./index.js";

/** v86's insides, as a guest and a user of the emulator would use them. */
interface Machine {
  readonly bus: { send(event: string, value: unknown): void };
  readonly v86: {
    readonly bus: Machine["bus"];
    readonly cpu: {
      readonly last_result: Int32Array;
      readonly io: { port_read8(port: number): number; port_write8(port: number, value: number): void };
      run_hardware_timers(acpi: number, now: number): number;
      reboot_internal(): void;
      device_raise_irq(irq: number): void;
      device_lower_irq(irq: number): void;
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
const outb = (port: number, value: number) => cpu.io.port_write8(port, value);

const edges: string[] = [];
const { device_raise_irq, device_lower_irq } = cpu;
cpu.device_raise_irq = (irq) => {
  edges.push(`+${irq}`);
  device_raise_irq.call(cpu, irq);
};
cpu.device_lower_irq = (irq) => {
  edges.push(`-${irq}`);
  device_lower_irq.call(cpu, irq);
};

const heard: string[] = [];
for (const event of ["output-byte", "data-terminal-ready-output", "request-to-send-output"] as const)
  for (const port of [0, 1])
    emulator.add_listener(`serial${port}-${event}` as never, (value: unknown) =>
      heard.push(`${port} ${event} ${value}`),
    );

let time = 0;
const attached: { detach(): void }[] = [];
function attach<T extends Uart>(device: T, options: AttachOptions = {}): T {
  attached.push(attachUart(emulator, device, { now: () => time, ...options }));
  return device;
}

beforeEach(() => {
  for (const each of attached.splice(0)) each.detach();
  edges.length = 0;
  heard.length = 0;
});
afterAll(() => emulator.destroy());

describe.each([
  ["serial", () => new Serial()],
  ["uart16550", () => new Uart16550({ preset: "qemu" })],
] as const)("%s in v86", (_, make) => {
  test("is what the guest reads and writes, and what the bus tells", () => {
    const device = attach(make() as Uart);
    outb(0x3ff, 0x5a);
    expect([inb(0x3ff), device.peek(7)]).toEqual([0x5a, 0x5a]);
    outb(0x3fc, 0x03);
    outb(0x3f8, 0x41);
    expect(heard).toEqual([
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
    const sent = Array.from({ length: 300 }, (_, i) => i & 0xff);
    for (const byte of sent) bus.send("serial0-input", byte);
    const read: number[] = [];
    while (read.length < sent.length) {
      while (inb(0x3fd) & 1) read.push(inb(0x3f8));
      cpu.run_hardware_timers(0, time);
    }
    expect(read).toEqual(sent);
  });

  test("interrupts, and v86's own UART does not", () => {
    attach(make() as Uart);
    outb(0x3fa, 0x01);
    outb(0x3f9, 0x01);
    edges.length = 0;
    bus.send("serial0-input", 0x42);
    expect(edges).toEqual(make() instanceof Serial ? ["-4", "+4"] : ["+4"]);
    inb(0x3f8);
    expect(edges.at(-1)).toBe(make() instanceof Serial ? "+4" : "-4");
  });

  test("is saved and restored with the machine", async () => {
    const device = attach(make() as Uart);
    outb(0x3fa, 0x01);
    outb(0x3f9, 0x01);
    bus.send("serial0-input", 0x31);
    const state = await emulator.save_state();
    expect(inb(0x3f8)).toBe(0x31);
    outb(0x3ff, 0x77);
    edges.length = 0;
    await emulator.restore_state(state);
    expect([device.peek(7), device.peek(5) & 1, edges.at(-1)]).toEqual([0, 1, "+4"]);
    expect(inb(0x3f8)).toBe(0x31);
  });

  test("detached, leaves the port to v86's own UART", () => {
    const device = make() as Uart;
    const { detach } = attachUart(emulator, device);
    detach();
    detach();
    outb(0x3ff, 0x5a);
    expect([inb(0x3ff), device.peek(7)]).toEqual([0x5a, 0]);
    bus.send("serial0-input", 0x42);
    expect([inb(0x3fd) & 1, device.peek(5) & 1]).toEqual([1, 0]);
    inb(0x3f8);
  });

  test("keeps the emulator whole when its sink fails", () => {
    const failures: unknown[] = [];
    const device = make() as Uart;
    device.output$.subscribe(() => {});
    const out = {
      write: () => {
        throw new Error("the pipe is broken");
      },
    };
    attach(device instanceof Serial ? new Serial({ out }) : new Uart16550({ preset: "qemu", out }), {
      error: (error) => failures.push(error),
    });
    outb(0x3f8, 0x41);
    expect(failures).toMatchObject([{ kind: "IOError" }]);
    expect(inb(0x3fd) & 0x60).toBe(0x60);
  });
});

test("the processor's last result, of which it makes flags, is restored where it works on it", async () => {
  attach(new Serial());
  const before = cpu.last_result;
  before[0] = 7;
  const state = await emulator.save_state();
  before[0] = 0;
  await emulator.restore_state(state);
  expect([before[0], cpu.last_result === before]).toEqual([7, true]);
});

test("time is the emulator's, and a timed device is waited for", () => {
  const device = new Uart16550();
  attach(device);
  // Stopped, no time passes.
  time += 1000;
  cpu.run_hardware_timers(0, time);
  expect(device.now).toBe(0);
  v86.bus.send("emulator-started", undefined);
  outb(0x3fb, 0x83);
  outb(0x3f8, 0x01);
  outb(0x3fb, 0x03);
  outb(0x3fa, 0x01);
  outb(0x3f8, 0x41);
  const due = cpu.run_hardware_timers(0, time);
  expect([due > 0, due <= 10 / 115.2]).toEqual([true, true]);
  time += 1;
  expect(heard).toEqual([]);
  cpu.run_hardware_timers(0, time);
  expect(heard).toEqual(["0 output-byte 65"]);
  expect(device.now).toBe(Math.floor(1843.2));
  v86.bus.send("emulator-stopped", undefined);
});

test("modem inputs move, and a reboot resets the part", () => {
  const device = attach(new Uart16550());
  for (const line of ["carrier-detect", "data-set-ready", "clear-to-send"])
    bus.send(`serial0-${line}-input`, false);
  bus.send("serial0-ring-indicator-input", true);
  expect(device.modemInputs).toEqual({ cts: false, dsr: false, ri: true, dcd: false });
  outb(0x3fb, 0x1f);
  cpu.reboot_internal();
  expect(device.peek(3)).toBe(0);
});

test("four ports have four devices; COM1 and COM3 share their interrupt", () => {
  const devices = ([1, 2, 3, 4] as const).map((com) => attach(new Uart16550({ preset: "qemu" }), { com }));
  for (const [i, port] of [0x3f8, 0x2f8, 0x3e8, 0x2e8].entries()) {
    outb(port + 7, 0x10 + i);
    outb(port + 1, 0x01);
  }
  expect(devices.map((device) => device.peek(7))).toEqual([0x10, 0x11, 0x12, 0x13]);
  edges.length = 0;
  for (const port of [0, 2]) bus.send(`serial${port}-input`, 0x41);
  expect(edges).toEqual(["+4", "+4"]);
  inb(0x3f8);
  expect(edges.at(-1)).toBe("+4");
  inb(0x3e8);
  expect(edges.at(-1)).toBe("-4");
  expect(() => attachUart(emulator, new Serial(), { com: 2 })).toThrow(
    "com: expected a free port, got 2, which a device has",
  );
});

test("a state of another device is refused, and the machine is as it was", async () => {
  attach(new Serial());
  const state = await emulator.save_state();
  for (const each of attached.splice(0)) each.detach();
  const other = attach(new Uart16550({ preset: "qemu" }));
  outb(0x3ff, 0x5a);
  await expect(emulator.restore_state(state)).rejects.toThrow(
    'restore_state: expected uart16550 at COM1, got a state with "serial"',
  );
  expect(other.peek(7)).toBe(0x5a);
  for (const each of attached.splice(0)) each.detach();
  attach(new Serial({ revision: "0.8.1" }));
  await expect(emulator.restore_state(state)).rejects.toThrow(
    'expected serial with revision "0.8.1" at COM1, got a state with one with revision "0.8.2"',
  );
  for (const each of attached.splice(0)) each.detach();
  const own = await emulator.save_state();
  attach(new Serial());
  await expect(emulator.restore_state(own)).rejects.toThrow("got a state with v86's own UART");
});

test("what cannot be attached is refused by name", () => {
  expect(() => attachUart({} as never, new Serial())).toThrow("emulator: expected a V86, got");
  expect(() => attachUart(new V86({ ...small, wasm_path }), new Serial())).toThrow(
    "wait for its event emulator-loaded",
  );
  expect(() => attachUart(emulator, {} as never)).toThrow("device: expected a Serial or a Uart16550");
  expect(() => attachUart(emulator, new Serial(), { com: 5 as never })).toThrow(
    "com: expected 1, 2, 3 or 4, got 5",
  );
});
