import { describe, expect, it } from "vitest";
import {
  type AsyncBus,
  assertDriverAsync,
  checkDriver,
  checkDriverAsync,
  type MakeAsyncDriver,
  playDriverAsync,
} from "./index.js";

const UART = {
  device: "uart16550",
  pic: "level",
  seed: 1,
  numRuns: 12,
  coverageRuns: 0,
  pollLimit: 500,
} as const;

/** Creates a driver that sends a byte at a time, and awaits its interrupt. */
const waiting =
  (lost = false): MakeAsyncDriver =>
  (bus: AsyncBus) => {
    const received: number[] = [];
    let sent: (() => void) | undefined;
    return {
      async init() {
        for (const [offset, value] of [
          [3, 0x83],
          [0, 1],
          [1, 0],
          [3, 0x03],
          [2, 0x07],
          [4, 0x0b],
          [1, 0x01],
        ] as const)
          await bus.write(offset, value);
      },
      async interrupt() {
        for (let iir = await bus.read(2); (iir & 1) === 0; iir = await bus.read(2)) {
          for (let lsr = await bus.read(5); (lsr & 0x01) !== 0; lsr = await bus.read(5)) {
            const byte = await bus.read(0);
            if ((lsr & 0x10) === 0) received.push(byte);
          }
          if ((iir & 0x0f) !== 0x02) continue;
          await bus.write(1, 0x01);
          if (!lost) sent?.();
        }
      },
      async send(byte: number) {
        await bus.disableInterrupts();
        await bus.write(0, byte);
        const done = new Promise<void>((resolve) => {
          sent = resolve;
        });
        await bus.write(1, 0x03);
        await bus.enableInterrupts();
        await done;
      },
      receive: async () => received.shift(),
    };
  };

describe("a driver whose entry points return promises", () => {
  it("awaits its interrupt, which is taken meanwhile", async () => {
    await assertDriverAsync(waiting(), UART);
  });

  it("hangs if its promise is never resolved", async () => {
    const { failure } = await checkDriverAsync(waiting(true), UART);
    expect(failure?.claim).toBe("no-hang");
    expect(failure?.actions).toEqual([{ type: "send", count: 1, after: 0 }]);
    await expect(assertDriverAsync(waiting(true), UART)).rejects.toThrow("no-hang: ");
  });

  it("may leave an access without await", async () => {
    const careless: MakeAsyncDriver = (bus) => ({
      async init() {
        bus.write(0, 999);
        await bus.write(1, 0x01);
      },
    });
    const { violation } = await playDriverAsync(careless, { device: "serial" }, []);
    expect(violation).toBeUndefined();
    const wrong: MakeAsyncDriver = (bus) => ({ init: () => bus.write(0, 999) });
    const { violation: thrown } = await playDriverAsync(wrong, { device: "serial" }, []);
    expect(thrown?.detail).toBe("init throws RangeError: value: expected 0 to 255, got 999");
  });

  it("is refused by the synchronous functions, with an error that names the others", () => {
    expect(() => checkDriver(() => ({ send: async () => {} }), UART)).toThrow(/end in Async take it$/);
  });
});
