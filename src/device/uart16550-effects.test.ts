import type { Observable } from "rxjs";
import { beforeEach, describe, expect, test } from "vitest";
import { FCR, IER, LSR, MCR } from "../../machines/index.js";
import {
  type Emission,
  type InterruptEdge,
  type InterruptLineChange,
  SerialError,
  type SerialOutputChange,
  type Transition,
  Uart16550,
} from "./index.js";
import {
  AT,
  BIT,
  CHARACTER,
  entriesOf,
  errorOf,
  fail,
  inWords,
  loggingTo,
  made,
} from "./uart16550.test-helper.js";

let log: string[];
let uart: Uart16550;

beforeEach(() => {
  log = [];
  uart = made(loggingTo(log));
});

describe("time", () => {
  test("a character leaves when its last stop bit is over, and the next due time is told", () => {
    uart.advance(100);
    uart.write(AT.THR, 0x41);
    expect(uart.serialOutput).toBe(0);
    uart.advance(CHARACTER - 1);
    expect(log).toEqual([]);
    expect(uart.nextDue).toBe(100 + CHARACTER);
    uart.advance(1);
    expect(log).toEqual(["write 65", "flush"]);
    expect(uart.nextDue).toBeUndefined();
    expect(uart.now).toBe(100 + CHARACTER);
  });

  test("each thing that leaves within one advance has its own tick", () => {
    const levels: SerialOutputChange[] = [];
    uart.serialOutput$.subscribe((change) => levels.push(change));
    uart.write(AT.THR, 0x55);
    uart.write(AT.THR, 0x0f);
    const emitted = uart.apply({ type: "advance", ticks: 3 * CHARACTER });
    const sent = emitted.filter(({ type }) => type === "transmit");
    expect(sent).toEqual<Emission[]>([
      { type: "transmit", value: 0x55, index: 4, tick: CHARACTER },
      { type: "transmit", value: 0x0f, index: 4, tick: 2 * CHARACTER },
    ]);
    const first = Array.from({ length: 10 }, (_, bit) => ({
      level: bit % 2,
      index: bit === 0 ? 2 : 4,
      tick: bit * BIT,
    }));
    const second = [0, 1, 5, 9].map((bit, i) => ({ level: i % 2, index: 4, tick: CHARACTER + bit * BIT }));
    expect(levels).toEqual([...first, ...second]);
  });

  test("an advance in one piece does what it does in many", () => {
    const other = made(loggingTo(log, { journal: false }));
    for (const device of [uart, other]) {
      device.write(AT.IER, IER.ERBFI | IER.ETBEI);
      device.receive([1]);
      for (const byte of [1, 2, 3]) device.write(AT.THR, byte);
    }
    log.length = 0;
    uart.advance(50_000);
    const whole = log.splice(0);
    for (let passed = 0; passed < 50_000; passed += 7) other.advance(Math.min(7, 50_000 - passed));
    expect(log).toEqual(whole);
    expect(other.state()).toEqual(uart.state());
  });

  test("a character that nobody reads times out after four character times", () => {
    uart.write(AT.FCR, FCR.FIFO_ENABLE | FCR.TRIGGER);
    uart.write(AT.IER, IER.ERBFI);
    uart.receive([1]);
    expect(uart.nextDue).toBe(4 * CHARACTER);
    uart.advance(4 * CHARACTER);
    expect(log).toEqual(["INTR 1 CTI"]);
    expect(uart.interruptLine).toEqual({ level: 1, cause: "CTI" });
    uart.read(AT.RBR);
    expect(log).toEqual(["INTR 1 CTI", "INTR 0"]);
  });

  test("without time a character leaves within the write", () => {
    const device = made(loggingTo(log, { preset: { txTimed: false } }));
    device.write(AT.THR, 0x41);
    expect(log).toEqual(["write 65", "flush"]);
    expect(device.nextDue).toBeUndefined();
  });
});

describe("the host's output", () => {
  test("held, a character stays in the shift register, and leaves when it is released", () => {
    uart.holdOutput();
    for (const byte of [1, 2]) uart.write(AT.THR, byte);
    uart.advance(5 * CHARACTER);
    expect(log).toEqual([]);
    expect(uart.read(AT.LSR) & (LSR.THRE | LSR.TEMT)).toBe(0);
    uart.releaseOutput();
    expect(log).toEqual(["write 1", "flush"]);
    uart.advance(CHARACTER);
    expect(log).toEqual(["write 1", "flush", "write 2", "flush"]);
  });

  test("a sink that fails inside an advance throws when the advance is over, and all the rest happens", () => {
    const written: number[] = [];
    const device = made({
      out: { write: (byte) => (written.push(byte) === 1 ? fail() : undefined) },
      interrupt: (change) => log.push(inWords(change)),
    });
    device.write(AT.IER, IER.ETBEI);
    device.read(AT.IIR);
    for (const byte of [1, 2, 3]) device.write(AT.THR, byte);
    log.length = 0;
    const error = errorOf(() => device.advance(5 * CHARACTER));
    expect(error).toBeInstanceOf(SerialError);
    expect(error).toMatchObject({ kind: "IOError", cause: { message: "no luck" } });
    expect(written).toEqual([1, 2, 3]);
    expect(device.now).toBe(5 * CHARACTER);
    expect(device.peek(AT.LSR)).toBe(LSR.THRE | LSR.TEMT);
    expect(log).toEqual(["INTR 1 THRE"]);
    expect(entriesOf(device).slice(-2)).toEqual([
      { type: "advance", ticks: 5 * CHARACTER },
      { type: "failed", what: "out", index: 7 },
    ]);
  });

  test("a sink that takes nothing has failed", () => {
    const device = made({ preset: { txTimed: false }, out: { write: () => 0 } });
    expect(errorOf(() => device.write(AT.THR, 0x41))).toMatchObject({ kind: "IOError" });
  });
});

describe("the interrupt line", () => {
  test("its changes carry what IIR reports", () => {
    const changes: InterruptLineChange[] = [];
    const edges: InterruptEdge[] = [];
    uart.interruptLine$.subscribe((change) => changes.push(change));
    uart.interrupt$.subscribe((edge) => edges.push(edge));
    uart.write(AT.IER, IER.ETBEI);
    uart.read(AT.IIR);
    uart.advance(3);
    uart.write(AT.IER, IER.MASK);
    uart.receive([{ value: 1, parity: true }]);
    uart.read(AT.LSR);
    uart.read(AT.RBR);
    uart.setModemInputs({ cts: false });
    expect(changes).toEqual([
      { level: 1, cause: "THRE", index: 2, tick: 0 },
      { level: 0, index: 3, tick: 0 },
      { level: 1, cause: "RLS", index: 6, tick: 3 },
      { level: 0, index: 8, tick: 3 },
      { level: 1, cause: "MS", index: 9, tick: 3 },
    ]);
    expect(edges).toEqual([
      { cause: "THRE", index: 2, tick: 0 },
      { cause: "RLS", index: 6, tick: 3 },
      { cause: "MS", index: 9, tick: 3 },
    ]);
    expect(log).toEqual(["INTR 1 THRE", "INTR 0", "INTR 1 RLS", "INTR 0", "INTR 1 MS"]);
  });

  test("on a PC it passes OUT2 only", () => {
    const device = made(loggingTo(log, { preset: { board: "pc" } }));
    device.write(AT.IER, IER.ETBEI);
    expect(device.interruptLine).toEqual({ level: 0 });
    expect(device.peek(AT.IIR)).toBe(0xc2);
    device.write(AT.MCR, MCR.OUT2);
    expect(device.interruptLine).toEqual({ level: 1, cause: "THRE" });
    expect(log).toEqual(["INTR 1 THRE"]);
  });

  test("a callback that fails is a Trigger error, noted, and the state is whole", () => {
    const device = made({ interrupt: fail });
    const error = errorOf(() => device.write(AT.IER, IER.ETBEI));
    expect(error).toBeInstanceOf(SerialError);
    expect(error).toMatchObject({ kind: "Trigger", message: "Failed to trigger interrupt: no luck" });
    expect(entriesOf(device).slice(-2)).toEqual([
      { type: "write", offset: AT.IER, value: IER.ETBEI },
      { type: "failed", what: "trigger", index: 2 },
    ]);
    expect(device.interruptLine).toEqual({ level: 1, cause: "THRE" });
    expect(Uart16550.fromJournal(device.journal).state()).toEqual(device.state());
  });

  test("a callback that fails inside an advance keeps no character from leaving", () => {
    const lines: string[] = [];
    const sent: number[] = [];
    const device = made({
      out: { write: (byte) => sent.push(byte) },
      interrupt: (change) => {
        lines.push(inWords(change));
        fail();
      },
    });
    errorOf(() => device.write(AT.IER, IER.ETBEI | IER.ERBFI));
    for (const byte of [1, 2, 3]) errorOf(() => device.write(AT.THR, byte));
    device.write(AT.FCR, FCR.FIFO_ENABLE | FCR.TRIGGER);
    device.receive([9]);
    lines.length = 0;
    expect(errorOf(() => device.advance(6 * CHARACTER))).toMatchObject({ kind: "Trigger" });
    expect(sent).toEqual([1, 2, 3]);
    expect(lines).toEqual(["INTR 1 THRE"]);
    expect(device.interruptLine).toEqual({ level: 1, cause: "CTI" });
  });

  test("a callback sees the state after the input, and may use the device", () => {
    const seen: number[] = [];
    const device: Uart16550 = made({
      interrupt: ({ level }) => {
        if (level === 1) while (device.peek(AT.LSR) & LSR.DR) seen.push(device.read(AT.RBR));
      },
    });
    device.write(AT.IER, IER.ERBFI);
    device.receive([1, 2, 3]);
    expect(seen).toEqual([1, 2, 3]);
    expect(device.interruptLine).toEqual({ level: 0 });
  });
});

describe("looking without touching", () => {
  test("peek gives what read would give, and changes nothing", () => {
    uart.receive([{ value: 9, parity: true }, 8]);
    uart.setModemInputs({ cts: false });
    uart.write(AT.IER, IER.MASK);
    uart.write(AT.THR, 1);
    uart.advance(3);
    const before = uart.state();
    log.length = 0;
    const peeked = Array.from({ length: 256 }, (_, offset) => uart.peek(offset));
    expect(uart.state()).toEqual(before);
    expect(log).toEqual([]);
    const read = Array.from({ length: 256 }, (_, offset) => Uart16550.fromState(before).read(offset));
    expect(peeked).toEqual(read);
  });

  test("explain finds what last changed a register", () => {
    uart.write(AT.SCR, 0x5a);
    expect(uart.explain("LCR")).toMatchObject({ value: 3, bits: "WLS=3", since: { index: 0 } });
    expect(uart.explain("SCR").text).toContain("SCR is 0x5A since #2, tick 0: SCR <- 0x5A");
    expect(uart.explain("MCR").text).toBe("MCR is 0x00, as at #0");
  });

  test("transition$ names what the chart did", () => {
    const transitions: Transition[] = [];
    uart.transition$.subscribe((transition) => transitions.push(transition));
    uart.write(AT.MCR, MCR.LOOP);
    expect(transitions).toHaveLength(1);
    expect(transitions[0]).toMatchObject({ index: 2, value: { loopback: "on" } });
    expect(transitions[0]?.taken.map(({ target }) => target)).toContain("loopback.on");
  });

  test("close completes the streams, and the device works on", () => {
    let completed = 0;
    const complete = () => completed++;
    const { output$, interrupt$, transition$, interruptLine$, modemOutputs$, serialOutput$ } = uart;
    const streams: Observable<unknown>[] = [output$, interrupt$, transition$];
    streams.push(interruptLine$, modemOutputs$, serialOutput$);
    for (const stream of streams) stream.subscribe({ complete });
    uart.close();
    expect(completed).toBe(6);
    modemOutputs$.subscribe({ complete });
    expect(completed).toBe(7);
    expect(uart.read(AT.LSR)).toBe(LSR.THRE | LSR.TEMT);
  });
});
