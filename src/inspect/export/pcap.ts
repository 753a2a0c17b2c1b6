import { LSR } from "../../../machines/index.js";
import { joined } from "./chunks.js";
import type { Drawn, Format, Scene, SignalValue } from "./drawn.js";
import type { LineCharacter } from "./frame.js";

/** LINKTYPE_RTAC_SERIAL (tcpdump.org's list of link-layer header types). */
const LINKTYPE = 250;
/** A capture file whose times are in nanoseconds. */
const MAGIC = 0xa1b23c4d;
const SNAPLEN = 65_535;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Seconds and microseconds, the event, the control lines, and two bytes for later. */
const RTAC_HEADER = 12;

const EVENT = {
  statusChange: 0x00,
  transmitted: 0x03,
  received: 0x04,
  framingError: 0x07,
  parityError: 0x08,
  break: 0x09,
  overflow: 0x0a,
} as const;

/** The control lines' bits, by the pin. */
const LINES: Readonly<Record<string, number>> = {
  CTS: 0x01,
  DCD: 0x02,
  DSR: 0x04,
  RTS: 0x08,
  DTR: 0x10,
  RI: 0x20,
};

const NS = 1e9;

/**
 * A capture file of what was on the lines, for Wireshark: a record for each character when it is over, one before it for each error, and one for
 * each change of the modem's lines. The capture's clock begins at 0, in 1970.
 */
export class Pcap implements Format {
  #lines = 0;

  begin({ initial }: Scene): Uint8Array {
    for (const [{ name, kind }, value] of initial) if (kind === "pin") this.#set(name, value);
    const view = new DataView(new ArrayBuffer(FILE_HEADER));
    view.setUint32(0, MAGIC, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, SNAPLEN, true);
    view.setUint32(20, LINKTYPE, true);
    return new Uint8Array(view.buffer);
  }

  add(drawn: Drawn): Uint8Array {
    switch (drawn.what) {
      case "signal":
        return drawn.signal.kind === "pin" && this.#set(drawn.signal.name, drawn.value)
          ? this.#record(drawn.at, EVENT.statusChange)
          : NOTHING;
      case "character":
        return this.#character(drawn.at, drawn.line, drawn.character);
      case "overrun":
        return this.#record(drawn.at, EVENT.overflow);
      case "break":
        return this.#record(drawn.at, EVENT.break);
      default:
        return NOTHING;
    }
  }

  end(): Uint8Array {
    return NOTHING;
  }

  /** Whether a control line has changed. */
  #set(name: string, value: SignalValue): boolean {
    const bit = LINES[name] ?? 0;
    const before = this.#lines;
    this.#lines = value === 1 ? before | bit : before & ~bit;
    return this.#lines !== before;
  }

  #character(at: number, line: "SOUT" | "SIN", { value, errors }: LineCharacter): Uint8Array {
    if (line === "SOUT") return this.#record(at, EVENT.transmitted, [value]);
    // A break has a record of its own, and no byte.
    if (errors & LSR.BI) return NOTHING;
    return joined([
      ...(errors & LSR.PE ? [this.#record(at, EVENT.parityError)] : []),
      ...(errors & LSR.FE ? [this.#record(at, EVENT.framingError)] : []),
      this.#record(at, EVENT.received, [value]),
    ]);
  }

  #record(at: number, event: number, payload: readonly number[] = []): Uint8Array {
    const length = RTAC_HEADER + payload.length;
    const view = new DataView(new ArrayBuffer(RECORD_HEADER + length));
    const time = Math.round(at);
    const seconds = Math.floor(time / NS);
    const nanoseconds = time - seconds * NS;
    view.setUint32(0, seconds, true);
    view.setUint32(4, nanoseconds, true);
    view.setUint32(8, length, true);
    view.setUint32(12, length, true);
    view.setUint32(16, seconds);
    view.setUint32(20, Math.floor(nanoseconds / 1000));
    view.setUint8(24, event);
    view.setUint8(25, this.#lines);
    const bytes = new Uint8Array(view.buffer);
    bytes.set(payload, RECORD_HEADER + RTAC_HEADER);
    return bytes;
  }
}

const NOTHING = new Uint8Array(0);
