/** Broken drivers whose fault is in the handling of input, or of the interrupt itself. */
import type { Exhibit } from "./exhibit.js";
import { BI, DR, ETBEI, FaultlessDriver, FlowControlledDriver, IIR, LSR, OE, THRE } from "./plain.js";

const uart = { device: "uart16550", pic: "edge" } as const;

export const RECEIVING: readonly Exhibit[] = [
  {
    name: "never reads IIR, as LSR says it all",
    on: { device: "serial" },
    claim: "sent-not-stuck",
    driver: class extends FaultlessDriver {
      override interrupt(): void {
        this.serveCause(0);
      }
    },
  },
  {
    name: "takes vm-superio's IIR bits for the chip's codes",
    on: { device: "serial" },
    claim: "received-not-stuck",
    driver: class extends FaultlessDriver {
      override serveCause(iir: number): void {
        if ((iir & 0x0f) === 0x02) this.refillThr();
        if ((iir & 0x0f) === 0x04) this.receiveAll();
      }
    },
  },
  {
    name: "reads IIR twice: once to see whether it is meant, once to see why",
    on: uart,
    claim: "sent-not-stuck",
    driver: class extends FaultlessDriver {
      override interrupt(): void {
        while ((this.bus.read(IIR) & 1) === 0) {
          const cause = this.bus.read(IIR) & 0x0f;
          if (cause === 0x02) this.refillThr();
          else if (cause !== 0x01) this.receiveAll();
        }
      }
    },
  },
  {
    name: "takes one byte an interrupt",
    on: uart,
    claim: "received-not-stuck",
    driver: class extends FaultlessDriver {
      override interrupt(): void {
        this.bus.read(IIR);
        const lsr = this.bus.read(LSR);
        if (lsr & DR) this.receiveOne(lsr);
        if (lsr & THRE && this.interruptEnable & ETBEI) this.refillThr();
      }
    },
  },
  {
    name: "does not look at IIR again before it returns",
    report: "ghaerr/elks#2624, zephyr#38767",
    on: uart,
    claim: "received-not-stuck",
    driver: class extends FaultlessDriver {
      override interrupt(): void {
        const iir = this.bus.read(IIR);
        if ((iir & 1) === 0) this.serveCause(iir);
      }
    },
  },
  {
    name: "takes IIR's word for four bytes",
    on: uart,
    claim: "received-in-order",
    driver: class extends FaultlessDriver {
      override serveCause(iir: number): void {
        if ((iir & 0x0f) === 0x04) for (let i = 0; i < 4; i++) this.received.push(this.bus.read(0));
        else super.serveCause(iir);
      }
    },
  },
  {
    name: "clears the FIFO on an overrun",
    on: uart,
    claim: "received-in-order",
    driver: class extends FaultlessDriver {
      override receiveOne(lsr: number): void {
        if (lsr & OE) this.bus.write(IIR, 0x03);
        else super.receiveOne(lsr);
      }
    },
  },
  {
    name: "drops the byte that is read along with an overrun",
    on: uart,
    claim: "received-in-order",
    driver: class extends FaultlessDriver {
      override receiveOne(lsr: number): void {
        const byte = this.bus.read(0);
        if ((lsr & (BI | OE)) === 0) this.received.push(byte);
      }
    },
  },
  {
    name: "knows no character timeout, by a level",
    on: { device: "uart16550", pic: "level" },
    claim: "handler-ends",
    driver: class extends FaultlessDriver {
      override fifoControl = 0xc7;
      override serveCause(iir: number): void {
        if ((iir & 0x0f) !== 0x0c) super.serveCause(iir);
        else this.bus.read(LSR);
      }
      override interrupt(): void {
        this.serveCause(this.bus.read(IIR));
      }
    },
  },
  {
    name: "has a table of causes without the character timeout",
    on: uart,
    claim: "no-throw",
    driver: class extends FaultlessDriver {
      override fifoControl = 0x87;
      readonly table: Record<number, () => void> = { 2: () => this.refillThr(), 4: () => this.receiveAll() };
      override serveCause(iir: number): void {
        (this.table[iir & 0x0f] as () => void)();
      }
    },
  },
  {
    name: "waits for a byte that a break has announced",
    on: uart,
    claim: "no-hang",
    driver: class extends FaultlessDriver {
      override receiveOne(lsr: number): void {
        super.receiveOne(lsr);
        if (lsr & BI) while ((this.bus.read(LSR) & DR) === 0);
      }
    },
  },
  {
    name: "acknowledges by a read of RBR, and then takes what is there",
    on: uart,
    claim: "received-in-order",
    driver: class extends FaultlessDriver {
      override serveCause(iir: number): void {
        if ((iir & 0x0f) === 0x04) this.bus.read(0);
        super.serveCause(iir);
      }
    },
  },
  {
    name: "trusts that there is data whenever it is interrupted",
    on: uart,
    claim: "received-in-order",
    driver: class extends FaultlessDriver {
      override serveCause(iir: number): void {
        this.received.push(this.bus.read(0));
        super.serveCause(iir);
      }
    },
  },
  {
    name: "lowers RTS when its buffer is full, though the other end has begun to send",
    on: uart,
    claim: "rts-in-time",
    driver: class extends FlowControlledDriver {
      override highMark = this.size;
    },
  },
  {
    name: "lowers RTS in time, and raises it no more",
    on: uart,
    claim: "rts-in-time",
    driver: class extends FlowControlledDriver {
      override lowMark = -1;
    },
  },
  {
    name: "disowns an interrupt whose cause it does not know",
    on: uart,
    claim: "interrupt-claimed",
    driver: class extends FaultlessDriver {
      override interrupt(): boolean {
        const iir = this.bus.read(IIR) & 0x0f;
        super.interrupt();
        return iir === 0x02;
      }
    },
  },
];
