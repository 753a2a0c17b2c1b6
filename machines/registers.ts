/**
 * The 16550's registers: names, offsets and descriptions, under the names of the PC16550D datasheet.
 */
import { FCR, IER, IIR, LCR, LSR, MCR, MSR } from "./register-bits.js";

/** A register's name. RBR and THR share offset 0, IIR and FCR offset 2; DLL and DLM stand there while DLAB is set. */
export type RegisterName =
  | "RBR"
  | "THR"
  | "DLL"
  | "IER"
  | "DLM"
  | "IIR"
  | "FCR"
  | "LCR"
  | "MCR"
  | "LSR"
  | "MSR"
  | "SCR";

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

/** Returns a register's bits without those fields, each of which is several of them. */
function without(
  bits: Readonly<Record<string, number>>,
  ...fields: string[]
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(bits).filter(([name]) => !fields.includes(name)));
}

/** Every register, by name. */
export const REGISTERS: Readonly<Record<RegisterName, RegisterDescription>> = {
  RBR: { title: "Receiver Buffer Register", offset: 0, dlab: 0, access: "read", bits: {} },
  THR: { title: "Transmitter Holding Register", offset: 0, dlab: 0, access: "write", bits: {} },
  DLL: { title: "Divisor Latch, least significant byte", offset: 0, dlab: 1, access: "read-write", bits: {} },
  IER: {
    title: "Interrupt Enable Register",
    offset: 1,
    dlab: 0,
    access: "read-write",
    bits: without(IER, "MASK", "SLEEP"),
  },
  DLM: { title: "Divisor Latch, most significant byte", offset: 1, dlab: 1, access: "read-write", bits: {} },
  IIR: { title: "Interrupt Identification Register", offset: 2, access: "read", bits: IIR },
  FCR: { title: "FIFO Control Register", offset: 2, access: "write", bits: FCR },
  LCR: { title: "Line Control Register", offset: 3, access: "read-write", bits: LCR },
  MCR: { title: "Modem Control Register", offset: 4, access: "read-write", bits: without(MCR, "MASK") },
  LSR: { title: "Line Status Register", offset: 5, access: "read-write", bits: without(LSR, "ERRORS") },
  MSR: {
    title: "Modem Status Register",
    offset: 6,
    access: "read-write",
    bits: without(MSR, "DELTAS", "LINES"),
  },
  SCR: { title: "Scratch Register", offset: 7, access: "read-write", bits: {} },
};

/** The register names that a read finds at offsets 0 to 7: with DLAB clear, then with DLAB set where that differs. */
export const READ_NAMES = ["RBR_DLL", "IER_DLM", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const;

/** The register names that a write finds at offsets 0 to 7: with DLAB clear, then with DLAB set where that differs. */
export const WRITE_NAMES = ["THR_DLL", "IER_DLM", "FCR", "LCR", "MCR", "LSR", "MSR", "SCR"] as const;

/**
 * Returns the register that an access reaches.
 *
 * @param direction - which way the byte goes: offsets 0 and 2 hold one register to read and another to write.
 * @param offset - address, 0 to 255; 8 and above reach none.
 * @param dlab - whether the divisor latch is open (LCR bit 7).
 * @returns the name, or undefined where no register stands.
 */
export function registerAt(
  direction: "read" | "write",
  offset: number,
  dlab: boolean,
): RegisterName | undefined {
  const names = direction === "read" ? READ_NAMES[offset] : WRITE_NAMES[offset];
  const [closed, open] = names?.split("_") ?? [];
  return (dlab ? (open ?? closed) : closed) as RegisterName | undefined;
}

/**
 * Describes a register's value: the names of its set bits, `ERBFI|ELSI`, and fields with their value, `WLS=3`.
 *
 * @param value - the register's value, 0 to 255.
 * @returns the names joined by `|`; an empty text where no named bit is set.
 */
export function bitNames(name: RegisterName, value: number): string {
  const words: string[] = [];
  for (const [bit, mask] of Object.entries(REGISTERS[name].bits)) {
    const field = value & mask;
    const single = (mask & (mask - 1)) === 0;
    if (field !== 0)
      words.push(single || (field === mask && bit === "FIFOS") ? bit : `${bit}=${field / (mask & -mask)}`);
  }
  return words.join("|");
}
