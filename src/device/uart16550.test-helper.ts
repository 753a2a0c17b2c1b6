import { FCR, LCR } from "../../machines/index.js";
import { type InterruptLine, Uart16550, type Uart16550DeviceOptions } from "./index.js";

/** The registers' offsets, by the datasheet's names. */
export const OFFSET = {
  RBR: 0,
  THR: 0,
  IER: 1,
  IIR: 2,
  FCR: 2,
  LCR: 3,
  MCR: 4,
  LSR: 5,
  MSR: 6,
  SCR: 7,
} as const;

/** Ticks that a bit takes at 9600 baud, the divisor after power-up being 12. */
export const BIT_TICKS = 16 * 12;

/** Ticks that a character of 8N1 takes at 9600 baud. */
export const CHARACTER_TICKS = 10 * BIT_TICKS;

/** Returns options whose callbacks log their calls. */
export const loggingOptions = (
  callLog: string[],
  moreOptions: Uart16550DeviceOptions = {},
): Uart16550DeviceOptions => ({
  out: { write: (byte) => callLog.push(`write ${byte}`), flush: () => callLog.push("flush") },
  interrupt: (change) => callLog.push(lineInWords(change)),
  ...moreOptions,
});

/** Describes the interrupt line: `INTR 1 THRE`. */
export const lineInWords = ({ level, cause }: InterruptLine): string =>
  `INTR ${level}${cause ? ` ${cause}` : ""}`;

/** Returns a part with 8 data bits, and its FIFOs on: two entries in its journal. */
export function configuredUart(options: Uart16550DeviceOptions = {}): Uart16550 {
  const device = new Uart16550(options);
  device.write(OFFSET.LCR, LCR.WLS);
  device.write(OFFSET.FCR, FCR.FIFO_ENABLE);
  return device;
}

/** Returns the error that an operation throws; undefined if it throws none. */
export function thrownBy(access: () => unknown): unknown {
  try {
    access();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Throws an error. */
export const throwNoLuck = (): never => {
  throw new Error("no luck");
};

/** Returns the entries of a device's journal. */
export const entriesOf = (device: Uart16550) => [...device.journal.entries()].map(({ entry }) => entry);
