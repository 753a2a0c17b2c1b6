import { nearest } from "../../journal/internal.js";
import type { Checkpoint } from "../checkpoint.js";
import type { Bus, EntryPoint } from "../driver.js";
import { ENTRY_POINT_NAMES, ENTRY_POINTS, FLOW_CONTROL } from "../entry-points.js";
import { ByteReader } from "./byte-reader.js";
import { exposeState, MEMORY_EXPORT, stackPointerIndex } from "./exposed-state.js";
import { instrument, LOOP_IMPORT, type MemoryWindow, STEP_IMPORT } from "./instrument.js";
import { LiveMemory } from "./live-memory.js";
import {
  contentStart,
  countImports,
  isWasm,
  KIND,
  readSections,
  SECTION,
  sectionContent,
  writeSections,
} from "./sections.js";
import { type SourceFrame, SourcePositions } from "./source-positions.js";
import { wasmFramesOf } from "./stack-functions.js";
import { uartFunctions } from "./uart-imports.js";
import { wasiFunctions } from "./wasi.js";

const PAGE_SIZE = 65_536;

/** Functions that set up a module's language, called when it is instantiated: the first that it has. */
const START_EXPORTS = ["_initialize", "__wasm_call_ctors"];

/** The state of a module: the bytes of its memory, and its mutable globals. */
export interface WasmState {
  readonly memory: Uint8Array;
  readonly globals: readonly unknown[];
}

type WasmFunction = (...numbers: number[]) => number | undefined;

/** A driver's module, compiled once. */
export class WasmProgram {
  /** The entry points that the module exports. */
  readonly entryPoints: readonly EntryPoint[];
  /** What changes beside memory and globals, in a word; undefined if there is nothing: then one instance is enough for all runs. */
  readonly hiddenState: string | undefined;
  /** True if the module says that it uses RTS and CTS. */
  readonly usesFlowControl: boolean;
  /** True if the module may say that it drops a byte. */
  readonly saysDrops: boolean;
  readonly #module: WebAssembly.Module;
  readonly #globalNames: readonly string[];
  readonly #stackPointerName: string | undefined;
  /** The name that the module has for engines, which stack traces may give before its functions. */
  readonly #name: string;
  readonly #sourcePositions: SourcePositions;

  /**
   * @param interruptsMemory - true if interrupts may come before each load and store.
   * @throws TypeError if the bytes are no module, or the module is no driver: one line that says what was expected.
   */
  constructor(moduleBytes: Uint8Array, window: MemoryWindow | undefined, interruptsMemory: boolean) {
    const module = compileModule(moduleBytes);
    this.entryPoints = checkedEntryPoints(module);
    this.#name = moduleName(module);
    const sections = readSections(moduleBytes);
    if (countImports(sections, KIND.memory) > 0)
      throw new TypeError(
        "module: expected a memory of its own, got an imported one: link without --import-memory",
      );
    if (!sectionContent(sections, SECTION.memory))
      throw new TypeError("module: expected one with a memory, got none");
    const instrumented = instrument(sections, window, interruptsMemory);
    const exposed = exposeState(instrumented.sections, stackPointerIndex(sections));
    this.#globalNames = exposed.globalNames;
    this.hiddenState = exposed.hiddenState;
    this.#stackPointerName = exposed.stackPointerName;
    const newBytes = writeSections(exposed.sections);
    this.#module = new WebAssembly.Module(newBytes);
    const codeStart = contentStart(newBytes, SECTION.code);
    this.#sourcePositions = new SourcePositions(sections, instrumented.codeMoves, codeStart);
    const instance = this.instantiate();
    checkParameters(instance, this.entryPoints);
    this.usesFlowControl = instance.usesFlowControl();
    this.saysDrops = WebAssembly.Module.imports(module).some(
      ({ module: from, name }) => from === "uart" && name === "drops",
    );
  }

  /** Returns the functions of the module at the top of a stack trace, the innermost first, with their lines if it was compiled with `-g`. */
  framesOf(stack: string): SourceFrame[] {
    return this.#sourcePositions.framesOf(wasmFramesOf(stack, this.#name));
  }

  /** Creates an instance. */
  instantiate(): WasmInstance {
    return new WasmInstance(this.#module, this.#globalNames, this.#stackPointerName);
  }
}

/** An instance of a module, whose state can be saved and restored. */
export class WasmInstance {
  /** The bus of the run that the instance belongs to. */
  bus: Bus | undefined;
  readonly #module: WebAssembly.Module;
  readonly #globalNames: readonly string[];
  readonly #initialState: WasmState;
  readonly #liveMemory: LiveMemory;
  #instance: WebAssembly.Instance;

  constructor(
    module: WebAssembly.Module,
    globalNames: readonly string[],
    stackPointerName: string | undefined,
  ) {
    this.#module = module;
    this.#globalNames = globalNames;
    this.#instance = this.#instantiate();
    this.#initialState = this.saveState();
    const exportedNumber = (name: string): number | undefined => {
      const exported = this.#instance.exports[name];
      return exported instanceof WebAssembly.Global ? Number(exported.value) : undefined;
    };
    const stackTop = stackPointerName === undefined ? undefined : exportedNumber(stackPointerName);
    this.#liveMemory = new LiveMemory(this.#initialState.memory, stackTop, {
      dataEnd: exportedNumber("__data_end"),
      heapBase: exportedNumber("__heap_base"),
    });
  }

  /** Begins to count the turns of loops, as an entry point is called: nothing remains of those before. */
  resetTurns(): void {
    // The instrumentation appends its global.
    this.#global(this.#globalNames.at(-1) as string).value = 0;
  }

  /** Asks the module whether it uses RTS and CTS. @throws TypeError if that function has parameters. */
  usesFlowControl(): boolean {
    const flowControl = this.#instance.exports[FLOW_CONTROL];
    if (typeof flowControl !== "function") return false;
    if (flowControl.length > 0)
      throw new TypeError(
        `${FLOW_CONTROL}: expected a function without parameters, got one of ${flowControl.length}`,
      );
    return flowControl() !== 0;
  }

  /** Returns the function of an entry point. */
  entryFunction(entryPoint: EntryPoint): WasmFunction {
    return this.#instance.exports[entryPoint] as WasmFunction;
  }

  /** Returns a copy of the state. */
  saveState(): WasmState {
    return {
      memory: new Uint8Array(this.#memory.buffer).slice(),
      globals: this.#globalNames.map((name) => this.#global(name).value),
    };
  }

  /** Gives the memory a size in bytes. One that was larger is another's: a memory never shrinks. */
  #resizeMemory(size: number): void {
    if (this.#memory.buffer.byteLength > size) {
      const { bus } = this;
      this.bus = undefined;
      this.#instance = this.#instantiate();
      this.bus = bus;
    }
    const missingBytes = size - this.#memory.buffer.byteLength;
    if (missingBytes > 0) this.#memory.grow(missingBytes / PAGE_SIZE);
  }

  /** Restores a state, by default that of a fresh instance. */
  restoreState(state: WasmState = this.#initialState): void {
    this.#resizeMemory(state.memory.length);
    new Uint8Array(this.#memory.buffer).set(state.memory);
    for (const [i, name] of this.#globalNames.entries()) this.#global(name).value = state.globals[i];
  }

  /** Returns the state, while no function of the module runs. */
  checkpoint(): Checkpoint {
    const live = this.#liveMemory.checkpoint(new Uint8Array(this.#memory.buffer));
    const globals = this.#globalNames.map((name) => this.#global(name).value);
    return {
      key: `${live.key};${globals.join()}`,
      restore: () => {
        this.#resizeMemory(live.memorySize);
        live.writeTo(new Uint8Array(this.#memory.buffer));
        for (const [i, name] of this.#globalNames.entries()) this.#global(name).value = globals[i];
      },
    };
  }

  get #memory(): WebAssembly.Memory {
    return this.#instance.exports[MEMORY_EXPORT] as WebAssembly.Memory;
  }

  #global(name: string): WebAssembly.Global {
    return this.#instance.exports[name] as WebAssembly.Global;
  }

  #instantiate(): WebAssembly.Instance {
    const currentBus = () => this.bus;
    let memory: WebAssembly.Memory | undefined;
    const buffer = (): ArrayBuffer => {
      if (!memory) throw new Error("the module calls an import while it is instantiated");
      return memory.buffer;
    };
    const print = (text: string): void => {
      for (const line of text.split("\n")) if (line.trim() !== "") this.bus?.log(line.trimEnd());
    };
    const instance = new WebAssembly.Instance(this.#module, {
      uart: uartFunctions({
        get bus() {
          return currentBus();
        },
        forget: (address, length) => this.#liveMemory.forget(address, length),
        addCounters: (address, length, modulus) => this.#liveMemory.addCounters(address, length, modulus),
        text: (address, length) => new TextDecoder().decode(new Uint8Array(buffer(), address, length)),
        print,
      }),
      // A loop without accesses waits for something: time passes, and interrupts come.
      [LOOP_IMPORT[0]]: {
        [LOOP_IMPORT[1]]: () => this.bus?.yield(),
        [STEP_IMPORT[1]]: () => this.bus?.step(),
      },
      wasi_snapshot_preview1: wasiFunctions({ memory: () => new DataView(buffer()), print }),
    });
    memory = instance.exports[MEMORY_EXPORT] as WebAssembly.Memory;
    const startFunction = START_EXPORTS.map((name) => instance.exports[name]).find(
      (exported) => typeof exported === "function",
    );
    (startFunction as (() => void) | undefined)?.();
    return instance;
  }
}

/** @throws TypeError if an entry point has other parameters. */
function checkParameters(instance: WasmInstance, entryPoints: readonly EntryPoint[]): void {
  for (const name of entryPoints) {
    const { length } = instance.entryFunction(name);
    if (length !== ENTRY_POINTS[name])
      throw new TypeError(
        `${name}: expected a function ${ENTRY_POINTS[name] === 0 ? "without parameters" : "of one parameter, the byte"}, got one of ${length}`,
      );
  }
}

function compileModule(moduleBytes: Uint8Array): WebAssembly.Module {
  if (!isWasm(moduleBytes))
    throw new TypeError(
      "module: expected WebAssembly, which begins with the bytes 00 61 73 6D, got other bytes",
    );
  try {
    return new WebAssembly.Module(moduleBytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new TypeError(`module: ${(error as Error).message.replace(/^WebAssembly\.Module\(\): /, "")}`);
  }
}

const NO_HOST = {
  bus: undefined,
  text: () => "",
  print() {},
  forget() {},
  addCounters() {},
  memory: () => new DataView(new ArrayBuffer(0)),
};
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  uart: Object.keys(uartFunctions(NO_HOST)),
  wasi_snapshot_preview1: Object.keys(wasiFunctions(NO_HOST)),
};

/** @throws TypeError if the module imports a function that does not exist: it names the one that was meant. */
function checkImports(module: WebAssembly.Module): void {
  const unknownImports = WebAssembly.Module.imports(module).filter(
    ({ module: from, name, kind }) => kind === "function" && !IMPORTS[from]?.includes(name),
  );
  for (const { module: from, name } of unknownImports) {
    // A declaration in C without the attributes of vm-superio.h imports env.uart_read8.
    const isOfUart = from !== "env" || name.startsWith("uart_");
    const owner = from.startsWith("wasi") ? "wasi_snapshot_preview1" : "uart";
    const meant = isOfUart ? nearest(name.replace(/^uart_/, ""), IMPORTS[owner] ?? []) : undefined;
    if (meant !== undefined)
      throw new TypeError(`imports: no function ${from}.${name}: did you mean ${owner}.${meant}?`);
  }
  if (unknownImports.length > 0)
    throw new TypeError(
      `imports: expected functions of uart (${IMPORTS["uart"]?.join(", ")}), and what a libc needs of WASI, got ${unknownImports.map(({ module: from, name }) => `${from}.${name}`).join(", ")}: define ${unknownImports.length === 1 ? "it" : "them"} in the driver`,
    );
}

/** @throws TypeError if an export nearly has the name of an entry point that the module lacks. */
function checkSpelling(exportedFunctions: readonly string[]): void {
  const missing = [...ENTRY_POINT_NAMES, FLOW_CONTROL].filter((name) => !exportedFunctions.includes(name));
  for (const name of exportedFunctions) {
    const meant =
      name === FLOW_CONTROL || ENTRY_POINT_NAMES.includes(name as EntryPoint)
        ? undefined
        : nearest(name.replace(/^(driver|uart)_/, ""), missing);
    if (meant !== undefined) throw new TypeError(`exports: no entry point ${name}: did you mean ${meant}?`);
  }
}

/** Checks imports and exports. Returns the entry points that the module has. */
function checkedEntryPoints(module: WebAssembly.Module): EntryPoint[] {
  checkImports(module);
  const exportedFunctions = WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
  const entryPoints = ENTRY_POINT_NAMES.filter((name) => exportedFunctions.includes(name));
  // A linker that exports everything exports functions of all names.
  if (!exportedFunctions.includes("__wasm_call_ctors")) checkSpelling(exportedFunctions);
  if (entryPoints.length === 0)
    throw new TypeError(
      `exports: expected one or more of the functions ${ENTRY_POINT_NAMES.join(", ")}, got ${exportedFunctions.join(", ") || "none"}`,
    );
  return entryPoints;
}

/** Returns the name of a module, from its section "name": its first subsection, if that is of kind 0. */
function moduleName(module: WebAssembly.Module): string {
  const [content] = WebAssembly.Module.customSections(module, "name");
  if (!content) return "";
  const nameBytes = new Uint8Array(content);
  if (nameBytes[0] !== 0) return "";
  const reader = new ByteReader(nameBytes, 1);
  reader.u32();
  return reader.name();
}
