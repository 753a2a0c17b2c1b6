import { FCR, IER, IIR, LCR, LSR, MCR } from "../../machines/index.js";
import type { Bus, Driver } from "./driver.js";

const RBR_THR = 0;
const IER_AT = 1;
const IIR_FCR = 2;
const LCR_AT = 3;
const MCR_AT = 4;
const LSR_AT = 5;
const MSR_AT = 6;

/** For how many reads of LSR Linux waits for the transmitter: ten milliseconds, at a microsecond each. */
const PATIENCE = 10_000;
/** How many bytes the handler reads before it looks elsewhere. */
const MAX_READS = 256;

/**
 * A driver that does to the registers what Linux's 8250 driver does: the start-up tests, IER masked round console writes, loads of 16
 * where there is a FIFO, a handler that goes round until IIR reports none. It sends by interrupts, and prints by polling.
 */
export function linuxDriver(bus: Bus): Driver {
  const waiting: number[] = [];
  const received: number[] = [];
  let ier = 0;
  let load = 1;
  let lacksThre = false;

  const setIer = (value: number): void => {
    ier = value;
    bus.write(IER_AT, ier);
  };

  const waitFor = (bits: number): void => {
    for (let i = 0; i < PATIENCE && (bus.read(LSR_AT) & bits) !== bits; i++);
  };

  /** Reads whatever a read clears. */
  const clear = (): void => {
    for (const offset of [LSR_AT, RBR_THR, IIR_FCR, MSR_AT]) bus.read(offset);
  };

  const transmit = (): void => {
    for (const byte of waiting.splice(0, load)) bus.write(RBR_THR, byte);
    if (waiting.length === 0) setIer(ier & ~IER.ETBEI);
  };

  /** One port's part of the handler. */
  const serve = (): boolean => {
    if ((bus.read(IIR_FCR) & IIR.NONE) !== 0) return false;
    let lsr = bus.read(LSR_AT);
    for (let i = 0; i < MAX_READS && (lsr & (LSR.DR | LSR.BI)) !== 0; i++) {
      const byte = (lsr & LSR.DR) !== 0 ? bus.read(RBR_THR) : 0;
      // A break's character is no byte of the user's; one with an error is handed on, as the line discipline wants it.
      if ((lsr & LSR.BI) === 0) received.push(byte);
      lsr = bus.read(LSR_AT);
    }
    bus.read(MSR_AT);
    if ((lsr & LSR.THRE) !== 0 && (ier & IER.ETBEI) !== 0) transmit();
    return true;
  };

  return {
    init() {
      bus.write(LCR_AT, LCR.DLAB | 0x03);
      bus.write(0, 1);
      bus.write(1, 0);
      bus.write(LCR_AT, 0x03);
      bus.write(IIR_FCR, FCR.FIFO_ENABLE);
      bus.write(IIR_FCR, FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET);
      if (bus.read(IIR_FCR) >> 6 === 3) load = 16;
      clear();
      bus.write(MCR_AT, MCR.OUT2 | MCR.DTR | MCR.RTS);
      // Whether enabling the interrupt makes one while the transmitter is empty (UART_BUG_TXEN).
      bus.disableInterrupts();
      setIer(IER.ETBEI);
      const lsr = bus.read(LSR_AT);
      const iir = bus.read(IIR_FCR);
      setIer(0);
      lacksThre = (lsr & LSR.TEMT) !== 0 && (iir & IIR.NONE) !== 0;
      clear();
      setIer(IER.ERBFI | IER.ELSI);
      bus.enableInterrupts();
    },
    interrupt() {
      for (let i = 0; i < MAX_READS && serve(); i++);
    },
    send(byte) {
      bus.disableInterrupts();
      waiting.push(byte);
      if ((ier & IER.ETBEI) === 0) {
        setIer(ier | IER.ETBEI);
        if (lacksThre && (bus.read(LSR_AT) & LSR.THRE) !== 0) transmit();
      }
      bus.enableInterrupts();
    },
    print(byte) {
      bus.disableInterrupts();
      const before = bus.read(IER_AT);
      bus.write(IER_AT, 0);
      waitFor(LSR.THRE);
      bus.write(RBR_THR, byte);
      waitFor(LSR.THRE | LSR.TEMT);
      bus.write(IER_AT, before);
      bus.enableInterrupts();
    },
    receive: () => received.shift(),
  };
}
