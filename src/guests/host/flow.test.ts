import { setTimeout as later } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Serial, Uart16550 } from "../../device/index.js";
import { invalid } from "../../invalid.test-helper.js";
import { HostDuplex } from "../node/index.js";
import { attachTerminal, HostPort, limitOutput } from "./index.js";

const qemu = () => {
  const uart = new Uart16550({ preset: "qemu", journal: false });
  uart.write(2, 0x01);
  return uart;
};
const DEVICES = { serial: () => new Serial({ journal: false }), uart16550: qemu };

const readAll = (device: Serial | Uart16550): number[] => {
  const read: number[] = [];
  while (device.read(5) & 0x01) read.push(device.read(0));
  return read;
};

const opened = async (device: Serial | Uart16550, options = {}) => {
  const port = new HostPort(device);
  await port.open(options);
  return port;
};

describe.each(Object.entries(DEVICES))("input of a %s", (_, make) => {
  test("arrives in the guest's hands: a paste of any length in one turn, without a timer", () => {
    const device = make();
    const duplex = new HostDuplex(device);
    const paste = Uint8Array.from({ length: 20_000 }, (_value, index) => index & 0xff);
    duplex.write(paste);
    expect(readAll(device)).toEqual([...paste]);
    duplex.destroy();
  });

  test("is topped up when the guest's turn is over, though it leaves some unread", async () => {
    const device = make();
    const port = await opened(device);
    void port.writable?.getWriter().write(new Uint8Array(100));
    await later(1);
    expect(device.capacity).toBe(0);
    device.read(0);
    expect(device.capacity).toBe(1);
    await later(1);
    expect(device.capacity).toBe(0);
  });

  test("waits in loopback, and arrives when that is over", async () => {
    const device = make();
    const port = await opened(device);
    void port.writable?.getWriter().write(new Uint8Array(200).fill(7));
    await later(1);
    device.write(4, 0x10);
    const before = readAll(device).length;
    expect([device.capacity, port.waiting]).toEqual(before === 200 ? [16, 0] : [0, 200 - before]);
    device.write(4, 0x00);
    expect(before + readAll(device).length).toBe(200);
    expect(port.waiting).toBe(0);
  });

  test.each([
    ["a buffer", Uint8Array.of(1, 2).buffer, [1, 2]],
    ["a view of words", Uint16Array.of(0x0201, 0x0403), [1, 2, 3, 4]],
    ["a view of a part", new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2), [2, 3]],
    ["a Buffer of Node's", Buffer.from("ls"), [0x6c, 0x73]],
  ])("is bytes: %s", async (_name, source, bytes) => {
    const device = make();
    const port = await opened(device);
    await port.writable?.getWriter().write(source);
    expect(readAll(device)).toEqual(bytes);
    const duplex = new HostDuplex(device);
    duplex.write(source);
    expect(readAll(device)).toEqual(bytes);
  });

  const transferred = () => {
    const bytes = new Uint8Array(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  };
  test.each<[string, () => unknown]>([
    ["a text", () => "ls\n"],
    ["a number", () => 5],
    ["null", () => null],
    ["an array", () => [1]],
    ["a shared buffer", () => new Uint8Array(new SharedArrayBuffer(4))],
    ["a transferred buffer", transferred],
    ["something like a view", () => ({ buffer: new ArrayBuffer(4), byteLength: 4, byteOffset: 0 })],
  ])("is nothing else: %s is refused, nothing changes, and what follows arrives", async (_name, source) => {
    const device = make();
    const port = await opened(device);
    const { writable } = port;
    const writer = writable?.getWriter();
    writer?.closed.catch(() => {});
    await expect(writer?.write(invalid(source()))).rejects.toThrow(/^chunk: expected bytes/);
    expect([readAll(device), port.waiting]).toEqual([[], 0]);
    expect(port.writable).not.toBe(writable);
    await port.writable?.getWriter().write(Uint8Array.of(7));
    expect(readAll(device)).toEqual([7]);
    const duplex = new HostDuplex(device);
    if (typeof source() !== "string")
      expect(() => duplex.write(source())).toThrow(/^chunk: expected a text or bytes, got/);
    expect([readAll(device), duplex.waiting]).toEqual([[], 0]);
  });

  test("of two ports: flow control is each port's own, and so is closing", async () => {
    const device = make();
    const [patient, hasty] = [await opened(device, { flowControl: "hardware" }), await opened(device)];
    const writing = patient.writable?.getWriter().write(Uint8Array.of(1));
    await hasty.writable?.getWriter().write(Uint8Array.of(2));
    expect([readAll(device), patient.waiting]).toEqual([[2], 1]);
    await hasty.close();
    expect([readAll(device), patient.waiting]).toEqual([[], 1]);
    device.write(4, 0x02);
    await writing;
    expect(readAll(device)).toEqual([1]);
  });
});

test("a device in whose time characters take time receives one a character time", async () => {
  const uart = new Uart16550();
  for (const [offset, value] of [
    [3, 0x83],
    [0, 1],
    [1, 0],
    [3, 0x03],
    [2, 0x01],
  ] as const)
    uart.write(offset, value);
  const port = await opened(uart);
  void port.writable?.getWriter().write(Uint8Array.from({ length: 40 }, (_, index) => index));
  await later(1);
  const arrivals: number[] = [];
  const { next } = uart.journal;
  expect(uart.nextDue).toBe(160);
  uart.advance(159);
  expect(port.waiting).toBe(39);
  uart.advance(1);
  expect(port.waiting).toBe(38);
  const read: number[] = [];
  for (let turn = 0; turn < 10; turn++) {
    uart.advance(1000);
    read.push(...readAll(uart));
  }
  expect(read).toEqual(Array.from({ length: 40 }, (_, index) => index));
  for (const { entry, tick } of uart.journal.entries({ from: next }))
    if (entry.type === "receive") arrivals.push(tick);
  expect(arrivals).toEqual(Array.from({ length: 39 }, (_, index) => 160 * (index + 1)));
  expect([uart.now, uart.nextDue]).toEqual([10_160, undefined]);
});

test("a slow guest loses nothing of a timed line: it waits for room", async () => {
  const uart = new Uart16550();
  for (const [offset, value] of [
    [3, 0x83],
    [0, 1],
    [1, 0],
    [3, 0x03],
  ] as const)
    uart.write(offset, value);
  const port = await opened(uart);
  void port.writable?.getWriter().write(Uint8Array.of(1, 2, 3));
  await later(1);
  uart.advance(10_000);
  expect([uart.nextDue, port.waiting]).toEqual([undefined, 2]);
  expect([uart.read(0), uart.read(5) & 0x03, uart.read(0), uart.nextDue]).toEqual([1, 1, 2, 10_160]);
});

describe("a limit for output", () => {
  test("drops what is beyond it, and counts", async () => {
    let now = 0;
    const device = new Serial();
    const port = await opened(device, { limit: { bytesPerSecond: 100, burst: 5, now: () => now } });
    const print = (text: string) => {
      for (const character of text) device.write(0, character.charCodeAt(0));
    };
    print("abcdefgh");
    now += 20;
    print("ijk");
    const { value } = (await port.readable?.getReader().read()) ?? {};
    expect([String.fromCharCode(...(value ?? [])), port.dropped]).toEqual(["abcdeij", 4]);
  });

  test("for a sink", () => {
    const written: number[] = [];
    let now = 0;
    const out = limitOutput(
      { write: (byte) => written.push(byte) },
      { bytesPerSecond: 1, burst: 1, now: () => now },
    );
    const serial = new Serial({ out });
    serial.write(0, 1);
    serial.write(0, 2);
    now = -500;
    serial.write(0, 3);
    now = 500;
    serial.write(0, 4);
    expect([written, out.dropped]).toEqual([[1, 4], 2]);
  });

  test.each([
    [{ bytesPerSecond: 0, burst: 1 }, "limit.bytesPerSecond: expected a number above 0, got 0"],
    [{ bytesPerSecond: 1, burst: 0.5 }, "limit.burst: expected a whole number from 1, got 0.5"],
    [{ bytesPerSecond: 1, brust: 1 }, "no option brust of limit: did you mean burst?"],
    [null, "limit: expected { bytesPerSecond, burst, now }, got null"],
    [new Date(0), "limit: expected { bytesPerSecond, burst, now }, got "],
    [{ bytesPerSecond: 1, burst: 1, now: 5 }, "limit.now: expected a function, got 5"],
    [5, "limit: expected { bytesPerSecond, burst, now }, got 5"],
  ])("%j is refused", async (limit, message) => {
    await expect(opened(new Serial(), { limit: invalid(limit) })).rejects.toThrow(message);
  });
});

test("a terminal that is attached to a held device shows what waited", async () => {
  const uart = qemu();
  const port = await opened(uart, { bufferSize: 16 });
  for (let i = 0; i < 20; i++) if (uart.read(5) & 0x20) uart.write(0, 65 + i);
  const restored = Uart16550.fromSaved(uart.save());
  expect(restored.outputHeld).toBe(true);
  const shownBytes: number[] = [];
  attachTerminal(restored, {
    write: (data, callback) => {
      shownBytes.push(...data);
      callback?.();
    },
    onData: () => ({ dispose: () => {} }),
  });
  await later(1);
  expect([String.fromCharCode(...shownBytes), restored.outputHeld, port.dropped]).toEqual(["QR", false, 0]);
});
