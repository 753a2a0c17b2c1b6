import { BusWindow, type WindowOptions } from "../bus/index.js";
import { type Coroutine, runAsync, runSync } from "./coroutine.js";
import type { AsyncBus, Bus } from "./driver.js";

/** The target of a bus: a test bench. */
export interface BusTarget {
  /** True if something may happen before the next access. */
  readonly hasPreemption: boolean;
  /** Lets the environment act and interrupts be taken between two accesses. */
  preempt(): Coroutine<void>;
  /** The chart of the device, whose id errors give. */
  readonly chart: { readonly id: string };
  /** Reads a register, 0 to 7. */
  read(offset: number): number;
  /** Writes a byte to a register, 0 to 7. */
  write(offset: number, value: number): void;
  /** Lets time pass in steps, between which interrupts are taken. */
  delay(microseconds: number): Coroutine<void>;
  yieldAccess(): void;
  /** Counts a position between two instructions. */
  countStep(): void;
  log(text: string): void;
  addByte(byte: number): void;
  swallowByte(byte: number): void;
  dropByte(): void;
  setInterrupts(enabled: boolean): void;
}

/** Creates the bus of a driver whose accesses are synchronous, through a window. */
export function createBus(busTarget: BusTarget, windowOptions: WindowOptions | undefined): Bus {
  const window = new BusWindow(busTarget, windowOptions);
  const preempt = (): void => {
    // Nothing happens before most accesses.
    if (busTarget.hasPreemption) runSync(busTarget.preempt());
  };
  return {
    read: (address, width) => {
      preempt();
      return window.read(address, width);
    },
    write: (address, value, width) => {
      preempt();
      window.write(address, value, width);
    },
    disableInterrupts: () => busTarget.setInterrupts(false),
    enableInterrupts: () => {
      busTarget.setInterrupts(true);
      preempt();
    },
    delay: (microseconds) => {
      preempt();
      runSync(busTarget.delay(microseconds));
    },
    yield: () => {
      busTarget.yieldAccess();
      preempt();
    },
    step: () => {
      busTarget.countStep();
      preempt();
    },
    log: (text) => busTarget.log(text),
    adds: (byte) => busTarget.addByte(byte),
    swallows: (byte) => busTarget.swallowByte(byte),
    drops: () => busTarget.dropByte(),
  };
}

/**
 * Creates the bus of a driver that awaits each access, through a window.
 *
 * @param countPending - called with 1 when an access begins, and with -1 when it has been made.
 */
export function createAsyncBus(
  busTarget: BusTarget,
  windowOptions: WindowOptions | undefined,
  countPending: (change: 1 | -1) => void,
): AsyncBus {
  const window = new BusWindow(busTarget, windowOptions);
  const preemptThen = <T>(makeAccess: () => T | Promise<T>): Promise<T> => {
    countPending(1);
    const accessResult = runAsync(busTarget.preempt()).then(makeAccess);
    // A driver may not await an access: its violation is recorded all the same.
    accessResult.then(
      () => countPending(-1),
      () => countPending(-1),
    );
    return accessResult;
  };
  return {
    read: (address, width) => preemptThen(() => window.read(address, width)),
    write: (address, value, width) => preemptThen(() => window.write(address, value, width)),
    disableInterrupts: async () => busTarget.setInterrupts(false),
    enableInterrupts: () => {
      busTarget.setInterrupts(true);
      return preemptThen(() => {});
    },
    delay: (microseconds) => preemptThen(() => runAsync(busTarget.delay(microseconds))),
    yield: () => {
      busTarget.yieldAccess();
      return preemptThen(() => {});
    },
    step: () => {
      busTarget.countStep();
      return preemptThen(() => {});
    },
    log: (text) => busTarget.log(text),
    adds: (byte) => busTarget.addByte(byte),
    swallows: (byte) => busTarget.swallowByte(byte),
    drops: () => busTarget.dropByte(),
  };
}
