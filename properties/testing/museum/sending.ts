/** Broken drivers whose fault is in sending, or in setting the part up. */
import type { Exhibit } from "./exhibit.js";
import { CTS, ERBFI, ETBEI, FaultlessDriver, IER, IIR, LCR, LSR, MCR, MSR, TEMT, THRE } from "./plain.js";

const uart = { device: "uart16550", pic: "edge" } as const;

export const SENDING: readonly Exhibit[] = [
  {
    name: "leaves DLAB open",
    on: uart,
    claim: "dlab-closed",
    driver: class extends FaultlessDriver {
      override init(): void {
        super.init();
        // To read the speed back, some day.
        this.bus.write(LCR, 0x83);
      }
    },
  },
  {
    name: "clears the FIFOs before it sends",
    on: uart,
    claim: "sent-in-order",
    driver: class extends FaultlessDriver {
      override send(byte: number): void {
        this.bus.write(IIR, 0x05);
        super.send(byte);
      }
    },
  },
  {
    name: "loads sixteen bytes where there is no FIFO",
    report: "acrn-hypervisor#3681",
    on: { device: "uart16550", preset: "ns16450", pic: "edge" },
    claim: "thr-room",
    driver: FaultlessDriver,
  },
  {
    name: "is interrupted between the look at LSR and the write",
    on: uart,
    claim: "sent-in-order",
    driver: class extends FaultlessDriver {
      override send(byte: number): void {
        this.queue.push(byte);
        if (this.bus.read(LSR) & THRE) {
          this.bus.write(0, this.queue[0] ?? byte);
          this.queue.shift();
        } else this.setInterruptEnable(ERBFI | ETBEI);
      }
      override serveCause(): void {
        this.receiveAll();
        if (this.bus.read(LSR) & THRE) this.refillThr();
      }
    },
  },
  {
    name: "sends at once what should wait behind others",
    on: uart,
    claim: "sent-in-order",
    driver: class extends FaultlessDriver {
      override loadSize = 1;
      override send(byte: number): void {
        this.bus.disableInterrupts();
        if (this.bus.read(LSR) & THRE) this.bus.write(0, byte);
        else {
          this.queue.push(byte);
          this.setInterruptEnable(ERBFI | ETBEI);
        }
        this.bus.enableInterrupts();
      }
    },
  },
  {
    name: "polls IIR for an empty THR",
    on: uart,
    claim: "no-hang",
    driver: class extends FaultlessDriver {
      override send(byte: number): void {
        this.bus.disableInterrupts();
        this.setInterruptEnable(ERBFI | ETBEI);
        while ((this.bus.read(IIR) & 0x0f) !== 0x02);
        this.bus.write(0, byte);
        this.setInterruptEnable(ERBFI);
        this.bus.enableInterrupts();
      }
    },
  },
  {
    name: "enables ETBEI with nothing to send, and asks LSR alone",
    report: "xv6-riscv#167, acrn-hypervisor#3048",
    on: { device: "uart16550", pic: "level" },
    claim: "handler-ends",
    driver: class extends FaultlessDriver {
      override interruptEnable = ERBFI | ETBEI;
      override interrupt(): void {
        this.receiveAll();
        if (this.bus.read(LSR) & THRE) for (const byte of this.queue.splice(0, 16)) this.bus.write(0, byte);
      }
    },
  },
  {
    name: "forgets to enable interrupts where it returns early",
    on: { device: "serial" },
    claim: "received-not-stuck",
    driver: class extends FaultlessDriver {
      override send(byte: number): void {
        this.bus.disableInterrupts();
        this.queue.push(byte);
        if (this.queue.length === 1) this.setInterruptEnable(ERBFI | ETBEI);
        if (this.bus.read(LSR) & 0x01) return;
        this.bus.enableInterrupts();
      }
    },
  },
  {
    name: "writes all of IER",
    report: "xv6-riscv#25",
    on: uart,
    claim: "reserved-bits",
    driver: class extends FaultlessDriver {
      override interruptEnable = 0xff;
    },
  },
  {
    name: "sets the speed again before each byte",
    on: uart,
    claim: "format-idle",
    driver: class extends FaultlessDriver {
      override send(byte: number): void {
        this.bus.disableInterrupts();
        this.bus.write(LCR, 0x07);
        this.bus.write(LCR, 0x03);
        super.send(byte);
      }
    },
  },
  {
    name: "sends a byte again when THR is empty at once",
    on: { device: "serial" },
    claim: "sent-in-order",
    driver: class extends FaultlessDriver {
      override refillThr(): void {
        const byte = this.queue[0];
        if (byte === undefined) this.setInterruptEnable(ERBFI);
        else {
          this.bus.write(0, byte);
          if ((this.bus.read(LSR) & TEMT) === 0) this.queue.shift();
        }
      }
    },
  },
  {
    name: "turns the THR empty interrupt off with bytes waiting",
    on: uart,
    claim: "sent-not-stuck",
    driver: class extends FaultlessDriver {
      override refillThr(): void {
        for (const byte of this.queue.splice(0, this.loadSize)) this.bus.write(0, byte);
        this.setInterruptEnable(ERBFI);
      }
    },
  },
  {
    name: "masks received data while it sends, and never asks for it again",
    on: uart,
    claim: "received-not-stuck",
    driver: class extends FaultlessDriver {
      override refillThr(): void {
        super.refillThr();
        if (this.queue.length === 0) this.bus.write(IER, 0);
      }
    },
  },
  {
    name: "waits until LSR says that nothing is sent, and nothing else",
    report: "seL4#36",
    on: uart,
    claim: "no-hang",
    driver: class extends FaultlessDriver {
      print(byte: number): void {
        this.bus.disableInterrupts();
        while (this.bus.read(LSR) !== (THRE | TEMT));
        this.bus.write(0, byte);
        this.bus.enableInterrupts();
      }
    },
  },
  {
    name: "waits for CTS before each byte, also on a cable without it",
    report: "rust-osdev/uart_16550#65",
    on: uart,
    claim: "no-hang",
    driver: class extends FaultlessDriver {
      print(byte: number): void {
        this.bus.disableInterrupts();
        while ((this.bus.read(MSR) & CTS) === 0);
        while ((this.bus.read(LSR) & THRE) === 0);
        this.bus.write(0, byte);
        this.bus.enableInterrupts();
      }
    },
  },
  {
    name: "says that it has flow control, and sends on when CTS has fallen",
    on: uart,
    claim: "cts-respected",
    driver: class extends FaultlessDriver {
      readonly flowControl = "hardware";
      override refillThr(): void {
        this.bus.read(MSR);
        super.refillThr();
      }
    },
  },
  {
    name: "forgets OUT2 where it raises RTS",
    on: uart,
    claim: "out2-kept",
    driver: class extends FaultlessDriver {
      override send(byte: number): void {
        super.send(byte);
        if (this.queue.length > 8) this.bus.write(MCR, 0x03);
      }
    },
  },
];
