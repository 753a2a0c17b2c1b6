/** A serial driver with a bug: `npm test` finds it. */
import type { Bus, Driver } from "vm-superio/testing";

const [DATA, IER, IIR, FCR, LCR, LSR] = [0, 1, 2, 2, 3, 5] as const;

export default function createDriver(bus: Bus): Driver {
  const queue: number[] = [];
  const received: number[] = [];
  return {
    init() {
      bus.write(LCR, 0x83); // the divisor latch
      bus.write(DATA, 1); //   115,200 baud
      bus.write(IER, 0);
      bus.write(LCR, 0x03); // 8N1
      bus.write(FCR, 0x07); // FIFOs on and cleared
      bus.write(IER, 0x01); // received data
    },
    interrupt() {
      bus.read(IIR);
      while (bus.read(LSR) & 0x01) received.push(bus.read(DATA));
      if (bus.read(LSR) & 0x20) for (const byte of queue.splice(0, 16)) bus.write(DATA, byte);
      bus.write(IER, queue.length > 0 ? 0x03 : 0x01);
    },
    send(byte: number) {
      if (queue.length === 64) return false;
      queue.push(byte);
      bus.write(IER, 0x03);
      return true;
    },
    receive: () => received.shift(),
  };
}
