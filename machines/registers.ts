/**
 * The 16550's registers as the datasheet describes them.
 */
import { REGISTER_BITS, type RegisterName } from "./register-words.js";

/** A register as the datasheet describes it. */
export interface RegisterDescription {
  /** The datasheet's full name. */
  readonly title: string;
  /** Address, 0 to 7. */
  readonly offset: number;
  /** The value of DLAB with which it is reached; absent where DLAB does not matter. */
  readonly dlab?: 0 | 1;
  /** The directions in which a processor may use it. */
  readonly access: "read" | "write" | "read-write";
  /** Bits and fields by name, lowest first; a field's mask covers several bits. */
  readonly bits: Readonly<Record<string, number>>;
}

/** Every register, by name. */
export const REGISTERS: Readonly<Record<RegisterName, RegisterDescription>> = {
  RBR: { title: "Receiver Buffer Register", offset: 0, dlab: 0, access: "read", bits: REGISTER_BITS.RBR },
  THR: {
    title: "Transmitter Holding Register",
    offset: 0,
    dlab: 0,
    access: "write",
    bits: REGISTER_BITS.THR,
  },
  DLL: {
    title: "Divisor Latch, least significant byte",
    offset: 0,
    dlab: 1,
    access: "read-write",
    bits: REGISTER_BITS.DLL,
  },
  IER: {
    title: "Interrupt Enable Register",
    offset: 1,
    dlab: 0,
    access: "read-write",
    bits: REGISTER_BITS.IER,
  },
  DLM: {
    title: "Divisor Latch, most significant byte",
    offset: 1,
    dlab: 1,
    access: "read-write",
    bits: REGISTER_BITS.DLM,
  },
  IIR: { title: "Interrupt Identification Register", offset: 2, access: "read", bits: REGISTER_BITS.IIR },
  FCR: { title: "FIFO Control Register", offset: 2, access: "write", bits: REGISTER_BITS.FCR },
  LCR: { title: "Line Control Register", offset: 3, access: "read-write", bits: REGISTER_BITS.LCR },
  MCR: { title: "Modem Control Register", offset: 4, access: "read-write", bits: REGISTER_BITS.MCR },
  LSR: { title: "Line Status Register", offset: 5, access: "read-write", bits: REGISTER_BITS.LSR },
  MSR: {
    title: "Modem Status Register",
    offset: 6,
    access: "read-write",
    bits: REGISTER_BITS.MSR,
  },
  SCR: { title: "Scratch Register", offset: 7, access: "read-write", bits: REGISTER_BITS.SCR },
};
