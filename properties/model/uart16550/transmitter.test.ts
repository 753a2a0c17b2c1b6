import { describe, expect, it } from "vitest";
import { ns16450, pc16550d, qemu } from "../../../machines/uart16550/presets.js";
import { of, read, started, write } from "./examples.js";

describe("the transmitter of the reference model", () => {
  it("shifts a character out: start bit, 8 data bits from the lowest on, stop bit, 16 periods each", () => {
    const model = started(ns16450);
    expect(of(write(model, 0, 0x35), "serialOutput")).toEqual([[0, 0]]);
    expect(read(model, 5)).toBe(0x20);
    const shifted = model.apply({ type: "advance", ticks: 160 });
    expect(of(shifted, "serialOutput")).toEqual([
      [16, 1],
      [32, 0],
      [48, 1],
      [64, 0],
      [80, 1],
      [112, 0],
      [144, 1],
    ]);
    expect(of(shifted, "transmit")).toEqual([[160, 0x35]]);
    expect(read(model, 5)).toBe(0x60);
  });

  it.each([
    ["8N1", 0x03, 160],
    ["7E2", 0x1e, 176],
    ["5N1.5", 0x04, 120],
    ["5O1", 0x08, 128],
  ])("takes %s characters of their length", (_, lcr, ticks) => {
    const model = started(ns16450, { lcr });
    write(model, 0, 0x11);
    expect(of(model.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([[ticks, 0x11]]);
  });

  it("rounds each edge down where a bit is not a whole number of ticks", () => {
    const model = started({ ...ns16450, clock: 1_000_000 });
    write(model, 0, 0x55);
    const ticks = of(model.apply({ type: "advance", ticks: 1000 }), "serialOutput").map(([tick]) => tick);
    expect(ticks).toEqual([8, 17, 26, 34, 43, 52, 60, 69, 78]);
  });

  it("delays THRE by a character less its stop bit while the FIFO is used like a register, but not the first time", () => {
    const model = started(pc16550d, { fifos: 0x01, ier: 0x02 });
    read(model, 2);
    expect(of(write(model, 0, 1), "interruptLine")).toEqual([[0, 1]]);
    model.apply({ type: "advance", ticks: 160 });
    expect(of(write(model, 0, 2), "interruptLine")).toEqual([[160, 0]]);
    expect(read(model, 5)).toBe(0x00);
    expect(of(model.apply({ type: "advance", ticks: 160 }), "interruptLine")).toEqual([[160 + 144, 1]]);
  });

  it("does not delay THRE when the FIFO has held two characters at once", () => {
    const model = started(pc16550d, { fifos: 0x01, ier: 0x02 });
    for (const value of [1, 2, 3]) write(model, 0, value);
    const sent = model.apply({ type: "advance", ticks: 480 });
    expect(of(sent, "transmit").map(([tick]) => tick)).toEqual([160, 320, 480]);
    expect(of(sent, "interruptLine")).toEqual([[320, 1]]);
  });

  it("delays the interrupt alone where the option says so", () => {
    const model = started({ ...pc16550d, threDelay: "interrupt" }, { fifos: 0x01, ier: 0x02 });
    write(model, 0, 1);
    model.apply({ type: "advance", ticks: 160 });
    write(model, 0, 2);
    expect(read(model, 5)).toBe(0x20);
    expect(of(model.apply({ type: "advance", ticks: 160 }), "interruptLine")).toEqual([[304, 1]]);
  });

  it("stops for a host that holds, and goes on when it releases", () => {
    const model = started(pc16550d, { fifos: 0x01 });
    model.apply({ type: "hold" });
    for (const value of [1, 2]) write(model, 0, value);
    expect(of(model.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([]);
    expect(of(model.apply({ type: "release" }), "transmit")).toEqual([[1000, 1]]);
    expect(of(model.apply({ type: "advance", ticks: 160 }), "transmit")).toEqual([[1160, 2]]);
  });

  it("takes no character without a baud clock", () => {
    const model = started(pc16550d, { divisor: 0 });
    write(model, 0, 1);
    expect(read(model, 5)).toBe(0x00);
    expect(model.nextDue()).toBeUndefined();
    write(model, 3, 0x83);
    write(model, 0, 1);
    expect(model.nextDue()).toBe(16);
  });

  it("loses what it shifts while LCR holds the line in a break", () => {
    const model = started(pc16550d, { lcr: 0x43 });
    write(model, 0, 1);
    expect(of(model.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([]);
    expect(model.serialOutput).toBe(0);
    expect(model.conservation.transmit).toMatchObject({ written: 1, broken: 1 });
  });

  it("sends a character into its own receiver in loopback, a character time later, while SOUT marks", () => {
    const model = started(pc16550d, { mcr: 0x10 });
    expect(of(write(model, 0, 0x42), "serialOutput")).toEqual([]);
    model.apply({ type: "advance", ticks: 159 });
    expect(read(model, 5)).toBe(0x20);
    model.apply({ type: "advance", ticks: 1 });
    expect(read(model, 5)).toBe(0x61);
    expect(read(model, 0)).toBe(0x42);
  });

  it("loses the new, the oldest or the last character when the FIFO is full, or all of them", () => {
    const sent = (["dropNewest", "dropOldest", "overwriteLast", "wrap"] as const).map((ovrStall) => {
      const model = started({ ...qemu, ovrStall }, { fifos: 0x01 });
      model.apply({ type: "hold" });
      for (let value = 0; value < 18; value++) write(model, 0, value);
      return of(model.apply({ type: "release" }), "transmit").map(([, value]) => value);
    });
    const to = (last: number): number[] => Array.from({ length: last + 1 }, (_, value) => value);
    expect(sent).toEqual([to(16), [0, ...to(17).slice(2)], [...to(15), 17], [0, 17]]);
  });
});
