import { REGISTERS, type RegisterName } from "../../../../machines/index.js";
import { SHORT_BIT_NAMES } from "../model/register-names.js";

/** A field of a register, of one or several bits. */
interface RegisterField {
  /** The datasheet's name; empty for bits without one. */
  readonly fieldName: string;
  /** The name in its narrow cell. */
  readonly shortName: string;
  readonly bitMask: number;
  /** Its lowest bit. */
  readonly lowestBit: number;
  readonly bitCount: number;
}

/** IIR's code is one field, though single values of it have names. */
const IIR_FIELDS = { NONE: 0x01, ID: 0x0e, FIFOS: 0xc0 };

const fieldsByRegister = new Map<RegisterName, readonly RegisterField[]>();

/** Returns a register's fields from bit 7 down to bit 0, as the datasheet draws it; bits without a name stand alone. */
export function fieldsOf(register: RegisterName): readonly RegisterField[] {
  const cachedFields = fieldsByRegister.get(register);
  if (cachedFields) return cachedFields;
  const namedMasks = Object.entries(register === "IIR" ? IIR_FIELDS : REGISTERS[register].bits);
  const fields: RegisterField[] = [];
  for (let bit = 7; bit >= 0; ) {
    const [fieldName, bitMask] = namedMasks.find(([, bitMask]) => (bitMask & (1 << bit)) !== 0) ?? [
      "",
      1 << bit,
    ];
    let lowestBit = bit;
    while (lowestBit > 0 && bitMask & (1 << (lowestBit - 1))) lowestBit--;
    fields.push({
      fieldName,
      shortName: SHORT_BIT_NAMES[fieldName] ?? fieldName,
      bitMask,
      lowestBit,
      bitCount: bit - lowestBit + 1,
    });
    bit = lowestBit - 1;
  }
  fieldsByRegister.set(register, fields);
  return fields;
}
