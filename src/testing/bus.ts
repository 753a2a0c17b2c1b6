import type { AsyncBus, Bus } from "./driver.js";
import { atOnce, byAndBy, checkByte, type Going } from "./ends.js";

/** What a bus leads to. */
export interface BusEnd {
  /** Whether something may happen before the next access. */
  readonly isDue: boolean;
  /** What happens between two accesses. */
  point(): Going<void>;
  read(offset: number): number;
  write(offset: number, value: number): void;
  delay(ticks: number): void;
  setInterrupts(enabled: boolean): void;
}

/** The bus of a driver whose accesses are made at once. */
export function busTo(end: BusEnd): Bus {
  const point = (): void => {
    // Most accesses are made while nothing else happens.
    if (end.isDue) atOnce(end.point());
  };
  return {
    read: (offset) => {
      checkByte("offset", offset);
      point();
      return end.read(offset);
    },
    write: (offset, value) => {
      checkByte("offset", offset);
      checkByte("value", value);
      point();
      end.write(offset, value);
    },
    disableInterrupts: () => end.setInterrupts(false),
    enableInterrupts: () => {
      end.setInterrupts(true);
      point();
    },
    delay: (ticks) => {
      point();
      end.delay(ticks);
    },
  };
}

/**
 * The bus of a driver that waits for each access.
 *
 * @param underWay - hears of each access that it begins (1) and has made (-1).
 */
export function asyncBusTo(end: BusEnd, underWay: (change: 1 | -1) => void): AsyncBus {
  const pointThen = <T>(act: () => T): Promise<T> => {
    underWay(1);
    const result = byAndBy(end.point()).then(act);
    // A driver may leave an access to itself: what it breaks is noted all the same.
    result.then(
      () => underWay(-1),
      () => underWay(-1),
    );
    return result;
  };
  return {
    read: (offset) =>
      pointThen(() => {
        checkByte("offset", offset);
        return end.read(offset);
      }),
    write: (offset, value) =>
      pointThen(() => {
        checkByte("offset", offset);
        checkByte("value", value);
        end.write(offset, value);
      }),
    disableInterrupts: async () => end.setInterrupts(false),
    enableInterrupts: () => {
      end.setInterrupts(true);
      return pointThen(() => {});
    },
    delay: (ticks) => pointThen(() => end.delay(ticks)),
  };
}
