import type { AccessWidth } from "../../bus/index.js";
import type { Bus } from "../driver.js";

/** The part of a module that the imports of `uart` reach. */
export interface UartHost {
  /** The bus of the run; undefined while the module is instantiated. */
  readonly bus: Bus | undefined;
  /** Returns the text at an address of the module's memory. */
  text(address: number, length: number): string;
  /** Writes text that the module logs. */
  print(text: string): void;
  /** Notes bytes of the module's memory on which nothing depends. */
  forget(address: number, length: number): void;
  /** Notes counters of 32 bits in the module's memory that run freely together: only their differences count, and their rests by `modulus`. */
  addCounters(address: number, length: number, modulus: number): void;
}

/** Returns the functions of the import module `uart`. */
export function uartFunctions(host: UartHost): Readonly<Record<string, (...numbers: number[]) => unknown>> {
  const bus = (): Bus => {
    if (host.bus) return host.bus;
    throw new Error(
      "the module accesses the bus while it is instantiated: its first access may be in probe or init",
    );
  };
  const read = (address: number, width: AccessWidth): number => bus().read(address >>> 0, width);
  const write = (address: number, value: number, width: AccessWidth): void => {
    const mask = 2 ** (8 * width) - 1;
    bus().write(address >>> 0, (value & mask) >>> 0, width);
  };
  return {
    read8: (offset = 0) => read(offset, 1),
    read16: (offset = 0) => read(offset, 2),
    read32: (offset = 0) => read(offset, 4),
    write8: (offset = 0, value = 0) => write(offset, value, 1),
    write16: (offset = 0, value = 0) => write(offset, value, 2),
    write32: (offset = 0, value = 0) => write(offset, value, 4),
    irq_disable: () => bus().disableInterrupts(),
    irq_enable: () => bus().enableInterrupts(),
    delay: (microseconds = 0) => bus().delay(microseconds >>> 0),
    yield: () => bus().yield(),
    forget: (address = 0, length = 0) => host.forget(address >>> 0, length >>> 0),
    counter: (address = 0, length = 0, modulus = 0) =>
      host.addCounters(address >>> 0, length >>> 0, modulus >>> 0),
    adds: (byte = 0) => bus().adds(byte & 0xff),
    swallows: (byte = 0) => bus().swallows(byte & 0xff),
    drops: () => bus().drops(),
    log: (address = 0, length = 0) => host.print(host.text(address >>> 0, length >>> 0)),
  };
}
