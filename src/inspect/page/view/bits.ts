import { REGISTERS, type RegisterName } from "../../../../machines/index.js";

/** A bit, or several that are one field, of a register as it is drawn: from bit 7 down. */
export interface Field {
  /** The datasheet's name; empty for bits without one. */
  readonly name: string;
  /** As it stands in its narrow cell. */
  readonly label: string;
  readonly mask: number;
  /** Its lowest bit. */
  readonly shift: number;
  readonly width: number;
}

/** Names that are too long for a cell. */
const SHORT: Readonly<Record<string, string>> = {
  ...{
    FIFO_ENABLE: "EN",
    RX_RESET: "RXR",
    TX_RESET: "TXR",
    DMA_MODE: "DMA",
    SIXTY_FOUR: "64",
    TRIGGER: "TRIG",
  },
  ...{
    ERROR_IN_FIFO: "ERR",
    BREAK: "BRK",
    STICK: "STK",
    ERBFI: "RBF",
    ETBEI: "TBE",
    ELSI: "LSI",
    EDSSI: "SSI",
  },
};

/** IIR's code is one field, though single values of it have names. */
const IIR_FIELDS = { NONE: 0x01, ID: 0x0e, FIFOS: 0xc0 };

const known = new Map<RegisterName, readonly Field[]>();

/** A register's fields from bit 7 down to bit 0, as the datasheet draws it; bits without a name stand alone. */
export function fieldsOf(register: RegisterName): readonly Field[] {
  const before = known.get(register);
  if (before) return before;
  const named = Object.entries(register === "IIR" ? IIR_FIELDS : REGISTERS[register].bits);
  const fields: Field[] = [];
  for (let bit = 7; bit >= 0; ) {
    const [name, mask] = named.find(([, mask]) => (mask & (1 << bit)) !== 0) ?? ["", 1 << bit];
    let shift = bit;
    while (shift > 0 && mask & (1 << (shift - 1))) shift--;
    fields.push({ name, label: SHORT[name] ?? name, mask, shift, width: bit - shift + 1 });
    bit = shift - 1;
  }
  known.set(register, fields);
  return fields;
}
