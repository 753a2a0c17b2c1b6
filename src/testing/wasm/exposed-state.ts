import { ByteReader, ByteWriter } from "./byte-reader.js";
import { changesHiddenState, OP, opensBlock, readInstruction, skipExpression } from "./instructions.js";
import { countImports, KIND, SECTION, type Section, sectionContent, withSection } from "./sections.js";

/** The exports under which the state of a module is reached: no linker writes such names. */
export const MEMORY_EXPORT = "vm-superio memory";
export const GLOBAL_EXPORT = "vm-superio global ";

/** A module whose memory and mutable globals are exported. */
export interface ExposedModule {
  readonly sections: readonly Section[];
  /** The names under which the mutable globals are exported. */
  readonly globalNames: readonly string[];
  /** True if memory and globals are all of its state. False if it changes tables or segments, or has a global that JavaScript cannot read. */
  readonly isStateComplete: boolean;
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

/** Exports the memory and all mutable globals of a module. */
export function exposeState(sections: readonly Section[]): ExposedModule {
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
  let isStateComplete = ![...globalTypes.values()].includes(V128);
  visitInstructions(sections, (instruction) => {
    if (changesHiddenState(instruction)) isStateComplete = false;
  });
  return {
    sections: withSection(sections, SECTION.export, exportsContent.toBytes()),
    globalNames: [...names.values()],
    isStateComplete,
  };
}
