import { expect, test } from "vitest";
import { FCR, LSR } from "../../../../machines/index.js";
import { Serial, Uart16550 } from "../../../device/index.js";
import { changesOf } from "./changes.js";
import { sessionOf } from "./session.test-helper.js";

test("what changed has the names and values that reads give", () => {
  const uart = new Uart16550();
  uart.write(2, FCR.FIFO_ENABLE);
  uart.write(0, 0x41);
  uart.apply({ type: "receive", characters: [{ value: 0x42, parity: true }] });
  uart.read(5);
  uart.read(0);
  const session = sessionOf(uart);
  // An independent reading: a copy of the device after each entry, whose LSR is read.
  const readings = [LSR.THRE | LSR.TEMT];
  for (let length = 1; length <= session.length; length++) {
    const copy = new Uart16550();
    for (const input of session.inputsIn(0, length)) copy.apply(input);
    readings.push(copy.read(5));
  }
  const inWords = (byte = 0) => `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  for (let row = 0; row < session.length; row++) {
    const change = changesOf(session, session.momentAfter(row)).find(({ name }) => name === "LSR");
    const [before, after] = [readings[row], readings[row + 1]];
    expect(change, `#${row}`).toEqual(
      before === after ? undefined : { name: "LSR", before: inWords(before), after: inWords(after) },
    );
  }
});

test("a field that is no register is named too", () => {
  const serial = new Serial();
  serial.apply({ type: "receive", characters: [0x41, 0x42] });
  const session = sessionOf(serial);
  expect(changesOf(session, session.momentAfter(0))).toContainEqual({
    ...{ name: "receiveFifo", before: "0 queued", after: "2 queued" },
  });
});
