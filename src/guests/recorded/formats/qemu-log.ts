import { type LineReader, type LocatedEvent, type LogEvent, nanosecondsOf, timeField } from "./access-log.js";

/**
 * QEMU's trace events, as its log back end prints them (`-trace serial_read -D FILE`). The texts are from hw/char/trace-events,
 * trace-events (memory_region_ops_*), hw/intc/trace-events; the prefix is from the log back end of scripts/tracetool.
 */
const SERIAL = /^serial_(?:ioport_)?(read|write) (?:read|write) addr 0x([0-9a-f]+) val 0x([0-9a-f]+)/;
const REGION =
  /^memory_region_ops_(read|write) cpu -?\d+ mr \S+ addr 0x([0-9a-f]+) value 0x([0-9a-f]+) size (\d+)(?: name '([^']*)')?/;
const PIC = /^pic_set_irq master (\d+) irq (\d+) level (\d+)/;
const IOAPIC = /^ioapic_set_irq vector: (-?\d+) level: (\d+)/;
const PREFIX = /^(?:\d+@(\d+\.\d+):|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z? )?/;
const EVENT_NAME = /^(?:serial_\w+|memory_region_\w+|pic_\w+|ioapic_\w+|apic_\w+)\b/;
const PARTIAL_ACCESS = /^(?:serial_(?:ioport_)?(?:read|write)|memory_region_ops_(?:read|write))\b/;
const PINS_OF_A_PIC = 8;

/** True for a line of such a log. */
export const isQemuLogLine = (text: string): boolean => {
  const event = text.slice(PREFIX.exec(text)?.[0].length ?? 0);
  return SERIAL.test(event) || REGION.test(event) || PIC.test(event) || IOAPIC.test(event);
};

/** Creates the reader of lines. */
export function qemuLogReader(): LineReader {
  const merger = new QemuEventMerger();
  return {
    read: (text, line) => {
      const [prefix = "", seconds, date] = PREFIX.exec(text) ?? [];
      const event = text.slice(prefix.length);
      if (!EVENT_NAME.test(event)) return undefined;
      return merger.merge({ ...readEvent(event, timeOf(seconds, date)), line });
    },
    end: () => merger.end(),
  };
}

function timeOf(seconds: string | undefined, date: string | undefined): bigint | undefined {
  if (seconds !== undefined) return nanosecondsOf(seconds);
  if (date === undefined) return undefined;
  const [whole = "", fraction = "0"] = date.split(".", 2);
  const milliseconds = Date.parse(`${whole}Z`);
  return Number.isNaN(milliseconds)
    ? undefined
    : nanosecondsOf(`${Math.floor(milliseconds / 1000)}.${fraction}`);
}

function readEvent(event: string, time: bigint | undefined): QemuEvent {
  const serial = SERIAL.exec(event);
  if (serial) {
    const [, direction, address = "", value = ""] = serial;
    return serialAccess(direction as "read" | "write", parseHex(address), parseHex(value), time);
  }
  const region = REGION.exec(event);
  if (region) {
    const [, direction, address = "", value = "", width, name] = region;
    return {
      kind: "region",
      direction: direction as "read" | "write",
      address: parseHex(address),
      value: Number(BigInt(`0x${value}`) & 0xff_ff_ff_ffn),
      width: Number(width),
      name: name ?? "",
      ...timeField(time),
    };
  }
  const pic = PIC.exec(event);
  if (pic) {
    const [, master, pin, level] = pic;
    // The trace counts the master as 1 and the slave as 0; the slave's pins are IRQ 8 to 15.
    return irqLevel(Number(pin) + (master === "0" ? PINS_OF_A_PIC : 0), level, time);
  }
  const ioapic = IOAPIC.exec(event);
  if (ioapic) return irqLevel(Number(ioapic[1]), ioapic[2], time);
  if (PARTIAL_ACCESS.test(event)) return { kind: "gap", reason: "a line about an access is cut short" };
  return { kind: "other", name: /^\w+/.exec(event)?.[0] ?? "" };
}

const parseHex = (digits: string): number => Number.parseInt(digits, 16);

const irqLevel = (irq: number, level: string | undefined, time: bigint | undefined): LogEvent => ({
  kind: "level",
  irq,
  level: level === "0" ? 0 : 1,
  ...timeField(time),
});

/** Returns the event `serial_read` or `serial_write`, whose addresses are offsets. */
export const serialAccess = (
  direction: "read" | "write",
  address: number,
  value: number,
  time: bigint | undefined,
): QemuEvent => ({
  ...{ kind: "access", direction, address, unit: "register", value },
  ...timeField(time),
});

/** An access to a region of memory or ports, which may be a UART's. */
interface RegionAccess {
  readonly kind: "region";
  readonly direction: "read" | "write";
  readonly address: number;
  readonly value: number;
  readonly width: number;
  readonly name: string;
  readonly time?: bigint;
}

/** An event of QEMU's. */
export type QemuEvent = LogEvent | RegionAccess;

/**
 * Merges the two events that one access makes when both the device and its region are traced: `memory_region_ops_write` before
 * `serial_write`, `memory_region_ops_read` after `serial_read`. The region's has the address, and stays.
 */
export class QemuEventMerger {
  #heldRead: LocatedEvent | undefined;
  #hasRegions = false;

  /** Takes an event and returns those that are complete. */
  merge(event: QemuEvent & { readonly line: number }): readonly LocatedEvent[] {
    const held = this.#heldRead;
    this.#heldRead = undefined;
    if (event.kind === "region") return this.#mergeRegion(event, held);
    if (event.kind !== "access") return held ? [held, event] : [event];
    if (this.#hasRegions) return [];
    if (event.direction === "write") return held ? [held, event] : [event];
    this.#heldRead = event;
    return held ? [held] : [];
  }

  /** Returns the event that waits for another, at the end of the log. */
  end(): readonly LocatedEvent[] {
    return this.#heldRead ? [this.#heldRead] : [];
  }

  #mergeRegion(
    event: RegionAccess & { readonly line: number },
    held: LocatedEvent | undefined,
  ): readonly LocatedEvent[] {
    const { name, kind: _kind, ...access } = event;
    const isUart = /serial|uart|16550/.test(name);
    const regionAccess: LocatedEvent = isUart
      ? { kind: "access", ...access }
      : {
          kind: "other",
          line: event.line,
          name: `memory_region_ops on ${name || "a region without a name"}`,
        };
    this.#hasRegions ||= isUart;
    const isSameRead =
      held?.kind === "access" &&
      isUart &&
      event.direction === "read" &&
      (held.value ?? 0) === (event.value & 0xff);
    return held && !isSameRead ? [held, regionAccess] : [regionAccess];
  }
}
