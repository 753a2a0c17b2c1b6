import { describe, expect, test } from "vitest";
import { LCR, LSR, MCR, type Uart16550Options } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { connect, SerialError, Uart16550 } from "./index.js";

const THR = 0;
const FCR_ = 2;
const LCR_ = 3;
const MCR_ = 4;
const LSR_ = 5;
const MSR_ = 6;
const EIGHT_NONE_ONE = LCR.WLS;
const SEVEN_EVEN_ONE = 0x02 | LCR.PEN | LCR.EPS;

function connectedPair(options: Partial<Uart16550Options> = {}) {
  const a = new Uart16550({ preset: options });
  const b = new Uart16550({ preset: options });
  for (const uart of [a, b]) {
    setDivisor(uart, 1);
    uart.write(LCR_, EIGHT_NONE_ONE);
    uart.write(FCR_, 0x01);
  }
  return { a, b, connection: connect(a, b) };
}

function setDivisor(uart: Uart16550, divisor: number): void {
  uart.write(LCR_, LCR.DLAB);
  uart.write(0, divisor & 0xff);
  uart.write(1, divisor >> 8);
  uart.write(LCR_, EIGHT_NONE_ONE);
}

/** What there is to be read, each character after the LSR that it was read with. */
function readAll(uart: Uart16550): [lsr: number, character: number][] {
  const readings: [number, number][] = [];
  for (let lsr = uart.read(LSR_); lsr & LSR.DR; lsr = uart.read(LSR_)) readings.push([lsr, uart.read(0)]);
  return readings;
}

const ERRORS = LSR.OE | LSR.PE | LSR.FE | LSR.BI;
const errorsOf = (readings: [number, number][]) => readings.map(([lsr]) => lsr & ERRORS);

describe("a null modem", () => {
  test("carries characters both ways at once, in the time that they take", () => {
    const { a, b, connection } = connectedPair();
    for (const byte of [0x00, 0x55, 0xff]) a.write(THR, byte);
    b.write(THR, 0x42);
    connection.advance(159);
    expect(readAll(a).map(([, character]) => character)).toEqual([0x42]);
    connection.advance(2 * 160 + 1);
    expect(readAll(b).map(([, character]) => character)).toEqual([0x00, 0x55, 0xff]);
    expect(connection.now).toBe(480);
  });

  test("connects RTS to CTS, DTR to DSR and DCD, as they are and as they change", () => {
    const { a, b, connection } = connectedPair();
    expect(b.modemInputs).toEqual({ cts: false, dsr: false, ri: false, dcd: false });
    a.write(MCR_, MCR.DTR | MCR.RTS);
    expect(b.modemInputs).toEqual({ cts: true, dsr: true, ri: false, dcd: true });
    expect(b.read(MSR_) & 0xf0).toBe(0xb0);
    connection.disconnect();
    expect(b.modemInputs).toEqual({ cts: false, dsr: false, ri: false, dcd: false });
    a.write(MCR_, 0);
    expect(connect(a, b).now).toBe(0);
  });

  test("7E1 arrives at 8N1 with the parity bit as its eighth", () => {
    const { a, b, connection } = connectedPair();
    a.write(LCR_, SEVEN_EVEN_ONE);
    a.write(THR, 0x41);
    a.write(THR, 0x43);
    connection.advance(320);
    expect(readAll(b).map(([, character]) => character)).toEqual([0x41, 0xc3]);
  });

  test("8N1 arrives at 7E1 with parity errors where the eighth bit is no parity bit", () => {
    const { a, b, connection } = connectedPair();
    b.write(LCR_, SEVEN_EVEN_ONE);
    a.write(THR, 0x41);
    a.write(THR, 0x43);
    connection.advance(320);
    expect(errorsOf(readAll(b))).toEqual([0, LSR.PE]);
  });

  test("a receiver at twice the speed sees other characters and framing errors", () => {
    const { a, b, connection } = connectedPair();
    setDivisor(a, 2);
    a.write(THR, 0x00);
    connection.advance(400);
    const errors = errorsOf(readAll(b));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]).toBe(LSR.BI | LSR.FE);
  });

  test("a break is one character, until the line marks again", () => {
    const { a, b, connection } = connectedPair();
    a.write(LCR_, EIGHT_NONE_ONE | LCR.BREAK);
    connection.advance(10_000);
    expect(errorsOf(readAll(b))).toEqual([LSR.BI | LSR.FE]);
    a.write(LCR_, EIGHT_NONE_ONE);
    a.write(THR, 0x42);
    connection.advance(200);
    expect(readAll(b).map(([, character]) => character)).toEqual([0x42]);
  });

  test("with automatic flow control nothing is lost, however late it is read; without, OE says so", () => {
    const sentBytes = Array.from({ length: 100 }, (_, i) => i);
    for (const autoFlow of [true, false]) {
      const { a, b, connection } = connectedPair({ autoFlow });
      for (const uart of [a, b]) {
        uart.write(FCR_, 0x81);
        uart.write(MCR_, MCR.AFE | MCR.RTS);
      }
      const received: number[] = [];
      let overrun = 0;
      for (let sent = 0, turn = 0; turn < 800; turn++) {
        while (sent < sentBytes.length && (a.read(LSR_) & LSR.THRE) !== 0)
          a.write(THR, sentBytes[sent++] as number);
        connection.advance(160);
        if (turn % 40 === 39)
          for (const [lsr, character] of readAll(b)) {
            overrun |= lsr & LSR.OE;
            received.push(character);
          }
      }
      expect(overrun !== 0).toBe(!autoFlow);
      if (autoFlow) expect(received).toEqual(sentBytes);
      else expect(received.length).toBeLessThan(sentBytes.length);
    }
  });
});

test("devices that cannot be connected are refused, by what keeps them apart", () => {
  const a = new Uart16550();
  expect(() => connect(a, a)).toThrow("b: expected another device than a, got the same");
  expect(() => connect(a, new Uart16550({ preset: { clock: 1e9 } }))).toThrow(
    "clock: expected both to have the same, got 1843200 and 1000000000",
  );
  expect(() => connect(a, new Uart16550({ preset: "qemu" }))).toThrow(
    "b: expected a device with transmitterIsTimed: true, got one without transmit time",
  );
  expect(() => connect(a, invalid(undefined))).toThrow("b: expected a Uart16550, got nothing");
  const late = new Uart16550();
  late.advance(5);
  expect(() => connect(a, late)).toThrow("now: expected both at the same tick, got 0 and 5");
  expect(() => connect(a, new Uart16550()).advance(-1)).toThrow(
    "ticks: expected a whole number from 0, got -1",
  );
});

test("a device has one cable; time passes on both ends of it", () => {
  const [a, b, c] = [new Uart16550(), new Uart16550(), new Uart16550()];
  const connection = connect(a, b);
  expect(() => connect(c, a)).toThrow("b: expected a device without a cable, got one with");
  b.advance(7);
  expect(() => connection.advance(1)).toThrow("now: expected both at the same tick, got 0 and 7");
});

test("a sink that fails at one end disturbs nothing at the other, and is told when the ticks have passed", () => {
  const out = {
    write: () => {
      throw new Error("disk full");
    },
  };
  const [a, b] = [new Uart16550(), new Uart16550({ out })];
  for (const uart of [a, b]) {
    setDivisor(uart, 1);
    uart.write(FCR_, 0x01);
  }
  const connection = connect(a, b);
  b.write(THR, 0x42);
  a.write(THR, 0x41);
  a.write(THR, 0x55);
  expect(() => connection.advance(1000)).toThrow(SerialError);
  expect([a.now, b.now]).toEqual([1000, 1000]);
  expect(readAll(b).map(([, character]) => character)).toEqual([0x41, 0x55]);
  connection.advance(1000);
});

test("what comes next on the cable is what comes next at either end", () => {
  const { a, b, connection } = connectedPair();
  expect(connection.nextDue).toBeUndefined();
  a.write(THR, 0x41);
  connection.advance(8);
  expect(connection.nextDue).toBe(16);
  expect(connection.nextDue).toBe(Math.min(a.nextDue as number, b.nextDue as number));
  b.write(THR, 0x42);
  connection.advance(4);
  expect(connection.nextDue).toBe(16);
  connection.advance(4);
  expect(connection.nextDue).toBe(24);
  connection.advance(0);
  expect(connection.now).toBe(16);
  for (const ticks of [-1, 0.5, Number.NaN])
    expect(() => connection.advance(ticks)).toThrow("ticks: expected a whole number from 0, got ");
});

test("a line that is already held low is a break at the other end", () => {
  const a = new Uart16550();
  const b = new Uart16550();
  for (const uart of [a, b]) uart.write(LCR_, EIGHT_NONE_ONE);
  a.write(LCR_, EIGHT_NONE_ONE | LCR.BREAK);
  const connection = connect(a, b);
  connection.advance(4000);
  expect(errorsOf(readAll(b))).toEqual([LSR.BI | LSR.FE]);
});

test("a change of the modem's lines arrives when it happens, and lets no time pass where none has", () => {
  const { a, b, connection } = connectedPair({ autoFlow: true });
  b.write(MCR_, MCR.AFE | MCR.RTS);
  a.write(MCR_, MCR.AFE | MCR.RTS);
  const changed: number[] = [];
  b.modemOutputs$.subscribe(() => changed.push(b.now));
  for (let i = 0; i < 3; i++) a.write(THR, i);
  connection.advance(1000);
  expect(changed.length).toBe(1);
  const modemTicks = [...a.journal.entries()]
    .filter(({ entry }) => entry.type === "modem")
    .map(({ tick }) => tick);
  expect(modemTicks.at(-1)).toBe(changed[0]);
  for (const uart of [a, b])
    for (const { entry } of uart.journal.entries())
      if (entry.type === "advance") expect(entry.ticks).toBeGreaterThan(0);
});

test("what is due at one end alone is due on the cable", () => {
  const { a, b, connection } = connectedPair();
  a.receive([1]);
  expect(b.nextDue).toBeUndefined();
  expect(connection.nextDue).toBe(a.nextDue);
  connection.advance(10_000);
  b.receive([1]);
  expect(a.nextDue).toBeUndefined();
  expect(connection.nextDue).toBe(b.nextDue);
});
