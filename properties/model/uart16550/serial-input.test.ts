import { describe, expect, it } from "vitest";
import { pc16550d, tl16c550c } from "../../../machines/internal.js";
import { driveLine, emissionsOf, frameLevels, readRegister, started, writeRegister } from "./examples.js";

describe("SIN of the reference model", () => {
  it("is a character in the middle of its stop bit", () => {
    const referenceModel = started(pc16550d);
    expect(emissionsOf(driveLine(referenceModel, ...frameLevels(0x35, 1)), "accepted")).toEqual([
      [152, undefined],
    ]);
    expect([
      readRegister(referenceModel, 5),
      readRegister(referenceModel, 0),
      readRegister(referenceModel, 5),
    ]).toEqual([0x61, 0x35, 0x60]);
  });

  it("does not start with a pulse shorter than half a bit", () => {
    const referenceModel = started(pc16550d);
    expect(emissionsOf(driveLine(referenceModel, [0, 7], [1, 1000]), "accepted")).toEqual([]);
    expect(readRegister(referenceModel, 5)).toBe(0x60);
  });

  it("has a parity error where the parity bit is wrong", () => {
    const referenceModel = started(pc16550d, { lcr: 0x1b });
    driveLine(referenceModel, ...frameLevels(0x01, 1, 1));
    expect(readRegister(referenceModel, 5)).toBe(0x61);
    driveLine(referenceModel, ...frameLevels(0x03, 1, 1));
    expect(readRegister(referenceModel, 5)).toBe(0x67);
  });

  it("has a framing error where the stop bit is 0, which then is the next start bit", () => {
    const referenceModel = started(pc16550d, { fifos: 0x01 });
    // The bad stop bit, eight data bits of 0x0F, and a stop bit.
    driveLine(referenceModel, ...frameLevels(0xff, 0), ...frameLevels(0x0f, 1).slice(1));
    expect([
      readRegister(referenceModel, 5),
      readRegister(referenceModel, 0),
      readRegister(referenceModel, 5),
      readRegister(referenceModel, 0),
    ]).toEqual([0xe9, 0xff, 0x61, 0x0f]);
  });

  it("is a break where everything is 0, one character however long it lasts", () => {
    const referenceModel = started(pc16550d, { lcr: 0x0b });
    expect(emissionsOf(driveLine(referenceModel, [0, 1000], [1, 1000]), "accepted")).toHaveLength(1);
    expect([readRegister(referenceModel, 5), readRegister(referenceModel, 0)]).toEqual([0x7d, 0x00]);
    driveLine(referenceModel, ...frameLevels(0x41, 1, 1));
    expect(readRegister(referenceModel, 0)).toBe(0x41);
  });

  it("is not looked at in loopback, which abandons what was arriving", () => {
    const referenceModel = started(pc16550d);
    driveLine(referenceModel, ...frameLevels(0x35).slice(0, 4));
    writeRegister(referenceModel, 4, 0x10);
    writeRegister(referenceModel, 4, 0x00);
    expect(emissionsOf(driveLine(referenceModel, [1, 1000]), "accepted")).toEqual([]);
  });

  it("times out four characters after the middle of the stop bit", () => {
    const referenceModel = started(pc16550d, { fifos: 0x41, ier: 0x01 });
    const arrival = driveLine(referenceModel, ...frameLevels(0x35, 1));
    expect(emissionsOf(arrival, "interruptLine")).toEqual([]);
    const passed = referenceModel.apply({ type: "advance", ticks: 1000 });
    expect(emissionsOf(passed, "identified")).toEqual([[152 + 640, "CTI"]]);
  });

  it("goes through one model's SOUT into another's SIN", () => {
    const [from, to] = [started(pc16550d, { lcr: 0x1f }), started(pc16550d, { lcr: 0x1f })];
    const values = [0x00, 0x55, 0xa7, 0xff];
    const received = values.map((registerValue) => {
      let events = writeRegister(from, 0, registerValue);
      for (let currentTick = 0; currentTick < 192; currentTick++) {
        for (const { type, ...rest } of events)
          if (type === "serialOutput" && "level" in rest) to.apply({ type: "line", level: rest.level });
        to.apply({ type: "advance", ticks: 1 });
        events = from.apply({ type: "advance", ticks: 1 });
      }
      return [readRegister(to, 5), readRegister(to, 0)];
    });
    expect(received).toEqual(values.map((value) => [0x61, value]));
  });
});

describe("automatic flow control of the reference model", () => {
  it("deasserts RTS at the trigger level and asserts it when the FIFO is empty", () => {
    const referenceModel = started(tl16c550c, { fifos: 0x41, mcr: 0x22 });
    expect(referenceModel.outputs.RTS).toBe(1);
    referenceModel.apply({ type: "receive", characters: [1, 2, 3] });
    expect(referenceModel.outputs.RTS).toBe(1);
    referenceModel.apply({ type: "receive", characters: [4] });
    expect(referenceModel.outputs.RTS).toBe(0);
    for (const queuedCount of [3, 2, 1]) {
      readRegister(referenceModel, 0);
      expect([referenceModel.conservation.receive.queued, referenceModel.outputs.RTS]).toEqual([
        queuedCount,
        0,
      ]);
    }
    readRegister(referenceModel, 0);
    expect(referenceModel.outputs.RTS).toBe(1);
  });

  it("deasserts RTS when the 16th character's start bit is confirmed, under trigger level 14", () => {
    const referenceModel = started(tl16c550c, { fifos: 0xc1, mcr: 0x22 });
    referenceModel.apply({ type: "receive", characters: new Uint8Array(15) });
    expect(emissionsOf(driveLine(referenceModel, ...frameLevels(0x35, 1)), "modemOutput")).toEqual([[8, 0]]);
    expect(referenceModel.conservation.receive.queued).toBe(16);
    readRegister(referenceModel, 0);
    expect(referenceModel.outputs.RTS).toBe(1);
  });

  it("takes no character while CTS is not asserted, and sends the one that it has taken", () => {
    const referenceModel = started(tl16c550c, { fifos: 0x01, mcr: 0x20, ier: 0x08 });
    for (const registerValue of [1, 2]) writeRegister(referenceModel, 0, registerValue);
    const inputs = { type: "modem", cts: false, dsr: true, ri: false, dcd: true } as const;
    referenceModel.apply(inputs);
    expect(referenceModel.interruptLine).toBe(0);
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([
      [160, 1],
    ]);
    referenceModel.apply({ ...inputs, cts: true });
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 160 }), "transmit")).toEqual([
      [1160, 2],
    ]);
    expect(readRegister(referenceModel, 6)).toBe(0xb1);
  });
});
