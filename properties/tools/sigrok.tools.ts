import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connect, Serial, Uart16550 } from "../../src/device/index.js";
import {
  type Arriving,
  aSession,
  baudOf,
  type FrameFormat,
  lcrOf,
  PART_NAMES,
  played,
  type Session,
} from "./line.js";
import { exported, linesOf } from "./run.js";

const ANNOTATIONS = ["data", "parity-err", "warnings", "break"];

/** Returns sigrok's decoding of the lines of a VCD file: bytes in hexadecimal, and its words for errors. */
function decoded(
  vcd: Uint8Array,
  frameFormat: FrameFormat,
): Readonly<Record<"SIN" | "SOUT", readonly string[]>> {
  const { data, parity, longStop } = frameFormat;
  const stop = longStop && data === 5 ? "1.5" : "1.0";
  const options = `baudrate=${baudOf(frameFormat)}:data_bits=${data}:parity=${parity}:stop_bits=${stop}`;
  const annotations = ANNOTATIONS.map((name) => `rx-${name}`).join(":");
  // One decoder at a time: sigrok-cli with two may come to a standstill.
  const read = (line: "SIN" | "SOUT") => {
    const decoder = ["-P", `uart:rx=${line}:${options}`, "-A", `uart=${annotations}`];
    const textLines = linesOf("sigrok-cli", ["-I", "vcd", "-i", "FILE", ...decoder], vcd);
    return textLines.map((printed) => printed.replace("uart-1: ", ""));
  };
  return { SIN: read("SIN"), SOUT: read("SOUT") };
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, "0");

/** Returns sigrok's expected annotations. */
function expected({ data, parity }: FrameFormat, { value, error }: Arriving): string[] {
  const word = hex(value & ((1 << data) - 1));
  // A break's parity bit is 0, which odd parity and stick parity 1 do not expect after a word of 0.
  const wrongInBreak = parity === "odd" || parity === "one";
  switch (error) {
    case "none":
      return [word];
    case "parity":
      return [word, "Parity error"];
    case "framing":
      return [word, "Frame error"];
    case "break":
      return [word, ...(wrongInBreak ? ["Parity error"] : []), "Frame error", "Break condition"];
  }
}

const RUNS = { numRuns: 12 };

describe("sigrok's UART decoder reads our VCD back", () => {
  it.each(PART_NAMES)("the bytes that %s sent, and what arrived with its errors", (partName) => {
    fc.assert(
      fc.property(aSession(partName), (session: Session) => {
        const { frameFormat: format, sent, arriving } = session;
        const vcd = exported(played(session), { as: "vcd" });
        const mask = (1 << format.data) - 1;
        expect(decoded(vcd, format)).toEqual({
          SOUT: sent.map((byte) => hex(byte & mask)),
          SIN: arriving.flatMap((character) => expected(format, character)),
        });
      }),
      RUNS,
    );
  });

  it("characters that arrive together lie one behind the other, in a device that has time and in one that has none", () => {
    const frameFormat: FrameFormat = { data: 8, parity: "none", longStop: false, divisor: 12 };
    const dataBytes = [...new TextEncoder().encode("all at once")];
    for (const device of [new Serial(), new Uart16550(), new Uart16550({ preset: "qemu" })]) {
      device.write(3, lcrOf(frameFormat));
      device.apply({ type: "receive", characters: dataBytes });
      expect(decoded(exported(device, { as: "vcd" }), frameFormat).SIN).toEqual(dataBytes.map(hex));
    }
  });

  it("a break that the guest sends", () => {
    const frameFormat: FrameFormat = { data: 8, parity: "none", longStop: false, divisor: 12 };
    const uart = new Uart16550();
    uart.write(3, 0x43);
    uart.advance(uart.chart.clock / 100);
    uart.write(3, 0x03);
    uart.advance(2_000);
    uart.write(0, 0x41);
    uart.advance(uart.chart.clock / 100);
    expect(decoded(exported(uart, { as: "vcd" }), frameFormat).SOUT).toEqual([
      ...["00", "Frame error", "Break condition"],
      "41",
    ]);
  });

  it("what another device sent, level by level, with the parity errors that this one saw", () => {
    const [a, b] = [new Uart16550(), new Uart16550()];
    const even: FrameFormat = { data: 7, parity: "even", longStop: false, divisor: 1 };
    const odd: FrameFormat = { ...even, parity: "odd" };
    for (const [uart, frameFormat] of [
      [a, even],
      [b, odd],
    ] as const) {
      uart.write(3, 0x80 | lcrOf(frameFormat));
      uart.write(0, 1);
      uart.write(3, lcrOf(frameFormat));
      uart.write(2, 0x01);
    }
    const line = connect(a, b);
    for (const byte of [0x41, 0x7f, 0x00]) a.write(0, byte);
    line.advance(a.chart.clock / 100);
    const vcd = exported(b, { as: "vcd" });
    expect(decoded(vcd, even).SIN).toEqual(["41", "7F", "00"]);
    const errorKinds = ["41", "7F", "00"].flatMap((word) => [word, "Parity error"]);
    expect(decoded(vcd, odd).SIN).toEqual(errorKinds);
    expect(b.read(5) & 0x04).toBe(0x04);
  });

  it("the pins alone, and in every time scale that the bits allow", () => {
    const frameFormat: FrameFormat = { data: 8, parity: "even", longStop: false, divisor: 12 };
    const device = played({ part: "serial", frameFormat: frameFormat, sent: [0x55, 0xaa], arriving: [] });
    for (const timescale of ["1ns", "10ns", "100ns", "1us"] as const) {
      const vcd = exported(device, { as: "vcd", timescale, signals: "pins" });
      expect(decoded(vcd, frameFormat).SOUT).toEqual(["55", "AA"]);
    }
  });
});
