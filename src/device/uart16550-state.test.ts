import { expect, test } from "vitest";
import { SerialError, Uart16550 } from "./index.js";

const state = (changes: object) => ({ ...new Uart16550().state(), ...changes });

test.each([
  [{ transmitFrame: 2 }, "transmitTicks: expected at least 1 by the other fields, got 0"],
  [{ timeoutTicks: 7, timeoutPending: true }, "timeoutTicks: expected 0 by the other fields, got 7"],
  [{ receiveSample: 0 }, "receiveTicks: expected at least 1 by the other fields, got 0"],
  [{ receiveFifo: [1, 2, 3] }, "receiveFifo: expected at most 1 by FCR, got 3"],
  [
    { FCR: 0x01, LSR: 0, transmitFifo: Array(17).fill(0) },
    "transmitFifo: expected at most 16 by FCR, got 17",
  ],
  [{ receiveFifo: [0x2000] }, "receiveFifo[0]: expected a whole number from 0 to 8191, got 8192"],
  [{ LSR: 0x61 }, "LSR: expected no bits but those of 190, got 97"],
  [{ LSR: 0x00 }, "LSR: expected THRE set by transmitFifo, got 0"],
  [{ rtsHeldBack: true }, "rtsHeldBack: expected false by MCR, got true"],
  [{ MCR: 0x3f }, "MCR: expected no bits but those of 31, got 63"],
  [{ LSR: 256 }, "LSR: expected a whole number from 0 to 255, got 256"],
  [{ SIN: "high" }, 'SIN: expected a number, got "high"'],
  [{ outputHeld: 1 }, "outputHeld: expected true or false, got 1"],
  [{ receiveFifo: 0 }, "receiveFifo: expected an array, got 0"],
])("a state that cannot be is refused: %o", (changes, message) => {
  expect(() => Uart16550.fromState(state(changes) as never)).toThrow(message);
});

test.each([null, 5, true, []])("%o is no preset", (preset) => {
  expect(() => new Uart16550({ preset: preset as never })).toThrow(
    "preset: expected a preset's name or options",
  );
});

test("modem inputs are those that there are", () => {
  const uart = new Uart16550();
  expect(() => uart.setModemInputs(null as never)).toThrow(
    "inputs: expected an object of cts, dsr, ri, dcd, got null",
  );
  expect(() => uart.setModemInputs({ ring: true } as never)).toThrow(
    'expected cts, dsr, ri, dcd, got "ring"',
  );
  expect(uart.journal.next).toBe(0);
});

test("a full receiver takes no more", () => {
  const uart = new Uart16550();
  expect(uart.enqueueRawBytes([1, 2])).toBe(1);
  expect(() => uart.enqueueRawBytes([3])).toThrow(new SerialError("FullFifo"));
});
