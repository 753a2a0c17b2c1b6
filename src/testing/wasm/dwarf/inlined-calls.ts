import { FORM, readForm } from "./attribute-forms.js";
import { DwarfReader, textAt } from "./dwarf-reader.js";
import { type DebugSections, type LineRow, readLineProgram } from "./line-table.js";

/** A call that the compiler has replaced by the function's code. */
export interface InlinedCall {
  /** The addresses of the code: the first, and the first behind. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** The name of the function that was called. */
  readonly name: string;
  /** The file and the line of the call. */
  readonly file: string | undefined;
  readonly line: number;
  /** The number of entries that enclose it: of two calls at an address the deeper one is in the other. */
  readonly depth: number;
}

/** What a module's debugging information says of its code. */
export interface DebugTables {
  readonly rows: readonly LineRow[];
  readonly inlinedCalls: readonly InlinedCall[];
}

const TAG = { compileUnit: 0x11, inlinedSubroutine: 0x1d, subprogram: 0x2e } as const;
const ATTRIBUTE = {
  ...{
    name: 0x03,
    lineProgram: 0x10,
    low: 0x11,
    high: 0x12,
    origin: 0x31,
    specification: 0x47,
    ranges: 0x55,
  },
  ...{ callFile: 0x58, callLine: 0x59, textOffsetsBase: 0x72, addressBase: 0x73, rangesBase: 0x74 },
} as const;

/** Addresses that linkers leave where they have removed a function. */
const isRemoved = (address: number): boolean => address === 0 || address >= 0xffff_fff0;

interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly (readonly [name: number, form: number, constant: number])[];
}

/** A value of an attribute with the form that it had. */
interface AttributeValue {
  readonly form: number;
  readonly value: number | string;
}

type Attributes = ReadonlyMap<number, AttributeValue>;

function readAbbreviations(content: Uint8Array, offset: number): Map<number, Abbreviation> {
  const reader = new DwarfReader(content, offset);
  const abbreviations = new Map<number, Abbreviation>();
  for (let code = reader.u32(); code !== 0; code = reader.u32()) {
    const [tag, hasChildren] = [reader.u32(), reader.u8() === 1];
    const attributes: (readonly [number, number, number])[] = [];
    for (;;) {
      const [name, form] = [reader.u32(), reader.u32()];
      const constant = form === FORM.implicitConst ? reader.s32() : 0;
      if (name === 0 && form === 0) break;
      attributes.push([name, form, constant]);
    }
    abbreviations.set(code, { tag, hasChildren, attributes });
  }
  return abbreviations;
}

/** Returns a function's name without the types that it is generic over. */
const withoutArguments = (name: string): string => /^(?!operator)[^<]+(?=<)/.exec(name)?.[0] ?? name;

/** Reads a compilation unit of `.debug_info`: its lines, and the calls that were inlined in it. */
class UnitReader {
  readonly rows: readonly LineRow[];
  readonly inlinedCalls: InlinedCall[] = [];
  readonly #sections: DebugSections;
  readonly #version: number;
  readonly #start: number;
  readonly #files: readonly string[];
  readonly #root: Attributes;
  /** Names of functions by the offset of their entry, and the entries that others refer to for it. */
  readonly #names = new Map<number, string>();
  readonly #references = new Map<number, number>();

  /** @param unit - the unit without its length. */
  constructor(sections: DebugSections, start: number, unit: DwarfReader) {
    this.#sections = sections;
    this.#start = start;
    this.#version = unit.u16();
    const isNew = this.#version >= 5;
    if (isNew) unit.skip(2);
    const abbreviations = readAbbreviations(sections[".debug_abbrev"] ?? Uint8Array.of(0), unit.uword());
    if (!isNew) unit.skip(1);
    const read = (abbreviation: Abbreviation): Attributes =>
      new Map(
        abbreviation.attributes.map(([name, form, constant]) => [
          name,
          { form, value: form === FORM.implicitConst ? constant : readForm(unit, form) },
        ]),
      );
    const root = abbreviations.get(unit.u32());
    this.#root = root ? read(root) : new Map();
    const lineProgram = this.#number(this.#root, ATTRIBUTE.lineProgram);
    const program = lineProgram === undefined ? undefined : readLineProgram(sections, lineProgram);
    this.#files = program?.files ?? [];
    this.rows = program?.rows ?? [];
    const inlined: { readonly attributes: Attributes; readonly depth: number }[] = [];
    for (let depth = root?.hasChildren ? 1 : 0; depth > 0 && !unit.isAtEnd; ) {
      const offset = unit.offset;
      const abbreviation = abbreviations.get(unit.u32());
      if (!abbreviation) {
        depth--;
        continue;
      }
      const attributes = read(abbreviation);
      if (abbreviation.tag === TAG.inlinedSubroutine) inlined.push({ attributes, depth });
      if (abbreviation.tag === TAG.subprogram) this.#addName(offset, attributes);
      if (abbreviation.hasChildren) depth++;
    }
    for (const { attributes, depth } of inlined) this.#addInlined(attributes, depth);
  }

  #number(attributes: Attributes, name: number): number | undefined {
    const found = attributes.get(name);
    return typeof found?.value === "number" ? found.value : undefined;
  }

  #addName(offset: number, attributes: Attributes): void {
    const name = attributes.get(ATTRIBUTE.name);
    if (name) this.#names.set(offset, withoutArguments(this.#text(name)));
    const reference =
      this.#reference(attributes, ATTRIBUTE.specification) ?? this.#reference(attributes, ATTRIBUTE.origin);
    if (reference !== undefined) this.#references.set(offset, reference);
  }

  /** Returns the offset of the entry that an attribute refers to. */
  #reference(attributes: Attributes, name: number): number | undefined {
    const offset = this.#number(attributes, name);
    if (offset === undefined) return undefined;
    return attributes.get(name)?.form === FORM.refAddress ? offset : this.#start + offset;
  }

  #text({ form, value }: AttributeValue): string {
    if (typeof value === "string") return value;
    if (form === FORM.strp) return textAt(this.#sections[".debug_str"], value);
    if (form === FORM.lineStrp) return textAt(this.#sections[".debug_line_str"], value);
    const base = this.#number(this.#root, ATTRIBUTE.textOffsetsBase) ?? 8;
    const offsets = this.#sections[".debug_str_offsets"] ?? new Uint8Array();
    return textAt(this.#sections[".debug_str"], new DwarfReader(offsets, base + 4 * value).uword());
  }

  #address(found: AttributeValue | undefined): number | undefined {
    if (typeof found?.value !== "number") return undefined;
    return found.form === FORM.address ? found.value : this.#indexedAddress(found.value);
  }

  #indexedAddress(index: number): number {
    const base = this.#number(this.#root, ATTRIBUTE.addressBase) ?? 8;
    return new DwarfReader(this.#sections[".debug_addr"] ?? new Uint8Array(), base + 4 * index).uword();
  }

  #addInlined(attributes: Attributes, depth: number): void {
    let origin = this.#reference(attributes, ATTRIBUTE.origin);
    let name: string | undefined;
    while (origin !== undefined && name === undefined) {
      name = this.#names.get(origin);
      origin = this.#references.get(origin);
    }
    const ranges = this.#ranges(attributes).filter(([low]) => !isRemoved(low));
    if (name === undefined || ranges.length === 0) return;
    const file = this.#files[this.#number(attributes, ATTRIBUTE.callFile) ?? 0];
    const line = this.#number(attributes, ATTRIBUTE.callLine) ?? 0;
    this.inlinedCalls.push({ ranges, name, file, line, depth });
  }

  #ranges(attributes: Attributes): (readonly [number, number])[] {
    const low = this.#address(attributes.get(ATTRIBUTE.low));
    const high = attributes.get(ATTRIBUTE.high);
    if (low !== undefined && typeof high?.value === "number")
      return [[low, high.form === FORM.address ? high.value : low + high.value]];
    const ranges = attributes.get(ATTRIBUTE.ranges);
    if (typeof ranges?.value !== "number") return [];
    if (this.#version < 5) return this.#oldRanges(ranges.value);
    const content = this.#sections[".debug_rnglists"] ?? new Uint8Array();
    if (ranges.form !== FORM.rnglistx) return this.#newRanges(content, ranges.value);
    const base = this.#number(this.#root, ATTRIBUTE.rangesBase) ?? 12;
    return this.#newRanges(content, base + new DwarfReader(content, base + 4 * ranges.value).uword());
  }

  /** Reads a list of `.debug_ranges`, of versions 2 to 4. */
  #oldRanges(offset: number): (readonly [number, number])[] {
    const reader = new DwarfReader(this.#sections[".debug_ranges"] ?? new Uint8Array(), offset);
    let base = this.#address(this.#root.get(ATTRIBUTE.low)) ?? 0;
    const ranges: (readonly [number, number])[] = [];
    for (;;) {
      const [low, high] = [reader.uword(), reader.uword()];
      if (low === 0 && high === 0) return ranges;
      if (low === 0xffff_ffff) base = high;
      else ranges.push([base + low, base + high]);
    }
  }

  /** Reads a list of `.debug_rnglists` (DWARF 5, 7.25). */
  #newRanges(content: Uint8Array, offset: number): (readonly [number, number])[] {
    const reader = new DwarfReader(content, offset);
    let base = this.#address(this.#root.get(ATTRIBUTE.low)) ?? 0;
    const ranges: (readonly [number, number])[] = [];
    const add = (low: number, high: number) => ranges.push([low, high]);
    const addSized = (low: number) => add(low, low + reader.u32());
    const entryKinds: Readonly<Record<number, () => void>> = {
      1: () => (base = this.#indexedAddress(reader.u32())),
      2: () => add(this.#indexedAddress(reader.u32()), this.#indexedAddress(reader.u32())),
      3: () => addSized(this.#indexedAddress(reader.u32())),
      4: () => add(base + reader.u32(), base + reader.u32()),
      5: () => (base = reader.uword()),
      6: () => add(reader.uword(), reader.uword()),
      7: () => addSized(reader.uword()),
    };
    for (let entryKind = reader.u8(); entryKinds[entryKind]; entryKind = reader.u8())
      entryKinds[entryKind]?.();
    return ranges;
  }
}

/** Reads the debugging information of a module. @throws RangeError if it is malformed. */
export function readDebugTables(sections: DebugSections): DebugTables {
  const info = sections[".debug_info"] ?? new Uint8Array();
  const rows: LineRow[] = [];
  const inlinedCalls: InlinedCall[] = [];
  for (const reader = new DwarfReader(info); !reader.isAtEnd; ) {
    const start = reader.offset;
    const unit = new UnitReader(sections, start, reader.part(reader.uword()));
    rows.push(...unit.rows);
    inlinedCalls.push(...unit.inlinedCalls);
  }
  return { rows, inlinedCalls };
}
