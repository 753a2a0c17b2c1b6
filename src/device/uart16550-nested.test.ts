/** Callbacks that use the device: the line ends at the level that the chip has. */
import { describe, expect, test } from "vitest";
import { MCR } from "../../machines/index.js";
import { connect, type InterruptLine, Uart16550 } from "./index.js";

describe("a callback that uses the device", () => {
  test("a sink that acknowledges THR empty: the line is told to be low in the end", () => {
    const lineChanges: InterruptLine[] = [];
    const uart: Uart16550 = new Uart16550({
      preset: "qemu",
      out: { write: () => uart.read(2) + 1 },
      interrupt: (line) => lineChanges.push(line),
    });
    uart.write(1, 0x02);
    uart.read(2);
    uart.write(0, 0x41);
    expect(uart.interruptLine).toEqual({ level: 0 });
    expect(lineChanges.at(-1)).toEqual({ level: 0 });
  });

  test("a subscriber that acknowledges: the interrupt callback hears high, then low", () => {
    const lineChanges: number[] = [];
    const uart = new Uart16550({ interrupt: ({ level }) => lineChanges.push(level) });
    uart.interruptLine$.subscribe(({ level }) => level === 1 && uart.read(2));
    uart.write(1, 0x02);
    expect(lineChanges).toEqual([1, 0]);
    expect(uart.interruptLine.level).toBe(0);
  });

  test("a sink that echoes: the cause told is the present one", () => {
    const lineChanges: InterruptLine[] = [];
    const uart: Uart16550 = new Uart16550({
      preset: "qemu",
      out: { write: (byte) => uart.enqueueRawBytes([byte]) },
      interrupt: (line) => lineChanges.push(line),
    });
    uart.write(1, 0x03);
    uart.read(2);
    uart.write(0, 0x41);
    expect(lineChanges.at(-1)).toEqual(uart.interruptLine);
    expect(lineChanges.at(-1)?.cause).toBe("RDA");
  });

  test("a subscriber that takes RTS back: the other end's CTS follows", () => {
    const [a, b] = [new Uart16550(), new Uart16550()];
    connect(a, b);
    a.modemOutputs$.subscribe(({ dtr }) => dtr && a.write(4, 0));
    a.write(4, MCR.DTR | MCR.RTS);
    expect(a.modemOutputs).toMatchObject({ dtr: false, rts: false });
    expect(b.modemInputs).toMatchObject({ cts: false, dsr: false });
  });
});
