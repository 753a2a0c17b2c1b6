/** Right drivers that are interrupted. */
import type { Bus, Driver } from "../../../src/testing/index.js";
import {
  BI,
  DATA,
  DR,
  EDSSI,
  ELSI,
  ERBFI,
  ETBEI,
  IER,
  IIR,
  LSR,
  loadSize,
  MSR,
  onParts,
  onSerial,
  type RightDriver,
  receiveAll,
  setUp,
  THRE,
} from "./core.js";

/** A driver with a queue each way. It serves until IIR reports nothing, so that edges are enough. */
class Interrupted implements Driver {
  readonly bus: Bus;
  readonly queue: number[] = [];
  readonly received: number[] = [];
  enabled: number = ERBFI;
  load = 1;
  fifos = 0x07;

  constructor(bus: Bus) {
    this.bus = bus;
  }

  init(): void {
    this.bus.write(IER, 0);
    setUp(this.bus, { fifos: this.fifos });
    this.load = loadSize(this.bus);
    // What an earlier system has left is not ours.
    while (this.bus.read(LSR) & DR) this.bus.read(DATA);
    this.bus.read(MSR);
    this.bus.write(IER, this.enabled);
  }

  interrupt(): unknown {
    while ((this.bus.read(IIR) & 1) === 0) this.serve();
    return undefined;
  }

  serve(): void {
    for (let lsr = this.bus.read(LSR); lsr & DR; lsr = this.bus.read(LSR)) this.take(lsr);
    this.bus.read(MSR);
    if (this.enabled & ETBEI && this.bus.read(LSR) & THRE) this.refill();
  }

  take(lsr: number): void {
    const byte = this.bus.read(DATA);
    if ((lsr & BI) === 0) this.received.push(byte);
  }

  refill(): void {
    for (const byte of this.queue.splice(0, this.load)) this.bus.write(DATA, byte);
    this.enable(this.queue.length > 0 ? this.enabled | ETBEI : this.enabled & ~ETBEI);
  }

  enable(value: number): void {
    this.enabled = value;
    this.bus.write(IER, value);
  }

  queueByte(byte: number): void {
    this.queue.push(byte);
    if ((this.enabled & ETBEI) === 0) this.enable(this.enabled | ETBEI);
  }

  send(byte: number): unknown {
    this.bus.disableInterrupts();
    this.queueByte(byte);
    this.bus.enableInterrupts();
    return undefined;
  }

  receive(): number | undefined {
    return this.received.shift();
  }
}

export const INTERRUPTED: readonly RightDriver[] = [
  {
    name: "receives by interrupts and sends by polling",
    on: [...onParts("edge", "level", "plic"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        override send(byte: number): void {
          bus.disableInterrupts();
          while ((bus.read(LSR) & THRE) === 0);
          bus.write(DATA, byte);
          bus.enableInterrupts();
        }
      })(bus),
  },
  {
    name: "does all by interrupts, until IIR reports none",
    after: "Linux, drivers/tty/serial/8250/8250_port.c",
    on: [...onParts("edge", "level", "plic"), ...onSerial],
    makeDriver: (bus) => new Interrupted(bus),
  },
  {
    name: "serves one cause an interrupt, at trigger level 14, by a level",
    after: "Zephyr, drivers/serial/uart_ns16550.c",
    on: onParts("level", "plic"),
    makeDriver: (bus) =>
      new (class extends Interrupted {
        override fifos = 0xc7;
        override enabled = ERBFI | ELSI | EDSSI;
        override interrupt(): void {
          const cause = bus.read(IIR) & 0x0f;
          if (cause === 0x02) this.refill();
          else if (cause === 0x00) bus.read(MSR);
          else if ((cause & 1) === 0) receiveAll(bus, this.received);
        }
      })(bus),
  },
  {
    name: "masks the part in its handler, so that each unmasking makes an edge",
    after: "MINIX 3, drivers/tty/rs232.c",
    on: [...onParts("edge", "level"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        override interrupt(): void {
          bus.read(IIR);
          bus.write(IER, 0);
          receiveAll(bus, this.received);
          const [next] = this.queue;
          if (next !== undefined && bus.read(LSR) & THRE) bus.write(DATA, this.queue.shift() as number);
          this.enable(this.queue.length > 0 ? ERBFI | ETBEI : ERBFI);
        }
      })(bus),
  },
  {
    name: "sleeps while its ring of eight is full",
    after: "xv6-riscv, kernel/uart.c",
    on: [...onParts("edge", "level"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        override *send(byte: number): Generator<undefined, void> {
          while (this.queue.length >= 8) yield;
          super.send(byte);
        }
      })(bus),
  },
  {
    name: "refuses what does not fit into its ring",
    on: [...onParts("edge"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        override send(byte: number): boolean {
          if (this.queue.length >= 8) return false;
          super.send(byte);
          return true;
        }
      })(bus),
  },
  {
    name: "prints with its interrupts masked beside a terminal that is interrupted",
    after: "Linux, serial8250_console_write",
    on: [...onParts("edge", "level"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        print(byte: number): void {
          bus.disableInterrupts();
          bus.write(IER, 0);
          while ((bus.read(LSR) & THRE) === 0);
          bus.write(DATA, byte);
          bus.write(IER, this.enabled);
          bus.enableInterrupts();
        }
      })(bus),
  },
  {
    name: "echoes what arrives, and says so",
    on: [...onParts("edge"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        override take(lsr: number): void {
          const byte = bus.read(DATA);
          if (lsr & BI) return;
          this.received.push(byte);
          bus.adds(byte);
          this.queueByte(byte);
        }
      })(bus),
  },
  {
    name: "takes the byte after a break as a command, and says so",
    after: "Linux, include/linux/serial_core.h (uart_handle_sysrq_char)",
    on: onParts("edge", "level"),
    makeDriver: (bus) =>
      new (class extends Interrupted {
        #isCommandNext = false;
        override take(lsr: number): void {
          const byte = bus.read(DATA);
          if (lsr & BI) this.#isCommandNext = true;
          else if (this.#isCommandNext) {
            this.#isCommandNext = false;
            bus.swallows(byte);
          } else this.received.push(byte);
        }
      })(bus),
  },
  {
    name: "drops what does not fit into its ring, and counts it",
    after: "FreeBSD, sys/dev/uart (uart_rx_put)",
    on: [...onParts("edge"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        #droppedCount = 0;
        override take(lsr: number): void {
          const byte = bus.read(DATA);
          if (lsr & BI) return;
          if (this.received.length < 4) this.received.push(byte);
          else this.#droppedCount++;
        }
        dropped(): number {
          return this.#droppedCount;
        }
      })(bus),
  },
  {
    name: "suspends and resumes",
    on: [...onParts("edge", "level"), ...onSerial],
    makeDriver: (bus) =>
      new (class extends Interrupted {
        suspend(): void {
          bus.write(IER, 0);
          while ((bus.read(LSR) & 0x40) === 0);
        }
        resume(): void {
          bus.disableInterrupts();
          this.init();
          bus.enableInterrupts();
        }
      })(bus),
  },
  {
    name: "sends while CTS is asserted, and says that it has flow control",
    after: "Linux, uart_handle_cts_change",
    on: onParts("edge", "level"),
    makeDriver: (bus) =>
      new (class extends Interrupted {
        readonly flowControl = "hardware";
        override enabled = ERBFI | EDSSI;
        #isClear = true;
        override serve(): void {
          receiveAll(bus, this.received);
          this.#isClear = (bus.read(MSR) & 0x10) !== 0;
          const isSending = this.#isClear && this.queue.length > 0;
          const enabled = isSending ? this.enabled | ETBEI : this.enabled & ~ETBEI;
          if (enabled !== this.enabled) this.enable(enabled);
          if (isSending && bus.read(LSR) & THRE) this.refill();
        }
        override queueByte(byte: number): void {
          if (this.#isClear) super.queueByte(byte);
          else this.queue.push(byte);
        }
      })(bus),
  },
];
