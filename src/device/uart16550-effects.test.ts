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
  BIT_TICKS,
  CHARACTER_TICKS,
  configuredUart,
  entriesOf,
  lineInWords,
  loggingOptions,
  OFFSET,
  throwNoLuck,
  thrownBy,
} from "./uart16550.test-helper.js";

let callLog: string[];
let uart: Uart16550;

beforeEach(() => {
  callLog = [];
  uart = configuredUart(loggingOptions(callLog));
});

describe("time", () => {
  test("a character leaves when its last stop bit is over, and the next due time is told", () => {
    uart.advance(100);
    uart.write(OFFSET.THR, 0x41);
    expect(uart.serialOutput).toBe(0);
    uart.advance(CHARACTER_TICKS - 1);
    expect(callLog).toEqual([]);
    expect(uart.nextDue).toBe(100 + CHARACTER_TICKS);
    uart.advance(1);
    expect(callLog).toEqual(["write 65", "flush"]);
    expect(uart.nextDue).toBeUndefined();
    expect(uart.now).toBe(100 + CHARACTER_TICKS);
  });

  test("each thing that leaves within one advance has its own tick", () => {
    const levels: SerialOutputChange[] = [];
    uart.serialOutput$.subscribe((change) => levels.push(change));
    uart.write(OFFSET.THR, 0x55);
    uart.write(OFFSET.THR, 0x0f);
    const emitted = uart.apply({ type: "advance", ticks: 3 * CHARACTER_TICKS });
    const sent = emitted.filter(({ type }) => type === "transmit");
    expect(sent).toEqual<Emission[]>([
      { type: "transmit", value: 0x55, index: 4, tick: CHARACTER_TICKS },
      { type: "transmit", value: 0x0f, index: 4, tick: 2 * CHARACTER_TICKS },
    ]);
    const first = Array.from({ length: 10 }, (_, bit) => ({
      level: bit % 2,
      index: bit === 0 ? 2 : 4,
      tick: bit * BIT_TICKS,
    }));
    const second = [0, 1, 5, 9].map((bit, i) => ({
      level: i % 2,
      index: 4,
      tick: CHARACTER_TICKS + bit * BIT_TICKS,
    }));
    expect(levels).toEqual([...first, ...second]);
  });

  test("an advance in one piece does what it does in many", () => {
    const unjournaled = configuredUart(loggingOptions(callLog, { journal: false }));
    for (const device of [uart, unjournaled]) {
      device.write(OFFSET.IER, IER.ERBFI | IER.ETBEI);
      device.receive([1]);
      for (const byte of [1, 2, 3]) device.write(OFFSET.THR, byte);
    }
    callLog.length = 0;
    uart.advance(50_000);
    const whole = callLog.splice(0);
    for (let passed = 0; passed < 50_000; passed += 7) unjournaled.advance(Math.min(7, 50_000 - passed));
    expect(callLog).toEqual(whole);
    expect(unjournaled.state()).toEqual(uart.state());
  });

  test("a character that nobody reads times out after four character times", () => {
    uart.write(OFFSET.FCR, FCR.FIFO_ENABLE | FCR.TRIGGER);
    uart.write(OFFSET.IER, IER.ERBFI);
    uart.receive([1]);
    expect(uart.nextDue).toBe(4 * CHARACTER_TICKS);
    uart.advance(4 * CHARACTER_TICKS);
    expect(callLog).toEqual(["INTR 1 CTI"]);
    expect(uart.interruptLine).toEqual({ level: 1, cause: "CTI" });
    uart.read(OFFSET.RBR);
    expect(callLog).toEqual(["INTR 1 CTI", "INTR 0"]);
  });

  test("without time a character leaves within the write", () => {
    const device = configuredUart(loggingOptions(callLog, { preset: { transmitterIsTimed: false } }));
    device.write(OFFSET.THR, 0x41);
    expect(callLog).toEqual(["write 65", "flush"]);
    expect(device.nextDue).toBeUndefined();
  });
});

describe("the host's output", () => {
  test("held, a character stays in the shift register, and leaves when it is released", () => {
    uart.holdOutput();
    for (const byte of [1, 2]) uart.write(OFFSET.THR, byte);
    uart.advance(5 * CHARACTER_TICKS);
    expect(callLog).toEqual([]);
    expect(uart.read(OFFSET.LSR) & (LSR.THRE | LSR.TEMT)).toBe(0);
    uart.releaseOutput();
    expect(callLog).toEqual(["write 1", "flush"]);
    uart.advance(CHARACTER_TICKS);
    expect(callLog).toEqual(["write 1", "flush", "write 2", "flush"]);
  });

  test("a sink that fails inside an advance throws when the advance is over, and all the rest happens", () => {
    const written: number[] = [];
    const device = configuredUart({
      out: { write: (byte) => (written.push(byte) === 1 ? throwNoLuck() : undefined) },
      interrupt: (change) => callLog.push(lineInWords(change)),
    });
    device.write(OFFSET.IER, IER.ETBEI);
    device.read(OFFSET.IIR);
    for (const byte of [1, 2, 3]) device.write(OFFSET.THR, byte);
    callLog.length = 0;
    const error = thrownBy(() => device.advance(5 * CHARACTER_TICKS));
    expect(error).toBeInstanceOf(SerialError);
    expect(error).toMatchObject({ kind: "IOError", cause: { message: "no luck" } });
    expect(written).toEqual([1, 2, 3]);
    expect(device.now).toBe(5 * CHARACTER_TICKS);
    expect(device.peek(OFFSET.LSR)).toBe(LSR.THRE | LSR.TEMT);
    expect(callLog).toEqual(["INTR 1 THRE"]);
    expect(entriesOf(device).slice(-2)).toEqual([
      { type: "advance", ticks: 5 * CHARACTER_TICKS },
      { type: "failed", what: "out", index: 7 },
    ]);
  });

  test("a sink that takes nothing has failed", () => {
    const device = configuredUart({ preset: { transmitterIsTimed: false }, out: { write: () => 0 } });
    expect(thrownBy(() => device.write(OFFSET.THR, 0x41))).toMatchObject({ kind: "IOError" });
  });
});

describe("the interrupt line", () => {
  test("its changes carry what IIR reports", () => {
    const changes: InterruptLineChange[] = [];
    const edges: InterruptEdge[] = [];
    uart.interruptLine$.subscribe((change) => changes.push(change));
    uart.interrupt$.subscribe((edge) => edges.push(edge));
    uart.write(OFFSET.IER, IER.ETBEI);
    uart.read(OFFSET.IIR);
    uart.advance(3);
    uart.write(OFFSET.IER, IER.MASK);
    uart.receive([{ value: 1, parity: true }]);
    uart.read(OFFSET.LSR);
    uart.read(OFFSET.RBR);
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
    expect(callLog).toEqual(["INTR 1 THRE", "INTR 0", "INTR 1 RLS", "INTR 0", "INTR 1 MS"]);
  });

  test("on a PC it passes OUT2 only", () => {
    const device = configuredUart(loggingOptions(callLog, { preset: { board: "pc" } }));
    device.write(OFFSET.IER, IER.ETBEI);
    expect(device.interruptLine).toEqual({ level: 0 });
    expect(device.peek(OFFSET.IIR)).toBe(0xc2);
    device.write(OFFSET.MCR, MCR.OUT2);
    expect(device.interruptLine).toEqual({ level: 1, cause: "THRE" });
    expect(callLog).toEqual(["INTR 1 THRE"]);
  });

  test("a callback that fails is a Trigger error, noted, and the state is whole", () => {
    const device = configuredUart({ interrupt: throwNoLuck });
    const error = thrownBy(() => device.write(OFFSET.IER, IER.ETBEI));
    expect(error).toBeInstanceOf(SerialError);
    expect(error).toMatchObject({ kind: "Trigger", message: "Failed to trigger interrupt: no luck" });
    expect(entriesOf(device).slice(-2)).toEqual([
      { type: "write", offset: OFFSET.IER, value: IER.ETBEI },
      { type: "failed", what: "trigger", index: 2 },
    ]);
    expect(device.interruptLine).toEqual({ level: 1, cause: "THRE" });
    expect(Uart16550.fromJournal(device.journal).state()).toEqual(device.state());
  });

  test("a callback that fails inside an advance keeps no character from leaving", () => {
    const lines: string[] = [];
    const sent: number[] = [];
    const device = configuredUart({
      out: { write: (byte) => sent.push(byte) },
      interrupt: (change) => {
        lines.push(lineInWords(change));
        throwNoLuck();
      },
    });
    thrownBy(() => device.write(OFFSET.IER, IER.ETBEI | IER.ERBFI));
    for (const byte of [1, 2, 3]) thrownBy(() => device.write(OFFSET.THR, byte));
    device.write(OFFSET.FCR, FCR.FIFO_ENABLE | FCR.TRIGGER);
    device.receive([9]);
    lines.length = 0;
    expect(thrownBy(() => device.advance(6 * CHARACTER_TICKS))).toMatchObject({ kind: "Trigger" });
    expect(sent).toEqual([1, 2, 3]);
    expect(lines).toEqual(["INTR 1 THRE"]);
    expect(device.interruptLine).toEqual({ level: 1, cause: "CTI" });
  });

  test("a callback sees the state after the input, and may use the device", () => {
    const seen: number[] = [];
    const device: Uart16550 = configuredUart({
      interrupt: ({ level }) => {
        if (level === 1) while (device.peek(OFFSET.LSR) & LSR.DR) seen.push(device.read(OFFSET.RBR));
      },
    });
    device.write(OFFSET.IER, IER.ERBFI);
    device.receive([1, 2, 3]);
    expect(seen).toEqual([1, 2, 3]);
    expect(device.interruptLine).toEqual({ level: 0 });
  });
});

describe("looking without touching", () => {
  test("peek gives what read would give, and changes nothing", () => {
    uart.receive([{ value: 9, parity: true }, 8]);
    uart.setModemInputs({ cts: false });
    uart.write(OFFSET.IER, IER.MASK);
    uart.write(OFFSET.THR, 1);
    uart.advance(3);
    const before = uart.state();
    callLog.length = 0;
    const peeked = Array.from({ length: 8 }, (_, offset) => uart.peek(offset));
    expect(uart.state()).toEqual(before);
    expect(callLog).toEqual([]);
    const read = Array.from({ length: 8 }, (_, offset) => Uart16550.fromState(before).read(offset));
    expect(peeked).toEqual(read);
  });

  test("explain finds what last changed a register", () => {
    uart.write(OFFSET.SCR, 0x5a);
    expect(uart.explain("LCR")).toMatchObject({ value: 3, bits: "WLS=3", since: { index: 0 } });
    expect(uart.explain("SCR").text).toContain("SCR is 0x5A since #2, tick 0: SCR <- 0x5A");
    expect(uart.explain("MCR").text).toBe("MCR is 0x00, as at #0");
  });

  test("transition$ names what the chart did", () => {
    const transitions: Transition[] = [];
    uart.transition$.subscribe((transition) => transitions.push(transition));
    uart.write(OFFSET.MCR, MCR.LOOP);
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
    expect(uart.read(OFFSET.LSR)).toBe(LSR.THRE | LSR.TEMT);
  });
});
