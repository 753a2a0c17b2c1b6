import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Device, Uart16550 } from "../../src/device/index.js";
import { type Arriving, aSession, type FrameFormat, PART_NAMES, played } from "./line.js";
import { exported, linesOf } from "./run.js";

/** Event types of LINKTYPE_RTAC_SERIAL, as tshark names them by number. */
const EVENTS: Readonly<Record<string, string>> = {
  "0x00": "status",
  "0x03": "sent",
  "0x04": "received",
  "0x07": "framing",
  "0x08": "parity",
  "0x09": "break",
  "0x0a": "overflow",
};
const LINES = ["cts", "dcd", "dsr", "rts", "dtr", "ring"];

/** The length of a capture file's header. */
const HEADER = 24;

/**
 * Returns tshark's view of devices, one after the other: "sent 41", "parity", and which control lines are on where they are asked for. It takes long to
 * start, so they are one capture.
 */
function seen(devices: readonly Device[], inputLevels = false): string[] {
  const fields = ["rtacser.eventtype", "data.data", ...LINES.map((line) => `rtacser.${line}`)];
  const cliArguments = [
    "-r",
    "FILE",
    "-T",
    "fields",
    "-E",
    "separator=,",
    ...fields.flatMap((field) => ["-e", field]),
  ];
  const captures = devices.map((device) => exported(device, { as: "pcap" }));
  const whole = Buffer.concat(captures.map((capture, i) => (i === 0 ? capture : capture.subarray(HEADER))));
  return linesOf("tshark", cliArguments, whole).map((textLine) => {
    const [event = "", data = "", ...levels] = textLine.split(",");
    const on = LINES.filter((_, i) => /^(1|True)$/.test(levels[i] ?? "")).join(" ");
    return [EVENTS[event] ?? event, data, inputLevels ? on : ""].filter(Boolean).join(" ");
  });
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

function expected({ data }: FrameFormat, { value, error }: Arriving): string[] {
  const word = `received ${hex(value & ((1 << data) - 1))}`;
  if (error === "none") return [word];
  return error === "break" ? ["break"] : [error, word];
}

describe("Wireshark reads our pcap", () => {
  it.each(PART_NAMES)("direction, bytes and errors of %s", (partName) => {
    const some = fc.array(aSession(partName), { minLength: 1, maxLength: 15, size: "max" });
    fc.assert(
      fc.property(some, (sessions) => {
        // QEMU's part lets all eight bits pass, and the two without time send what they are given.
        const mask = ({ data }: FrameFormat) => (partName === "pc16550d" ? (1 << data) - 1 : 0xff);
        expect(seen(sessions.map(played))).toEqual(
          sessions.flatMap(({ frameFormat: format, sent, arriving }) => [
            ...sent.map((byte) => `sent ${hex(byte & mask(format))}`),
            ...arriving.flatMap((character) => expected(format, character)),
          ]),
        );
      }),
      { numRuns: 3 },
    );
  });

  it("overruns, breaks that are sent, and the modem's lines", () => {
    const uart = new Uart16550();
    uart.write(3, 0x83);
    uart.write(0, 1);
    uart.write(3, 0x03);
    for (const lineAction of [
      () => uart.write(4, 0x03),
      () => uart.receive([0x41, 0x42]),
      () => uart.setModemInputs({ cts: false, ri: true }),
      () => uart.write(3, 0x43),
    ]) {
      lineAction();
      uart.advance(1000);
    }
    const [both, later] = ["dcd dsr rts dtr", "dcd dsr rts dtr ring"];
    expect(seen([uart], true)).toEqual([
      "status cts dcd dsr dtr",
      `status cts ${both}`,
      `received 41 cts ${both}`,
      `received 42 cts ${both}`,
      `overflow cts ${both}`,
      `status ${both}`,
      `status ${later}`,
      `break ${later}`,
    ]);
  });
});
