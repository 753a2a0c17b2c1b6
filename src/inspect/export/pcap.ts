import { LSR } from "../../../machines/index.js";
import { joinBytes } from "./chunks.js";
import type { DiagramItem, DiagramScene, FileFormat, SignalValue } from "./diagram-items.js";
import type { LineCharacter } from "./line-format.js";

/** LINKTYPE_RTAC_SERIAL (tcpdump.org's list of link-layer header types). */
const LINKTYPE = 250;
/** A capture file whose times are in nanoseconds. */
const MAGIC = 0xa1b23c4d;
const SNAPLEN = 65_535;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Seconds and microseconds, the event, the control lines, and two bytes for later. */
const RTAC_HEADER = 12;

const EVENT_CODES = {
  statusChange: 0x00,
  transmitted: 0x03,
  received: 0x04,
  framingError: 0x07,
  parityError: 0x08,
  break: 0x09,
  overflow: 0x0a,
} as const;

/** The control lines' bits, by the pin. */
const CONTROL_LINES: Readonly<Record<string, number>> = {
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
export class PcapFormat implements FileFormat {
  #controlLines = 0;

  writeStart({ initial }: DiagramScene): Uint8Array {
    for (const [{ name, signalKind }, signalValue] of initial)
      if (signalKind === "pin") this.#setControlLine(name, signalValue);
    const dataView = new DataView(new ArrayBuffer(FILE_HEADER));
    dataView.setUint32(0, MAGIC, true);
    dataView.setUint16(4, 2, true);
    dataView.setUint16(6, 4, true);
    dataView.setUint32(16, SNAPLEN, true);
    dataView.setUint32(20, LINKTYPE, true);
    return new Uint8Array(dataView.buffer);
  }

  writeItem(diagramItem: DiagramItem): Uint8Array {
    switch (diagramItem.itemType) {
      case "signal":
        return diagramItem.signal.signalKind === "pin" &&
          this.#setControlLine(diagramItem.signal.name, diagramItem.value)
          ? this.#writeRecord(diagramItem.nanoseconds, EVENT_CODES.statusChange)
          : NO_BYTES;
      case "character":
        return this.#writeCharacter(diagramItem.nanoseconds, diagramItem.line, diagramItem.character);
      case "overrun":
        return this.#writeRecord(diagramItem.nanoseconds, EVENT_CODES.overflow);
      case "break":
        return this.#writeRecord(diagramItem.nanoseconds, EVENT_CODES.break);
      default:
        return NO_BYTES;
    }
  }

  writeEnd(): Uint8Array {
    return NO_BYTES;
  }

  /** Sets a control line; returns true if it has changed. */
  #setControlLine(signalName: string, signalValue: SignalValue): boolean {
    const lineBit = CONTROL_LINES[signalName] ?? 0;
    const linesBefore = this.#controlLines;
    this.#controlLines = signalValue === 1 ? linesBefore | lineBit : linesBefore & ~lineBit;
    return this.#controlLines !== linesBefore;
  }

  #writeCharacter(
    nanoseconds: number,
    line: "SOUT" | "SIN",
    { byteValue, errorBits }: LineCharacter,
  ): Uint8Array {
    if (line === "SOUT") return this.#writeRecord(nanoseconds, EVENT_CODES.transmitted, [byteValue]);
    // A break has a record of its own, and no byte.
    if (errorBits & LSR.BI) return NO_BYTES;
    return joinBytes([
      ...(errorBits & LSR.PE ? [this.#writeRecord(nanoseconds, EVENT_CODES.parityError)] : []),
      ...(errorBits & LSR.FE ? [this.#writeRecord(nanoseconds, EVENT_CODES.framingError)] : []),
      this.#writeRecord(nanoseconds, EVENT_CODES.received, [byteValue]),
    ]);
  }

  #writeRecord(nanoseconds: number, eventCode: number, payload: readonly number[] = []): Uint8Array {
    const payloadLength = RTAC_HEADER + payload.length;
    const dataView = new DataView(new ArrayBuffer(RECORD_HEADER + payloadLength));
    const wholeNanoseconds = Math.round(nanoseconds);
    const seconds = Math.floor(wholeNanoseconds / NS);
    const fraction = wholeNanoseconds - seconds * NS;
    dataView.setUint32(0, seconds, true);
    dataView.setUint32(4, fraction, true);
    dataView.setUint32(8, payloadLength, true);
    dataView.setUint32(12, payloadLength, true);
    dataView.setUint32(16, seconds);
    dataView.setUint32(20, Math.floor(fraction / 1000));
    dataView.setUint8(24, eventCode);
    dataView.setUint8(25, this.#controlLines);
    const bytes = new Uint8Array(dataView.buffer);
    bytes.set(payload, RECORD_HEADER + RTAC_HEADER);
    return bytes;
  }
}

const NO_BYTES = new Uint8Array(0);
