/** Frames of a stack trace that are kept: a module's calls may be deep. */
const STACK_DEPTH = 40;

/** How the names of functions begin that were added to a module, and that no stack trace shows. */
export const HIDDEN_FUNCTION = "vm-superio ";

/** A frame as V8 writes it: `at name (wasm://wasm/...:wasm-function[3]:0x1a2)`, without the parentheses if there is no name. */
const V8_FRAME = /^\s*at (?:(?:async )?(.*) \()?wasm:\/\/.*wasm-function\[(\d+)\](?::0x([\da-f]+))?/;
/** A frame as other engines write it: `name@file:wasm-function[3]:0x1a2`. */
const OTHER_FRAME = /^([^@]*)@.*wasm-function\[(\d+)\](?::0x([\da-f]+))?/;

/** A function of WebAssembly that is running. */
export interface WasmFrame {
  readonly name: string;
  /** The offset in the module to which it has come; undefined if the engine does not say. */
  readonly offset: number | undefined;
}

/** Returns the functions of WebAssembly at the top of a stack trace, the innermost first. */
export function wasmFramesOf(stack: string, moduleName = ""): WasmFrame[] {
  const frames: WasmFrame[] = [];
  for (const line of stack.split("\n")) {
    const frame = V8_FRAME.exec(line) ?? OTHER_FRAME.exec(line);
    if (!frame) {
      if (frames.length > 0) break;
      continue;
    }
    const [, name = "", index, offset] = frame;
    // Engines put the name of the module before that of the function.
    const bareName =
      moduleName !== "" && name.startsWith(`${moduleName}.`) ? name.slice(moduleName.length + 1) : name;
    if (!bareName.startsWith(HIDDEN_FUNCTION))
      frames.push({
        name: bareName === "" ? `function ${index}` : bareName,
        offset: offset === undefined ? undefined : Number.parseInt(offset, 16),
      });
  }
  return frames;
}

/** Returns the stack trace of its caller. */
export function stackTrace(): string {
  const limits = Error as { stackTraceLimit?: number };
  const oldLimit = limits.stackTraceLimit;
  limits.stackTraceLimit = STACK_DEPTH;
  const { stack = "" } = new Error();
  if (oldLimit !== undefined) limits.stackTraceLimit = oldLimit;
  return stack;
}
