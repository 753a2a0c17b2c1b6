import { BusWindow, type WindowOptions } from "../../../bus/index.js";
import { hexAddress } from "../../../bus/internal.js";
import { RecordingError } from "../step.js";
import type { LocatedEvent } from "./access-log.js";
import type { LeftOut } from "./left-out.js";

/** A PC's serial ports: the address and the interrupt by name. */
const PC_PORTS: Readonly<Record<string, { readonly base: number; readonly irq: number }>> = {
  com1: { base: 0x3f8, irq: 4 },
  com2: { base: 0x2f8, irq: 3 },
  com3: { base: 0x3e8, irq: 4 },
  com4: { base: 0x2e8, irq: 3 },
};
const REGISTER_COUNT = 8;
const DEFAULT_IRQ = 4;

/** Where the selected UART is on the recorded machine, as far as the user said so. */
export interface UartLocation {
  /** The window of its registers. Without it a PC's serial ports are tried, or the log's offsets are the registers'. */
  readonly window?: WindowOptions | undefined;
  /** Its interrupt's number. */
  readonly irq?: number | undefined;
  /** Its name where a recording has several: "com2", "uart0", or its first address. */
  readonly port?: string | undefined;
}

/** An entry about the selected UART. */
export type UartEvent =
  | {
      readonly kind: "access";
      readonly line: number;
      readonly direction: "read" | "write";
      readonly offset: number;
      readonly value: number;
      readonly time?: bigint;
    }
  | { readonly kind: "level"; readonly line: number; readonly level: 0 | 1; readonly time?: bigint }
  | { readonly kind: "received"; readonly line: number; readonly value: number; readonly time?: bigint };

/** Selects the entries about one UART, and accounts for the rest. */
export class UartSelection {
  readonly #leftOut: LeftOut;
  readonly #location: UartLocation;
  #window: BusWindow | undefined;
  #irq: number | undefined;
  #uart: string | undefined;
  #accessCount = 0;

  /**
   * @throws RangeError or TypeError if the window is wrong.
   */
  constructor(location: UartLocation, leftOut: LeftOut) {
    this.#location = location;
    this.#leftOut = leftOut;
    this.#irq = location.irq;
    const port = location.port?.toLowerCase();
    const named = port === undefined ? undefined : PC_PORTS[port];
    const base = named?.base ?? (port !== undefined && /^0x[0-9a-f]+$/.test(port) ? Number(port) : undefined);
    if (location.window) this.#window = createWindow(location.window);
    if (base !== undefined) this.#window ??= createWindow({ base });
    else this.#uart = location.port;
    this.#irq ??= named?.irq;
  }

  /** True if it is still to be found out which of a PC's ports the recording is about. */
  get isOpen(): boolean {
    return this.#window === undefined;
  }

  /** Chooses the PC's port that most of these accesses reach; the first of several. */
  choose(events: readonly LocatedEvent[]): void {
    if (this.#window) return;
    const ports = Object.values(PC_PORTS).map((port) => ({
      port,
      count: events.filter((event) => isAccessTo(event, port.base)).length,
    }));
    const [most] = ports.sort((first, second) => second.count - first.count);
    if (most === undefined || most.count === 0) return;
    this.#window = createWindow({ base: most.port.base });
    this.#irq ??= most.port.irq;
  }

  /** Returns the entry about the UART; undefined for one about something else. */
  select(event: LocatedEvent): UartEvent | undefined {
    switch (event.kind) {
      case "gap":
        this.#leftOut.addGap(event.line, event.reason);
        return undefined;
      case "other":
        this.#leftOut.addOther(event.name);
        return undefined;
      case "level":
        if (event.irq === (this.#irq ?? DEFAULT_IRQ)) return event;
        this.#leftOut.addInterrupt(event.irq);
        return undefined;
      case "received":
        return event;
      case "access":
        return this.#selectAccess(event);
    }
  }

  /** Checks that there was a UART. @throws RecordingError if no access reached one. */
  end(formatTitle: string): void {
    if (this.#accessCount > 0) return;
    const found = this.#leftOut.elsewhereInWords();
    const wanted = this.#location.port ?? "COM1 to COM4";
    throw new RecordingError(
      found === ""
        ? `${formatTitle}: expected accesses to a UART, got none`
        : `${formatTitle}: expected accesses to ${this.#window ? "the UART at --base" : wanted}, got those to ${found}; --base names the UART's first address`,
    );
  }

  #selectAccess(event: Extract<LocatedEvent, { kind: "access" }>): UartEvent | undefined {
    const { line, direction, address, isRelative, value, width = 1, count = 1, uart } = event;
    if (this.#uart !== undefined && uart !== undefined && uart !== this.#uart) return this.#elsewhere(uart);
    const offset = isRelative ? this.#relativeOffset(address) : this.#offsetOf(address);
    if (offset === undefined) return this.#elsewhere(hexAddress(address));
    this.#uart ??= uart;
    this.#accessCount++;
    if (count > 1) {
      this.#leftOut.addFact("# string instructions, of which the recording has the first value alone", line);
    }
    if (width > 1 && this.#window === undefined)
      this.#leftOut.addFact("# accesses wider than a byte, of which the first byte counts", line);
    if (value === undefined) return undefined;
    return {
      kind: "access",
      line,
      direction,
      offset,
      value: value & 0xff,
      ...(event.time === undefined ? {} : { time: event.time }),
    };
  }

  #elsewhere(name: string): undefined {
    this.#leftOut.addElsewhere(name);
    return undefined;
  }

  /** The registers may lie apart, but their first address is not in the log. */
  #relativeOffset(address: number): number | undefined {
    if (this.#window) return this.#window.registerAt(this.#window.options.base + address);
    return address < REGISTER_COUNT ? address : undefined;
  }

  #offsetOf(address: number): number | undefined {
    if (this.#window) return this.#window.registerAt(address);
    return undefined;
  }
}

const isAccessTo = (event: LocatedEvent, base: number): boolean =>
  event.kind === "access" &&
  event.isRelative !== true &&
  event.address >= base &&
  event.address < base + REGISTER_COUNT;

/** A window that does not access a device: it only knows where the registers are. */
const createWindow = (options: WindowOptions): BusWindow =>
  new BusWindow({ read: () => 0, write: () => {} }, options);
