import type { AccessWidth } from "../bus/index.js";
import type { Checkpoint } from "./checkpoint.js";

/** The position of an access in the driver's source, as far as it is known. */
export interface DriverLocation {
  /** The function, and behind "<" its callers: "ring_put < uart_isr". */
  readonly function?: string;
  /** The file and line: "driver.c:5", and behind "<" those of the callers. */
  readonly source?: string;
}

/**
 * The driver's access to the machine that it runs on. Without the option `window` the registers have addresses 0 to 7 and values are
 * bytes; with it, addresses, widths and byte order are the window's. An access that it does not allow throws a RangeError.
 */
export interface Bus {
  /**
   * Reads at an address. Before it, the environment may act and an interrupt may be taken.
   *
   * @param width - of the access in bytes; by default that of a register.
   */
  read(address: number, width?: AccessWidth): number;
  /** Writes `value` at an address, as {@link Bus.read} reads. */
  write(address: number, value: number, width?: AccessWidth): void;
  /** Disables interrupts until {@link Bus.enableInterrupts}. Calls do not nest: one call enables again. */
  disableInterrupts(): void;
  /** Enables interrupts; a pending one is taken at once. */
  enableInterrupts(): void;
  /** Lets microseconds pass, a number from 0. @throws RangeError for anything else. */
  delay(microseconds: number): void;
  /** Lets as much time pass as an access takes, without one. As before an access, the environment may act and an interrupt be taken. */
  yield(): void;
  /** Lets an interrupt be taken and the environment act, as between any two instructions. No time passes. */
  step(): void;
  /** Writes a line into the scenario of a failure. */
  log(text: string): void;
  /** Says that the driver sends a byte of its own, such as an echo: it is expected on the line from then on. Called before it is written. */
  adds(byte: number): void;
  /** Says that a received byte will not reach the user, such as a command after a break. */
  swallows(byte: number): void;
  /** Says that the driver drops a received byte, as its buffer is full: one more may be missing. */
  drops(): void;
}

/**
 * A generator that an entry point may return; it is run to its end. At each `yield` the environment may act and an interrupt may be
 * taken, as before an access.
 */
export type Steps<T> = Generator<unknown, T, unknown>;

/** A driver's entry points, all optional. Each runs to its end before the next is called, except that `interrupt` may interrupt the others. */
export interface Driver {
  /** Detects the part. The register rules are not checked here. Called once, first. */
  probe?(): unknown;
  /** Sets the part up. Called once. */
  init?(): unknown;
  /** The interrupt handler. Called between two accesses of anything else, and never within itself. */
  interrupt?(): unknown;
  /** Sends a byte, now or later. False refuses the byte. */
  send?(byte: number): unknown;
  /** Prints a byte before it returns, as a kernel's console does: it may overtake bytes that `send` has queued. */
  print?(byte: number): unknown;
  /** Handles a timer of the driver's own. Called whenever time has passed and nothing else runs. */
  timer?(): unknown;
  /** Returns the next received byte, or nothing. Called until it returns nothing, whenever nothing else runs. */
  receive?(): number | undefined | null | Steps<number | undefined | null>;
  /** Prepares for the part to lose its power, and with it all registers. The next call is that of `resume`. */
  suspend?(): unknown;
  /** Sets the part up again, whose registers may be those after a reset. */
  resume?(): unknown;
  /** "hardware" if the driver waits for CTS as long as it takes, and lowers RTS: the cable has all its wires then. No entry point. */
  readonly flowControl?: "hardware";
  /**
   * Returns how many received bytes the driver has dropped so far, as its buffer was full: so many may be missing. No entry point: it must not
   * access the bus.
   */
  dropped?(): number;
  /** Names the function that is accessing the bus, for the scenario of a failure. No entry point: it must not access the bus. */
  location?(): DriverLocation;
  /**
   * Returns the driver's state while it is idle, for `exploreDriver`, which then visits each state once: `key` is equal for states from which
   * the driver behaves alike, `restore()` brings the driver back. No entry point: it must not access the bus.
   */
  checkpoint?(): Checkpoint | undefined;
  /** Ends the run and frees its resources. No entry point: called last and once, also after a failure; it must not access the bus. */
  close?(): void;
}

/** {@link Bus} for a driver that awaits each access. */
export interface AsyncBus {
  /** Reads, as {@link Bus.read}. */
  read(address: number, width?: AccessWidth): Promise<number>;
  /** Writes, as {@link Bus.write}. */
  write(address: number, value: number, width?: AccessWidth): Promise<void>;
  /** Disables interrupts, as {@link Bus.disableInterrupts}. */
  disableInterrupts(): Promise<void>;
  /** Enables interrupts, as {@link Bus.enableInterrupts}. */
  enableInterrupts(): Promise<void>;
  /** Lets time pass, as {@link Bus.delay}. */
  delay(microseconds: number): Promise<void>;
  /** Lets the time of an access pass, as {@link Bus.yield}. */
  yield(): Promise<void>;
  /** Lets an interrupt be taken, as {@link Bus.step}. */
  step(): Promise<void>;
  /** Writes a line, as {@link Bus.log}. */
  log(text: string): void;
  /** Says what the driver sends of its own, as {@link Bus.adds}. */
  adds(byte: number): void;
  /** Says what does not reach the user, as {@link Bus.swallows}. */
  swallows(byte: number): void;
  /** Says that a received byte is dropped, as {@link Bus.drops}. */
  drops(): void;
}

/**
 * A driver whose entry points, all or some of them, return promises. While one waits for something other than an access, time passes, the
 * environment acts and interrupts are taken. Its promise must be resolved by these, not by the host's clock: what it waits for outside, such
 * as another process, it names in `outside`.
 */
export type AsyncDriver = {
  [Entry in EntryPoint]?: (...args: Parameters<NonNullable<Driver[Entry]>>) => unknown;
} & Pick<Driver, "location" | "close" | "dropped" | "flowControl"> & {
    /** Returns a promise of the next thing that comes from outside, while the driver waits for it: no time passes meanwhile. */
    outside?(): PromiseLike<unknown> | undefined;
  };

/** Creates an asynchronous driver on a bus, under the terms of {@link MakeDriver}. */
export type MakeAsyncDriver = (bus: AsyncBus) => AsyncDriver;

/** Creates a driver on a bus. Each run creates a fresh one, so it must keep no state between runs and behave the same for the same accesses. */
export type MakeDriver = (bus: Bus) => Driver;

/** The name of an entry point. */
export type EntryPoint = Exclude<
  keyof Driver,
  "location" | "close" | "dropped" | "flowControl" | "checkpoint"
>;
