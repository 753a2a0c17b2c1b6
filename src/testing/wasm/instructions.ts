import type { ByteReader } from "./byte-reader.js";

/** The opcodes that the rewriting of modules has to know. */
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  try: 0x06,
  end: 0x0b,
  call: 0x10,
  returnCall: 0x12,
  tryTable: 0x1f,
  globalGet: 0x23,
  tableSet: 0x26,
  firstLoad: 0x28,
  lastLoad: 0x35,
  firstStore: 0x36,
  lastStore: 0x3e,
  refFunc: 0xd2,
  miscellaneous: 0xfc,
  vector: 0xfd,
  atomic: 0xfe,
} as const;

/** The instructions with prefix 0xFC whose effect outlives a call and is in neither memory nor globals: of segments and tables. */
const HIDDEN_STATE_NAMES: Readonly<Record<number, string>> = {
  ...{
    9: "data.drop",
    12: "table.init",
    13: "elem.drop",
    14: "table.copy",
    15: "table.grow",
    17: "table.fill",
  },
};

/** An instruction: its opcode, and the second one of those with a prefix. */
export interface Instruction {
  readonly opcode: number;
  readonly subcode: number;
}

/** Returns the name of an instruction that changes state which is neither memory nor a global, of tables or segments; undefined for others. */
export function hiddenStateName({ opcode, subcode }: Instruction): string | undefined {
  if (opcode === OP.tableSet) return "table.set";
  return opcode === OP.miscellaneous ? HIDDEN_STATE_NAMES[subcode] : undefined;
}

/** True for instructions that open a block, which `end` closes. */
export const opensBlock = ({ opcode }: Instruction): boolean =>
  opcode === OP.block ||
  opcode === OP.loop ||
  opcode === OP.if ||
  opcode === OP.try ||
  opcode === OP.tryTable;

function skipMemoryArgument(reader: ByteReader): void {
  const alignment = reader.u32();
  if ((alignment & 0x40) !== 0) reader.skipNumber();
  reader.skipNumber();
}

function skipNumbers(reader: ByteReader, count: number): void {
  for (let i = 0; i < count; i++) reader.skipNumber();
}

const MISCELLANEOUS_OPERANDS: Readonly<Record<number, number>> = {
  ...{ 8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1 },
};

function skipMiscellaneous(reader: ByteReader): number {
  const subcode = reader.u32();
  if (subcode > 17) throw new RangeError(`unknown instruction 0xfc ${subcode}`);
  skipNumbers(reader, MISCELLANEOUS_OPERANDS[subcode] ?? 0);
  return subcode;
}

function skipVector(reader: ByteReader): number {
  const subcode = reader.u32();
  const isLaneAccess = subcode >= 84 && subcode <= 91;
  if (subcode <= 11 || isLaneAccess || subcode === 92 || subcode === 93) skipMemoryArgument(reader);
  if (isLaneAccess || (subcode >= 21 && subcode <= 34)) reader.skip(1);
  if (subcode === 12 || subcode === 13) reader.skip(16);
  return subcode;
}

function skipAtomic(reader: ByteReader): number {
  const subcode = reader.u32();
  if (subcode === 3) reader.skip(1);
  else skipMemoryArgument(reader);
  return subcode;
}

function skipOperands(reader: ByteReader, opcode: number): void {
  switch (opcode) {
    case 0x0e: // br_table
      skipNumbers(reader, reader.u32() + 1);
      break;
    case 0x1c: // select with types
      skipNumbers(reader, reader.u32());
      break;
    case 0x11: // call_indirect
    case 0x13:
      skipNumbers(reader, 2);
      break;
    case 0x43: // f32.const
      reader.skip(4);
      break;
    case 0x44: // f64.const
      reader.skip(8);
      break;
    case OP.tryTable:
      reader.skipNumber();
      for (let count = reader.u32(); count > 0; count--) skipNumbers(reader, reader.byte() < 2 ? 2 : 1);
      break;
    case OP.block:
    case OP.loop:
    case OP.if:
    case OP.try:
    case 0x07: // catch
    case 0x08: // throw
    case 0x09: // rethrow
    case 0x0c: // br
    case 0x0d: // br_if
    case OP.call:
    case OP.returnCall:
    case 0x14: // call_ref
    case 0x15:
    case 0x18: // delegate
    case 0x20: // locals, globals, tables
    case 0x21:
    case 0x22:
    case OP.globalGet:
    case 0x24:
    case 0x25:
    case OP.tableSet:
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0x41: // i32.const
    case 0x42: // i64.const
    case 0xd0: // ref.null
    case OP.refFunc:
    case 0xd5:
    case 0xd6:
      reader.skipNumber();
      break;
    case 0xfb:
      throw new RangeError("instructions of garbage collection are not supported");
    default:
      if (opcode >= OP.firstLoad && opcode <= OP.lastStore) skipMemoryArgument(reader);
  }
}

/** Reads an instruction with its operands. @throws RangeError for one that is unknown here. */
export function readInstruction(reader: ByteReader): Instruction {
  const opcode = reader.byte();
  if (opcode === OP.miscellaneous) return { opcode, subcode: skipMiscellaneous(reader) };
  if (opcode === OP.vector) return { opcode, subcode: skipVector(reader) };
  if (opcode === OP.atomic) return { opcode, subcode: skipAtomic(reader) };
  skipOperands(reader, opcode);
  return { opcode, subcode: 0 };
}

/** Skips an expression with the `end` that closes it. */
export function skipExpression(reader: ByteReader): void {
  for (let depth = 1; depth > 0; ) {
    const instruction = readInstruction(reader);
    if (opensBlock(instruction)) depth++;
    else if (instruction.opcode === OP.end) depth--;
  }
}
