/**
 * The 16550's registers: offsets, bits and masks, under the names of the PC16550D datasheet.
 * Every other file asks here: neither the charts nor the library write an offset or a mask as a number.
 */

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

/** Interrupt Enable Register bits (PC16550D, 8.7). MASK is all of them; SLEEP is the TL16C750's sleep mode and low power mode. */
export const IER = { ERBFI: 0x01, ETBEI: 0x02, ELSI: 0x04, EDSSI: 0x08, MASK: 0x0f, SLEEP: 0x30 } as const;

/**
 * Interrupt Identification Register values (PC16550D, 8.6): bit 0 set means that nothing is pending.
 * FIFOS (bits 7 and 6) says that the FIFOs are on.
 */
export const IIR = { NONE: 0x01, THRE: 0x02, RDA: 0x04, FIFOS: 0xc0 } as const;

/** Line Control Register bits (PC16550D, 8.1). WLS is the word length less 5: with both its bits set, 8 data bits. */
export const LCR = {
  WLS: 0x03,
  STB: 0x04,
  PEN: 0x08,
  EPS: 0x10,
  STICK: 0x20,
  BREAK: 0x40,
  DLAB: 0x80,
} as const;

/**
 * FIFO Control Register bits (PC16550D, 8.5). TRIGGER selects the receiver's trigger level; SIXTY_FOUR is the TL16C750's 64-byte mode.
 */
export const FCR = {
  FIFO_ENABLE: 0x01,
  RX_RESET: 0x02,
  TX_RESET: 0x04,
  DMA_MODE: 0x08,
  SIXTY_FOUR: 0x20,
  TRIGGER: 0xc0,
} as const;

/** Modem Control Register bits (PC16550D, 8.8). MASK is all of them; AFE, automatic flow control, is the TL16C550C's. */
export const MCR = {
  DTR: 0x01,
  RTS: 0x02,
  OUT1: 0x04,
  OUT2: 0x08,
  LOOP: 0x10,
  MASK: 0x1f,
  AFE: 0x20,
} as const;

/** Line Status Register bits (PC16550D, 8.4). ERRORS is OE, PE, FE and BI. */
export const LSR = {
  DR: 0x01,
  OE: 0x02,
  PE: 0x04,
  FE: 0x08,
  BI: 0x10,
  ERRORS: 0x1e,
  THRE: 0x20,
  TEMT: 0x40,
  ERROR_IN_FIFO: 0x80,
} as const;

/** Modem Status Register bits (PC16550D, 8.9). DELTAS is the low half: what has changed; LINES is the high half: the inputs. */
export const MSR = {
  DCTS: 0x01,
  DDSR: 0x02,
  TERI: 0x04,
  DDCD: 0x08,
  CTS: 0x10,
  DSR: 0x20,
  RI: 0x40,
  DCD: 0x80,
  DELTAS: 0x0f,
  LINES: 0xf0,
} as const;

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
