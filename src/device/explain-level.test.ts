import { expect, test } from "vitest";
import { Uart16550 } from "./index.js";

test("why the interrupt line is high, and why it dropped: cause, event, register bits, rules", () => {
  const uart = new Uart16550();
  uart.write(3, 0x03);
  uart.write(2, 0x41);
  uart.write(1, 0x07);
  uart.read(2);
  expect(uart.explain("interrupt")).toMatchObject({
    since: { index: 3, input: { type: "read", offset: 2 } },
    bits: "none|FIFOS",
  });
  expect(uart.explain("interrupt").text).toMatch(
    /^The interrupt line is low since #3, tick 0: IIR ->; IIR is 0xC1 none\|FIFOS\. The read that reports THR empty acknowledges it \(I3\)/,
  );
  uart.advance(100);
  uart.receive([0x41, { value: 0x42, parity: true }]);
  uart.read(0);
  const { cause, text, rules } = uart.explain("interrupt");
  expect(cause).toBe("RLS");
  expect(text).toMatch(
    /^The interrupt line is high for RLS since #6, tick 100: RBR ->; LSR is 0xE5 DR\|PE\|THRE\|TEMT\|ERROR_IN_FIFO, IIR is 0xC6 RLS\|FIFOS\./,
  );
  expect(text).toContain("The next character's errors show (I11)");
  expect(rules.join("\n")).toContain("I11: A parity error, framing error or break shows when");
});

test("the tick is that at which it rose; a board that holds an interrupt back is named", () => {
  const uart = new Uart16550({ preset: { board: "pc" } });
  uart.write(1, 0x02);
  expect(uart.explain("interrupt").text).toMatch(
    /^The interrupt line is low, as the board holds THRE back since #0, tick 0: IER <- 0x02 ETBEI; LSR is 0x60/,
  );
  uart.write(4, 0x08);
  uart.read(2);
  uart.write(3, 0x03);
  uart.write(2, 0x01);
  uart.read(2);
  for (const byte of [1, 2]) uart.write(0, byte);
  uart.advance(10_000);
  const { since, text } = uart.explain("interrupt");
  // The second character is taken when the first is over, and THR empty is delayed by nine of its bits.
  expect(since?.tick).toBe(1920 + 1728);
  expect(text).toMatch(/^The interrupt line is high for THRE since #8, tick 3648: 10000 ticks pass; LSR is/);
});

test.each([
  ["ns16550", [[2, 0x01]], "0x81 none|FIFOS=2"],
  [
    "tl16c750",
    [
      [3, 0x80],
      [2, 0x21],
    ],
    "0xE1 none|FIFOS|SIXTY_FOUR",
  ],
] as const)("IIR in words on %s: FIFOs that must not be used, and long ones", (preset, writes, words) => {
  const uart = new Uart16550({ preset });
  for (const [offset, value] of writes) uart.write(offset, value);
  expect(uart.explain("interrupt").text).toContain(`IIR is ${words}`);
});
