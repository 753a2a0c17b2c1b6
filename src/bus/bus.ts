import { checkReadable, formatValue, withKnownNames } from "../journal/internal.js";
import {
  type AccessWidth,
  BusWindow,
  checkAddress,
  checkValue,
  checkWidth,
  hexAddress,
  type Unmapped,
} from "./window.js";

/** Options of a {@link Bus}. */
export interface BusOptions {
  /** What lies outside all windows: "error" by default. */
  readonly unmapped?: Unmapped;
}

/** A bus with several windows: an access goes to the window that contains its addresses. */
export class Bus {
  readonly #unmapped: Unmapped;
  readonly #windows: BusWindow[] = [];

  /** @throws TypeError for an unknown option, RangeError for a wrong value. */
  constructor(options: BusOptions = {}) {
    const { unmapped = "error" } = withKnownNames(options, ["unmapped"], "Bus");
    if (!["zero", "ones", "error"].includes(unmapped))
      throw new RangeError(`unmapped: expected one of "zero", "ones", "error", got ${formatValue(unmapped)}`);
    this.#unmapped = unmapped;
  }

  /** The windows, in the order in which they were attached. */
  get windows(): readonly BusWindow[] {
    return [...this.#windows];
  }

  /**
   * Attaches a window.
   *
   * @returns a function that detaches it again.
   * @throws TypeError if it is none, RangeError if another window has some of its addresses, or is in another space.
   */
  attach(window: BusWindow): () => void {
    checkReadable(window, "window", "a BusWindow", () => {
      if (!(window instanceof BusWindow))
        throw new TypeError(`window: expected a BusWindow, got ${formatValue(window)}`);
    });
    const [first] = this.#windows;
    if (first && first.options.space !== window.options.space)
      throw new RangeError(
        `space: expected "${first.options.space}", as of the other windows, got "${window.options.space}"`,
      );
    const overlapping = this.#windows.find(
      (other) => window.base < other.base + other.size && other.base < window.base + window.size,
    );
    if (overlapping)
      throw new RangeError(
        `base: expected free addresses, got ${rangeInWords(window)}, where ${rangeInWords(overlapping)} is`,
      );
    this.#windows.push(window);
    return () => {
      const index = this.#windows.indexOf(window);
      if (index >= 0) this.#windows.splice(index, 1);
    };
  }

  /** Returns the window that contains an address; undefined if there is none. */
  windowAt(address: number): BusWindow | undefined {
    return this.#windows.find((window) => window.contains(address));
  }

  /**
   * Reads at an address, in the window that contains it. An access that no window contains as a whole moves bytes, one after the other from
   * the lowest address, each in the window that contains it.
   *
   * @param width - in bytes; by default `regIoWidth` of the window at the address, and 1 where there is none.
   * @throws RangeError if a byte is in no window, with `unmapped: "error"`; and as the window's read does. Nothing has changed then.
   */
  read(address: number, width: AccessWidth = this.#widthAt(address)): number {
    const wholeWindow = this.windowAt(address);
    if (wholeWindow && isWithin(wholeWindow, address, width)) return wholeWindow.read(address, width);
    const fillByte = this.#unmapped === "ones" ? 0xff : 0;
    let value = 0;
    for (const { byteAddress, window, significance } of this.#bytesOf("read", address, width))
      value += (window?.read(byteAddress, 1) ?? fillByte) * 2 ** (8 * significance);
    return value;
  }

  /** Writes at an address, as {@link read} reads there. @throws as that does, and if the value is wider than the access. */
  write(address: number, value: number, width: AccessWidth = this.#widthAt(address)): void {
    const wholeWindow = this.windowAt(address);
    if (wholeWindow && isWithin(wholeWindow, address, width)) {
      wholeWindow.write(address, value, width);
      return;
    }
    const busBytes = this.#bytesOf("write", address, width);
    checkValue(value, width);
    for (const { byteAddress, window, significance } of busBytes)
      window?.write(byteAddress, (value >> (8 * significance)) & 0xff, 1);
  }

  #widthAt(address: number): AccessWidth {
    return this.windowAt(address)?.options.regIoWidth ?? 1;
  }

  /** Returns the bytes of an access, in the byte order of the first window among them. @throws as {@link read} does. */
  #bytesOf(direction: "read" | "write", address: number, width: AccessWidth): readonly BusByte[] {
    checkWidth(width);
    checkAddress("address", address);
    const windows = Array.from({ length: width }, (_, byteIndex) => this.windowAt(address + byteIndex));
    const isBigEndian = windows.find((window) => window !== undefined)?.options.bigEndian ?? false;
    return windows.map((window, byteIndex) => {
      const byteAddress = address + byteIndex;
      if (window) window.checkAccess(direction, byteAddress, 1);
      else if (this.#unmapped === "error") throw this.#unmappedError(byteAddress);
      return { byteAddress, window, significance: isBigEndian ? width - 1 - byteIndex : byteIndex };
    });
  }

  #unmappedError(address: number): RangeError {
    const windows = this.#windows.map(rangeInWords).join(", ") || "none";
    return new RangeError(
      `address ${hexAddress(address)}: expected one in a window of the bus, which are ${windows}`,
    );
  }
}

/** A byte of an access. */
interface BusByte {
  readonly byteAddress: number;
  readonly window: BusWindow | undefined;
  /** Its significance in the value, from 0 for the least significant byte. */
  readonly significance: number;
}

const isWithin = ({ base, size }: BusWindow, address: number, width: number): boolean =>
  typeof width === "number" && address + width <= base + size;

/** Describes a window: "uart16550 at 0x3F8 to 0x3FF". */
const rangeInWords = ({ name, base, size }: BusWindow): string =>
  `${name} at ${hexAddress(base)} to ${hexAddress(base + size - 1)}`;
