import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Serial, Uart16550 } from "../../device/index.js";
import { HostDuplex } from "../node/index.js";
import { attachTerminal, HostPort, OverflowError, type TerminalLike } from "./index.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (all: Uint8Array | readonly number[]) => String.fromCharCode(...all);
const later = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Reads what has been received until there is nothing. */
function drain(device: Serial | Uart16550): number[] {
  const read: number[] = [];
  while (device.read(5) & 1) read.push(device.read(0));
  return read;
}

function print(device: Serial | Uart16550, what: string): void {
  for (const byte of bytes(what)) device.write(0, byte);
}

const DEVICES = {
  serial: () => new Serial({ journal: false }),
  uart16550: () => {
    const uart = new Uart16550({ preset: "qemu", journal: false });
    uart.write(2, 0x01);
    return uart;
  },
};

describe.each(Object.entries(DEVICES))("the host's end of %s", (_, make) => {
  test("what the host writes arrives whole and in order, however long it is and whenever the guest reads", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        async (chunks, pauses) => {
          const device = make();
          const port = new HostPort(device);
          await port.open();
          const writer = port.writable?.getWriter();
          let done = false;
          const written = Promise.all(chunks.map((chunk) => writer?.write(chunk))).then(() => {
            done = true;
          });
          const read: number[] = [];
          for (let i = 0; !done || device.read(5) & 1; i++) {
            for (let n = pauses[i] ?? 64; n > 0 && device.read(5) & 1; n--) read.push(device.read(0));
            await later(1);
          }
          await written;
          expect(read).toEqual(chunks.flatMap((chunk) => [...chunk]));
        },
      ),
      { numRuns: 8 },
    );
  });

  test("a port is read and closed as Web Serial's is", async () => {
    const device = make();
    const port = new HostPort(device);
    expect([port.readable, port.writable, port.connected]).toEqual([null, null, false]);
    await expect(port.close()).rejects.toMatchObject({ name: "InvalidStateError" });
    await port.open({ baudRate: 115_200 });
    await expect(port.open()).rejects.toMatchObject({ name: "InvalidStateError" });
    print(device, "hello ");
    const reader = port.readable?.getReader();
    expect(text((await reader?.read())?.value ?? [])).toBe("hello ");
    const next = reader?.read();
    print(device, "world");
    expect(text((await next)?.value ?? [])).toBe("world");
    device.write(4, 0x03);
    expect(await port.getSignals()).toEqual({
      clearToSend: true,
      dataCarrierDetect: true,
      dataSetReady: true,
      ringIndicator: false,
    });
    const end = reader?.read();
    await port.close();
    expect(await end).toEqual({ done: true, value: undefined });
  });

  test("a write that waits when the port closes is given up", async () => {
    const device = make();
    const port = new HostPort(device);
    await port.open();
    const writer = port.writable?.getWriter();
    const writing = writer?.write(new Uint8Array(100));
    await later();
    expect(port.waiting).toBeGreaterThan(0);
    await port.close();
    await writing;
    expect(port.waiting).toBe(0);
    await expect(writer?.closed).rejects.toMatchObject({ name: "InvalidStateError" });
  });

  test("of output that nobody reads the oldest is dropped, and counted", async () => {
    const device = make();
    const port = new HostPort(device);
    await port.open({ bufferSize: 16, overflow: "dropOldest" });
    print(device, "abcdefghijklmnopqrstuvwxyz");
    expect(port.dropped).toBe(10);
    const reader = port.readable?.getReader();
    expect(text((await reader?.read())?.value ?? [])).toBe("klmnopqrstuvwxyz");
    await port.close();
    expect(port.dropped).toBe(10);
  });

  test("or the reader gets an error, and goes on with a new stream", async () => {
    const device = make();
    const port = new HostPort(device);
    await port.open({ bufferSize: 16, overflow: "error" });
    const reader = port.readable?.getReader();
    print(device, "0123456789abcdef!");
    await expect(reader?.read()).rejects.toThrow(OverflowError);
    expect(port.dropped).toBe(16);
    expect(text((await port.readable?.getReader().read())?.value ?? [])).toBe("!");
  });

  test("input waits for RTS under hardware flow control", async () => {
    const device = make();
    const port = new HostPort(device);
    await port.open({ flowControl: "hardware" });
    port.writable?.getWriter().write(bytes("x"));
    await later(5);
    expect([drain(device), port.waiting]).toEqual([[], 1]);
    device.write(4, 0x02);
    await later(10);
    expect(text(drain(device))).toBe("x");
  });

  test("a terminal shows what is sent and sends what is typed, a paste too", async () => {
    const device = make();
    const shown: string[] = [];
    let type: (data: string) => void = () => {};
    const terminal: TerminalLike = {
      write: (data, callback) => {
        shown.push(text(data));
        setTimeout(() => callback?.(), 1);
      },
      onData: (listener) => {
        type = listener;
        return {
          dispose: () => {
            type = () => {};
          },
        };
      },
    };
    const attached = attachTerminal(device, terminal, { overflow: "dropOldest", bufferSize: 16 });
    print(device, "login: ");
    await later(1);
    print(device, "0123456789abcdefghij");
    await later(10);
    expect([shown, attached.dropped]).toEqual([["login: ", "456789abcdefghij"], 4]);
    const paste = "päste ".repeat(50);
    type(paste);
    const read: number[] = [];
    while (read.length < bytes(paste).length) {
      read.push(...drain(device));
      await later(1);
    }
    expect(new TextDecoder().decode(Uint8Array.from(read))).toBe(paste);
    attached.dispose();
    type("gone");
    print(device, "gone");
    await later(5);
    expect([drain(device), shown.length]).toEqual([[], 2]);
  });

  test("a duplex of Node's carries both ways", async () => {
    const device = make();
    const duplex = new HostDuplex(device);
    const heard: string[] = [];
    duplex.on("data", (chunk: Buffer) => heard.push(chunk.toString("latin1")));
    await later();
    print(device, "ready\n");
    let done = false;
    duplex.write("x".repeat(200), () => {
      done = true;
    });
    const read: number[] = [];
    while (!done || device.read(5) & 1) {
      read.push(...drain(device));
      await later(1);
    }
    expect([heard.join(""), read.length]).toEqual(["ready\n", 200]);
    duplex.destroy();
    await later();
    expect(duplex.closed).toBe(true);
  });
});

test("a duplex that overflows under the policy error is destroyed", async () => {
  const device = DEVICES.serial();
  const duplex = new HostDuplex(device, { bufferSize: 16, overflow: "error" });
  const failed = new Promise((resolve) => duplex.once("error", resolve));
  print(device, "0123456789abcdef!");
  expect(await failed).toBeInstanceOf(OverflowError);
});

test.each(["qemu", "pc16550d"] as const)(
  "a %s waits while its host does, and loses nothing",
  async (preset) => {
    const device = new Uart16550({ preset, journal: false });
    device.write(3, 0x83);
    device.write(0, 1);
    device.write(3, 0x03);
    device.write(2, 0x01);
    const port = new HostPort(device);
    await port.open({ bufferSize: 16 });
    const message = bytes(Array.from({ length: 200 }, (_, i) => i % 10).join(""));
    let sent = 0;
    const drive = () => {
      for (let i = 0; i < 100; i++) {
        if (sent < message.length && device.read(5) & 0x20) device.write(0, message[sent++] as number);
        device.advance(preset === "qemu" ? 100_000 : 160);
      }
    };
    drive();
    expect(sent).toBeLessThan(message.length);
    const read: number[] = [];
    const reader = port.readable?.getReader();
    while (read.length < message.length) {
      drive();
      read.push(...((await reader?.read())?.value ?? []));
    }
    expect([text(read), port.dropped]).toEqual([text(message), 0]);
  },
);

test("pins are set through a null modem, and a Serial has none", async () => {
  const device = new Uart16550();
  const port = new HostPort(device);
  await port.open();
  await port.setSignals({ requestToSend: false });
  expect(device.modemInputs).toEqual({ cts: false, dsr: true, ri: false, dcd: true });
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  expect(device.modemInputs).toEqual({ cts: true, dsr: false, ri: false, dcd: false });
  await port.setSignals({ break: true });
  expect(device.read(5) & 0x10).toBe(0x10);
  const serial = new HostPort(new Serial());
  await serial.open();
  await expect(serial.setSignals({ break: true })).rejects.toMatchObject({ name: "NotSupportedError" });
});

test("input whose interrupt fails has arrived all the same, and the failure is told", async () => {
  const device = new Serial({
    trigger: () => {
      throw new Error("no interrupts today");
    },
  });
  device.write(1, 0x01);
  const port = new HostPort(device);
  await port.open();
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const told = new Promise<unknown>((resolve) => process.once("uncaughtException", resolve));
  await port.writable?.getWriter().write(bytes("hi"));
  expect(await told).toMatchObject({ kind: "Trigger" });
  for (const each of others) process.on("uncaughtException", each);
  expect(text(drain(device))).toBe("hi");
});

test.each([
  [{ bufferSize: 15 }, "bufferSize: expected a whole number from 16 to 1073741824, got 15"],
  [{ overflow: "spill" }, 'overflow: expected one of hold, dropOldest, error, got "spill"'],
  [
    { overflow: "hold" },
    'overflow: expected "dropOldest" or "error" for a Serial, whose transmitter cannot wait, got "hold"',
  ],
  [{ flowControl: "xon" }, 'flowControl: expected "none" or "hardware", got "xon"'],
])("%o is refused", async (options, message) => {
  await expect(new HostPort(new Serial()).open(options as never)).rejects.toThrow(message);
  expect(() => new HostDuplex(new Serial(), options as never)).toThrow(message);
});

test("what is no device, or no terminal, is refused", () => {
  expect(() => new HostPort({} as never)).toThrow("device: expected a Serial or a Uart16550");
  expect(() => attachTerminal(new Serial(), {} as never)).toThrow(
    "terminal: expected one with write and onData",
  );
});
