import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Serial, Uart16550 } from "../../device/index.js";
import { invalid } from "../../invalid.test-helper.js";
import { HostDuplex } from "../node/index.js";
import { attachTerminal, HostPort, OverflowError, type TerminalLike } from "./index.js";

const dataBytes = (text: string) => new TextEncoder().encode(text);
const journalText = (combined: Uint8Array | readonly number[]) => String.fromCharCode(...combined);
const later = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Reads what has been received until there is nothing. */
function readAll(uartDevice: Serial | Uart16550): number[] {
  const readBytes: number[] = [];
  while (uartDevice.read(5) & 1) readBytes.push(uartDevice.read(0));
  return readBytes;
}

function transmitText(uartDevice: Serial | Uart16550, subjectName: string): void {
  for (const dataByte of dataBytes(subjectName)) uartDevice.write(0, dataByte);
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
        async (byteChunks, pauseIndexes) => {
          const uartDevice = make();
          const hostPort = new HostPort(uartDevice);
          await hostPort.open();
          const writer = hostPort.writable?.getWriter();
          let done = false;
          const written = Promise.all(byteChunks.map((chunk) => writer?.write(chunk))).then(() => {
            done = true;
          });
          const readBytes: number[] = [];
          for (let loopIndex = 0; !done || uartDevice.read(5) & 1; loopIndex++) {
            for (let n = pauseIndexes[loopIndex] ?? 64; n > 0 && uartDevice.read(5) & 1; n--)
              readBytes.push(uartDevice.read(0));
            await later(1);
          }
          await written;
          expect(readBytes).toEqual(byteChunks.flatMap((chunk) => [...chunk]));
        },
      ),
      { numRuns: 8 },
    );
  });

  test("a port is read and closed as Web Serial's is", async () => {
    const uartDevice = make();
    const hostPort = new HostPort(uartDevice);
    expect([hostPort.readable, hostPort.writable, hostPort.connected]).toEqual([null, null, false]);
    await expect(hostPort.close()).rejects.toMatchObject({ name: "InvalidStateError" });
    await hostPort.open({ baudRate: 115_200 });
    await expect(hostPort.open()).rejects.toMatchObject({ name: "InvalidStateError" });
    transmitText(uartDevice, "hello ");
    const reader = hostPort.readable?.getReader();
    expect(journalText((await reader?.read())?.value ?? [])).toBe("hello ");
    const nextRead = reader?.read();
    transmitText(uartDevice, "world");
    expect(journalText((await nextRead)?.value ?? [])).toBe("world");
    uartDevice.write(4, 0x03);
    expect(await hostPort.getSignals()).toEqual({
      clearToSend: true,
      dataCarrierDetect: true,
      dataSetReady: true,
      ringIndicator: false,
    });
    const end = reader?.read();
    await hostPort.close();
    expect(await end).toEqual({ done: true, value: undefined });
  });

  test("a write that waits when the port closes is given up", async () => {
    const uartDevice = make();
    const hostPort = new HostPort(uartDevice);
    await hostPort.open();
    const writer = hostPort.writable?.getWriter();
    const writing = writer?.write(new Uint8Array(100));
    await later();
    expect(hostPort.waiting).toBeGreaterThan(0);
    await hostPort.close();
    await writing;
    expect(hostPort.waiting).toBe(0);
    await expect(writer?.closed).rejects.toMatchObject({ name: "InvalidStateError" });
  });

  test("of output that nobody reads the oldest is dropped, and counted", async () => {
    const uartDevice = make();
    const hostPort = new HostPort(uartDevice);
    await hostPort.open({ bufferSize: 16, overflow: "dropOldest" });
    transmitText(uartDevice, "abcdefghijklmnopqrstuvwxyz");
    expect(hostPort.dropped).toBe(10);
    const reader = hostPort.readable?.getReader();
    expect(journalText((await reader?.read())?.value ?? [])).toBe("klmnopqrstuvwxyz");
    await hostPort.close();
    expect(hostPort.dropped).toBe(10);
  });

  test("or the reader gets an error, and goes on with a new stream", async () => {
    const uartDevice = make();
    const hostPort = new HostPort(uartDevice);
    await hostPort.open({ bufferSize: 16, overflow: "error" });
    const reader = hostPort.readable?.getReader();
    transmitText(uartDevice, "0123456789abcdef!");
    await expect(reader?.read()).rejects.toThrow(OverflowError);
    expect(hostPort.dropped).toBe(16);
    expect(journalText((await hostPort.readable?.getReader().read())?.value ?? [])).toBe("!");
  });

  test("input waits for RTS under hardware flow control", async () => {
    const uartDevice = make();
    const hostPort = new HostPort(uartDevice);
    await hostPort.open({ flowControl: "hardware" });
    hostPort.writable?.getWriter().write(dataBytes("x"));
    await later(5);
    expect([readAll(uartDevice), hostPort.waiting]).toEqual([[], 1]);
    uartDevice.write(4, 0x02);
    await later(10);
    expect(journalText(readAll(uartDevice))).toBe("x");
  });

  test("a terminal shows what is sent and sends what is typed, a paste too", async () => {
    const uartDevice = make();
    const displayed: string[] = [];
    let type: (data: string) => void = () => {};
    const terminal: TerminalLike = {
      write: (data, callback) => {
        displayed.push(journalText(data));
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
    const attached = attachTerminal(uartDevice, terminal, { overflow: "dropOldest", bufferSize: 16 });
    transmitText(uartDevice, "login: ");
    await later(1);
    transmitText(uartDevice, "0123456789abcdefghij");
    await later(10);
    expect([displayed, attached.dropped]).toEqual([["login: ", "456789abcdefghij"], 4]);
    const paste = "päste ".repeat(50);
    type(paste);
    const readBytes: number[] = [];
    while (readBytes.length < dataBytes(paste).length) {
      readBytes.push(...readAll(uartDevice));
      await later(1);
    }
    expect(new TextDecoder().decode(Uint8Array.from(readBytes))).toBe(paste);
    attached.dispose();
    type("gone");
    transmitText(uartDevice, "gone");
    await later(5);
    expect([readAll(uartDevice), displayed.length]).toEqual([[], 2]);
  });

  test("a duplex of Node's carries both ways", async () => {
    const uartDevice = make();
    const duplex = new HostDuplex(uartDevice);
    const busEvents: string[] = [];
    duplex.on("data", (chunk: Buffer) => busEvents.push(chunk.toString("latin1")));
    await later();
    transmitText(uartDevice, "ready\n");
    let done = false;
    duplex.write("x".repeat(200), () => {
      done = true;
    });
    const readBytes: number[] = [];
    while (!done || uartDevice.read(5) & 1) {
      readBytes.push(...readAll(uartDevice));
      await later(1);
    }
    expect([busEvents.join(""), readBytes.length]).toEqual(["ready\n", 200]);
    duplex.destroy();
    await later();
    expect(duplex.closed).toBe(true);
  });
});

test("a duplex that overflows under the policy error is destroyed", async () => {
  const uartDevice = DEVICES.serial();
  const duplex = new HostDuplex(uartDevice, { bufferSize: 16, overflow: "error" });
  const onFailure = new Promise((resolve) => duplex.once("error", resolve));
  transmitText(uartDevice, "0123456789abcdef!");
  expect(await onFailure).toBeInstanceOf(OverflowError);
});

test.each(["qemu", "pc16550d"] as const)(
  "a %s waits while its host does, and loses nothing",
  async (presetName) => {
    const uartDevice = new Uart16550({ preset: presetName, journal: false });
    uartDevice.write(3, 0x83);
    uartDevice.write(0, 1);
    uartDevice.write(3, 0x03);
    uartDevice.write(2, 0x01);
    const hostPort = new HostPort(uartDevice);
    await hostPort.open({ bufferSize: 16 });
    const message = dataBytes(Array.from({ length: 200 }, (_, loopIndex) => loopIndex % 10).join(""));
    let transmitted = 0;
    const drive = () => {
      for (let loopIndex = 0; loopIndex < 100; loopIndex++) {
        if (transmitted < message.length && uartDevice.read(5) & 0x20)
          uartDevice.write(0, message[transmitted++] as number);
        uartDevice.advance(presetName === "qemu" ? 100_000 : 160);
      }
    };
    drive();
    expect(transmitted).toBeLessThan(message.length);
    const readBytes: number[] = [];
    const reader = hostPort.readable?.getReader();
    while (readBytes.length < message.length) {
      drive();
      readBytes.push(...((await reader?.read())?.value ?? []));
    }
    expect([journalText(readBytes), hostPort.dropped]).toEqual([journalText(message), 0]);
  },
);

test("pins are set through a null modem, and a Serial has none", async () => {
  const uartDevice = new Uart16550();
  const hostPort = new HostPort(uartDevice);
  await hostPort.open();
  await hostPort.setSignals({ requestToSend: false });
  expect(uartDevice.modemInputs).toEqual({ cts: false, dsr: true, ri: false, dcd: true });
  await hostPort.setSignals({ dataTerminalReady: false, requestToSend: true });
  expect(uartDevice.modemInputs).toEqual({ cts: true, dsr: false, ri: false, dcd: false });
  await hostPort.setSignals({ break: true });
  expect(uartDevice.read(5) & 0x10).toBe(0x10);
  const serial = new HostPort(new Serial());
  await serial.open();
  await expect(serial.setSignals({ break: true })).rejects.toMatchObject({ name: "NotSupportedError" });
});

test("input whose interrupt fails has arrived all the same, and the failure is told", async () => {
  const uartDevice = new Serial({
    trigger: () => {
      throw new Error("no interrupts today");
    },
  });
  uartDevice.write(1, 0x01);
  const hostPort = new HostPort(uartDevice);
  await hostPort.open();
  const changedOptions = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const outcome = new Promise<unknown>((resolve) => process.once("uncaughtException", resolve));
  await hostPort.writable?.getWriter().write(dataBytes("hi"));
  expect(await outcome).toMatchObject({ kind: "Trigger" });
  for (const listener of changedOptions) process.on("uncaughtException", listener);
  expect(journalText(readAll(uartDevice))).toBe("hi");
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
  await expect(new HostPort(new Serial()).open(invalid(options))).rejects.toThrow(message);
  expect(() => new HostDuplex(new Serial(), invalid(options))).toThrow(message);
});

test("what is no device, or no terminal, is refused", () => {
  expect(() => new HostPort(invalid({}))).toThrow("device: expected a Serial or a Uart16550");
  expect(() => attachTerminal(new Serial(), invalid({}))).toThrow(
    "terminal: expected one with write and onData",
  );
});
