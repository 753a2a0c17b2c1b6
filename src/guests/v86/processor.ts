import { checkReadable, formatValue } from "../../journal/internal.js";

/** An emulator of v86: a `V86` of the package v86, whose insides are looked for when a device is attached. */
export interface V86Emulator {
  is_running(): boolean;
  save_state(): Promise<ArrayBuffer>;
  restore_state(savedState: ArrayBuffer): Promise<void>;
}

/** v86's bus, seen from its devices. */
interface V86Bus {
  send(busEvent: string, value: unknown): void;
  register(busEvent: string, listener: (value: never) => void, self: object): void;
  unregister(busEvent: string, listener: (value: never) => void): void;
}

/** A device of v86's that has a place in its saved states. */
export interface StatefulDevice {
  get_state(): unknown[];
  set_state(savedState: unknown): void;
}

/** One of v86's UARTs, by what calls it from outside. */
interface OwnUart extends StatefulDevice {
  data_received?(dataByte: number): void;
  set_modem_status_bit?(bitIndex: number, set: boolean): void;
}

/** An entry of v86's table of ports. */
export type PortEntry = Record<string, unknown>;

/** v86's functions that read memory-mapped devices, one for each 128 KiB; an address may be negative, in two's complement. */
export type MemoryReads = (((address: number) => number) | undefined)[];

/** v86's functions that write to memory-mapped devices. */
export type MemoryWrites = (((address: number, busValue: number) => void) | undefined)[];

/** A register of the processor, of which v86 makes flags. */
interface Register extends ArrayLike<number> {
  set(values: ArrayLike<number>): void;
}

/** The part of v86's processor that is used. */
export interface Processor {
  readonly io: {
    readonly ports: PortEntry[];
    /** Registers functions for accesses of 8, 16 and 32 bits. */
    register_read(portNumber: number, uartDevice: object, ...reads: ((port: number) => number)[]): void;
    register_write(portNumber: number, uartDevice: object, ...writes: ((busValue: number) => void)[]): void;
  };
  readonly devices: Record<string, OwnUart | undefined>;
  /** The size of the memory in bytes: memory-mapped devices are above. */
  readonly memory_size: ArrayLike<number>;
  readonly memory_map_read8: MemoryReads;
  readonly memory_map_write8: MemoryWrites;
  readonly memory_map_read32: MemoryReads;
  readonly memory_map_write32: MemoryWrites;
  device_raise_irq(interruptNumber: number): void;
  device_lower_irq(interruptNumber: number): void;
  set_state(savedState: unknown[]): void;
  /** Views of the memory that the compiled processor works on. */
  last_result: Register;
  fpu_status_word: Register;
  mxcsr: Register;
  reboot_internal(): void;
  /** Returns the milliseconds until its next timer. */
  run_hardware_timers(acpiTimer: number, currentTick: number): number;
}

/** The processor and the bus of an emulator. */
export interface Insides {
  readonly cpu: Processor;
  /** Where its devices send and listen. */
  readonly bus: V86Bus;
  /** Where its user listens. */
  readonly user: V86Bus;
}

const METHODS = [
  "device_raise_irq",
  "device_lower_irq",
  "set_state",
  "reboot_internal",
  "run_hardware_timers",
] as const;

const MEMORY_TABLES = [
  "memory_map_read8",
  "memory_map_write8",
  "memory_map_read32",
  "memory_map_write32",
] as const;

/** @throws TypeError if it is no emulator of v86's, has not loaded yet, or is of a version that is built otherwise. */
export const insidesOf = (emulator: V86Emulator): Insides =>
  checkReadable(emulator, "emulator", "a V86", () => checkedInsides(emulator));

function checkedInsides(emulator: V86Emulator): Insides {
  const outer = emulator as unknown as {
    readonly bus?: V86Bus;
    readonly v86?: { readonly cpu?: Processor; readonly bus?: V86Bus };
  };
  if (typeof emulator?.is_running !== "function" || outer.bus === undefined) {
    throw new TypeError(`emulator: expected a V86, got ${formatValue(emulator)}`);
  }
  const { cpu, bus } = outer.v86 ?? {};
  if (!cpu || !bus || typeof cpu.devices?.["uart0"] !== "object") {
    throw new TypeError(
      "emulator: expected one that has loaded, got one that has not: wait for its event emulator-loaded",
    );
  }
  const missing =
    METHODS.find((name) => typeof cpu[name] !== "function") ??
    MEMORY_TABLES.find((name) => !Array.isArray(cpu[name]));
  if (missing || typeof cpu.io?.register_read !== "function") {
    throw new TypeError(
      `emulator: expected v86 0.5.462 or one built alike, got one without ${missing ?? "io"}`,
    );
  }
  return { cpu, bus, user: outer.bus };
}
