import { shortPath } from "../../short-path.js";
import { FORM, readForm } from "./attribute-forms.js";
import { DwarfReader, textAt } from "./dwarf-reader.js";

/** The sections of a module's debugging information, by name. */
export type DebugSections = Readonly<Record<string, Uint8Array | undefined>>;

/** A row of a line table: the code from an address on comes from a line. */
export interface LineRow {
  /** The offset in the content of the code section. */
  readonly address: number;
  /** The file's name as the compiler was told it; undefined where the code ends. */
  readonly file: string | undefined;
  /** The line, from 1; 0 if the code comes from none. */
  readonly line: number;
}

/** The lines of a compilation unit. */
export interface LineProgram {
  readonly rows: readonly LineRow[];
  /** The files' names by their numbers in the unit. */
  readonly files: readonly string[];
}

const CONTENT = { path: 1, directory: 2 } as const;

/** Joins a file's name and its directory. */
const joinPath = (directory: string, fileName: string): string =>
  shortPath(directory === "" || fileName.startsWith("/") ? fileName : `${directory}/${fileName}`);

/** Reads the tables of directories and files of versions 2 to 4, whose numbers begin with 1. */
function readOldFiles(header: DwarfReader): string[] {
  const directories = [""];
  for (let name = header.text(); name !== ""; name = header.text()) directories.push(name);
  const files = [""];
  for (let name = header.text(); name !== ""; name = header.text()) {
    files.push(joinPath(directories[header.u32()] ?? "", name));
    header.skipNumber();
    header.skipNumber();
  }
  return files;
}

/** Reads the tables of directories and files of version 5, whose numbers begin with 0. */
function readFiles(header: DwarfReader, sections: DebugSections): string[] {
  const readTable = () => {
    const formats = Array.from({ length: header.u8() }, () => [header.u32(), header.u32()] as const);
    return Array.from({ length: header.u32() }, () => {
      const entry = { path: "", directory: 0 };
      for (const [content, form] of formats) {
        const value = readForm(header, form);
        if (content === CONTENT.directory) entry.directory = Number(value);
        else if (content === CONTENT.path)
          entry.path =
            typeof value === "string"
              ? value
              : textAt(sections[form === FORM.lineStrp ? ".debug_line_str" : ".debug_str"], value);
      }
      return entry;
    });
  };
  const directories = readTable();
  // The first directory is that of the compiler.
  return readTable().map(({ path, directory }) =>
    joinPath(directory === 0 ? "" : (directories[directory]?.path ?? ""), path),
  );
}

/** The registers of the machine that a line program runs on. */
interface LineState {
  address: number;
  fileNumber: number;
  line: number;
}

/** Runs a line program (DWARF 5, 6.2) from an offset of `.debug_line`. @throws RangeError if it is malformed. */
export function readLineProgram(
  sections: DebugSections,
  offset: number,
): LineProgram & { readonly end: number } {
  const content = sections[".debug_line"] ?? new Uint8Array();
  const start = new DwarfReader(content, offset);
  const unit = start.part(start.uword());
  const version = unit.u16();
  if (version >= 5) unit.skip(2);
  const headerLength = unit.uword();
  const header = unit.part(headerLength);
  const minimumLength = header.u8();
  if (version >= 4) header.skip(1);
  header.skip(1);
  const lineBase = (header.u8() << 24) >> 24;
  const lineRange = header.u8();
  const opcodeBase = header.u8();
  const operandCounts = Array.from({ length: opcodeBase - 1 }, () => header.u8());
  const files = version >= 5 ? readFiles(header, sections) : readOldFiles(header);

  const rows: LineRow[] = [];
  let sequence: LineRow[] = [];
  let state: LineState = { address: 0, fileNumber: 1, line: 1 };
  const append = (isEnd = false): void => {
    const { address, fileNumber, line } = state;
    sequence.push({ address, file: isEnd ? undefined : files[fileNumber], line: isEnd ? 0 : line });
  };
  const endSequence = (): void => {
    append(true);
    // Functions that the linker has removed are left at 0.
    if ((sequence[0]?.address ?? 0) > 0) rows.push(...sequence);
    sequence = [];
    state = { address: 0, fileNumber: 1, line: 1 };
  };
  const extended = (operands: DwarfReader): void => {
    const opcode = operands.u8();
    if (opcode === 1) endSequence();
    else if (opcode === 2) state.address = operands.uword();
  };
  /** The standard opcodes with an effect on address, file or line. */
  const standard: Readonly<Record<number, () => void>> = {
    1: append,
    2: () => (state.address += unit.u32() * minimumLength),
    3: () => (state.line += unit.s32()),
    4: () => (state.fileNumber = unit.u32()),
    8: () => (state.address += Math.floor((255 - opcodeBase) / lineRange) * minimumLength),
    9: () => (state.address += unit.u16()),
  };
  while (!unit.isAtEnd) {
    const opcode = unit.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      state.address += Math.floor(adjusted / lineRange) * minimumLength;
      state.line += lineBase + (adjusted % lineRange);
      append();
    } else if (opcode === 0) extended(unit.part(unit.u32()));
    else if (standard[opcode]) standard[opcode]();
    else for (let count = operandCounts[opcode - 1] ?? 0; count > 0; count--) unit.skipNumber();
  }
  return { rows, files, end: unit.end };
}
