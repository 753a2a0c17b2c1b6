import type { Bus, Driver } from "../../../src/testing/index.js";

export const [IER, IIR, LCR, MCR, LSR, MSR] = [1, 2, 3, 4, 5, 6] as const;
export const DR = 0x01;
export const OE = 0x02;
export const BI = 0x10;
export const THRE = 0x20;
export const TEMT = 0x40;
export const CTS = 0x10;
export const [ERBFI, ETBEI, EDSSI] = [0x01, 0x02, 0x08] as const;

/** A driver without faults; each exhibit overrides a part of it. It sends and receives by interrupts. */
export class FaultlessDriver implements Driver {
  /** The value written to FCR: FIFOs on and cleared, trigger level 1. */
  fifoControl = 0x07;
  /** The number of bytes written to an empty THR. */
  loadSize = 16;
  interruptEnable: number = ERBFI;
  readonly queue: number[] = [];
  readonly received: number[] = [];
  readonly bus: Bus;

  constructor(bus: Bus) {
    this.bus = bus;
  }

  init(): void {
    this.setFormat();
    this.bus.write(IIR, this.fifoControl);
    this.bus.write(MCR, 0x0b);
    this.setInterruptEnable(this.interruptEnable);
  }

  setFormat(): void {
    this.bus.write(LCR, 0x83);
    this.bus.write(0, 1);
    this.bus.write(1, 0);
    this.bus.write(LCR, 0x03);
  }

  setInterruptEnable(value: number): void {
    this.interruptEnable = value;
    this.bus.write(IER, value);
  }

  interrupt(): void {
    for (let iir = this.bus.read(IIR); (iir & 1) === 0; iir = this.bus.read(IIR)) this.serveCause(iir);
  }

  /** Serves all causes, whichever IIR reports. */
  serveCause(_iir: number): void {
    this.receiveAll();
    if (this.bus.read(LSR) & THRE && this.interruptEnable & ETBEI) this.refillThr();
  }

  receiveAll(): void {
    for (let lsr = this.bus.read(LSR); lsr & DR; lsr = this.bus.read(LSR)) this.receiveOne(lsr);
  }

  receiveOne(lsr: number): void {
    const byte = this.bus.read(0);
    if ((lsr & BI) === 0) this.received.push(byte);
  }

  refillThr(): void {
    for (const byte of this.queue.splice(0, this.loadSize)) this.bus.write(0, byte);
    if (this.queue.length === 0) this.setInterruptEnable(this.interruptEnable & ~ETBEI);
  }

  send(byte: number): void {
    this.bus.disableInterrupts();
    this.queue.push(byte);
    if ((this.interruptEnable & ETBEI) === 0) this.setInterruptEnable(this.interruptEnable | ETBEI);
    this.bus.enableInterrupts();
  }

  receive(): number | undefined {
    return this.received.shift();
  }
}

/** A driver without faults whose buffer has a size, and which lowers RTS while there is room for what the FIFOs of both ends hold. */
export class FlowControlledDriver extends FaultlessDriver {
  readonly flowControl = "hardware";
  readonly size: number = 64;
  /** With so many bytes in the buffer RTS goes off, and with so few on again. */
  highMark = 32;
  lowMark = 16;
  isClearToSend = true;

  override init(): void {
    this.interruptEnable = ERBFI | EDSSI;
    super.init();
    this.isClearToSend = (this.bus.read(MSR) & CTS) !== 0;
  }

  override serveCause(iir: number): void {
    this.isClearToSend = (this.bus.read(MSR) & CTS) !== 0;
    const enabled = ERBFI | EDSSI | (this.isClearToSend && this.queue.length > 0 ? ETBEI : 0);
    if (enabled !== this.interruptEnable) this.setInterruptEnable(enabled);
    super.serveCause(iir);
  }

  override receiveOne(lsr: number): void {
    const byte = this.bus.read(0);
    if (lsr & BI) return;
    if (this.received.length < this.size) this.received.push(byte);
    else this.bus.drops();
    if (this.received.length >= this.highMark) this.bus.write(MCR, 0x09);
  }

  override send(byte: number): void {
    this.bus.disableInterrupts();
    this.queue.push(byte);
    if (this.isClearToSend && (this.interruptEnable & ETBEI) === 0)
      this.setInterruptEnable(this.interruptEnable | ETBEI);
    this.bus.enableInterrupts();
  }

  override receive(): number | undefined {
    const byte = this.received.shift();
    if (this.received.length <= this.lowMark) this.bus.write(MCR, 0x0b);
    return byte;
  }
}
