import { READ_NAMES } from "../../../machines/index.js";
import type { AccessWidth, BusWindow } from "../../bus/index.js";
import type { MemoryReads, MemoryWrites, PortEntry, Processor } from "./processor.js";

const WIDTHS = [1, 2, 4] as const;
/** v86 finds a memory-mapped device by these bits of an address: it has a function for each 128 KiB. */
const BLOCK_SHIFT = 17;

/** The guest's accesses through a window, in v86's numbers: 32 bits are signed, and what is too wide is cut off. */
export class WindowAccess {
  readonly window: BusWindow;
  /** Runs what may throw; the emulator must not unwind. */
  readonly #guarded: (operation: () => void) => void;

  constructor(window: BusWindow, guarded: (operation: () => void) => void) {
    this.window = window;
    this.#guarded = guarded;
  }

  read(address: number, width: AccessWidth): number {
    const { window } = this;
    let busValue = (window.options.unmapped === "zero" ? 0 : -1) >>> (32 - 8 * width);
    this.#guarded(() => {
      busValue = window.read(address, width);
    });
    return width === 4 ? busValue | 0 : busValue;
  }

  write(address: number, busValue: number, width: AccessWidth): void {
    this.#guarded(() =>
      this.window.write(address, width === 4 ? busValue | 0 : busValue & (2 ** (8 * width) - 1), width),
    );
  }
}

/** Answers v86's accesses to the ports of a window. Returns a function that gives them back. */
export function connectPorts({ io }: Processor, owner: object, access: WindowAccess): () => void {
  const { base, size } = access.window;
  const undo = rememberPorts(io.ports, base, size);
  for (let portNumber = base; portNumber < base + size; portNumber++) {
    io.register_read(portNumber, owner, ...WIDTHS.map((width) => () => access.read(portNumber, width)));
    io.register_write(
      portNumber,
      owner,
      ...WIDTHS.map((width) => (busValue: number) => access.write(portNumber, busValue, width)),
    );
  }
  return undo;
}

/** Takes the ports away from v86's own UART: nobody answers there. Returns a function that gives them back. */
export function vacatePorts({ io }: Processor, owner: object, base: number): () => void {
  const undo = rememberPorts(io.ports, base, READ_NAMES.length);
  for (let portNumber = base; portNumber < base + READ_NAMES.length; portNumber++) {
    io.register_read(
      portNumber,
      owner,
      ...WIDTHS.map((width) => () => (width === 4 ? -1 : 2 ** (8 * width) - 1)),
    );
    io.register_write(portNumber, owner, ...WIDTHS.map(() => () => {}));
  }
  return undo;
}

function rememberPorts(ports: PortEntry[], base: number, size: number): () => void {
  const previous = ports.slice(base, base + size).map((entry) => ({ ...entry }));
  return () => {
    for (const [index, entry] of previous.entries()) Object.assign(ports[base + index] as PortEntry, entry);
  };
}

/**
 * Answers v86's accesses to memory through a window, and leaves the rest of its blocks as it was. Returns a function that ends it: the
 * functions stay in v86's tables, as another device may have its own around them.
 */
export function connectMemory(cpu: Processor, access: WindowAccess): () => void {
  const { window } = access;
  const { memory_map_read8, memory_map_write8, memory_map_read32, memory_map_write32 } = cpu;
  let isConnected = true;
  const isInWindow = (address: number): boolean => isConnected && window.contains(address >>> 0);
  const wrapReads = (reads: MemoryReads, block: number, width: AccessWidth): void => {
    const read = reads[block];
    reads[block] = (address) =>
      isInWindow(address) ? access.read(address >>> 0, width) : (read?.(address) ?? 0);
  };
  const wrapWrites = (writes: MemoryWrites, block: number, width: AccessWidth): void => {
    const write = writes[block];
    writes[block] = (address, busValue) =>
      isInWindow(address) ? access.write(address >>> 0, busValue, width) : write?.(address, busValue);
  };
  const lastBlock = (window.base + window.size - 1) >>> BLOCK_SHIFT;
  for (let block = window.base >>> BLOCK_SHIFT; block <= lastBlock; block++) {
    wrapReads(memory_map_read8, block, 1);
    wrapReads(memory_map_read32, block, 4);
    wrapWrites(memory_map_write8, block, 1);
    wrapWrites(memory_map_write32, block, 4);
  }
  return () => {
    isConnected = false;
  };
}
