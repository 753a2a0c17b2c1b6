import { READ_NAMES } from "../../../machines/index.js";
import type { WindowOptions } from "../../bus/index.js";
import { hexAddress } from "../../bus/internal.js";
import type { Uart } from "../host/uart.js";
import type { Processor } from "./processor.js";

/** The options of a window, checked. */
export type CheckedWindow = Required<WindowOptions>;

/** The end of the addresses that v86 has. */
const MEMORY_END = 2 ** 32;

/** The state that our devices on one processor share: their ports and addresses, and who holds each interrupt line high. */
class MachineBoard {
  readonly #comPorts = new Set<number>();
  readonly #windows = new Set<CheckedWindow>();
  readonly #holders = new Map<number, Set<Uart>>();
  readonly #memorySize: number;

  constructor({ memory_size }: Processor) {
    this.#memorySize = memory_size[0] ?? 0;
  }

  /** Returns the devices that hold an interrupt line high: ports that share it are wired together. */
  holdersOf(irq: number): Set<Uart> {
    const holders = this.#holders.get(irq) ?? new Set();
    this.#holders.set(irq, holders);
    return holders;
  }

  /**
   * Occupies a port and the addresses of a window.
   *
   * @returns a function that vacates them; true if it has, false if it had before.
   * @throws RangeError if another device has some of them, or v86 has no memory-mapped devices there; nothing has changed then.
   */
  occupy(comPort: number, window: CheckedWindow): () => boolean {
    if (window.space === "mmio") this.#checkMemoryBase(window);
    if (this.#comPorts.has(comPort))
      throw new RangeError(`com: expected a free port, got ${comPort}, which a device has`);
    const overlapping = [...this.#windows].find((other) => isOverlapping(other, window));
    if (overlapping)
      throw new RangeError(
        `base: expected free ${window.space === "io" ? "ports" : "addresses"}, got ${hexAddress(window.base)}, where the device at ${hexAddress(overlapping.base)} has some`,
      );
    this.#comPorts.add(comPort);
    this.#windows.add(window);
    return () => this.#windows.delete(window) && this.#comPorts.delete(comPort);
  }

  #checkMemoryBase(window: CheckedWindow): void {
    const greatest = MEMORY_END - sizeOf(window);
    if (window.base >= this.#memorySize && window.base <= greatest) return;
    throw new RangeError(
      `base: expected an address above the machine's memory, ${hexAddress(this.#memorySize)} to ${hexAddress(greatest)}, got ${hexAddress(window.base)}`,
    );
  }
}

const sizeOf = ({ regShift }: CheckedWindow): number => READ_NAMES.length << regShift;

const isOverlapping = (one: CheckedWindow, other: CheckedWindow): boolean =>
  one.space === other.space && one.base < other.base + sizeOf(other) && other.base < one.base + sizeOf(one);

const boards = new WeakMap<Processor, MachineBoard>();

/** Returns the board of a processor. */
export function boardOf(cpu: Processor): MachineBoard {
  const board = boards.get(cpu) ?? new MachineBoard(cpu);
  boards.set(cpu, board);
  return board;
}
