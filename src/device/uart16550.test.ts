import { beforeEach, describe, expect, test } from "vitest";
import { FCR, IER, LCR, LSR, MCR, MSR } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { type ModemOutputs, Uart16550, uart16550Options } from "./index.js";
import {
  CHARACTER_TICKS,
  configuredUart,
  loggingOptions,
  OFFSET,
  thrownBy,
} from "./uart16550.test-helper.js";

let callLog: string[];
let uart: Uart16550;

beforeEach(() => {
  callLog = [];
  uart = configuredUart(loggingOptions(callLog));
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
    ["pc16550", RangeError, "no preset pc16550 of uart16550: did you mean pc16550d?"],
    ["QEMU", RangeError, "no preset QEMU of uart16550: did you mean qemu?"],
    [
      "toString",
      RangeError,
      "no preset toString of uart16550: there are pc16550d, ins8250, ns16450, ns16550, tl16c550c, tl16c750, qemu",
    ],
    ["two\nlines", RangeError, 'no preset "two\\nlines" of uart16550: there are'],
    [{ fifoSize: 32 }, RangeError, "fifoSize: expected one of 1, 16, 64, got 32"],
    [{ board: "isa" }, RangeError, 'board: expected one of "chip", "pc", got "isa"'],
    [{ transmitterIsTimed: 1 }, RangeError, "transmitterIsTimed: expected one of true, false, got 1"],
    [{ clock: 0 }, RangeError, "clock: expected a whole number from 1 to 1000000000000, got 0"],
    [{ clock: 1.5 }, RangeError, "clock: expected a whole number from 1 to 1000000000000, got 1.5"],
    [{ inputClock: 2e9 }, RangeError, "inputClock: expected a whole number from 1 to 1000000000"],
    [{ etbeiRearms: undefined }, RangeError, "etbeiRearms: expected one of"],
    [
      { overflow: "dropOlder" },
      RangeError,
      'overflow: expected one of "dropNewest", "dropOldest", "overwriteLast", "wrap", got "dropOlder": did you mean dropOldest?',
    ],
    [{ fifosize: 16 }, TypeError, "no option fifosize of uart16550: did you mean fifoSize?"],
    [{ txTimed: true }, TypeError, "no option txTimed of uart16550: it is now transmitterIsTimed"],
    [{ txTimd: true }, TypeError, "no option txTimd of uart16550: did you mean transmitterIsTimed?"],
    [{ colour: 1 }, TypeError, "no option colour of uart16550: there are fifoSize, iirFifoBits, "],
  ])("case %#: %j is refused", (preset, errorClass, expectedMessage) => {
    const error = thrownBy(() => new Uart16550({ preset: invalid(preset) }));
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ message: expect.stringContaining(expectedMessage) });
  });

  test("a part without FIFOs holds one character, one of 64 all after FCR5 with DLAB", () => {
    expect(new Uart16550({ preset: "ns16450" }).fifoCapacity()).toBe(1);
    const largeUart = configuredUart({ preset: "tl16c750" });
    expect(largeUart.fifoCapacity()).toBe(16);
    largeUart.write(OFFSET.LCR, LCR.DLAB);
    largeUart.write(OFFSET.FCR, FCR.FIFO_ENABLE | FCR.SIXTY_FOUR);
    expect(largeUart.fifoCapacity()).toBe(64);
  });
});

describe("characters that arrive", () => {
  test("receive takes all, also what then overruns", () => {
    expect(uart.receive(new Uint8Array(17))).toBe(17);
    expect(uart.fifoCapacity()).toBe(0);
    expect(uart.read(OFFSET.LSR)).toBe(LSR.DR | LSR.OE | LSR.THRE | LSR.TEMT);
  });

  test("enqueueRawBytes takes what fits, and refuses where nothing does", () => {
    expect(uart.enqueueRawBytes(Uint8Array.from({ length: 20 }, (_, i) => i))).toBe(16);
    expect(thrownBy(() => uart.enqueueRawBytes([1]))).toMatchObject({
      kind: "FullFifo",
      message: "No space left in FIFO",
    });
    expect(uart.enqueueRawBytes([])).toBe(0);
    expect(uart.read(OFFSET.LSR) & LSR.OE).toBe(0);
    expect(Array.from({ length: 16 }, () => uart.read(OFFSET.RBR))).toEqual(
      Array.from({ length: 16 }, (_, i) => i),
    );
  });

  test("an error shows when its character is the next to be read", () => {
    uart.receive([0x41, { value: 0x42, parity: true }, { value: 0x43, framing: true }]);
    expect(uart.read(OFFSET.LSR)).toBe(LSR.DR | LSR.THRE | LSR.TEMT | LSR.ERROR_IN_FIFO);
    uart.read(OFFSET.RBR);
    expect(uart.read(OFFSET.LSR) & (LSR.PE | LSR.FE | LSR.BI)).toBe(LSR.PE);
    expect(uart.read(OFFSET.RBR)).toBe(0x42);
    expect(uart.read(OFFSET.LSR) & (LSR.PE | LSR.FE | LSR.BI)).toBe(LSR.FE);
  });

  test("a break is one character, and nothing arrives until it ends", () => {
    uart.breakCondition(true);
    uart.breakCondition(true);
    expect(uart.receive([1, 2])).toBe(0);
    expect(uart.enqueueRawBytes([1])).toBe(0);
    uart.advance(10 * CHARACTER_TICKS);
    expect(uart.fifoCapacity()).toBe(15);
    expect(uart.read(OFFSET.LSR) & (LSR.DR | LSR.BI)).toBe(LSR.DR | LSR.BI);
    expect(uart.read(OFFSET.RBR)).toBe(0);
    uart.breakCondition(false);
    expect(uart.receive([7])).toBe(1);
    expect(uart.read(OFFSET.RBR)).toBe(7);
  });

  test("in loopback nothing arrives from outside", () => {
    uart.write(OFFSET.MCR, MCR.LOOP);
    expect(uart.receive([1])).toBe(0);
    expect(uart.enqueueRawBytes([1])).toBe(0);
    uart.breakCondition(true);
    expect(uart.read(OFFSET.LSR) & LSR.DR).toBe(0);
  });

  test("apply gives what left, in order and with its place", () => {
    uart.write(OFFSET.IER, IER.ERBFI);
    uart.advance(5);
    const emitted = uart.apply({ type: "receive", characters: [9] });
    const position = { index: 4, tick: 5 };
    expect(emitted).toContainEqual({ type: "accepted", count: 1, ...position });
    expect(emitted).toContainEqual({ type: "interruptLine", level: 1, ...position });
    expect(emitted.every(({ index, tick }) => index === 4 && tick === 5)).toBe(true);
  });
});

describe("modem lines", () => {
  test("inputs left out stay, and a change is a delta until MSR is read", () => {
    expect(uart.modemInputs).toEqual({ cts: true, dsr: true, ri: false, dcd: true });
    uart.setModemInputs({ dsr: false });
    expect(uart.modemInputs).toEqual({ cts: true, dsr: false, ri: false, dcd: true });
    expect(uart.read(OFFSET.MSR)).toBe(MSR.CTS | MSR.DCD | MSR.DDSR);
    expect(uart.read(OFFSET.MSR)).toBe(MSR.CTS | MSR.DCD);
    uart.setModemInputs({});
    expect(uart.read(OFFSET.MSR)).toBe(MSR.CTS | MSR.DCD);
  });

  test("outputs are told after each change, and in loopback none is asserted", () => {
    const outputChanges: ModemOutputs[] = [];
    uart.modemOutputs$.subscribe((outputs) => outputChanges.push(outputs));
    const allReleased = { dtr: false, rts: false, out1: false, out2: false };
    uart.write(OFFSET.MCR, MCR.DTR | MCR.RTS);
    uart.write(OFFSET.MCR, MCR.DTR | MCR.RTS);
    expect(outputChanges).toEqual([
      { ...allReleased, dtr: true },
      { ...allReleased, dtr: true, rts: true },
    ]);
    expect(uart.modemOutputs).toEqual(outputChanges.at(-1));
    uart.write(OFFSET.MCR, MCR.DTR | MCR.RTS | MCR.LOOP);
    expect(outputChanges.slice(2)).toEqual([{ ...allReleased, rts: true }, allReleased]);
    expect(uart.modemOutputs).toEqual(allReleased);
  });
});

describe("a master reset", () => {
  test("gives the registers of Table I, and keeps the divisor and the pins", () => {
    uart.write(OFFSET.LCR, LCR.DLAB | LCR.WLS);
    uart.write(0, 1);
    uart.write(OFFSET.LCR, LCR.WLS);
    uart.write(OFFSET.IER, IER.MASK);
    uart.write(OFFSET.MCR, MCR.DTR | MCR.OUT2);
    uart.write(OFFSET.SCR, 0x5a);
    uart.receive([1, 2]);
    uart.write(OFFSET.THR, 0x41);
    uart.setModemInputs({ cts: false });
    callLog.length = 0;
    uart.reset();
    expect([1, 2, 3, 4, 5, 6, 7].map((offset) => uart.read(offset))).toEqual([0, 1, 0, 0, 0x60, 0xa0, 0]);
    expect(callLog).toEqual(["INTR 0"]);
    expect(uart.serialOutput).toBe(1);
    expect(uart.nextDue).toBeUndefined();
    uart.advance(5 * CHARACTER_TICKS);
    expect(callLog).toEqual(["INTR 0"]);
    uart.write(OFFSET.LCR, LCR.DLAB);
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
    [() => uart.receive(invalid("text")), TypeError, "characters: expected"],
    [() => uart.enqueueRawBytes([1, 300]), RangeError, "bytes[1]: expected a byte from 0 to 255, got 300"],
    [() => uart.enqueueRawBytes(invalid("text")), TypeError, "bytes: expected a list of bytes"],
    [() => uart.breakCondition(invalid("on")), TypeError, "on: expected"],
    [() => uart.setSerialInput(invalid(2)), TypeError, "level: expected"],
    [() => uart.setModemInputs({ cts: invalid(1) }), TypeError, "cts: expected"],
    [() => uart.apply(invalid({ type: "wait" })), TypeError, "input: expected one of read, write"],
    [() => uart.apply({ type: "restore", state: {} }), TypeError, "expected a number, got nothing"],
    [() => uart.explain("THR"), RangeError, "expected"],
  ] as const)("case %#: it is named, and nothing changes", (operation, errorClass, expectedMessage) => {
    const stateBefore = uart.state();
    const { length } = uart.journal;
    expect(operation).toThrow(errorClass);
    expect(operation).toThrow(expectedMessage);
    expect(uart.state()).toEqual(stateBefore);
    expect(uart.journal.length).toBe(length);
    expect(callLog).toEqual([]);
  });
});

test.each([null, undefined, {}, { isFull: 1 }])(
  "a host that does not say whether it is full, %j, is refused and not attached",
  (host) => {
    const uart = new Uart16550();
    expect(() => uart.attachHost(invalid(host))).toThrow("host.isFull: expected true or false, got ");
    uart.syncOutputs();
    uart.releaseOutput();
    expect(uart.outputHeld).toBe(false);
  },
);
