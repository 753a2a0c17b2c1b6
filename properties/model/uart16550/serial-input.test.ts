import { describe, expect, it } from "vitest";
import { pc16550d, tl16c550c } from "../../../machines/uart16550/presets.js";
import { frame, line, of, read, started, write } from "./examples.js";

describe("SIN of the reference model", () => {
  it("is a character in the middle of its stop bit", () => {
    const model = started(pc16550d);
    expect(of(line(model, ...frame(0x35, 1)), "accepted")).toEqual([[152, undefined]]);
    expect([read(model, 5), read(model, 0), read(model, 5)]).toEqual([0x61, 0x35, 0x60]);
  });

  it("does not start with a pulse shorter than half a bit", () => {
    const model = started(pc16550d);
    expect(of(line(model, [0, 7], [1, 1000]), "accepted")).toEqual([]);
    expect(read(model, 5)).toBe(0x60);
  });

  it("has a parity error where the parity bit is wrong", () => {
    const model = started(pc16550d, { lcr: 0x1b });
    line(model, ...frame(0x01, 1, 1));
    expect(read(model, 5)).toBe(0x61);
    line(model, ...frame(0x03, 1, 1));
    expect(read(model, 5)).toBe(0x67);
  });

  it("has a framing error where the stop bit is 0, which then is the next start bit", () => {
    const model = started(pc16550d, { fifos: 0x01 });
    // The bad stop bit, eight data bits of 0x0F, and a stop bit.
    line(model, ...frame(0xff, 0), ...frame(0x0f, 1).slice(1));
    expect([read(model, 5), read(model, 0), read(model, 5), read(model, 0)]).toEqual([
      0xe9, 0xff, 0x61, 0x0f,
    ]);
  });

  it("is a break where everything is 0, one character however long it lasts", () => {
    const model = started(pc16550d, { lcr: 0x0b });
    expect(of(line(model, [0, 1000], [1, 1000]), "accepted")).toHaveLength(1);
    expect([read(model, 5), read(model, 0)]).toEqual([0x7d, 0x00]);
    line(model, ...frame(0x41, 1, 1));
    expect(read(model, 0)).toBe(0x41);
  });

  it("is not looked at in loopback, which abandons what was arriving", () => {
    const model = started(pc16550d);
    line(model, ...frame(0x35).slice(0, 4));
    write(model, 4, 0x10);
    write(model, 4, 0x00);
    expect(of(line(model, [1, 1000]), "accepted")).toEqual([]);
  });

  it("times out four characters after the middle of the stop bit", () => {
    const model = started(pc16550d, { fifos: 0x41, ier: 0x01 });
    const arrival = line(model, ...frame(0x35, 1));
    expect(of(arrival, "interruptLine")).toEqual([]);
    const passed = model.apply({ type: "advance", ticks: 1000 });
    expect(of(passed, "identified")).toEqual([[152 + 640, "CTI"]]);
  });

  it("goes through one model's SOUT into another's SIN", () => {
    const [from, to] = [started(pc16550d, { lcr: 0x1f }), started(pc16550d, { lcr: 0x1f })];
    const values = [0x00, 0x55, 0xa7, 0xff];
    const received = values.map((value) => {
      let events = write(from, 0, value);
      for (let tick = 0; tick < 192; tick++) {
        for (const { type, ...rest } of events)
          if (type === "serialOutput" && "level" in rest) to.apply({ type: "line", level: rest.level });
        to.apply({ type: "advance", ticks: 1 });
        events = from.apply({ type: "advance", ticks: 1 });
      }
      return [read(to, 5), read(to, 0)];
    });
    expect(received).toEqual(values.map((value) => [0x61, value]));
  });
});

describe("automatic flow control of the reference model", () => {
  it("deasserts RTS at the trigger level and asserts it when the FIFO is empty", () => {
    const model = started(tl16c550c, { fifos: 0x41, mcr: 0x22 });
    expect(model.outputs.RTS).toBe(1);
    model.apply({ type: "receive", characters: [1, 2, 3] });
    expect(model.outputs.RTS).toBe(1);
    model.apply({ type: "receive", characters: [4] });
    expect(model.outputs.RTS).toBe(0);
    for (const count of [3, 2, 1]) {
      read(model, 0);
      expect([model.conservation.receive.queued, model.outputs.RTS]).toEqual([count, 0]);
    }
    read(model, 0);
    expect(model.outputs.RTS).toBe(1);
  });

  it("deasserts RTS when the 16th character's start bit is confirmed, under trigger level 14", () => {
    const model = started(tl16c550c, { fifos: 0xc1, mcr: 0x22 });
    model.apply({ type: "receive", characters: new Uint8Array(15) });
    expect(of(line(model, ...frame(0x35, 1)), "modemOutput")).toEqual([[8, 0]]);
    expect(model.conservation.receive.queued).toBe(16);
    read(model, 0);
    expect(model.outputs.RTS).toBe(1);
  });

  it("takes no character while CTS is not asserted, and sends the one that it has taken", () => {
    const model = started(tl16c550c, { fifos: 0x01, mcr: 0x20, ier: 0x08 });
    for (const value of [1, 2]) write(model, 0, value);
    const inputs = { type: "modem", cts: false, dsr: true, ri: false, dcd: true } as const;
    model.apply(inputs);
    expect(model.interruptLine).toBe(0);
    expect(of(model.apply({ type: "advance", ticks: 1000 }), "transmit")).toEqual([[160, 1]]);
    model.apply({ ...inputs, cts: true });
    expect(of(model.apply({ type: "advance", ticks: 160 }), "transmit")).toEqual([[1160, 2]]);
    expect(read(model, 6)).toBe(0xb1);
  });
});
