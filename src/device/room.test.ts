import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { uncaughtErrorsOf } from "../uncaught.test-helper.js";
import { Serial, Uart16550 } from "./index.js";

const DEVICES = {
  serial: (options = {}) => new Serial(options),
  "uart16550 with FIFOs": (options = {}) => {
    const uart = new Uart16550({ preset: "qemu", ...options });
    uart.write(2, 0x01);
    return uart;
  },
  "uart16550 without": (options = {}) => {
    const uart = new Uart16550({ preset: "ns16450", ...options });
    uart.write(3, 0x03);
    return uart;
  },
};
const SIZES: Readonly<Record<string, number>> = {
  serial: 64,
  "uart16550 with FIFOs": 16,
  "uart16550 without": 1,
};

const readAll = (device: Serial | Uart16550): number[] => {
  const read: number[] = [];
  while (device.read(5) & 0x01) read.push(device.read(0));
  return read;
};

describe.each(Object.entries(DEVICES))("%s", (name, make) => {
  const size = SIZES[name] ?? 0;

  test("takes as many bytes as its capacity says, and what it has taken arrives, in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 8 }),
        fc.infiniteStream(fc.nat(20)),
        (offers, reads) => {
          const device = make({ journal: false });
          const taken: number[] = [];
          const read: number[] = [];
          for (const bytes of offers) {
            const { capacity } = device;
            const count = device.offer(bytes);
            expect(count).toBe(Math.min(bytes.length, capacity));
            expect(device.capacity).toBe(capacity - count);
            taken.push(...bytes.slice(0, count));
            for (let left = reads.next().value ?? 0; left > 0 && device.read(5) & 1; left--)
              read.push(device.read(0));
          }
          expect([...read, ...readAll(device)]).toEqual(taken);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("tells of room each time that there is more, once", () => {
    const told: number[] = [];
    const observed: number[] = [];
    const device = make({ room: (capacity: number) => told.push(capacity) });
    const subscription = device.room$.subscribe((capacity) => observed.push(capacity));
    told.length = 0;
    device.offer(new Uint8Array(100));
    expect([device.capacity, told]).toEqual([0, []]);
    device.read(5);
    device.read(0);
    device.read(7);
    expect([told, observed]).toEqual([[1], [1]]);
    subscription.unsubscribe();
    if (size > 1) device.read(0);
    expect([told.length, observed.length]).toEqual([size > 1 ? 2 : 1, 1]);
  });

  test("takes nothing in loopback, and tells when that is over", () => {
    const told: number[] = [];
    const device = make({
      room: (capacity: number) => told.push(capacity),
      ...(size === 16 ? { preset: "pc16550d" } : {}),
    });
    told.length = 0;
    device.write(4, 0x10);
    const { next } = device.journal;
    expect([device.capacity, device.offer([1, 2])]).toEqual([0, 0]);
    expect(device.journal.next).toBe(next);
    device.write(4, 0x00);
    expect(told).toEqual([device.capacity]);
    expect(device.offer([1])).toBe(1);
  });

  test("bytes have arrived though a callback fails, which the journal records", () => {
    const fail = (line?: { readonly level: 0 | 1 }) => {
      if (line?.level !== 0) throw new Error("no luck");
    };
    const device = make(name === "serial" ? { trigger: fail } : {});
    const failing = name === "serial" ? device : new Uart16550({ preset: "qemu", interrupt: fail });
    failing.write(1, 0x01);
    const failures: unknown[] = [];
    expect(failing.offer([0x41], (error) => failures.push(error))).toBe(1);
    expect(failures).toMatchObject([{ kind: "Trigger" }]);
    expect([...failing.journal.entries()].at(-1)?.entry).toMatchObject({ type: "failed", what: "trigger" });
    expect(readAll(failing)).toEqual([0x41]);
  });

  test.each<[unknown, string]>([
    ["ls", 'bytes: expected a list of bytes, got "ls"'],
    [[1, 256], "bytes[1]: expected a byte from 0 to 255, got 256"],
  ])("refuses %j, and has not changed", (bytes, message) => {
    const device = make();
    const { next } = device.journal;
    expect(() => device.offer(invalid(bytes))).toThrow(message);
    expect(device.journal.next).toBe(next);
  });
});

test("an error of a room callback fails no access, and reaches the host's handler of uncaught errors", async () => {
  for (const make of Object.values(DEVICES)) {
    const capacities: number[] = [];
    const errors = await uncaughtErrorsOf(async () => {
      const device = make({
        room: (capacity: number) => {
          capacities.push(capacity);
          throw new Error(`room for ${capacity}`);
        },
      });
      capacities.length = 0;
      for (const byte of [0x41, 0x42]) {
        device.offer([byte]);
        expect(device.read(0)).toBe(byte);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(capacities).toEqual([device.capacity, device.capacity]);
      expect([...device.journal.entries()].some(({ entry }) => entry.type === "failed")).toBe(false);
    });
    expect(errors.slice(-2)).toEqual(capacities.map((capacity) => new Error(`room for ${capacity}`)));
  }
});

test("a break makes no room until it ends", () => {
  const told: number[] = [];
  const uart = new Uart16550({ room: (capacity) => told.push(capacity) });
  uart.breakCondition(true);
  uart.read(0);
  expect([uart.capacity, uart.offer([1]), told]).toEqual([0, 0, []]);
  uart.breakCondition(false);
  expect([uart.offer([1]), told]).toEqual([1, [1]]);
});

describe("time", () => {
  test("passes up to a tick", () => {
    const uart = new Uart16550();
    uart.advanceTo(1000);
    uart.advanceTo(1000);
    expect(uart.now).toBe(1000);
    for (const tick of [999, 1.5, Number.NaN, invalid("5"), invalid(5n)])
      expect(() => uart.advanceTo(tick)).toThrow("tick: expected a whole number from 1000, got");
    expect(uart.now).toBe(1000);
  });

  test("ticks and seconds become each other", () => {
    const uart = new Uart16550();
    expect([uart.toTicks(1), uart.toTicks(0.01), uart.toSeconds(1_843_200)]).toEqual([1_843_200, 18_432, 1]);
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (ticks) => {
        expect(uart.toTicks(uart.toSeconds(ticks))).toBe(ticks);
      }),
    );
    for (const seconds of [-1, Number.NaN, 1e300, invalid("1"), invalid(null)])
      expect(() => uart.toTicks(seconds)).toThrow("seconds: expected a number from 0 to");
    expect(() => uart.toSeconds(-1)).toThrow("ticks: expected a whole number from 0, got -1");
  });
});

test("RXRDY and TXRDY are streams", () => {
  const uart = new Uart16550({ preset: "qemu" });
  uart.write(2, 0x01);
  const changes: string[] = [];
  uart.receiveReady$.subscribe(({ ready, index, tick }) => changes.push(`RXRDY ${ready} #${index} ${tick}`));
  uart.transmitReady$.subscribe(({ ready }) => changes.push(`TXRDY ${ready}`));
  expect([uart.receiveReady, uart.transmitReady]).toEqual([false, true]);
  uart.advance(7);
  uart.offer([0x41]);
  uart.read(0);
  uart.holdOutput();
  uart.write(0, 1);
  uart.write(0, 2);
  expect(uart.transmitReady).toBe(false);
  uart.releaseOutput();
  expect(changes).toEqual([
    "RXRDY true #2 7",
    "RXRDY false #3 7",
    "TXRDY false",
    "TXRDY true",
    "TXRDY false",
    "TXRDY true",
  ]);
});

describe("outputs are driven again", () => {
  test("by a Uart16550: its line, its pins, SOUT and the hold", () => {
    const lines: unknown[] = [];
    const uart = new Uart16550({ interrupt: (line) => lines.push(line) });
    uart.write(4, 0x03);
    uart.write(1, 0x02);
    uart.holdOutput();
    const seen: unknown[] = [];
    uart.modemOutputs$.subscribe((outputs) => seen.push(outputs));
    uart.serialOutput$.subscribe(({ level }) => seen.push(level));
    uart.outputHeld$.subscribe((isHeld) => seen.push(isHeld));
    const before = uart.save();
    uart.syncOutputs();
    expect(lines).toEqual([
      { level: 1, cause: "THRE" },
      { level: 1, cause: "THRE" },
    ]);
    expect(seen).toEqual([{ dtr: true, rts: true, out1: false, out2: false }, 1, true]);
    expect(uart.save()).toEqual(before);
  });

  test("by a Serial: it interrupts again for what is pending", () => {
    let triggers = 0;
    const serial = new Serial({ trigger: () => triggers++ });
    serial.syncOutputs();
    serial.write(1, 0x01);
    serial.offer([1]);
    const before = serial.save();
    serial.syncOutputs();
    expect([triggers, serial.save()]).toEqual([2, before]);
  });
});
