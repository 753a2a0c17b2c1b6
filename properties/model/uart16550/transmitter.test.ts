import { describe, expect, it } from "vitest";
import { ns16450, pc16550d, qemu } from "../../../machines/internal.js";
import { emissionsOf, readRegister, started, writeRegister } from "./examples.js";

describe("the transmitter of the reference model", () => {
  it("shifts a character out: start bit, 8 data bits from the lowest on, stop bit, 16 periods each", () => {
    const referenceModel = started(ns16450);
    expect(emissionsOf(writeRegister(referenceModel, 0, 0x35), "serialOutput")).toEqual([[0, 0]]);
    expect(readRegister(referenceModel, 5)).toBe(0x20);
    const shifted = referenceModel.apply({ type: "advance", ticks: 160 });
    expect(emissionsOf(shifted, "serialOutput")).toEqual([
      [16, 1],
      [32, 0],
      [48, 1],
      [64, 0],
      [80, 1],
      [112, 0],
      [144, 1],
    ]);
    expect(emissionsOf(shifted, "transmit")).toEqual([[160, 0x35]]);
    expect(readRegister(referenceModel, 5)).toBe(0x60);
  });

  it.each([
    ["8N1", 0x03, 160],
    ["7E2", 0x1e, 176],
    ["5N1.5", 0x04, 120],
    ["5O1", 0x08, 128],
  ])("takes %s characters of their length", (_, lineControl, tickCount) => {
    const referenceModel = started(ns16450, { lcr: lineControl });
    writeRegister(referenceModel, 0, 0x11);
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([
      [tickCount, 0x11],
    ]);
  });

  it("rounds each edge down where a bit is not a whole number of ticks", () => {
    const referenceModel = started({ ...ns16450, clock: 1_000_000 });
    writeRegister(referenceModel, 0, 0x55);
    const tickCount = emissionsOf(referenceModel.apply({ type: "advance", ticks: 1000 }), "serialOutput").map(
      ([currentTick]) => currentTick,
    );
    expect(tickCount).toEqual([8, 17, 26, 34, 43, 52, 60, 69, 78]);
  });

  it("delays THRE by a character less its stop bit while the FIFO is used like a register, but not the first time", () => {
    const referenceModel = started(pc16550d, { fifos: 0x01, ier: 0x02 });
    readRegister(referenceModel, 2);
    expect(emissionsOf(writeRegister(referenceModel, 0, 1), "interruptLine")).toEqual([[0, 1]]);
    referenceModel.apply({ type: "advance", ticks: 160 });
    expect(emissionsOf(writeRegister(referenceModel, 0, 2), "interruptLine")).toEqual([[160, 0]]);
    expect(readRegister(referenceModel, 5)).toBe(0x00);
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 160 }), "interruptLine")).toEqual([
      [160 + 144, 1],
    ]);
  });

  it("does not delay THRE when the FIFO has held two characters at once", () => {
    const referenceModel = started(pc16550d, { fifos: 0x01, ier: 0x02 });
    for (const registerValue of [1, 2, 3]) writeRegister(referenceModel, 0, registerValue);
    const transmitted = referenceModel.apply({ type: "advance", ticks: 480 });
    expect(emissionsOf(transmitted, "transmit").map(([currentTick]) => currentTick)).toEqual([160, 320, 480]);
    expect(emissionsOf(transmitted, "interruptLine")).toEqual([[320, 1]]);
  });

  it("delays the interrupt alone where the option says so", () => {
    const referenceModel = started({ ...pc16550d, threDelay: "interrupt" }, { fifos: 0x01, ier: 0x02 });
    writeRegister(referenceModel, 0, 1);
    referenceModel.apply({ type: "advance", ticks: 160 });
    writeRegister(referenceModel, 0, 2);
    expect(readRegister(referenceModel, 5)).toBe(0x20);
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 160 }), "interruptLine")).toEqual([
      [304, 1],
    ]);
  });

  it("stops for a host that holds, and goes on when it releases", () => {
    const referenceModel = started(pc16550d, { fifos: 0x01 });
    referenceModel.apply({ type: "hold" });
    for (const registerValue of [1, 2]) writeRegister(referenceModel, 0, registerValue);
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([]);
    expect(emissionsOf(referenceModel.apply({ type: "release" }), "transmit")).toEqual([[1000, 1]]);
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 160 }), "transmit")).toEqual([
      [1160, 2],
    ]);
  });

  it("takes no character without a baud clock", () => {
    const referenceModel = started(pc16550d, { divisor: 0 });
    writeRegister(referenceModel, 0, 1);
    expect(readRegister(referenceModel, 5)).toBe(0x00);
    expect(referenceModel.nextDue()).toBeUndefined();
    writeRegister(referenceModel, 3, 0x83);
    writeRegister(referenceModel, 0, 1);
    expect(referenceModel.nextDue()).toBe(16);
  });

  it("loses what it shifts while LCR holds the line in a break", () => {
    const referenceModel = started(pc16550d, { lcr: 0x43 });
    writeRegister(referenceModel, 0, 1);
    expect(emissionsOf(referenceModel.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([]);
    expect(referenceModel.serialOutput).toBe(0);
    expect(referenceModel.conservation.transmit).toMatchObject({ written: 1, broken: 1 });
  });

  it("sends a character into its own receiver in loopback, a character time later, while SOUT marks", () => {
    const referenceModel = started(pc16550d, { mcr: 0x10 });
    expect(emissionsOf(writeRegister(referenceModel, 0, 0x42), "serialOutput")).toEqual([]);
    referenceModel.apply({ type: "advance", ticks: 159 });
    expect(readRegister(referenceModel, 5)).toBe(0x20);
    referenceModel.apply({ type: "advance", ticks: 1 });
    expect(readRegister(referenceModel, 5)).toBe(0x61);
    expect(readRegister(referenceModel, 0)).toBe(0x42);
  });

  it("loses the new, the oldest or the last character when the FIFO is full, or all of them", () => {
    const transmitted = (["dropNewest", "dropOldest", "overwriteLast", "wrap"] as const).map((ovrStall) => {
      const referenceModel = started({ ...qemu, overflow: ovrStall }, { fifos: 0x01 });
      referenceModel.apply({ type: "hold" });
      for (let registerValue = 0; registerValue < 18; registerValue++)
        writeRegister(referenceModel, 0, registerValue);
      return emissionsOf(referenceModel.apply({ type: "release" }), "transmit").map(([, value]) => value);
    });
    const to = (last: number): number[] => Array.from({ length: last + 1 }, (_, value) => value);
    expect(transmitted).toEqual([to(16), [0, ...to(17).slice(2)], [...to(15), 17], [0, 17]]);
  });
});
