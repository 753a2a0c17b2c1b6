import { beforeEach, describe, expect, test } from "vitest";
import { createActor } from "xstate";
import { FCR, IER, LCR, MCR, uart16550Machine } from "../../machines/index.js";
import { journalSink, loadJournal, writeJournal } from "../journal/index.js";
import { Serial, Uart16550, type Uart16550DeviceOptions, uart16550Options } from "./index.js";
import { AT, CHARACTER } from "./uart16550.test-helper.js";

let uart: Uart16550;

/** A part in the middle of everything: two characters to send, two received, a timeout running, a delta. */
function busy(options: Uart16550DeviceOptions = {}): Uart16550 {
  const device = new Uart16550(options);
  device.write(AT.LCR, LCR.WLS);
  device.write(AT.FCR, FCR.FIFO_ENABLE | FCR.TRIGGER);
  device.write(AT.IER, IER.MASK);
  device.read(AT.IIR);
  device.receive([1, { value: 2, parity: true }]);
  for (const byte of [0x41, 0x42]) device.write(AT.THR, byte);
  device.setModemInputs({ ri: true });
  device.advance(777);
  return device;
}

/** All that a device does from here on. */
function future(device: Uart16550): unknown[] {
  const told: unknown[] = [];
  device.interruptLine$.subscribe(({ level, cause, tick }) => told.push([level, cause, tick]));
  device.serialOutput$.subscribe(({ level, tick }) => told.push([level, tick]));
  device.output$.subscribe((byte) => told.push(byte));
  for (let i = 0; i < 4; i++) device.advance(CHARACTER + 1);
  told.push(device.read(AT.RBR), device.read(AT.LSR), device.nextDue, device.state());
  return told;
}

beforeEach(() => {
  uart = busy();
});

describe("saving and going on", () => {
  test("in the middle of a character, through JSON", () => {
    const again = Uart16550.fromSaved(JSON.parse(JSON.stringify(uart.save())));
    expect(again.save()).toEqual(uart.save());
    expect(again.now).toBe(777);
    expect(again.nextDue).toBe(uart.nextDue);
    expect(future(again)).toEqual(future(uart));
  });

  test("the line and the pins are told anew", () => {
    uart.write(AT.MCR, MCR.DTR);
    uart.read(AT.LSR);
    uart.receive([{ value: 3, framing: true }]);
    uart.setModemInputs({ ri: false });
    const told: unknown[] = [];
    const again = Uart16550.fromSaved(uart.save(), { interrupt: (change) => told.push(change) });
    expect(told).toEqual([{ level: 1, cause: "MS" }]);
    expect(again.modemOutputs).toEqual({ dtr: true, rts: false, out1: false, out2: false });
    expect(again.interruptLine).toEqual(uart.interruptLine);
  });

  test("a saved part keeps its options, unless others are given", () => {
    const saved = busy({ preset: { fifoSize: 64, board: "pc" } }).save();
    expect(Uart16550.fromSaved(saved).chart.options).toEqual(saved.options);
    expect(Uart16550.fromSaved(saved, { preset: "pc16550d" }).chart.options["board"]).toBe("chip");
  });

  test("what is no saved 16550 is refused, by name", () => {
    const saved = uart.save();
    expect(() => Uart16550.fromSaved(null as never)).toThrow("saved: expected");
    expect(() => Uart16550.fromSaved({ ...saved, version: 2 as never })).toThrow(
      "version: expected 1, got 2",
    );
    expect(() => Uart16550.fromSaved(new Serial().save())).toThrow(
      'chart: expected "uart16550", got "serial"',
    );
    expect(() => Uart16550.fromSaved({ ...saved, now: -1 })).toThrow("now: expected");
    expect(() => Uart16550.fromSaved({ ...saved, options: { clock: "fast" } })).toThrow("clock: expected");
    const state = uart.state();
    for (const name of Object.keys(state)) {
      expect(() => Uart16550.fromState({ ...state, [name]: null } as never)).toThrow(`${name}: expected`);
    }
    expect(() => Uart16550.fromState({ ...state, LSR: 256 })).toThrow(
      "LSR: expected a whole number from 0 to 255, got 256",
    );
    expect(() => Uart16550.fromState({ ...state, receiveFifo: Array(65).fill(0) })).toThrow(
      "receiveFifo: expected at most 64 characters, got 65",
    );
  });

  test("the snapshot is one that a plain actor goes on from", () => {
    const actor = createActor(uart16550Machine, { snapshot: uart.snapshot, input: uart16550Options() });
    const data: number[] = [];
    actor.on("data", ({ value }) => data.push(value));
    actor.start();
    actor.send({ type: "read.RBR_DLL" });
    actor.send({ type: "read.LSR" });
    expect(data).toEqual([uart.read(AT.RBR), uart.read(AT.LSR)]);
    expect(actor.getSnapshot().value).toEqual(uart.snapshot.value);
  });
});

describe("the journal", () => {
  test("is folded to any point, and the fold goes on by itself", () => {
    const told: unknown[] = [];
    const before = Uart16550.fromJournal(uart.journal, {
      until: 5,
      interrupt: (change) => told.push(change),
    });
    expect(told).toEqual([]);
    expect(before.fifoCapacity()).toBe(14);
    expect(before.now).toBe(0);
    expect(before.journal.next).toBe(5);
    for (const byte of [0x41, 0x42]) before.write(AT.THR, byte);
    before.setModemInputs({ ri: true });
    before.advance(777);
    expect(before.save()).toEqual(uart.save());
    expect(() => Uart16550.fromJournal(uart.journal, { until: 10 })).toThrow(
      "until: expected an index from 0 to 9, got 10",
    );
  });

  test("kept as text loads again, and goes on alike", async () => {
    const text = writeJournal(uart.journal.header, uart.journal.entries());
    const { journal } = await loadJournal(text);
    const again = Uart16550.fromJournal(journal);
    expect(again.save()).toEqual(uart.save());
    expect(future(again)).toEqual(future(uart));
  });

  test("of another chart, or of nothing, is refused", () => {
    expect(() => Uart16550.fromJournal(new Serial().journal)).toThrow(
      'chart: expected "uart16550", got "serial"',
    );
    expect(() => Uart16550.fromJournal(undefined as never)).toThrow("journal: expected");
  });

  test("keeps the options, and the cause and pins are known after folding", () => {
    const device = busy({ preset: { board: "pc" } });
    device.read(AT.RBR);
    device.write(AT.MCR, MCR.OUT2);
    expect(device.interruptLine).toEqual({ level: 1, cause: "RLS" });
    const changes: unknown[] = [];
    const again = Uart16550.fromJournal(device.journal);
    expect(again.chart.options).toEqual(device.chart.options);
    expect(again.modemOutputs).toEqual({ dtr: false, rts: false, out1: false, out2: true });
    expect(again.interruptLine).toEqual(device.interruptLine);
    for (const one of [again, device]) one.interruptLine$.subscribe((change) => changes.push(change));
    for (const one of [again, device]) one.write(AT.MCR, MCR.OUT2 | MCR.LOOP);
    for (const one of [again, device]) one.write(AT.MCR, MCR.OUT2);
    expect(changes.filter((_, i) => i % 2 === 0)).toEqual(changes.filter((_, i) => i % 2 === 1));
    expect(changes).toHaveLength(4);
  });

  test("with a sink loads again, also from a part that was restored", async () => {
    const chunks: Uint8Array[] = [];
    const device = Uart16550.fromSaved(uart.save(), { journal: journalSink((chunk) => chunks.push(chunk)) });
    device.advance(5000);
    device.close();
    const { journal, cut } = await loadJournal(chunks);
    expect(cut).toBeUndefined();
    expect(Uart16550.fromJournal(journal).save()).toEqual(device.save());
  });
});

test("the interpreter does the same, slowly", () => {
  expect(future(busy({ engine: "xstate" }))).toEqual(future(busy()));
});
