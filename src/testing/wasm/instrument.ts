import { ByteReader, ByteWriter } from "./byte-reader.js";
import { OP, opensBlock, readInstruction } from "./instructions.js";
import { countImports, KIND, SECTION, type Section, sectionContent, withSection } from "./sections.js";
import type { CodeMove } from "./source-positions.js";
import { HIDDEN_FUNCTION } from "./stack-functions.js";

/** The addresses at which loads and stores are accesses of the bus. */
export interface MemoryWindow {
  /** The first address. */
  readonly base: number;
  /** The number of bytes. */
  readonly size: number;
}

const I32 = 0x7f;
const I64 = 0x7e;
const NO_RESULT = undefined;
const END = OP.end;
const [LOCAL_GET, LOCAL_TEE, I32_CONST, IF, ELSE, CALL] = [0x20, 0x22, 0x41, 0x04, 0x05, 0x10] as const;
const [I32_ADD, I32_SUB, I32_LT_U, I32_GE_U, GLOBAL_SET] = [0x6a, 0x6b, 0x49, 0x4f, 0x24] as const;
const [I32_EXTEND8_S, I32_EXTEND16_S, I64_EXTEND_I32_S, I64_EXTEND_I32_U, I32_WRAP_I64] = [
  0xc0, 0xc1, 0xac, 0xad, 0xa7,
] as const;

/** The functions of `uart` that replace loads and stores, in the order in which they are imported. */
const IMPORTS = ["read8", "read16", "read32", "write8", "write16", "write32"] as const;
type ImportName = (typeof IMPORTS)[number];

/** The import that loops call, by module and name: no compiler writes such names. */
export const LOOP_IMPORT = ["vm-superio", "loop"] as const;

/** The import that is called before each load and store, if interrupts may come there. */
export const STEP_IMPORT = ["vm-superio", "step"] as const;

/** After how many turns of loops the import is called: as many as a processor makes in a microsecond or so. */
const LOOP_TURNS = 1024;

/** An instruction that accesses memory, and what it does with the value of the bus. */
interface MemoryAccess {
  readonly importName: ImportName;
  readonly valueType: number;
  /** Instructions between the value of the bus and that of the module. */
  readonly conversion: readonly number[];
}

/** Loads and stores of integers of up to 32 bits, by opcode. Others do not reach registers. */
const ACCESSES: Readonly<Record<number, MemoryAccess>> = {
  40: { importName: "read32", valueType: I32, conversion: [] },
  44: { importName: "read8", valueType: I32, conversion: [I32_EXTEND8_S] },
  45: { importName: "read8", valueType: I32, conversion: [] },
  46: { importName: "read16", valueType: I32, conversion: [I32_EXTEND16_S] },
  47: { importName: "read16", valueType: I32, conversion: [] },
  48: { importName: "read8", valueType: I64, conversion: [I32_EXTEND8_S, I64_EXTEND_I32_S] },
  49: { importName: "read8", valueType: I64, conversion: [I64_EXTEND_I32_U] },
  50: { importName: "read16", valueType: I64, conversion: [I32_EXTEND16_S, I64_EXTEND_I32_S] },
  51: { importName: "read16", valueType: I64, conversion: [I64_EXTEND_I32_U] },
  52: { importName: "read32", valueType: I64, conversion: [I64_EXTEND_I32_S] },
  53: { importName: "read32", valueType: I64, conversion: [I64_EXTEND_I32_U] },
  54: { importName: "write32", valueType: I32, conversion: [] },
  58: { importName: "write8", valueType: I32, conversion: [] },
  59: { importName: "write16", valueType: I32, conversion: [] },
  60: { importName: "write8", valueType: I64, conversion: [I32_WRAP_I64] },
  61: { importName: "write16", valueType: I64, conversion: [I32_WRAP_I64] },
  62: { importName: "write32", valueType: I64, conversion: [I32_WRAP_I64] },
};

const isLoad = (opcode: number): boolean => opcode <= OP.lastLoad;

/** Rewrites a module so that loads and stores in a window call the imports of `uart`, with the address, and loops now and then an import. */
class ModuleRewriter {
  readonly #sections: readonly Section[];
  readonly #window: MemoryWindow | undefined;
  readonly #callsSteps: boolean;
  /** The new imports, by module and name. */
  readonly #imports: readonly (readonly [module: string, name: string])[];
  /** The index of the global that counts the turns of loops. */
  readonly #turnsIndex: number;
  /** The number of functions that the module imports itself. Those after them move by the number of new imports. */
  readonly #oldImportCount: number;
  readonly #typeCount: number;
  readonly #functionCount: number;
  /** The opcodes that have a helper, in the order of the helpers. */
  readonly #helpers: number[] = [];
  /** Where the instructions of the code are now, and where they were: offsets in the section's content. */
  readonly codeMoves: CodeMove[] = [];

  constructor(sections: readonly Section[], window: MemoryWindow | undefined, callsSteps: boolean) {
    this.#sections = sections;
    this.#window = window;
    this.#callsSteps = callsSteps;
    this.#imports = [
      ...(window === undefined ? [] : IMPORTS.map((name) => ["uart", name] as const)),
      ...(callsSteps ? [STEP_IMPORT] : []),
      LOOP_IMPORT,
    ];
    this.#turnsIndex = countImports(sections, KIND.global) + this.#read(SECTION.global).u32();
    this.#oldImportCount = countImports(sections, KIND.function);
    this.#typeCount = this.#read(SECTION.type).u32();
    this.#functionCount = this.#read(SECTION.function).u32();
  }

  rewrite(): Section[] {
    // The code is first: it shows which helpers there are.
    const code = this.#rewriteCode();
    let sections: Section[] = this.#sections.filter(({ id }) => id !== SECTION.custom);
    const replace = (id: number, content: ByteWriter | undefined): void => {
      if (content) sections = withSection(sections, id, content.toBytes());
    };
    replace(SECTION.code, code);
    replace(SECTION.type, this.#extendTypes());
    replace(SECTION.import, this.#extendImports());
    replace(SECTION.function, this.#extendFunctions());
    replace(SECTION.global, this.#rewriteGlobals());
    replace(SECTION.export, this.#rewriteExports());
    replace(SECTION.start, this.#rewriteStart());
    replace(SECTION.element, this.#rewriteElements());
    return [...sections, { id: SECTION.custom, content: this.#rewriteNames().toBytes() }];
  }

  #read(id: number): ByteReader {
    return new ByteReader(sectionContent(this.#sections, id) ?? Uint8Array.of(0));
  }

  #moved(index: number): number {
    return index < this.#oldImportCount ? index : index + this.#imports.length;
  }

  /** Returns the index of a new import, counted from their end. */
  #addedImportIndex(fromEnd: number): number {
    return this.#oldImportCount + this.#imports.length - fromEnd;
  }

  #importIndex(name: ImportName): number {
    return this.#oldImportCount + IMPORTS.indexOf(name);
  }

  #helperIndex(opcode: number): number {
    if (!this.#helpers.includes(opcode)) this.#helpers.push(opcode);
    return this.#oldImportCount + this.#imports.length + this.#functionCount + this.#helpers.indexOf(opcode);
  }

  /**
   * Copies an expression with its `end`; functions have moved, and memory is accessed by helpers.
   *
   * @param moves - takes the offset of each instruction in the writer and in the reader's bytes.
   */
  #copyExpression(reader: ByteReader, writer: ByteWriter, moves: CodeMove[] = []): void {
    for (let depth = 1; depth > 0; ) {
      const start = reader.offset;
      moves.push([writer.length, start]);
      const instruction = readInstruction(reader);
      const { opcode } = instruction;
      if (opensBlock(instruction)) depth++;
      else if (opcode === END) depth--;
      if (this.#callsSteps && opcode >= OP.firstLoad && opcode <= OP.lastStore)
        writer.byte(CALL).u32(this.#addedImportIndex(2));
      const operands = new ByteReader(reader.bytes, start + 1, reader.offset);
      if (opcode === OP.call || opcode === OP.returnCall || opcode === OP.refFunc)
        writer.byte(opcode).u32(this.#moved(operands.u32()));
      else if (this.#window && ACCESSES[opcode] && isPlainAccess(operands)) {
        operands.u32();
        writer.byte(I32_CONST).s32(operands.u32()).byte(CALL).u32(this.#helperIndex(opcode));
      } else writer.raw(reader.bytes.subarray(start, reader.offset));
      if (opcode === OP.loop) this.#countTurn(writer);
    }
  }

  /** Writes what each turn of a loop begins with: a count of turns, and a call when there have been many. */
  #countTurn(writer: ByteWriter): void {
    writer.byte(OP.globalGet).u32(this.#turnsIndex).byte(I32_CONST).s32(1).byte(I32_ADD);
    writer.byte(GLOBAL_SET).u32(this.#turnsIndex).byte(OP.globalGet).u32(this.#turnsIndex);
    writer.byte(I32_CONST).s32(LOOP_TURNS).byte(I32_GE_U).byte(IF).byte(0x40);
    writer.byte(I32_CONST).s32(0).byte(GLOBAL_SET).u32(this.#turnsIndex);
    writer.byte(CALL).u32(this.#addedImportIndex(1)).byte(END);
  }

  #rewriteCode(): ByteWriter {
    const reader = this.#read(SECTION.code);
    const bodies = Array.from({ length: reader.u32() }, () => {
      const bodySize = reader.u32();
      const body = new ByteReader(reader.bytes, reader.offset, reader.offset + bodySize);
      reader.skip(bodySize);
      const localsStart = body.offset;
      for (let groupCount = body.u32(); groupCount > 0; groupCount--) {
        body.skipNumber();
        body.skipNumber();
      }
      const writer = new ByteWriter().raw(body.bytes.subarray(localsStart, body.offset));
      const moves: CodeMove[] = [];
      this.#copyExpression(body, writer, moves);
      return { writer, moves };
    });
    const helpers = this.#helpers.map((opcode) => ({ writer: this.#helperBody(opcode), moves: [] }));
    const content = new ByteWriter().u32(bodies.length + helpers.length);
    for (const { writer, moves } of [...bodies, ...helpers]) {
      content.vector(writer.toBytes());
      const bodyStart = content.length - writer.length;
      for (const [newOffset, oldOffset] of moves) this.codeMoves.push([bodyStart + newOffset, oldOffset]);
    }
    return content;
  }

  /** A helper takes the address, of a store the value, and the offset of the instruction. */
  #helperBody(opcode: number): ByteWriter {
    const { importName, valueType, conversion } = ACCESSES[opcode] as MemoryAccess;
    const { base, size } = this.#window as MemoryWindow;
    const offsetIndex = isLoad(opcode) ? 1 : 2;
    const sumIndex = offsetIndex + 1;
    const body = new ByteWriter().u32(1).u32(1).byte(I32);
    body.byte(LOCAL_GET).u32(0).byte(LOCAL_GET).u32(offsetIndex).byte(I32_ADD).byte(LOCAL_TEE).u32(sumIndex);
    body.byte(I32_CONST).s32(base).byte(I32_SUB).byte(I32_CONST).s32(size).byte(I32_LT_U);
    body.byte(IF).byte(isLoad(opcode) ? valueType : 0x40);
    body.byte(LOCAL_GET).u32(sumIndex);
    if (!isLoad(opcode)) body.byte(LOCAL_GET).u32(1).raw(conversion);
    body.byte(CALL).u32(this.#importIndex(importName));
    if (isLoad(opcode)) body.raw(conversion);
    body.byte(ELSE).byte(LOCAL_GET).u32(sumIndex);
    if (!isLoad(opcode)) body.byte(LOCAL_GET).u32(1);
    return body.byte(opcode).u32(0).u32(0).byte(END).byte(END);
  }

  /** Appends the types of the new imports, and those of the helpers. */
  #extendTypes(): ByteWriter {
    const reader = this.#read(SECTION.type);
    reader.u32();
    const content = new ByteWriter()
      .u32(this.#typeCount + this.#imports.length + this.#helpers.length)
      .raw(reader.bytes.subarray(reader.offset));
    const addType = (parameters: readonly number[], result: number | undefined): void => {
      content.byte(0x60).u32(parameters.length).raw(parameters);
      if (result === NO_RESULT) content.u32(0);
      else content.u32(1).byte(result);
    };
    for (const [, name] of this.#imports)
      if (name.startsWith("read")) addType([I32], I32);
      else addType(name.startsWith("write") ? [I32, I32] : [], NO_RESULT);
    for (const opcode of this.#helpers) {
      const { valueType } = ACCESSES[opcode] as MemoryAccess;
      if (isLoad(opcode)) addType([I32, I32], valueType);
      else addType([I32, valueType, I32], NO_RESULT);
    }
    return content;
  }

  #extendImports(): ByteWriter {
    const reader = this.#read(SECTION.import);
    const importCount = reader.u32();
    const content = new ByteWriter()
      .u32(importCount + this.#imports.length)
      .raw(reader.bytes.subarray(reader.offset));
    for (const [i, [module, name]] of this.#imports.entries())
      content
        .name(module)
        .name(name)
        .byte(KIND.function)
        .u32(this.#typeCount + i);
    return content;
  }

  #extendFunctions(): ByteWriter {
    const reader = this.#read(SECTION.function);
    reader.u32();
    const content = new ByteWriter()
      .u32(this.#functionCount + this.#helpers.length)
      .raw(reader.bytes.subarray(reader.offset));
    for (const i of this.#helpers.keys()) content.u32(this.#typeCount + this.#imports.length + i);
    return content;
  }

  #rewriteGlobals(): ByteWriter {
    const reader = this.#read(SECTION.global);
    const globalCount = reader.u32();
    const content = new ByteWriter().u32(globalCount + 1);
    for (let i = 0; i < globalCount; i++) {
      content.byte(reader.byte()).byte(reader.byte());
      this.#copyExpression(reader, content);
    }
    return content.byte(I32).byte(1).byte(I32_CONST).s32(0).byte(END);
  }

  #rewriteExports(): ByteWriter | undefined {
    if (!sectionContent(this.#sections, SECTION.export)) return undefined;
    const reader = this.#read(SECTION.export);
    const exportCount = reader.u32();
    const content = new ByteWriter().u32(exportCount);
    for (let i = 0; i < exportCount; i++) {
      const name = reader.name();
      const kind = reader.byte();
      const index = reader.u32();
      content
        .name(name)
        .byte(kind)
        .u32(kind === KIND.function ? this.#moved(index) : index);
    }
    return content;
  }

  #rewriteStart(): ByteWriter | undefined {
    if (!sectionContent(this.#sections, SECTION.start)) return undefined;
    return new ByteWriter().u32(this.#moved(this.#read(SECTION.start).u32()));
  }

  #rewriteElements(): ByteWriter | undefined {
    if (!sectionContent(this.#sections, SECTION.element)) return undefined;
    const reader = this.#read(SECTION.element);
    const segmentCount = reader.u32();
    const content = new ByteWriter().u32(segmentCount);
    for (let i = 0; i < segmentCount; i++) {
      const flags = reader.u32();
      content.u32(flags);
      const [isPassive, hasIndex, hasExpressions] = [(flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0];
      if (!isPassive && hasIndex) content.u32(reader.u32());
      if (!isPassive) this.#copyExpression(reader, content);
      if (isPassive || hasIndex) content.byte(reader.byte());
      const count = reader.u32();
      content.u32(count);
      for (let j = 0; j < count; j++)
        if (hasExpressions) this.#copyExpression(reader, content);
        else content.u32(this.#moved(reader.u32()));
    }
    return content;
  }

  /** Keeps the names of the module and of its functions. */
  #rewriteNames(): ByteWriter {
    for (const { id, content } of this.#sections) {
      if (id !== SECTION.custom) continue;
      const reader = new ByteReader(content);
      if (reader.name() !== "name") continue;
      const names = new ByteWriter().name("name");
      while (!reader.isAtEnd) {
        const subsection = reader.byte();
        const subsectionContent = reader.vector();
        if (subsection === 0) names.byte(0).vector(subsectionContent);
        else if (subsection === 1) names.byte(1).vector(this.#rewriteFunctionNames(subsectionContent));
      }
      return names;
    }
    return new ByteWriter()
      .name("name")
      .byte(1)
      .vector(this.#rewriteFunctionNames(Uint8Array.of(0)));
  }

  /** Names the helpers as well, so that stack traces can leave them out. */
  #rewriteFunctionNames(subsectionContent: Uint8Array): Uint8Array {
    const reader = new ByteReader(subsectionContent);
    const nameCount = reader.u32();
    const names = new ByteWriter().u32(nameCount + this.#helpers.length);
    for (let i = 0; i < nameCount; i++) names.u32(this.#moved(reader.u32())).name(reader.name());
    for (const opcode of this.#helpers)
      names.u32(this.#helperIndex(opcode)).name(`${HIDDEN_FUNCTION}${opcode}`);
    return names.toBytes();
  }
}

/** True for operands of an access to the first memory with an offset of 32 bits. */
const isPlainAccess = (operands: ByteReader): boolean => {
  const probe = new ByteReader(operands.bytes, operands.offset, operands.end);
  return (probe.u32() & 0x40) === 0 && probe.u32() <= 0xffff_ffff;
};

/** A module that was instrumented. */
export interface InstrumentedModule {
  readonly sections: readonly Section[];
  /** Where its instructions are and where they were, as offsets in the content of the code section. */
  readonly codeMoves: readonly CodeMove[];
}

/**
 * Makes loads and stores of up to 32 bits in a window accesses of the bus, as a processor does for memory-mapped registers. A loop calls
 * {@link LOOP_IMPORT} now and then, so that time passes and interrupts come in a wait without an access. The rest of the module keeps its meaning.
 *
 * @param callsSteps - true if {@link STEP_IMPORT} is called before each load and store.
 */
export const instrument = (
  sections: readonly Section[],
  window: MemoryWindow | undefined,
  callsSteps: boolean,
): InstrumentedModule => {
  const rewriter = new ModuleRewriter(sections, window, callsSteps);
  return { sections: rewriter.rewrite(), codeMoves: rewriter.codeMoves };
};
