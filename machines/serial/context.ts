import { Fifo } from "../fifo.js";
import { IIR, LCR, LSR, MCR, MSR } from "../register-bits.js";

/** The number of bytes that the receive FIFO holds. */
export const FIFO_SIZE = 64;

/** The registers of `serial` as they stand, and its receive FIFO. A restored state may hold any bytes. */
export interface SerialContext {
  /** Divisor Latch, least significant byte. */
  readonly DLL: number;
  /** Divisor Latch, most significant byte. */
  readonly DLM: number;
  /** Interrupt Enable Register. */
  readonly IER: number;
  /** Interrupt Identification Register, without the FIFO bits that a read adds. */
  readonly IIR: number;
  /** Line Control Register. */
  readonly LCR: number;
  /** Line Status Register. */
  readonly LSR: number;
  /** Modem Control Register. */
  readonly MCR: number;
  /** Modem Status Register; in loopback a read is computed, and this does not change. */
  readonly MSR: number;
  /** Scratch Register. */
  readonly SCR: number;
  /**
   * The bytes received and not yet read, 64 at most. Restored from JSON it is an array, until a byte is queued or
   * taken: to read it in any snapshot, iterate it.
   */
  readonly receiveFifo: Fifo;
}

/** Returns the receive FIFO, also where the context comes from JSON. */
export const receiveFifoOf = (context: SerialContext): Fifo => Fifo.of(context.receiveFifo);

/** The registers of a device that has just been made (S18): 9600 baud, 8 data bits. */
export const SERIAL_DEFAULTS: SerialContext = {
  DLL: 0x0c,
  DLM: 0x00,
  IER: 0x00,
  IIR: IIR.NONE,
  LCR: LCR.WLS,
  LSR: LSR.THRE | LSR.TEMT,
  MCR: MCR.OUT2,
  MSR: MSR.DCD | MSR.DSR | MSR.CTS,
  SCR: 0x00,
  receiveFifo: Fifo.EMPTY,
};
