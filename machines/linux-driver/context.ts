import { Fifo } from "../fifo.js";

/** How far the driver goes. A smaller number makes fewer states; Linux's are the defaults. */
export interface LinuxDriverOptions {
  /** How many characters are written at a time where there is a FIFO, from 1: 16. */
  readonly load: number;
  /** How many characters are read at a time, from 1: 256. */
  readonly reads: number;
  /** How many reads of LSR the transmitter is waited for, from 1: 10,000. */
  readonly patience: number;
}

/** What the driver has in mind, beside the states that it is in. */
export interface LinuxDriverContext {
  readonly options: LinuxDriverOptions;
  /** The bytes that wait to be sent. From JSON it is an array, until one is queued or taken. */
  readonly queue: Fifo;
  /** The byte to print. */
  readonly printed: number;
  /** What LSR last gave, of what is looked at later. */
  readonly LSR: number;
  /** What IER was before it was cleared. */
  readonly IER: number;
  /** How many characters the handler has read at a stretch. */
  readonly reads: number;
  /** How many characters have been written at a stretch. */
  readonly loaded: number;
  /** How many reads of LSR have been waited. */
  readonly polls: number;
}

/** What Linux does. */
export const LINUX_DRIVER_DEFAULTS: LinuxDriverOptions = { load: 16, reads: 256, patience: 10_000 };

/** A driver that has done nothing yet. */
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
