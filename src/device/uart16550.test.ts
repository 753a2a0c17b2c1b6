import { beforeEach, describe, expect, test } from "vitest";
import { FCR, IER, LCR, LSR, MCR, MSR } from "../../machines/index.js";
import { type ModemOutputs, Uart16550, uart16550Options } from "./index.js";
import { AT, CHARACTER, errorOf, loggingTo, made } from "./uart16550.test-helper.js";

let log: string[];
let uart: Uart16550;

beforeEach(() => {
  log = [];
  uart = made(loggingTo(log));
});

describe("which part it is", () => {
  test("a PC16550D, unless it is said", () => {
    expect(new Uart16550().chart.options).toEqual(uart16550Options("pc16550d"));
    expect(new Uart16550().chart.clock).toBe(1_843_200);
    expect(new Uart16550({ preset: "qemu" }).chart.clock).toBe(1e9);
  });

  test("options left out are the PC16550D's, and a preset is a value", () => {
    const { chart } = new Uart16550({ preset: { ...uart16550Options("qemu"), board: "pc" } });
    expect(chart.options).toEqual({ ...uart16550Options("qemu"), board: "pc" });
    expect(new Uart16550({ preset: { fifoSize: 64 } }).chart.options).toEqual({
      ...uart16550Options("pc16550d"),
      fifoSize: 64,
    });
  });

  test.each([
    [
      "pc16550",
      RangeError,
      'preset: expected one of pc16550d, ins8250, ns16450, ns16550, tl16c550c, tl16c750, qemu, got "pc16550"',
    ],
    ["toString", RangeError, 'got "toString"'],
    [{ fifoSize: 32 }, RangeError, "fifoSize: expected one of 1, 16, 64, got 32"],
    [{ board: "isa" }, RangeError, 'board: expected one of "chip", "pc", got "isa"'],
    [{ txTimed: 1 }, RangeError, "txTimed: expected one of true, false, got 1"],
    [{ clock: 0 }, RangeError, "clock: expected a whole number from 1 to 1000000000000, got 0"],
    [{ clock: 1.5 }, RangeError, "clock: expected a whole number from 1 to 1000000000000, got 1.5"],
    [{ inputClock: 2e9 }, RangeError, "inputClock: expected a whole number from 1 to 1000000000"],
    [{ etbeiRearms: undefined }, RangeError, "etbeiRearms: expected one of"],
    [{ fifosize: 16 }, TypeError, "options: expected one of fifoSize, iirFifoBits"],
  ])("case %#: there is no preset %j", (preset, type, words) => {
    const error = errorOf(() => new Uart16550({ preset: preset as never }));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
  });

  test("a part without FIFOs holds one character, one of 64 all after FCR5 with DLAB", () => {
    expect(new Uart16550({ preset: "ns16450" }).fifoCapacity()).toBe(1);
    const big = made({ preset: "tl16c750" });
    expect(big.fifoCapacity()).toBe(16);
    big.write(AT.LCR, LCR.DLAB);
    big.write(AT.FCR, FCR.FIFO_ENABLE | FCR.SIXTY_FOUR);
    expect(big.fifoCapacity()).toBe(64);
  });
});

describe("characters that arrive", () => {
  test("receive takes all, also what then overruns", () => {
    expect(uart.receive(new Uint8Array(17))).toBe(17);
    expect(uart.fifoCapacity()).toBe(0);
    expect(uart.read(AT.LSR)).toBe(LSR.DR | LSR.OE | LSR.THRE | LSR.TEMT);
  });

  test("enqueueRawBytes takes what fits, and refuses where nothing does", () => {
    expect(uart.enqueueRawBytes(Uint8Array.from({ length: 20 }, (_, i) => i))).toBe(16);
    expect(errorOf(() => uart.enqueueRawBytes([1]))).toMatchObject({
      kind: "FullFifo",
      message: "No space left in FIFO",
    });
    expect(uart.enqueueRawBytes([])).toBe(0);
    expect(uart.read(AT.LSR) & LSR.OE).toBe(0);
    expect(Array.from({ length: 16 }, () => uart.read(AT.RBR))).toEqual(
      Array.from({ length: 16 }, (_, i) => i),
    );
  });

  test("an error shows when its character is the next to be read", () => {
    uart.receive([0x41, { value: 0x42, parity: true }, { value: 0x43, framing: true }]);
    expect(uart.read(AT.LSR)).toBe(LSR.DR | LSR.THRE | LSR.TEMT | LSR.ERROR_IN_FIFO);
    uart.read(AT.RBR);
    expect(uart.read(AT.LSR) & (LSR.PE | LSR.FE | LSR.BI)).toBe(LSR.PE);
    expect(uart.read(AT.RBR)).toBe(0x42);
    expect(uart.read(AT.LSR) & (LSR.PE | LSR.FE | LSR.BI)).toBe(LSR.FE);
  });

  test("a break is one character, and nothing arrives until it ends", () => {
    uart.breakCondition(true);
    uart.breakCondition(true);
    expect(uart.receive([1, 2])).toBe(0);
    expect(uart.enqueueRawBytes([1])).toBe(0);
    uart.advance(10 * CHARACTER);
    expect(uart.fifoCapacity()).toBe(15);
    expect(uart.read(AT.LSR) & (LSR.DR | LSR.BI)).toBe(LSR.DR | LSR.BI);
    expect(uart.read(AT.RBR)).toBe(0);
    uart.breakCondition(false);
    expect(uart.receive([7])).toBe(1);
    expect(uart.read(AT.RBR)).toBe(7);
  });

  test("in loopback nothing arrives from outside", () => {
    uart.write(AT.MCR, MCR.LOOP);
    expect(uart.receive([1])).toBe(0);
    expect(uart.enqueueRawBytes([1])).toBe(0);
    uart.breakCondition(true);
    expect(uart.read(AT.LSR) & LSR.DR).toBe(0);
  });

  test("apply gives what left, in order and with its place", () => {
    uart.write(AT.IER, IER.ERBFI);
    uart.advance(5);
    const emitted = uart.apply({ type: "receive", characters: [9] });
    const place = { index: 4, tick: 5 };
    expect(emitted).toContainEqual({ type: "accepted", count: 1, ...place });
    expect(emitted).toContainEqual({ type: "interruptLine", level: 1, ...place });
    expect(emitted.every(({ index, tick }) => index === 4 && tick === 5)).toBe(true);
  });
});

describe("modem lines", () => {
  test("inputs left out stay, and a change is a delta until MSR is read", () => {
    expect(uart.modemInputs).toEqual({ cts: true, dsr: true, ri: false, dcd: true });
    uart.setModemInputs({ dsr: false });
    expect(uart.modemInputs).toEqual({ cts: true, dsr: false, ri: false, dcd: true });
    expect(uart.read(AT.MSR)).toBe(MSR.CTS | MSR.DCD | MSR.DDSR);
    expect(uart.read(AT.MSR)).toBe(MSR.CTS | MSR.DCD);
    uart.setModemInputs({});
    expect(uart.read(AT.MSR)).toBe(MSR.CTS | MSR.DCD);
  });

  test("outputs are told after each change, and in loopback none is asserted", () => {
    const told: ModemOutputs[] = [];
    uart.modemOutputs$.subscribe((outputs) => told.push(outputs));
    const none = { dtr: false, rts: false, out1: false, out2: false };
    uart.write(AT.MCR, MCR.DTR | MCR.RTS);
    uart.write(AT.MCR, MCR.DTR | MCR.RTS);
    expect(told).toEqual([
      { ...none, dtr: true },
      { ...none, dtr: true, rts: true },
    ]);
    expect(uart.modemOutputs).toEqual(told.at(-1));
    uart.write(AT.MCR, MCR.DTR | MCR.RTS | MCR.LOOP);
    expect(told.slice(2)).toEqual([{ ...none, rts: true }, none]);
    expect(uart.modemOutputs).toEqual(none);
  });
});

describe("a master reset", () => {
  test("gives the registers of Table I, and keeps the divisor and the pins", () => {
    uart.write(AT.LCR, LCR.DLAB | LCR.WLS);
    uart.write(0, 1);
    uart.write(AT.LCR, LCR.WLS);
    uart.write(AT.IER, IER.MASK);
    uart.write(AT.MCR, MCR.DTR | MCR.OUT2);
    uart.write(AT.SCR, 0x5a);
    uart.receive([1, 2]);
    uart.write(AT.THR, 0x41);
    uart.setModemInputs({ cts: false });
    log.length = 0;
    uart.reset();
    expect([1, 2, 3, 4, 5, 6, 7].map((offset) => uart.read(offset))).toEqual([0, 1, 0, 0, 0x60, 0xa0, 0]);
    expect(log).toEqual(["INTR 0"]);
    expect(uart.serialOutput).toBe(1);
    expect(uart.nextDue).toBeUndefined();
    uart.advance(5 * CHARACTER);
    expect(log).toEqual(["INTR 0"]);
    uart.write(AT.LCR, LCR.DLAB);
    expect([uart.read(0), uart.read(1)]).toEqual([1, 0]);
  });
});

describe("what is no input", () => {
  test.each([
    [() => uart.read(256), RangeError, "offset: expected a whole number from 0 to 255, got 256"],
    [() => uart.write(0, -1), RangeError, "value: expected a whole number from 0 to 255, got -1"],
    [() => uart.peek(0.5), RangeError, "offset: expected a whole number from 0 to 255, got 0.5"],
    [() => uart.advance(-1), RangeError, "ticks: expected"],
    [() => uart.advance(1.5), RangeError, "ticks: expected"],
    [() => uart.receive([256]), RangeError, "characters[0]: expected"],
    [() => uart.receive([1, { value: 300 }]), RangeError, "characters[1]"],
    [() => uart.receive("text" as never), TypeError, "characters: expected"],
    [() => uart.enqueueRawBytes([1, 300]), RangeError, "bytes[1]: expected a byte from 0 to 255, got 300"],
    [() => uart.enqueueRawBytes("text" as never), TypeError, "bytes: expected a list of bytes"],
    [() => uart.breakCondition("on" as never), TypeError, "on: expected"],
    [() => uart.setSerialInput(2 as never), TypeError, "level: expected"],
    [() => uart.setModemInputs({ cts: 1 as never }), TypeError, "cts: expected"],
    [() => uart.apply({ type: "wait" } as never), TypeError, "input: expected one of read, write"],
    [() => uart.apply({ type: "restore", state: {} }), TypeError, "expected a number, got nothing"],
    [() => uart.explain("THR"), RangeError, "expected"],
  ] as const)("case %#: it is named, and nothing changes", (access, type, words) => {
    const before = uart.state();
    const { length } = uart.journal;
    expect(access).toThrow(type);
    expect(access).toThrow(words);
    expect(uart.state()).toEqual(before);
    expect(uart.journal.length).toBe(length);
    expect(log).toEqual([]);
  });
});
