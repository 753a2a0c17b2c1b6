import fc from "fast-check";
import { expect, it, test } from "vitest";
import { checkDriver } from "./check.js";
import type { Bus, Driver, MakeDriver } from "./driver.js";
import { playDriver } from "./play.js";

const [DATA, IER, FCR, LCR, MCR, LSR] = [0, 1, 2, 3, 4, 5] as const;

interface Marks {
  readonly size: number;
  /** RTS goes off with so many bytes in the ring, and on again with so few. */
  readonly high: number;
  readonly low: number;
}

/** A driver with a ring, which receives by interrupts and lowers RTS at a mark. */
const ringDriver =
  (
    { size, high, low }: Marks,
    flowControl: Pick<Driver, "flowControl"> = { flowControl: "hardware" },
  ): MakeDriver =>
  (bus: Bus): Driver => {
    const ring: number[] = [];
    return {
      ...flowControl,
      init() {
        bus.write(LCR, 0x83);
        bus.write(DATA, 1);
        bus.write(IER, 0);
        bus.write(LCR, 0x03);
        bus.write(FCR, 0x07);
        bus.write(MCR, 0x0b);
        bus.write(IER, 0x01);
      },
      interrupt() {
        for (let lsr = bus.read(LSR); lsr & 0x01; lsr = bus.read(LSR)) {
          const byte = bus.read(DATA);
          if (lsr & 0x10) continue;
          if (ring.length < size) ring.push(byte);
          else bus.drops();
          if (ring.length >= high) bus.write(MCR, 0x09);
        }
      },
      receive() {
        const byte = ring.shift();
        if (ring.length <= low) bus.write(MCR, 0x0b);
        return byte;
      },
    };
  };

const onUart = { device: "uart16550", preset: "pc16550d", pic: "level" } as const;
const flood = (count: number) => [{ type: "flood", count, after: 0 }] as const;

it("never overflows a ring with room for the FIFOs of both ends, whatever comes, and gets every byte", () => {
  const marks = fc
    .record({
      high: fc.integer({ min: 1, max: 40 }),
      low: fc.nat({ max: 40 }),
      room: fc.integer({ min: 32, max: 40 }),
    })
    .map(({ high, low, room }) => ({ size: high + room, high, low: Math.min(low, high - 1) }));
  const property = fc.property(marks, fc.integer({ min: 1, max: 200 }), (drawn, count) => {
    expect(playDriver(ringDriver(drawn), onUart, flood(count)).violation?.detail).toBeUndefined();
  });
  fc.assert(property, { numRuns: 15, seed: 1 });
});

it("sends a FIFO's bytes after RTS has gone off, and no more", () => {
  // Every byte is taken as it comes: the FIFO of this end is empty.
  for (const [room, isEnough] of [
    [16, true],
    [15, false],
  ] as const) {
    const { violation } = playDriver(ringDriver({ size: 20 + room, high: 20, low: 0 }), onUart, flood(100));
    expect(violation?.detail).toBe(
      isEnough
        ? undefined
        : "the driver drops a received byte though RTS is off, and 16 of the 16 bytes have come that the other end may still send",
    );
  }
});

test("a burst waits at the other end, too", () => {
  const burst = [
    { type: "flood", count: 30, after: 0 },
    { type: "arrive", count: 20, after: 1 },
  ] as const;
  const { happenings, violation } = playDriver(ringDriver({ size: 64, high: 1, low: 0 }), onUart, burst, {
    recordHappenings: true,
  });
  expect(violation?.detail).toBeUndefined();
  expect(happenings.filter(({ text }) => /^receives/.test(text))).toHaveLength(50);
  expect(happenings.some(({ text }) => text.endsWith("wait for RTS at the other end"))).toBe(true);
});

test("RTS that stays off is found", () => {
  const { violation } = playDriver(ringDriver({ size: 99, high: 20, low: -1 }), onUart, flood(100));
  expect([violation?.claim, violation?.detail]).toEqual([
    "rts-in-time",
    "RTS stays off though the user has taken everything: the other end has 64 more to send",
  ]);
});

test("a driver without flow control may drop, and the other end does not wait for its RTS", () => {
  const driver = ringDriver({ size: 20, high: 10, low: 0 }, {});
  expect(playDriver(driver, onUart, flood(100)).violation).toBeUndefined();
});

test.each([
  [{ size: 64, high: 32, low: 16 }, undefined],
  [{ size: 64, high: 60, low: 16 }, "rts-in-time"],
  [{ size: 64, high: 32, low: -1 }, "rts-in-time"],
])("%j: %s", (marks, claim) => {
  const { failure } = checkDriver(ringDriver(marks), { ...onUart, seed: 1, numRuns: 30, coverageRuns: 0 });
  expect(failure?.claim).toBe(claim);
});

test.each([
  ["counts every byte that it drops", 1, undefined],
  ["counts every other byte that it drops", 2, "received-in-order"],
] as const)("a ring that is flooded and %s: %s, %s", (_, each, claim) => {
  const makeDriver: MakeDriver = (bus) => {
    let [dropCount, saidCount] = [0, 0];
    const drops = () => {
      if (++dropCount % each === 0) saidCount++;
    };
    const driver = ringDriver({ size: 40, high: 99, low: 0 }, {})({ ...bus, drops });
    return { ...driver, dropped: () => saidCount };
  };
  const { failure } = checkDriver(makeDriver, { ...onUart, seed: 1, numRuns: 60, coverageRuns: 0 });
  expect(failure?.claim).toBe(claim);
});
