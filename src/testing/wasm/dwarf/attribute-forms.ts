import type { DwarfReader } from "./dwarf-reader.js";

/** The encodings of attributes (DWARF 5, 7.5.6) that need a rule of their own. */
export const FORM = {
  address: 0x01,
  string: 0x08,
  strp: 0x0e,
  refAddress: 0x10,
  indirect: 0x16,
  strx: 0x1a,
  addrx: 0x1b,
  lineStrp: 0x1f,
  implicitConst: 0x21,
  rnglistx: 0x23,
  strx1: 0x25,
  strx2: 0x26,
  strx3: 0x27,
  strx4: 0x28,
  addrx1: 0x29,
  addrx2: 0x2a,
  addrx3: 0x2b,
  addrx4: 0x2c,
} as const;

const skipBlock = (reader: DwarfReader, size: number): number => {
  reader.skip(size);
  return 0;
};

/** How a value of each form is read. A block, and a number of more than 32 bits, is skipped and has the value 0. */
const READERS: Readonly<Record<number, (reader: DwarfReader) => number>> = {
  [FORM.address]: (reader) => reader.uword(),
  3: (reader) => skipBlock(reader, reader.u16()),
  4: (reader) => skipBlock(reader, reader.uword()),
  5: (reader) => reader.u16(),
  6: (reader) => reader.uword(),
  7: (reader) => skipBlock(reader, 8),
  9: (reader) => skipBlock(reader, reader.u32()),
  10: (reader) => skipBlock(reader, reader.u8()),
  11: (reader) => reader.u8(),
  12: (reader) => reader.u8(),
  13: (reader) => reader.s32(),
  [FORM.strp]: (reader) => reader.uword(),
  15: (reader) => reader.u32(),
  [FORM.refAddress]: (reader) => reader.uword(),
  17: (reader) => reader.u8(),
  18: (reader) => reader.u16(),
  19: (reader) => reader.uword(),
  20: (reader) => skipBlock(reader, 8),
  21: (reader) => reader.u32(),
  23: (reader) => reader.uword(),
  24: (reader) => skipBlock(reader, reader.u32()),
  25: () => 1,
  [FORM.strx]: (reader) => reader.u32(),
  [FORM.addrx]: (reader) => reader.u32(),
  28: (reader) => reader.uword(),
  29: (reader) => reader.uword(),
  30: (reader) => skipBlock(reader, 16),
  [FORM.lineStrp]: (reader) => reader.uword(),
  32: (reader) => skipBlock(reader, 8),
  34: (reader) => reader.u32(),
  [FORM.rnglistx]: (reader) => reader.u32(),
  36: (reader) => skipBlock(reader, 8),
  [FORM.strx1]: (reader) => reader.u8(),
  [FORM.strx2]: (reader) => reader.u16(),
  [FORM.strx3]: (reader) => reader.u24(),
  [FORM.strx4]: (reader) => reader.uword(),
  [FORM.addrx1]: (reader) => reader.u8(),
  [FORM.addrx2]: (reader) => reader.u16(),
  [FORM.addrx3]: (reader) => reader.u24(),
  [FORM.addrx4]: (reader) => reader.uword(),
};

/**
 * Reads the value of a form: a number, an offset, or an index into a table; of a string in place its text.
 *
 * @throws RangeError for a form that the standard does not have.
 */
export function readForm(reader: DwarfReader, form: number): number | string {
  if (form === FORM.string) return reader.text();
  if (form === FORM.indirect) return readForm(reader, reader.u32());
  const read = READERS[form];
  if (!read)
    throw new RangeError(
      `the debugging information has a form 0x${form.toString(16)}, which DWARF 5 does not`,
    );
  return read(reader);
}
