import { ByteReader, ByteWriter } from "./byte-reader.js";

/** The ids of a module's sections. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
} as const;

/** The kinds of an import or export. */
export const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/** A section of a module, without its header. */
export interface Section {
  readonly id: number;
  readonly content: Uint8Array;
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** True for bytes that begin as a WebAssembly module does. */
export const isWasm = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/** Splits a valid module into its sections. */
export function readSections(bytes: Uint8Array): Section[] {
  const reader = new ByteReader(bytes, 8);
  const sections: Section[] = [];
  while (!reader.isAtEnd) sections.push({ id: reader.byte(), content: reader.vector() });
  return sections;
}

/** Joins sections to a module. */
export function writeSections(sections: readonly Section[]): Uint8Array<ArrayBuffer> {
  const headers = sections.map(({ id, content }) => new ByteWriter().byte(id).u32(content.length).toBytes());
  const moduleSize = sections.reduce(
    (size, { content }, i) => size + content.length + (headers[i]?.length ?? 0),
    8,
  );
  const moduleBytes = new Uint8Array(moduleSize);
  moduleBytes.set([...MAGIC, 1, 0, 0, 0]);
  let offset = 8;
  for (const [i, { content }] of sections.entries()) {
    moduleBytes.set(headers[i] as Uint8Array, offset);
    offset += headers[i]?.length ?? 0;
    moduleBytes.set(content, offset);
    offset += content.length;
  }
  return moduleBytes;
}

/** Returns the offset at which the content of the section with this id begins in a module; 0 if there is none. */
export function contentStart(moduleBytes: Uint8Array, id: number): number {
  const content = sectionContent(readSections(moduleBytes), id);
  return content === undefined ? 0 : content.byteOffset - moduleBytes.byteOffset;
}

/** Returns the content of the section with this id; undefined if there is none. */
export const sectionContent = (sections: readonly Section[], id: number): Uint8Array | undefined =>
  sections.find((section) => section.id === id)?.content;

/** Replaces the section with this id, or inserts it where its id belongs. */
export function withSection(sections: readonly Section[], id: number, content: Uint8Array): Section[] {
  const index = sections.findIndex((section) => section.id === id);
  if (index >= 0) return sections.with(index, { id, content });
  // Custom sections may stand anywhere.
  const nextIndex = sections.findIndex((section) => section.id > id);
  return sections.toSpliced(nextIndex < 0 ? sections.length : nextIndex, 0, { id, content });
}

/** An import of a module. */
export interface ImportEntry {
  readonly module: string;
  readonly name: string;
  readonly kind: number;
  /** True for a global that changes. */
  readonly isMutable: boolean;
}

function skipLimits(reader: ByteReader): void {
  const flags = reader.byte();
  reader.skipNumber();
  if ((flags & 1) !== 0) reader.skipNumber();
}

/** Reads the imports of a module. */
export function readImports(sections: readonly Section[]): ImportEntry[] {
  const content = sectionContent(sections, SECTION.import);
  if (!content) return [];
  const reader = new ByteReader(content);
  return Array.from({ length: reader.u32() }, (): ImportEntry => {
    const entry = { module: reader.name(), name: reader.name(), kind: reader.byte() };
    let isMutable = false;
    if (entry.kind === KIND.function) reader.skipNumber();
    else if (entry.kind === KIND.table) {
      reader.skipNumber();
      skipLimits(reader);
    } else if (entry.kind === KIND.memory) skipLimits(reader);
    else if (entry.kind === KIND.tag) {
      reader.skip(1);
      reader.skipNumber();
    } else {
      reader.skipNumber();
      isMutable = reader.byte() === 1;
    }
    return { ...entry, isMutable };
  });
}

/** Returns the number of imports of a kind. */
export const countImports = (sections: readonly Section[], kind: number): number =>
  readImports(sections).filter((entry) => entry.kind === kind).length;
