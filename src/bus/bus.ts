import { formatValue, withKnownNames } from "../journal/internal.js";
import { type AccessWidth, BusWindow, checkValue, checkWidth, hexAddress, type Unmapped } from "./window.js";

/** Options of a {@link Bus}. */
export interface BusOptions {
  /** What lies outside all windows: "error" by default. */
  readonly unmapped?: Unmapped;
}

/** A bus with several windows: an access goes to the window that contains its address. */
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
    if (!(window instanceof BusWindow))
      throw new TypeError(`window: expected a BusWindow, got ${formatValue(window)}`);
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
   * Reads at an address, in the window that contains it.
   *
   * @param width - in bytes, 1 by default.
   * @throws RangeError if no window contains it, with `unmapped: "error"`; and as the window's read does.
   */
  read(address: number, width: AccessWidth = 1): number {
    const window = this.windowAt(address);
    if (window) return window.read(address, width);
    this.#checkUnmapped(address, width);
    return this.#unmapped === "ones" ? 2 ** (8 * width) - 1 : 0;
  }

  /** Writes at an address, in the window that contains it. @throws as {@link read} does, and if the value is wider than the access. */
  write(address: number, value: number, width: AccessWidth = 1): void {
    const window = this.windowAt(address);
    if (window) {
      window.write(address, value, width);
      return;
    }
    this.#checkUnmapped(address, width);
    checkValue(value, width);
  }

  #checkUnmapped(address: number, width: AccessWidth): void {
    checkWidth(width);
    if (!Number.isSafeInteger(address) || address < 0)
      throw new RangeError(`address: expected a whole number from 0, got ${formatValue(address)}`);
    if (this.#unmapped !== "error") return;
    const windows = this.#windows.map(rangeInWords).join(", ") || "none";
    throw new RangeError(
      `address ${hexAddress(address)}: expected one in a window of the bus, which are ${windows}`,
    );
  }
}

/** Describes a window: "uart16550 at 0x3F8 to 0x3FF". */
const rangeInWords = ({ name, base, size }: BusWindow): string =>
  `${name} at ${hexAddress(base)} to ${hexAddress(base + size - 1)}`;
