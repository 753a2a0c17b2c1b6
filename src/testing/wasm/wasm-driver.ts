import type { Bus, Driver, EntryPoint, MakeDriver } from "../driver.js";
import { isRunEnd } from "../stop.js";
import { functionsOf, locationInWords, stackTrace } from "./stack-functions.js";
import { type WasmInstance, WasmProgram, type WasmState } from "./wasm-program.js";

/** Reports that a module trapped: it ran into an instruction that cannot be executed. */
class Trap extends Error {
  override readonly name = "Trap";
}

/** A run of a program. An instance may be shared: the run that is called last has it, and the others have their state saved. */
class WasmRun implements Driver {
  /** The run that each instance belongs to. */
  static readonly #owners = new WeakMap<WasmInstance, WasmRun>();
  readonly #program: WasmProgram;
  readonly #instance: WasmInstance;
  readonly #bus: Bus;
  #savedState: WasmState | undefined;
  #isClosed = false;

  constructor(program: WasmProgram, instance: WasmInstance, bus: Bus) {
    this.#program = program;
    this.#instance = instance;
    this.#bus = bus;
    for (const entryPoint of program.entryPoints)
      Object.defineProperty(this, entryPoint, {
        enumerable: true,
        value: (byte = 0) => this.#call(entryPoint, byte),
      });
  }

  location(): string | undefined {
    return locationInWords(functionsOf(stackTrace(), this.#program.name));
  }

  close(): void {
    this.#isClosed = true;
    this.#savedState = undefined;
  }

  #call(entryPoint: EntryPoint, byte: number): unknown {
    this.#takeInstance();
    try {
      return resultOf(entryPoint, this.#instance.entryFunction(entryPoint)(byte));
    } catch (error) {
      throw isRunEnd(error) ? error : this.#describeTrap(error);
    }
  }

  /** Brings the instance to the state of this run. */
  #takeInstance(): void {
    const instance = this.#instance;
    const owner = WasmRun.#owners.get(instance);
    if (owner === this) return;
    if (owner && !owner.#isClosed) owner.#savedState = instance.saveState();
    instance.restoreState(this.#savedState);
    instance.bus = this.#bus;
    WasmRun.#owners.set(instance, this);
  }

  #describeTrap(error: unknown): unknown {
    const isTrap =
      error instanceof WebAssembly.RuntimeError ||
      (error instanceof RangeError && error.message.startsWith("Maximum call stack"));
    if (!isTrap) return error;
    const location = locationInWords(functionsOf(error.stack ?? "", this.#program.name));
    return new Trap(location === undefined ? error.message : `${error.message}, in ${location}`);
  }
}

/** Turns the result of a function into that of an entry point. */
function resultOf(entryPoint: EntryPoint, value: number | undefined): unknown {
  if (entryPoint === "send" || entryPoint === "print") return value !== 0;
  if (entryPoint !== "receive" || value === undefined || value < 0) return undefined;
  if (value <= 0xff) return value;
  throw new RangeError(`receive: expected a byte from 0 to 255, or -1 for none, got ${value}`);
}

/**
 * Creates a driver from a WebAssembly module, compiled from C, Rust or another language. The module imports `read8`, `write8`, `irq_disable`
 * and others from `uart`, and exports the entry points that it has, as functions of these names. It is compiled once, and its memory and
 * globals are restored for each run.
 *
 * `send` and `print` take a byte; a result of 0 refuses it. `receive` returns a byte, or a negative number if there is none. A trap breaks
 * `no-throw`, with the names of the functions that were running.
 *
 * @param source - the bytes of a module.
 * @throws TypeError if they are no module, or the module imports something else, has no entry point, or one with other parameters.
 * @example
 * const { failure } = checkDriver(wasmDriver(readFileSync("driver.wasm")), { device: "uart16550" });
 */
export function wasmDriver(source: ArrayBuffer | Uint8Array): MakeDriver {
  if (!(source instanceof ArrayBuffer || ArrayBuffer.isView(source)))
    throw new TypeError(`module: expected its bytes, got ${source === null ? "null" : typeof source}`);
  const moduleBytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
  const program = new WasmProgram(moduleBytes);
  const sharedInstance = program.isStateComplete ? program.instantiate() : undefined;
  return (bus) => new WasmRun(program, sharedInstance ?? program.instantiate(), bus);
}
