import { type Coroutine, runAsync, runSync } from "./coroutine.js";
import type { AsyncBus, Bus } from "./driver.js";

/** The target of a bus: a test bench. */
export interface BusTarget {
  /** True if something may happen before the next access. */
  readonly hasPreemption: boolean;
  /** Lets the environment act and interrupts be taken between two accesses. */
  preempt(): Coroutine<void>;
  read(offset: number): number;
  write(offset: number, value: number): void;
  delay(ticks: number): void;
  setInterrupts(enabled: boolean): void;
}

/** @throws RangeError for a value that is no byte: an error of the driver. */
function checkByte(name: string, value: number): void {
  if ((value & 0xff) !== value) throw new RangeError(`${name}: expected 0 to 255, got ${value}`);
}

/** Creates the bus of a driver whose accesses are synchronous. */
export function createBus(busTarget: BusTarget): Bus {
  const preempt = (): void => {
    // Nothing happens before most accesses.
    if (busTarget.hasPreemption) runSync(busTarget.preempt());
  };
  return {
    read: (offset) => {
      checkByte("offset", offset);
      preempt();
      return busTarget.read(offset);
    },
    write: (offset, value) => {
      checkByte("offset", offset);
      checkByte("value", value);
      preempt();
      busTarget.write(offset, value);
    },
    disableInterrupts: () => busTarget.setInterrupts(false),
    enableInterrupts: () => {
      busTarget.setInterrupts(true);
      preempt();
    },
    delay: (ticks) => {
      preempt();
      busTarget.delay(ticks);
    },
  };
}

/**
 * Creates the bus of a driver that awaits each access.
 *
 * @param countPending - called with 1 when an access begins, and with -1 when it has been made.
 */
export function createAsyncBus(busTarget: BusTarget, countPending: (change: 1 | -1) => void): AsyncBus {
  const preemptThen = <T>(makeAccess: () => T): Promise<T> => {
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
    read: (offset) =>
      preemptThen(() => {
        checkByte("offset", offset);
        return busTarget.read(offset);
      }),
    write: (offset, value) =>
      preemptThen(() => {
        checkByte("offset", offset);
        checkByte("value", value);
        busTarget.write(offset, value);
      }),
    disableInterrupts: async () => busTarget.setInterrupts(false),
    enableInterrupts: () => {
      busTarget.setInterrupts(true);
      return preemptThen(() => {});
    },
    delay: (ticks) => preemptThen(() => busTarget.delay(ticks)),
  };
}
