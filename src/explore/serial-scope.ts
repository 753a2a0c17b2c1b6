import { FCR, FIFO_SIZE, Fifo, IER, LCR, MCR, REGISTERS } from "../../machines/index.js";
import type { SerialState } from "../device/index.js";
import type { Input } from "../journal/index.js";
import type { Scope } from "./scope.js";

/** The one character that stands for all. */
export const CHARACTER = 0x41;
const FIRST_UNMAPPED = 8;

/** A read of the register, wherever DLAB lets it be. */
export const reads = (name: keyof typeof REGISTERS): Input => ({
  type: "read",
  offset: REGISTERS[name].offset,
});

/** A write to the register. */
export const writes = (name: keyof typeof REGISTERS, value: number): Input => ({
  type: "write",
  offset: REGISTERS[name].offset,
  value,
});

const received = (count: number): Input => ({ type: "receive", characters: Array(count).fill(CHARACTER) });

/** What a driver and the world can do to `serial`: every register read and written, with each bit that steers. */
const INPUTS: readonly Input[] = [
  received(1),
  ...[IER.ETBEI, IER.ERBFI, IER.ETBEI | IER.ERBFI, 0x00, 0xff].map((enables) => writes("IER", enables)),
  writes("THR", CHARACTER),
  reads("RBR"),
  reads("IIR"),
  writes("MCR", MCR.OUT2 | MCR.LOOP),
  writes("MCR", MCR.OUT2),
  writes("LCR", LCR.WLS | LCR.DLAB),
  writes("LCR", LCR.WLS),
  received(FIFO_SIZE),
  received(0),
  reads("IER"),
  reads("LCR"),
  reads("MCR"),
  reads("LSR"),
  reads("MSR"),
  reads("SCR"),
  writes("SCR", 0x55),
  writes("FCR", FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET),
  writes("LSR", 0xff),
  writes("MSR", 0xff),
  { type: "read", offset: FIRST_UNMAPPED },
  { type: "write", offset: FIRST_UNMAPPED, value: 0xff },
];

/**
 * The whole control space of `serial`: every register, every bit that steers it, the FIFO at each length from 0 to 64, saved and
 * restored at any time. What is only kept is abstracted away: characters are all 0x41, DLL, DLM and SCR as in a new device.
 */
export const serialScope: Scope<SerialState> = {
  name: "every register read and written, IER 0x00 to 0x03 and 0xFF, DLAB and LOOP on and off, 0, 1 or 64 characters arriving, FIFO 0 to 64, save and restore",
  inputs: INPUTS,
  restores: true,
  abstract: {
    DLL: () => 0x0c,
    DLM: () => 0x00,
    SCR: () => 0x00,
    receiveFifo: ({ length }: Fifo) => Fifo.of(Array(length).fill(CHARACTER)),
  },
};
