/** Right drivers that poll. */
import {
  BI,
  DATA,
  DR,
  IER,
  LSR,
  MCR,
  onParts,
  onSerial,
  type RightDriver,
  receiveAll,
  setUp,
  THRE,
} from "./core.js";

export const POLLED: readonly RightDriver[] = [
  ...[1, 12, 384].map(
    (divisor): RightDriver => ({
      name: `prints by polling at ${115200 / divisor} baud`,
      after: "Linux, drivers/tty/serial/8250/8250_early.c",
      on: [...onParts("edge"), ...onSerial],
      makeDriver: (bus) => ({
        init: () => setUp(bus, { divisor }),
        print(byte) {
          while ((bus.read(LSR) & THRE) === 0);
          bus.write(DATA, byte);
        },
      }),
    }),
  ),
  {
    name: "polls for everything, and gives up on a transmitter that never empties",
    after: "U-Boot, drivers/serial/ns16550.c",
    on: [...onParts("edge"), ...onSerial, { device: "absent" }, { device: "absent", absentReads: 0 }],
    makeDriver: (bus) => {
      let isThere = false;
      return {
        probe() {
          bus.write(IER, 0x0f);
          const all = bus.read(IER) & 0x0f;
          bus.write(IER, 0);
          isThere = all === 0x0f && (bus.read(IER) & 0x0f) === 0;
          return isThere;
        },
        init: () => setUp(bus),
        print(byte) {
          if (!isThere) return;
          while ((bus.read(LSR) & THRE) === 0);
          bus.write(DATA, byte);
        },
        receive: () => (isThere && bus.read(LSR) & DR ? bus.read(DATA) : undefined),
      };
    },
  },
  {
    name: "receives by a timer and sends by polling",
    on: onParts("edge"),
    makeDriver: (bus) => {
      const received: number[] = [];
      return {
        init: () => setUp(bus),
        timer: () => receiveAll(bus, received),
        send(byte) {
          while ((bus.read(LSR) & THRE) === 0);
          bus.write(DATA, byte);
        },
        receive: () => received.shift(),
      };
    },
  },
  {
    name: "waits by delays between its looks at LSR, as generators",
    on: [...onParts("edge"), ...onSerial],
    makeDriver: (bus) => ({
      *init() {
        setUp(bus);
        yield;
        bus.write(MCR, 0x03);
      },
      *send(byte) {
        while ((bus.read(LSR) & THRE) === 0) bus.delay(20);
        yield;
        while ((bus.read(LSR) & THRE) === 0) yield;
        bus.write(DATA, byte);
      },
      receive() {
        const lsr = bus.read(LSR);
        if ((lsr & DR) === 0) return undefined;
        const byte = bus.read(DATA);
        return lsr & BI ? undefined : byte;
      },
    }),
  },
];
