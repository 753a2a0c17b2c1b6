/** What a driver has of the machine that it runs on. Offsets and values are bytes, 0 to 255. */
export interface Bus {
  /** Reads the register at `offset`. Before it, the environment may act and an interrupt may be taken. */
  read(offset: number): number;
  /** Writes `value` to the register at `offset`. Before it, the environment may act and an interrupt may be taken. */
  write(offset: number, value: number): void;
  /** The processor takes no interrupt until {@link Bus.enableInterrupts}. They do not nest: one call enables again. */
  disableInterrupts(): void;
  /** The processor takes interrupts again, one that waits at once. */
  enableInterrupts(): void;
  /** Time passes: ticks of the device's clock, a whole number from 0. @throws RangeError for anything else. */
  delay(ticks: number): void;
}

/**
 * What an entry point may give instead of ending at once: a generator, which is run to its end. At each `yield` the environment may
 * act and an interrupt may be taken, as before an access.
 */
export type Steps<T> = Generator<unknown, T, unknown>;

/** A driver: whatever it has of these. All run to their end before the next is called, `interrupt` excepted. */
export interface Driver {
  /** Finds out what the part is. The rules of register discipline do not hold here. Called once, first. */
  probe?(): unknown;
  /** Sets the part up. Called once. */
  init?(): unknown;
  /** The interrupt handler. Called between two accesses of anything else, and never within itself. */
  interrupt?(): unknown;
  /** Sends a byte, now or by and by. False means that it does not take this one. */
  send?(byte: number): unknown;
  /** Prints a byte before it returns, as a kernel's console does: it may overtake what `send` has queued. */
  print?(byte: number): unknown;
  /** Goes off now and then, as a timer of the driver's own: whenever time has passed and nothing else runs. */
  timer?(): unknown;
  /** Gives the next byte that was received, or nothing. Called until it gives nothing, whenever nothing else runs. */
  receive?(): number | undefined | null | Steps<number | undefined | null>;
}

/** What a driver that gives promises has of the machine: {@link Bus}, where each access is waited for. */
export interface AsyncBus {
  /** As {@link Bus.read}. */
  read(offset: number): Promise<number>;
  /** As {@link Bus.write}. */
  write(offset: number, value: number): Promise<void>;
  /** As {@link Bus.disableInterrupts}. */
  disableInterrupts(): Promise<void>;
  /** As {@link Bus.enableInterrupts}. */
  enableInterrupts(): Promise<void>;
  /** As {@link Bus.delay}. */
  delay(ticks: number): Promise<void>;
}

/**
 * A driver whose entry points give promises, all or some of them. While it waits for something else than an access, time passes, the
 * environment acts and interrupts are taken; what it waits for must come of these, and not of the host's clock.
 */
export type AsyncDriver = {
  [Entry in keyof Driver]: (...args: Parameters<NonNullable<Driver[Entry]>>) => unknown;
};

/** Makes such a driver, as {@link MakeDriver} does. */
export type MakeAsyncDriver = (bus: AsyncBus) => AsyncDriver;

/** Makes a driver on a bus. A fresh one is made for each run, so it must begin anew and do the same for the same accesses. */
export type MakeDriver = (bus: Bus) => Driver;

/** The name of an entry point. */
export type EntryPoint = keyof Driver;
