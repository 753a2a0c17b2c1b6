import { beforeEach, describe, expect, test } from "vitest";
import { createActor } from "xstate";
import { FCR, IER, LCR, MCR, uart16550Machine } from "../../machines/index.js";
import { invalid } from "../invalid.test-helper.js";
import { journalSink, loadJournal, writeJournal } from "../journal/index.js";
import { Serial, Uart16550, type Uart16550DeviceOptions, uart16550Options } from "./index.js";
import { CHARACTER_TICKS, OFFSET } from "./uart16550.test-helper.js";

let uart: Uart16550;

/** Returns a part in the middle of everything: two characters to send, two received, a timeout running, a delta. */
function busyUart(options: Uart16550DeviceOptions = {}): Uart16550 {
  const device = new Uart16550(options);
  device.write(OFFSET.LCR, LCR.WLS);
  device.write(OFFSET.FCR, FCR.FIFO_ENABLE | FCR.TRIGGER);
  device.write(OFFSET.IER, IER.MASK);
  device.read(OFFSET.IIR);
  device.receive([1, { value: 2, parity: true }]);
  for (const byte of [0x41, 0x42]) device.write(OFFSET.THR, byte);
  device.setModemInputs({ ri: true });
  device.advance(777);
  return device;
}

/** Returns all that a device does from here on. */
function continuation(device: Uart16550): unknown[] {
  const changes: unknown[] = [];
  device.interruptLine$.subscribe(({ level, cause, tick }) => changes.push([level, cause, tick]));
  device.serialOutput$.subscribe(({ level, tick }) => changes.push([level, tick]));
  device.output$.subscribe((byte) => changes.push(byte));
  for (let i = 0; i < 4; i++) device.advance(CHARACTER_TICKS + 1);
  changes.push(device.read(OFFSET.RBR), device.read(OFFSET.LSR), device.nextDue, device.state());
  return changes;
}

beforeEach(() => {
  uart = busyUart();
});

describe("saving and going on", () => {
  test("in the middle of a character, through JSON", () => {
    const restored = Uart16550.fromSaved(JSON.parse(JSON.stringify(uart.save())));
    expect(restored.save()).toEqual(uart.save());
    expect(restored.now).toBe(777);
    expect(restored.nextDue).toBe(uart.nextDue);
    expect(continuation(restored)).toEqual(continuation(uart));
  });

  test("the line and the pins are published again", () => {
    uart.write(OFFSET.MCR, MCR.DTR);
    uart.read(OFFSET.LSR);
    uart.receive([{ value: 3, framing: true }]);
    uart.setModemInputs({ ri: false });
    const changes: unknown[] = [];
    const restored = Uart16550.fromSaved(uart.save(), { interrupt: (change) => changes.push(change) });
    expect(changes).toEqual([{ level: 1, cause: "MS" }]);
    expect(restored.modemOutputs).toEqual({ dtr: true, rts: false, out1: false, out2: false });
    expect(restored.interruptLine).toEqual(uart.interruptLine);
  });

  test("a saved part keeps its options, unless others are given", () => {
    const saved = busyUart({ preset: { fifoSize: 64, board: "pc" } }).save();
    expect(Uart16550.fromSaved(saved).chart.options).toEqual(saved.options);
    expect(Uart16550.fromSaved(saved, { preset: "pc16550d" }).chart.options["board"]).toBe("chip");
  });

  test("what is no saved 16550 is refused, by name", () => {
    const saved = uart.save();
    expect(() => Uart16550.fromSaved(invalid(null))).toThrow("saved: expected");
    expect(() => Uart16550.fromSaved({ ...saved, version: invalid(3) })).toThrow(
      "version: expected 1 or 2, got 3",
    );
    expect(() => Uart16550.fromSaved(new Serial().save())).toThrow(
      'chart: expected "uart16550", got "serial"',
    );
    expect(() => Uart16550.fromSaved({ ...saved, now: -1 })).toThrow("now: expected");
    expect(() => Uart16550.fromSaved({ ...saved, options: { clock: "fast" } })).toThrow("clock: expected");
    const state = uart.state();
    for (const name of Object.keys(state)) {
      expect(() => Uart16550.fromState({ ...state, [name]: null })).toThrow(`${name}: expected`);
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
    expect(data).toEqual([uart.read(OFFSET.RBR), uart.read(OFFSET.LSR)]);
    expect(actor.getSnapshot().value).toEqual(uart.snapshot.value);
  });
});

describe("the journal", () => {
  test("is folded to any point, and the fold goes on by itself", () => {
    const changes: unknown[] = [];
    const refolded = Uart16550.fromJournal(uart.journal, {
      until: 5,
      interrupt: (change) => changes.push(change),
    });
    expect(changes).toEqual([]);
    expect(refolded.fifoCapacity()).toBe(14);
    expect(refolded.now).toBe(0);
    expect(refolded.journal.next).toBe(5);
    for (const byte of [0x41, 0x42]) refolded.write(OFFSET.THR, byte);
    refolded.setModemInputs({ ri: true });
    refolded.advance(777);
    expect(refolded.save()).toEqual(uart.save());
    expect(() => Uart16550.fromJournal(uart.journal, { until: 10 })).toThrow(
      "until: expected an index from 0 to 9, got 10",
    );
  });

  test("kept as text loads again, and goes on alike", async () => {
    const text = writeJournal(uart.journal.header, uart.journal.entries());
    const { journal } = await loadJournal(text);
    const restored = Uart16550.fromJournal(journal);
    expect(restored.save()).toEqual(uart.save());
    expect(continuation(restored)).toEqual(continuation(uart));
  });

  test("of another chart, or of nothing, is refused", () => {
    expect(() => Uart16550.fromJournal(new Serial().journal)).toThrow(
      'chart: expected "uart16550", got "serial"',
    );
    expect(() => Uart16550.fromJournal(invalid(undefined))).toThrow("journal: expected");
  });

  test("keeps the options, and the cause and pins are known after folding", () => {
    const device = busyUart({ preset: { board: "pc" } });
    device.read(OFFSET.RBR);
    device.write(OFFSET.MCR, MCR.OUT2);
    expect(device.interruptLine).toEqual({ level: 1, cause: "RLS" });
    const changes: unknown[] = [];
    const restored = Uart16550.fromJournal(device.journal);
    expect(restored.chart.options).toEqual(device.chart.options);
    expect(restored.modemOutputs).toEqual({ dtr: false, rts: false, out1: false, out2: true });
    expect(restored.interruptLine).toEqual(device.interruptLine);
    for (const eachDevice of [restored, device])
      eachDevice.interruptLine$.subscribe((change) => changes.push(change));
    for (const eachDevice of [restored, device]) eachDevice.write(OFFSET.MCR, MCR.OUT2 | MCR.LOOP);
    for (const eachDevice of [restored, device]) eachDevice.write(OFFSET.MCR, MCR.OUT2);
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
  expect(continuation(busyUart({ engine: "xstate" }))).toEqual(continuation(busyUart()));
});
