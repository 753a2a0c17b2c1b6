import { checkReadable, formatValue, withKnownNames } from "../../journal/internal.js";
import type { Checkpoint } from "../checkpoint.js";
import type { Bus, Driver, DriverLocation, EntryPoint, MakeDriver } from "../driver.js";
import { entryPointResult } from "../entry-points.js";
import { isRunEnd, UsageError } from "../stop.js";
import { locationOf } from "./source-positions.js";
import { stackTrace } from "./stack-functions.js";
import { type WasmInstance, WasmProgram, type WasmState } from "./wasm-program.js";

/** Reports that a module trapped: it ran into an instruction that cannot be executed. */
class Trap extends Error {
  override readonly name = "Trap";
}

/** A run of a program. An instance may be shared: the run that is called last has it, and the others have their state saved. */
class WasmRun implements Driver {
  readonly flowControl?: "hardware";
  readonly dropped?: () => number;
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
    if (program.usesFlowControl) this.flowControl = "hardware";
    // It says on the bus what it drops.
    if (program.saysDrops) this.dropped = () => 0;
    for (const entryPoint of program.entryPoints)
      Object.defineProperty(this, entryPoint, {
        enumerable: true,
        value: (byte = 0) => this.#call(entryPoint, byte),
      });
  }

  location(): DriverLocation {
    return locationOf(this.#program.framesOf(stackTrace()));
  }

  checkpoint(): Checkpoint {
    const { hiddenState } = this.#program;
    if (hiddenState !== undefined)
      throw new UsageError(
        `module: its state cannot be restored, as it has ${hiddenState}: build it without, or explore with mergeStates: false`,
      );
    this.#takeInstance();
    this.#instance.resetTurns();
    const saved = this.#instance.checkpoint();
    return {
      key: saved.key,
      restore: () => {
        this.#takeInstance();
        saved.restore();
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#savedState = undefined;
  }

  #call(entryPoint: EntryPoint, byte: number): unknown {
    this.#takeInstance();
    this.#instance.resetTurns();
    try {
      return entryPointResult(entryPoint, this.#instance.entryFunction(entryPoint)(byte));
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
    const location = locationOf(this.#program.framesOf(error.stack ?? ""));
    const functionText = location.function === undefined ? "" : `, in ${location.function}`;
    const sourceText = location.source === undefined ? "" : `, at ${location.source}`;
    return new Trap(`${error.message}${functionText}${sourceText}`);
  }
}

/** Options of {@link wasmDriver}. */
export interface WasmDriverOptions {
  /**
   * The address at which the module reaches the registers through volatile pointers: loads and stores in the 4096 bytes from it on become
   * accesses of the bus, at the same addresses. It is the `base` of the option `window`. A multiple of 4096; by default there is none.
   */
  readonly mmio?: number;
  /**
   * True if an interrupt may also come before each load and store of the module's memory, and not only before an access of the bus: races over the
   * driver's own variables show. No time passes there. False by default: as there are many such positions, a bug elsewhere takes more scenarios.
   */
  readonly interruptMemory?: boolean;
}

/** The number of bytes whose loads and stores are accesses of the bus: a page, as an access beyond the registers is a bug to be found. */
const WINDOW_SIZE = 4096;

function checkAddress(mmio: number | undefined): void {
  if (
    mmio === undefined ||
    (Number.isSafeInteger(mmio) && mmio % WINDOW_SIZE === 0 && mmio >= 0 && mmio < 2 ** 32)
  )
    return;
  throw new RangeError(
    `mmio: expected a multiple of ${WINDOW_SIZE} below 0x100000000, such as 0x10000000, got ${formatValue(mmio)}`,
  );
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
 * @throws RangeError if `mmio` is no address, TypeError if `interruptMemory` is neither true nor false.
 * @throws TypeError if they are no module, or the module imports something else, has no entry point, or one with other parameters.
 * @example
 * const { failure } = checkDriver(wasmDriver(readFileSync("driver.wasm")), { device: "uart16550" });
 */
export function wasmDriver(source: ArrayBuffer | Uint8Array, options: WasmDriverOptions = {}): MakeDriver {
  const moduleBytes = checkReadable(source, "module", "its bytes", () => {
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (source instanceof Uint8Array) return source;
    throw new TypeError(`module: expected its bytes, got ${formatValue(source)}`);
  });
  const { mmio, interruptMemory = false } = withKnownNames(
    options,
    ["mmio", "interruptMemory"],
    "wasmDriver",
  );
  if (typeof interruptMemory !== "boolean")
    throw new TypeError(`interruptMemory: expected true or false, got ${formatValue(interruptMemory)}`);
  checkAddress(mmio);
  const window = mmio === undefined ? undefined : { base: mmio, size: WINDOW_SIZE };
  const program = new WasmProgram(moduleBytes, window, interruptMemory);
  const sharedInstance = program.hiddenState === undefined ? program.instantiate() : undefined;
  return (bus) => new WasmRun(program, sharedInstance ?? program.instantiate(), bus);
}
