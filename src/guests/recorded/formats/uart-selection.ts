import { BusWindow, type WindowOptions } from "../../../bus/index.js";
import { bytesInWords, hexAddress, type ReachedRegister } from "../../../bus/internal.js";
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
/** A PC's port is chosen as soon as it has so many accesses more than any other: firmware probes each with a few. */
const DECIDING_LEAD = 64;
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
  /** By the first address of each of a PC's ports: the number of accesses while it is open which is chosen. */
  readonly #portCounts = new Map(Object.values(PC_PORTS).map(({ base }) => [base, 0]));

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

  /**
   * Counts an entry by which a port is chosen.
   *
   * @returns false if it says nothing about any of a PC's ports.
   */
  weigh(event: LocatedEvent): boolean {
    if (event.kind === "received") return true;
    if (event.kind === "level")
      return event.irq === this.#irq || Object.values(PC_PORTS).some(({ irq }) => irq === event.irq);
    if (event.kind !== "access") return false;
    if (event.unit !== undefined) return true;
    const port = Object.values(PC_PORTS).find(({ base }) => isAccessTo(event, base));
    if (port) this.#portCounts.set(port.base, (this.#portCounts.get(port.base) ?? 0) + 1);
    return port !== undefined;
  }

  /** True if one port has so many accesses that it is the one. */
  get isDecided(): boolean {
    const [most = 0, second = 0] = [...this.#portCounts.values()].sort((one, other) => other - one);
    return most - second >= DECIDING_LEAD;
  }

  /** Chooses the PC's port that most accesses reach; the first of several. */
  choose(): void {
    if (this.#window) return;
    const ports = Object.values(PC_PORTS).map((port) => ({
      port,
      count: this.#portCounts.get(port.base) ?? 0,
    }));
    const [most] = ports.sort((first, second) => second.count - first.count);
    if (most === undefined || most.count === 0) return;
    this.#window = createWindow({ base: most.port.base });
    this.#irq ??= most.port.irq;
  }

  /** Returns the entries about the UART: none for one about something else, several for an access of several registers. */
  select(event: LocatedEvent): readonly UartEvent[] {
    switch (event.kind) {
      case "gap":
        this.#leftOut.addGap(event.line, event.reason);
        return [];
      case "other":
        this.#leftOut.addOther(event.name);
        return [];
      case "level":
        if (event.irq === (this.#irq ?? DEFAULT_IRQ)) return [event];
        this.#leftOut.addInterrupt(event.irq);
        return [];
      case "received":
        return [event];
      case "access":
        return this.#selectAccess(event);
    }
  }

  /** Checks that there was a UART. @throws RecordingError if no access reached one. */
  end(formatTitle: string): void {
    if (this.#accessCount > 0) return;
    const found = this.#leftOut.elsewhereInWords();
    const wanted = this.#location.port ?? (this.#window ? "the UART at --base" : "COM1 to COM4");
    throw new RecordingError(
      found === ""
        ? `${formatTitle}: expected accesses to a UART, got none`
        : `${formatTitle}: expected accesses to ${wanted}, got those to ${found}; --base names the UART's first address`,
    );
  }

  #selectAccess(event: Extract<LocatedEvent, { kind: "access" }>): readonly UartEvent[] {
    const { line, direction, address, value, width, count = 1, uart, unit } = event;
    if (this.#uart !== undefined && uart !== undefined && uart !== this.#uart) return this.#elsewhere(uart);
    const reached = this.#reachedRegisters(event);
    if (reached.length === 0) return this.#elsewhere(hexAddress(address));
    this.#uart ??= uart;
    this.#accessCount++;
    if (count > 1) {
      this.#leftOut.addFact("# string instructions, of which the recording has the first value alone", line);
    }
    const registerWidth = this.#window?.options.regIoWidth ?? 1;
    if (width !== undefined && width !== registerWidth && unit !== "register")
      this.#leftOut.addFact(
        `# accesses of ${bytesInWords(width)}, taken byte by byte as registers are ${bytesInWords(registerWidth)} wide (--width)`,
        line,
      );
    if (value === undefined) return [];
    return reached.map(({ register, significance }) => ({
      ...{ kind: "access", line, direction, offset: register, value: (value >>> (8 * significance)) & 0xff },
      ...(event.time === undefined ? {} : { time: event.time }),
    }));
  }

  #elsewhere(name: string): readonly UartEvent[] {
    this.#leftOut.addElsewhere(name);
    return [];
  }

  /** Returns the registers that an access reaches. One of unknown width is as wide as a register. */
  #reachedRegisters({
    address,
    unit,
    width,
  }: Extract<LocatedEvent, { kind: "access" }>): readonly ReachedRegister[] {
    if (unit === "register") return address < REGISTER_COUNT ? [{ register: address, significance: 0 }] : [];
    const window = this.#window ?? (unit === "byte" ? REGISTERS : undefined);
    if (window === undefined) return [];
    const { base, regIoWidth } = window.options;
    return window.reachedRegisters(
      unit === "byte" ? base + address : address,
      Math.min(width ?? regIoWidth, WIDEST_ACCESS),
    );
  }
}

const isAccessTo = ({ address }: { readonly address: number }, base: number): boolean =>
  address >= base && address < base + REGISTER_COUNT;

/** A window that does not access a device: it only knows where the registers are. */
const createWindow = (options: WindowOptions): BusWindow =>
  new BusWindow({ read: () => 0, write: () => {} }, options);

/** The registers behind distances from the first one. */
const REGISTERS = createWindow({});
/** The width in bytes of the widest value that a log's entry holds. */
const WIDEST_ACCESS = 4;
