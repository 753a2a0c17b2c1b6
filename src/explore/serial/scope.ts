import { FCR, FIFO_SIZE, Fifo, IER, LCR, MCR, REGISTERS } from "../../../machines/index.js";
import type { SerialState } from "../../device/index.js";
import type { Input } from "../../journal/index.js";
import type { Scope } from "../space/scope.js";

/** The representative of all characters. */
export const CHARACTER = 0x41;
const FIRST_UNMAPPED_OFFSET = 8;

/** Returns a read at the register's offset, whatever DLAB is. */
export const registerRead = (registerName: keyof typeof REGISTERS): Input => ({
  type: "read",
  offset: REGISTERS[registerName].offset,
});

/** Returns a write at the register's offset. */
export const registerWrite = (registerName: keyof typeof REGISTERS, byteValue: number): Input => ({
  type: "write",
  offset: REGISTERS[registerName].offset,
  value: byteValue,
});

const receiveInput = (count: number): Input => ({
  type: "receive",
  characters: Array(count).fill(CHARACTER),
});

/** The inputs of `serial`: every register read and written, with each bit that a guard reads. */
const SERIAL_INPUTS: readonly Input[] = [
  receiveInput(1),
  ...[IER.ETBEI, IER.ERBFI, IER.ETBEI | IER.ERBFI, 0x00, 0xff].map((enables) =>
    registerWrite("IER", enables),
  ),
  registerWrite("THR", CHARACTER),
  registerRead("RBR"),
  registerRead("IIR"),
  registerWrite("MCR", MCR.OUT2 | MCR.LOOP),
  registerWrite("MCR", MCR.OUT2),
  registerWrite("LCR", LCR.WLS | LCR.DLAB),
  registerWrite("LCR", LCR.WLS),
  receiveInput(FIFO_SIZE),
  receiveInput(0),
  registerRead("IER"),
  registerRead("LCR"),
  registerRead("MCR"),
  registerRead("LSR"),
  registerRead("MSR"),
  registerRead("SCR"),
  registerWrite("SCR", 0x55),
  registerWrite("FCR", FCR.FIFO_ENABLE | FCR.RX_RESET | FCR.TX_RESET),
  registerWrite("LSR", 0xff),
  registerWrite("MSR", 0xff),
  { type: "read", offset: FIRST_UNMAPPED_OFFSET },
  { type: "write", offset: FIRST_UNMAPPED_OFFSET, value: 0xff },
];

/**
 * The whole control space of `serial`: every register, every bit that a guard reads, the FIFO at each length from 0 to 64, saved and
 * restored at any time. Stored data is abstracted away: characters are all 0x41, DLL, DLM and SCR as in a new device.
 */
export const serialScope: Scope<SerialState> = {
  name: "every register read and written, IER 0x00 to 0x03 and 0xFF, DLAB and LOOP on and off, 0, 1 or 64 characters arriving, FIFO 0 to 64, save and restore",
  inputs: SERIAL_INPUTS,
  restores: true,
  abstract: {
    DLL: () => 0x0c,
    DLM: () => 0x00,
    SCR: () => 0x00,
    receiveFifo: ({ length }: Fifo) => Fifo.of(Array(length).fill(CHARACTER)),
  },
};
