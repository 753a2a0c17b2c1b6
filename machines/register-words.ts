/** The names of the 16550's registers and their bits, by address and value. */
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

/** Returns a register's bits without those fields, each of which is several of them. */
function without(
  bits: Readonly<Record<string, number>>,
  ...fields: string[]
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(bits).filter(([name]) => !fields.includes(name)));
}

/** The bits and fields of every register, lowest first. */
export const REGISTER_BITS: Readonly<Record<RegisterName, Readonly<Record<string, number>>>> = {
  RBR: {},
  THR: {},
  DLL: {},
  IER: without(IER, "MASK", "SLEEP"),
  DLM: {},
  IIR,
  FCR,
  LCR,
  MCR: without(MCR, "MASK"),
  LSR: without(LSR, "ERRORS"),
  MSR: without(MSR, "DELTAS", "LINES"),
  SCR: {},
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
  for (const [bit, mask] of Object.entries(REGISTER_BITS[name])) {
    const field = value & mask;
    const single = (mask & (mask - 1)) === 0;
    if (field !== 0)
      words.push(single || (field === mask && bit === "FIFOS") ? bit : `${bit}=${field / (mask & -mask)}`);
  }
  return words.join("|");
}
