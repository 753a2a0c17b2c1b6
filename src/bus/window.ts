import { READ_NAMES } from "../../machines/index.js";
import {
  checkReadable,
  formatValue,
  isRecord,
  nearestOrRelated,
  withKnownNames,
} from "../journal/internal.js";

/** The number of bytes that one access moves. */
export type AccessWidth = 1 | 2 | 4;

/** What a bus does where there is no register: it reads 0x00 or 0xFF and ignores writes, or the access is an error. */
export type Unmapped = "zero" | "ones" | "error";

/** A part of a bus through which a device's registers are reached, in the words of Linux's device tree. All are optional. */
export interface WindowOptions {
  /** `reg-shift`: registers lie 2 to the power of this apart in bytes; 0 to 3, 0 by default. */
  readonly regShift?: 0 | 1 | 2 | 3;
  /**
   * `reg-io-width`: the width of a register in bytes, and of the access that reaches it; 1 by default. In a wider register the byte is the
   * least significant one; the others read 0 and ignore writes.
   */
  readonly regIoWidth?: AccessWidth;
  /** `big-endian`: true if the most significant byte of a value has the lowest address; false by default. */
  readonly bigEndian?: boolean;
  /** The address of the first register, from 0: 0 by default. A `reg-offset` is to be added to it. */
  readonly base?: number;
  /** "io" for the 65,536 ports of a PC, which are little-endian; "mmio" (the default) for memory-mapped registers. */
  readonly space?: "io" | "mmio";
  /** What lies between and beyond the registers: "error" by default. */
  readonly unmapped?: Unmapped;
}

/** The registers behind a window: a device, or anything that reads and writes as one does. */
export interface RegisterTarget {
  /** Reads the register at `offset`, 0 to 7. */
  read(offset: number): number;
  /** Writes a byte to the register at `offset`, 0 to 7. */
  write(offset: number, value: number): void;
  /** The chart of a device; its id is the name that errors give. */
  readonly chart?: { readonly id: string };
}

/** A register that an access reaches. */
export interface ReachedRegister {
  /** Its offset, 0 to 7. */
  readonly register: number;
  /** The significance of its byte in the access's value, from 0 for the least significant byte. */
  readonly significance: number;
}

/** Options of a {@link BusWindow} that are functions. */
export interface WindowCallbacks {
  /** Called before each register access, such as to advance the device's time to the machine's. */
  readonly beforeAccess?: () => void;
}

const OPTIONS: readonly (keyof WindowOptions)[] = [
  "regShift",
  "regIoWidth",
  "bigEndian",
  "base",
  "space",
  "unmapped",
];
const CALLBACKS: readonly (keyof WindowCallbacks)[] = ["beforeAccess"];
const WIDTHS: readonly unknown[] = [1, 2, 4];
const REGISTER_COUNT = READ_NAMES.length;
const PORT_COUNT = 0x1_0000;

function checkChoice(optionName: string, value: unknown, choices: readonly unknown[]): void {
  if (choices.includes(value)) return;
  throw new RangeError(
    `${optionName}: expected one of ${choices.map(formatValue).join(", ")}, got ${formatValue(value)}`,
  );
}

/** Checks an address. @throws RangeError or TypeError unless it is a whole number from 0. */
export function checkAddress(name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  const ErrorClass = typeof value === "number" ? RangeError : TypeError;
  throw new ErrorClass(`${name}: expected a whole number from 0, got ${formatValue(value)}`);
}

/** Checks a width of an access. @throws RangeError unless it is 1, 2 or 4. */
export const checkWidth = (width: unknown): void => checkChoice("width", width, WIDTHS);

/**
 * Checks that a value fits an access. With 4 bytes it may be negative, in two's complement, as JavaScript's bit operators return it.
 *
 * @throws RangeError if it does not, TypeError if it is no number.
 */
export function checkValue(value: unknown, width: AccessWidth): void {
  const greatest = 2 ** (8 * width) - 1;
  const least = width === 4 ? -(2 ** 31) : 0;
  if (Number.isInteger(value) && (value as number) <= greatest && (value as number) >= least) return;
  const ErrorClass = typeof value === "number" ? RangeError : TypeError;
  throw new ErrorClass(`value: expected ${least} to ${greatest}, got ${formatValue(value)}`);
}

/** Writes an address as 0x3F8. */
export const hexAddress = (address: number): string => `0x${address.toString(16).toUpperCase()}`;

/** Returns options with their defaults. @throws TypeError for an unknown option, RangeError or TypeError for a wrong value. */
export function checkedWindow(options: WindowOptions): Required<WindowOptions> {
  checkReadable(options, "window", "an object", () => {
    if (!isRecord(options)) throw new TypeError(`window: expected an object, got ${formatValue(options)}`);
  });
  const {
    regShift = 0,
    regIoWidth = 1,
    bigEndian = false,
    base = 0,
    space = "mmio",
    unmapped = "error",
  } = withKnownNames(options, OPTIONS, "a window", "option", nearestOrRelated);
  checkChoice("regShift", regShift, [0, 1, 2, 3]);
  checkChoice("regIoWidth", regIoWidth, WIDTHS);
  checkChoice("bigEndian", bigEndian, [true, false]);
  checkAddress("base", base);
  checkChoice("space", space, ["io", "mmio"]);
  checkChoice("unmapped", unmapped, ["zero", "ones", "error"]);
  if (space === "io" && bigEndian)
    throw new RangeError("bigEndian: expected false with port I/O, which is little-endian, got true");
  const end = base + (REGISTER_COUNT << regShift);
  const limit = space === "io" ? PORT_COUNT : Number.MAX_SAFE_INTEGER;
  if (end > limit)
    throw new RangeError(
      `base: expected at most ${hexAddress(limit - (REGISTER_COUNT << regShift))}, so that all registers have an address, got ${hexAddress(base)}`,
    );
  return { regShift, regIoWidth, bigEndian, base, space, unmapped };
}

/**
 * A window on a bus: the addresses at which a device's registers are read and written.
 *
 * An access of `regIoWidth` bytes at a register's address is one access of that register. Any other access moves bytes, one after the
 * other from the lowest address: each that lies on a register's value accesses that register.
 *
 * @example
 * // reg = <0x10000000 0x100>; reg-shift = <2>; reg-io-width = <4>;
 * const window = new BusWindow(new Uart16550(), { base: 0x10000000, regShift: 2, regIoWidth: 4 });
 * window.read(0x10000014, 4); // LSR
 */
export class BusWindow {
  /** All options. */
  readonly options: Required<WindowOptions>;
  /** The address of the first register. */
  readonly base: number;
  /** The number of bytes from the first register to the end of the last one's stride. */
  readonly size: number;
  /** The name of the device, for errors. */
  readonly name: string;
  readonly #target: RegisterTarget;
  readonly #beforeAccess: (() => void) | undefined;
  readonly #regShift: number;
  readonly #regIoWidth: number;
  /** The bytes of a register that have addresses of their own. */
  readonly #laneCount: number;
  readonly #fillByte: number;

  /** @throws TypeError for an unknown option or no device, RangeError for an option with a wrong value; it names the option. */
  constructor(target: RegisterTarget, options: WindowOptions & WindowCallbacks = {}) {
    checkReadable(target, "device", "one with read and write", () => {
      if (typeof target?.read !== "function" || typeof target.write !== "function")
        throw new TypeError(`device: expected one with read and write, got ${formatValue(target)}`);
    });
    if (typeof options !== "object" || options === null)
      throw new TypeError(`window: expected an object, got ${formatValue(options)}`);
    const { beforeAccess, ...window } = withKnownNames(
      options,
      [...OPTIONS, ...CALLBACKS],
      "a window",
      "option",
      nearestOrRelated,
    );
    if (beforeAccess !== undefined && typeof beforeAccess !== "function")
      throw new TypeError(`beforeAccess: expected a function, got ${formatValue(beforeAccess)}`);
    this.options = Object.freeze(checkedWindow(window));
    const { base, regShift, regIoWidth, unmapped } = this.options;
    this.base = base;
    this.size = REGISTER_COUNT << regShift;
    this.name = target.chart?.id ?? "the device";
    this.#target = target;
    this.#beforeAccess = beforeAccess;
    this.#regShift = regShift;
    this.#regIoWidth = regIoWidth;
    this.#laneCount = Math.min(regIoWidth, 1 << regShift);
    this.#fillByte = unmapped === "ones" ? 0xff : 0x00;
  }

  /** Returns true if the address lies in the window, on a register or between two. */
  contains(address: number): boolean {
    return typeof address === "number" && address >= this.base && address < this.base + this.size;
  }

  /** Returns the offset of the register, 0 to 7, that an access of `regIoWidth` bytes at this address reaches; undefined if none. */
  registerAt(address: number): number | undefined {
    if (typeof address !== "number") return undefined;
    const distance = address - this.base;
    const shortDistance = distance | 0;
    if (shortDistance !== distance || shortDistance < 0 || shortDistance >= this.size) return undefined;
    const register = shortDistance >> this.#regShift;
    return register << this.#regShift === shortDistance ? register : undefined;
  }

  /**
   * Reads at an address.
   *
   * @param width - in bytes; `regIoWidth` by default.
   * @returns the value, from 0.
   * @throws RangeError for a width other than 1, 2 and 4, and where there is no register, with `unmapped: "error"`; nothing has changed then.
   * @throws whatever the device's read throws.
   */
  read(address: number, width: AccessWidth = this.options.regIoWidth): number {
    if (width === this.#regIoWidth) {
      const register = this.registerAt(address);
      if (register !== undefined) return this.#readRegister(register);
    }
    this.checkAccess("read", address, width);
    let value = 0;
    for (let byteIndex = 0; byteIndex < width; byteIndex++)
      value +=
        this.#readByte(address - this.base + byteIndex) * 2 ** (8 * this.#significance(byteIndex, width));
    return value;
  }

  /**
   * Writes a value at an address.
   *
   * @param value - from 0, no wider than the access; with 4 bytes also in two's complement.
   * @param width - in bytes; `regIoWidth` by default.
   * @throws RangeError as {@link read} does, and if the value is wider than the access; nothing has changed then.
   * @throws whatever the device's write throws; the bytes that follow are not written then.
   */
  write(address: number, value: number, width: AccessWidth = this.options.regIoWidth): void {
    if (width === this.#regIoWidth) {
      const register = this.registerAt(address);
      if (register !== undefined) {
        if (typeof value !== "number" || (value & 0xff) !== value) checkValue(value, width);
        this.#writeRegister(register, value & 0xff);
        return;
      }
    }
    this.checkAccess("write", address, width);
    checkValue(value, width);
    for (const { register, significance } of this.reachedRegisters(address, width))
      this.#writeRegister(register, (value >> (8 * significance)) & 0xff);
  }

  /**
   * Returns the registers that an access reaches, in the order in which it reaches them.
   *
   * @internal
   */
  reachedRegisters(address: number, width: number): readonly ReachedRegister[] {
    const wholeRegister = width === this.#regIoWidth ? this.registerAt(address) : undefined;
    if (wholeRegister !== undefined) return [{ register: wholeRegister, significance: 0 }];
    return Array.from({ length: width }, (_, byteIndex) => ({
      register: this.#valueRegisterAt(address - this.base + byteIndex),
      significance: this.#significance(byteIndex, width),
    })).filter((reached): reached is ReachedRegister => reached.register !== undefined);
  }

  #readRegister(register: number): number {
    this.#beforeAccess?.();
    return this.#target.read(register);
  }

  #writeRegister(register: number, value: number): void {
    this.#beforeAccess?.();
    this.#target.write(register, value);
  }

  /** Returns the significance of a byte in a value, from 0 for the least significant byte. */
  #significance(byteIndex: number, width: number): number {
    return this.options.bigEndian ? width - 1 - byteIndex : byteIndex;
  }

  /** Returns true if the byte at this distance from the base belongs to a register. */
  #isMapped(distance: number): boolean {
    return (
      distance >= 0 && distance < this.size && (distance & ((1 << this.#regShift) - 1)) < this.#laneCount
    );
  }

  /** Returns the register whose value is the byte at this distance from the base; undefined if there is none. */
  #valueRegisterAt(distance: number): number | undefined {
    if (!this.#isMapped(distance)) return undefined;
    const lane = distance & ((1 << this.#regShift) - 1);
    return lane === (this.options.bigEndian ? this.#laneCount - 1 : 0)
      ? distance >> this.#regShift
      : undefined;
  }

  #readByte(distance: number): number {
    const register = this.#valueRegisterAt(distance);
    if (register !== undefined) return this.#readRegister(register);
    return this.#isMapped(distance) ? 0 : this.#fillByte;
  }

  /**
   * Checks an access without making it.
   *
   * @throws RangeError as {@link read} does.
   * @internal
   */
  checkAccess(direction: "read" | "write", address: number, width: AccessWidth): void {
    checkWidth(width);
    checkAddress("address", address);
    if (this.options.unmapped !== "error") return;
    for (let byteIndex = 0; byteIndex < width; byteIndex++)
      if (!this.#isMapped(address - this.base + byteIndex))
        throw this.#unmappedError(direction, address, width);
  }

  /** Returns the error for an access where there is no register. */
  #unmappedError(direction: string, address: number, width: AccessWidth): RangeError {
    const { space, regShift, regIoWidth } = this.options;
    const distance = address - this.base;
    const offsetText = `${distance < 0 ? "-" : ""}${hexAddress(Math.abs(distance))}`;
    const addressText =
      this.base === 0 ? "" : ` (${space === "io" ? "port" : "address"} ${hexAddress(address)})`;
    return new RangeError(
      `offset ${offsetText}${addressText}: expected a register of ${this.name}, 0x0 to ${hexAddress(
        (REGISTER_COUNT - 1) << regShift,
      )} in steps of ${1 << regShift} and ${bytesInWords(regIoWidth)} wide, got none for a ${direction} of ${bytesInWords(width)}`,
    );
  }
}

/** Returns "1 byte" or "4 bytes". */
export const bytesInWords = (count: number): string => `${count} ${count === 1 ? "byte" : "bytes"}`;
