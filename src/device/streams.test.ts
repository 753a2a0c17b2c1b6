import { expect, test } from "vitest";
import { Serial, Uart16550 } from "./index.js";

test("an observer that unsubscribes receives nothing more; the others do", () => {
  const serial = new Serial();
  const observedBytes: string[] = [];
  const firstObserver = serial.output$.subscribe((byte) => observedBytes.push(`first ${byte}`));
  const secondObserver = serial.output$.subscribe((byte) => observedBytes.push(`second ${byte}`));
  serial.write(0, 1);
  firstObserver.unsubscribe();
  serial.write(0, 2);
  secondObserver.unsubscribe();
  serial.write(0, 3);
  expect(observedBytes).toEqual(["first 1", "second 1", "second 2"]);
});

test("an observer may unsubscribe while a value is delivered", () => {
  const serial = new Serial();
  const observedBytes: number[] = [];
  const firstObserver = serial.output$.subscribe(() => firstObserver.unsubscribe());
  serial.output$.subscribe((byte) => observedBytes.push(byte));
  serial.write(0, 1);
  serial.write(0, 2);
  expect(observedBytes).toEqual([1, 2]);
});

test("a completed stream completes at once for a later observer", () => {
  const serial = new Serial();
  serial.close();
  let completed = false;
  serial.transition$.subscribe({ complete: () => (completed = true) });
  expect(completed).toBe(true);
});

test("interrupts are published without output, and output without interrupts", () => {
  const serial = new Serial();
  const causes: string[] = [];
  const bytes: number[] = [];
  const edgeObserver = serial.interrupt$.subscribe(({ cause }) => causes.push(cause));
  serial.write(1, 0x02);
  serial.read(2);
  serial.write(0, 0x41);
  edgeObserver.unsubscribe();
  serial.read(2);
  serial.output$.subscribe((byte) => bytes.push(byte));
  serial.write(0, 0x42);
  expect([causes, bytes]).toEqual([["THRE", "THRE"], [0x42]]);
});

test("a transition has the tick of each emission", () => {
  const serial = new Serial();
  serial.advance(5);
  const observed: unknown[] = [];
  serial.transition$.subscribe(({ index, tick, emissions }) => observed.push([index, tick, emissions]));
  serial.write(0, 0x41);
  expect(observed).toEqual([[1, 5, [{ type: "transmit", value: 0x41, index: 1, tick: 5 }]]]);
});

test("an observer of transitions changes nothing for the host", () => {
  const answers = [false, true].map((listened) => {
    const serial = new Serial();
    if (listened) serial.transition$.subscribe();
    return [serial.enqueueRawBytes([1, 2]), serial.read(0), serial.peek(0), serial.read(5), serial.read(9)];
  });
  expect(answers[0]).toEqual([2, 1, 2, 0x61, 0]);
  expect(answers[1]).toEqual(answers[0]);
});

test("a 16550 publishes its output as well, byte by byte", () => {
  const uart = new Uart16550({ preset: { transmitterIsTimed: false } });
  const bytes: number[] = [];
  uart.output$.subscribe((byte) => bytes.push(byte));
  uart.write(1, 0x02);
  uart.write(3, 0x03);
  for (const byte of [0x41, 0x42]) uart.write(0, byte);
  expect(bytes).toEqual([0x41, 0x42]);
});

test("pins that do not change are not published again", () => {
  const uart = new Uart16550();
  const changes: unknown[] = [];
  uart.modemOutputs$.subscribe((outputs) => changes.push(outputs));
  uart.serialOutput$.subscribe(({ level }) => changes.push(level));
  uart.reset();
  uart.apply({ type: "restore", state: uart.state() });
  expect(changes).toEqual([]);
  const allReleased = { dtr: false, rts: false, out1: false, out2: false };
  uart.write(4, 0x04);
  uart.write(4, 0x0c);
  uart.write(4, 0x08);
  expect(changes).toEqual([
    { ...allReleased, out1: true },
    { ...allReleased, out1: true, out2: true },
    { ...allReleased, out2: true },
  ]);
});
