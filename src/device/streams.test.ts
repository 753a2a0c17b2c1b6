import { expect, test } from "vitest";
import { Serial, Uart16550 } from "./index.js";

test("one who leaves hears nothing more; the others go on", () => {
  const serial = new Serial();
  const heard: string[] = [];
  const first = serial.output$.subscribe((byte) => heard.push(`first ${byte}`));
  const second = serial.output$.subscribe((byte) => heard.push(`second ${byte}`));
  serial.write(0, 1);
  first.unsubscribe();
  serial.write(0, 2);
  second.unsubscribe();
  serial.write(0, 3);
  expect(heard).toEqual(["first 1", "second 1", "second 2"]);
});

test("one who leaves while being told disturbs nobody", () => {
  const serial = new Serial();
  const heard: number[] = [];
  const first = serial.output$.subscribe(() => first.unsubscribe());
  serial.output$.subscribe((byte) => heard.push(byte));
  serial.write(0, 1);
  serial.write(0, 2);
  expect(heard).toEqual([1, 2]);
});

test("a stream that is complete completes at once for who comes later", () => {
  const serial = new Serial();
  serial.close();
  let completed = false;
  serial.transition$.subscribe({ complete: () => (completed = true) });
  expect(completed).toBe(true);
});

test("interrupts are heard without output, and output without interrupts", () => {
  const serial = new Serial();
  const causes: string[] = [];
  const bytes: number[] = [];
  const edges = serial.interrupt$.subscribe(({ cause }) => causes.push(cause));
  serial.write(1, 0x02);
  serial.read(2);
  serial.write(0, 0x41);
  edges.unsubscribe();
  serial.read(2);
  serial.output$.subscribe((byte) => bytes.push(byte));
  serial.write(0, 0x42);
  expect([causes, bytes]).toEqual([["THRE", "THRE"], [0x42]]);
});

test("a transition has the time at which each thing left", () => {
  const serial = new Serial();
  serial.advance(5);
  const seen: unknown[] = [];
  serial.transition$.subscribe(({ index, tick, emissions }) => seen.push([index, tick, emissions]));
  serial.write(0, 0x41);
  expect(seen).toEqual([[1, 5, [{ type: "transmit", value: 0x41, index: 1, tick: 5 }]]]);
});

test("who listens to transitions changes nothing for the host", () => {
  const answers = [false, true].map((listened) => {
    const serial = new Serial();
    if (listened) serial.transition$.subscribe();
    return [serial.enqueueRawBytes([1, 2]), serial.read(0), serial.peek(0), serial.read(5), serial.read(9)];
  });
  expect(answers[0]).toEqual([2, 1, 2, 0x61, 0]);
  expect(answers[1]).toEqual(answers[0]);
});

test("of a 16550 output is heard as well, byte by byte", () => {
  const uart = new Uart16550({ preset: { txTimed: false } });
  const bytes: number[] = [];
  uart.output$.subscribe((byte) => bytes.push(byte));
  uart.write(1, 0x02);
  uart.write(3, 0x03);
  for (const byte of [0x41, 0x42]) uart.write(0, byte);
  expect(bytes).toEqual([0x41, 0x42]);
});

test("pins that do not change are not told, whoever tells them again", () => {
  const uart = new Uart16550();
  const told: unknown[] = [];
  uart.modemOutputs$.subscribe((outputs) => told.push(outputs));
  uart.serialOutput$.subscribe(({ level }) => told.push(level));
  uart.reset();
  uart.apply({ type: "restore", state: uart.state() });
  expect(told).toEqual([]);
  const none = { dtr: false, rts: false, out1: false, out2: false };
  uart.write(4, 0x04);
  uart.write(4, 0x0c);
  uart.write(4, 0x08);
  expect(told).toEqual([
    { ...none, out1: true },
    { ...none, out1: true, out2: true },
    { ...none, out2: true },
  ]);
});
