import { ByteReader, ByteWriter } from "./byte-reader.js";
import { hiddenStateName, OP, opensBlock, readInstruction, skipExpression } from "./instructions.js";
import { countImports, KIND, SECTION, type Section, sectionContent, withSection } from "./sections.js";

/** The exports under which the state of a module is reached: no linker writes such names. */
export const MEMORY_EXPORT = "vm-superio memory";
export const GLOBAL_EXPORT = "vm-superio global ";

/** A module whose memory and mutable globals are exported. */
export interface ExposedModule {
  readonly sections: readonly Section[];
  /** The names under which the mutable globals are exported. */
  readonly globalNames: readonly string[];
  /** What it has of state beside memory and globals, in a word, such as "table.set"; undefined if these are all of it. */
  readonly hiddenState: string | undefined;
  /** The export of the global that points to the top of the stack in memory, if it is known. */
  readonly stackPointerName: string | undefined;
}

const V128 = 0x7b;

/** Returns the types of the module's own mutable globals, by index. */
function mutableGlobals(sections: readonly Section[]): Map<number, number> {
  const globalTypes = new Map<number, number>();
  const content = sectionContent(sections, SECTION.global);
  if (!content) return globalTypes;
  const reader = new ByteReader(content);
  const firstIndex = countImports(sections, KIND.global);
  const globalCount = reader.u32();
  for (let i = 0; i < globalCount; i++) {
    const valueType = reader.byte();
    // A reference type of more than a byte.
    if (valueType === 0x63 || valueType === 0x64) reader.skipNumber();
    const isMutable = reader.byte() === 1;
    skipExpression(reader);
    if (isMutable) globalTypes.set(firstIndex + i, valueType);
  }
  return globalTypes;
}

/** The name that linkers give to the pointer to the stack in memory, and the subsection of section "name" with the names of globals. */
const STACK_POINTER = "__stack_pointer";
const GLOBAL_NAMES = 7;

/** Returns the index of the stack pointer among the globals: by an export of that name, or by the names that the linker wrote. */
export function stackPointerIndex(sections: readonly Section[]): number | undefined {
  const exported = new ByteReader(sectionContent(sections, SECTION.export) ?? Uint8Array.of(0));
  for (let count = exported.u32(); count > 0; count--) {
    const [name, kind, index] = [exported.name(), exported.byte(), exported.u32()];
    if (name === STACK_POINTER && kind === KIND.global) return index;
  }
  for (const { id, content } of sections) {
    if (id !== SECTION.custom) continue;
    const reader = new ByteReader(content);
    if (reader.name() !== "name") continue;
    while (!reader.isAtEnd) {
      const [subsection, names] = [reader.byte(), new ByteReader(reader.vector())];
      if (subsection !== GLOBAL_NAMES) continue;
      for (let count = names.u32(); count > 0; count--) {
        const [index, name] = [names.u32(), names.name()];
        if (name === STACK_POINTER) return index;
      }
    }
  }
  return undefined;
}

/** Calls a function with each instruction of the module's functions. */
export function visitInstructions(
  sections: readonly Section[],
  visit: (instruction: ReturnType<typeof readInstruction>) => void,
): void {
  const content = sectionContent(sections, SECTION.code);
  if (!content) return;
  const reader = new ByteReader(content);
  for (let functionCount = reader.u32(); functionCount > 0; functionCount--) {
    const body = new ByteReader(reader.vector());
    for (let groupCount = body.u32(); groupCount > 0; groupCount--) {
      body.skipNumber();
      body.skipNumber();
    }
    for (let depth = 1; depth > 0; ) {
      const instruction = readInstruction(body);
      if (opensBlock(instruction)) depth++;
      else if (instruction.opcode === OP.end) depth--;
      visit(instruction);
    }
  }
}

/**
 * Exports the memory and all mutable globals of a module.
 *
 * @param stackPointer - the index of the global that points to the top of the stack in memory, if it is known.
 */
export function exposeState(sections: readonly Section[], stackPointer: number | undefined): ExposedModule {
  const globalTypes = mutableGlobals(sections);
  const names = new Map([...globalTypes.keys()].map((index) => [index, `${GLOBAL_EXPORT}${index}`]));
  const oldExports = new ByteReader(sectionContent(sections, SECTION.export) ?? Uint8Array.of(0));
  const exportCount = oldExports.u32();
  const exportsContent = new ByteWriter()
    .u32(exportCount + names.size + 1)
    .raw(oldExports.bytes.subarray(oldExports.offset))
    .name(MEMORY_EXPORT)
    .byte(KIND.memory)
    .u32(0);
  for (const [index, name] of names) exportsContent.name(name).byte(KIND.global).u32(index);
  // JavaScript cannot read a global of 128 bits.
  let hiddenState = [...globalTypes.values()].includes(V128) ? "a global of type v128" : undefined;
  visitInstructions(sections, (instruction) => {
    hiddenState ??= hiddenStateName(instruction);
  });
  return {
    sections: withSection(sections, SECTION.export, exportsContent.toBytes()),
    globalNames: [...names.values()],
    hiddenState,
    stackPointerName: stackPointer === undefined ? undefined : names.get(stackPointer),
  };
}
