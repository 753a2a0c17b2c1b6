import { FCR, LCR } from "../../machines/index.js";
import { type InterruptLine, Uart16550, type Uart16550DeviceOptions } from "./index.js";

/** The registers' offsets, by the datasheet's names. */
export const AT = { RBR: 0, THR: 0, IER: 1, IIR: 2, FCR: 2, LCR: 3, MCR: 4, LSR: 5, MSR: 6, SCR: 7 } as const;

/** Ticks that a bit takes at 9600 baud, the divisor after power-up being 12. */
export const BIT = 16 * 12;

/** Ticks that a character of 8N1 takes at 9600 baud. */
export const CHARACTER = 10 * BIT;

/** Options that log what is done to the surroundings. */
export const loggingTo = (log: string[], more: Uart16550DeviceOptions = {}): Uart16550DeviceOptions => ({
  out: { write: (byte) => log.push(`write ${byte}`), flush: () => log.push("flush") },
  interrupt: (change) => log.push(inWords(change)),
  ...more,
});

/** The interrupt line: `INTR 1 THRE`. */
export const inWords = ({ level, cause }: InterruptLine): string =>
  `INTR ${level}${cause ? ` ${cause}` : ""}`;

/** A part with 8 data bits, and its FIFOs on: two entries in its journal. */
export function made(options: Uart16550DeviceOptions = {}): Uart16550 {
  const device = new Uart16550(options);
  device.write(AT.LCR, LCR.WLS);
  device.write(AT.FCR, FCR.FIFO_ENABLE);
  return device;
}

/** What an access throws. */
export function errorOf(access: () => unknown): unknown {
  try {
    access();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Fails. */
export const fail = (): never => {
  throw new Error("no luck");
};

/** What a device's journal keeps. */
export const entriesOf = (device: Uart16550) => [...device.journal.entries()].map(({ entry }) => entry);
