import { Fifo } from "../fifo.js";

/** The bounds of the driver's loops. A smaller number makes fewer states; Linux's are the defaults. */
export interface LinuxDriverOptions {
  /** The number of characters written at a time where there is a FIFO, from 1: 16. */
  readonly load: number;
  /** The number of characters read at a time, from 1: 256. */
  readonly reads: number;
  /** The number of reads of LSR for which the transmitter is awaited, from 1: 10,000. */
  readonly patience: number;
}

/** The driver's memory beside its states. */
export interface LinuxDriverContext {
  readonly options: LinuxDriverOptions;
  /** The bytes that wait to be sent. From JSON it is an array, until one is queued or taken. */
  readonly queue: Fifo;
  /** The byte to print. */
  readonly printed: number;
  /** The bits of the last read of LSR that are needed later. */
  readonly LSR: number;
  /** IER before it was cleared. */
  readonly IER: number;
  /** The number of characters that the handler has read at a stretch. */
  readonly reads: number;
  /** The number of characters written at a stretch. */
  readonly loaded: number;
  /** The number of reads of LSR since the transmitter is awaited. */
  readonly polls: number;
}

/** The bounds in Linux. */
export const LINUX_DRIVER_DEFAULTS: LinuxDriverOptions = { load: 16, reads: 256, patience: 10_000 };

/** Returns the memory of a driver that has done nothing yet. */
export const initialContext = (options: LinuxDriverOptions): LinuxDriverContext => ({
  options,
  queue: Fifo.EMPTY,
  printed: 0,
  LSR: 0,
  IER: 0,
  reads: 0,
  loaded: 0,
  polls: 0,
});
