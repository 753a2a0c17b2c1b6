import type { Bus, Driver } from "../../../src/testing/index.js";

export const [IER, IIR, LCR, MCR, LSR] = [1, 2, 3, 4, 5] as const;
export const DR = 0x01;
export const OE = 0x02;
export const BI = 0x10;
export const THRE = 0x20;
export const TEMT = 0x40;
export const [ERBFI, ETBEI] = [0x01, 0x02] as const;

/** A driver without faults, in parts that an exhibit replaces one of. It sends and receives by interrupts. */
export class Plain implements Driver {
  /** What is written to FCR: FIFOs on and cleared, trigger level 1. */
  fcr = 0x07;
  /** How many bytes THR takes once it is empty. */
  load = 16;
  ier: number = ERBFI;
  readonly queue: number[] = [];
  readonly received: number[] = [];
  readonly bus: Bus;

  constructor(bus: Bus) {
    this.bus = bus;
  }

  init(): void {
    this.baud();
    this.bus.write(IIR, this.fcr);
    this.bus.write(MCR, 0x0b);
    this.setIer(this.ier);
  }

  baud(): void {
    this.bus.write(LCR, 0x83);
    this.bus.write(0, 1);
    this.bus.write(1, 0);
    this.bus.write(LCR, 0x03);
  }

  setIer(value: number): void {
    this.ier = value;
    this.bus.write(IER, value);
  }

  interrupt(): void {
    for (let iir = this.bus.read(IIR); (iir & 1) === 0; iir = this.bus.read(IIR)) this.serve(iir);
  }

  /** Serves whatever there is. */
  serve(_iir: number): void {
    this.takeAll();
    if (this.bus.read(LSR) & THRE && this.ier & ETBEI) this.refill();
  }

  takeAll(): void {
    for (let lsr = this.bus.read(LSR); lsr & DR; lsr = this.bus.read(LSR)) this.take(lsr);
  }

  take(lsr: number): void {
    const byte = this.bus.read(0);
    if ((lsr & BI) === 0) this.received.push(byte);
  }

  refill(): void {
    for (const byte of this.queue.splice(0, this.load)) this.bus.write(0, byte);
    if (this.queue.length === 0) this.setIer(this.ier & ~ETBEI);
  }

  send(byte: number): void {
    this.bus.disableInterrupts();
    this.queue.push(byte);
    if ((this.ier & ETBEI) === 0) this.setIer(this.ier | ETBEI);
    this.bus.enableInterrupts();
  }

  receive(): number | undefined {
    return this.received.shift();
  }
}
