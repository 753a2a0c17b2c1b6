import { expect, test } from "vitest";
import { Serial, Uart16550 } from "./index.js";

test("a register that there is not is named, with those that there are", () => {
  expect(() => new Serial().explain("FCR")).toThrow(
    new RangeError(
      "explain: serial expected one of RBR, DLL, DLM, IER, IIR, LCR, MCR, LSR, MSR, SCR, interrupt, got FCR",
    ),
  );
});

test("what has not changed is as it was at the journal's start", () => {
  const serial = new Serial();
  expect(serial.explain("LSR")).toEqual({
    what: "LSR",
    value: 0x60,
    bits: "THRE|TEMT",
    taken: [],
    rules: [],
    text: "LSR is 0x60 THRE|TEMT, as at #0",
  });
  expect(serial.explain("interrupt").text).toBe("No interrupt since #0; IIR is 0x01 NONE");
  expect(serial.explain("interrupt")).not.toHaveProperty("cause");
  expect(new Uart16550().explain("interrupt").text).toBe(
    "The interrupt line is low, as at #0; IIR is 0x01 none",
  );
});

test("remarks lie between, and a register has no cause", () => {
  const serial = new Serial();
  serial.mark("before");
  serial.write(1, 0x02);
  serial.mark("between");
  serial.read(5);
  const explanation = serial.explain("IER");
  expect(explanation).toMatchObject({
    since: { index: 1, tick: 0, input: { type: "write", offset: 1, value: 2 } },
    rules: expect.arrayContaining(["S6: A source interrupts only when its own IIR bit goes from 0 to 1."]),
  });
  expect(explanation.text).toMatch(/^IER is 0x02 ETBEI since #1, tick 0: IER <- 0x02 ETBEI\. /);
  expect(explanation).not.toHaveProperty("cause");
  expect(serial.explain("interrupt")).toMatchObject({ cause: "THRE", since: { index: 1 } });
});

test("no rule is named twice, and each in words", () => {
  const serial = new Serial();
  serial.write(1, 0x03);
  serial.enqueueRawBytes([1]);
  const { rules, taken } = serial.explain("interrupt");
  expect(new Set(rules).size).toBe(rules.length);
  const ierExplanation = serial.explain("IER");
  expect(ierExplanation.taken.length).toBeGreaterThan(1);
  expect(ierExplanation.text).toBe(
    `IER is 0x03 ERBFI|ETBEI since #0, tick 0: IER <- 0x03 ERBFI|ETBEI${ierExplanation.taken
      .map((each) => `. ${each.description} (${each.rules.join(", ")})`)
      .join("")}`,
  );
  expect(rules.length).toBeGreaterThan(0);
  for (const rule of rules) expect(rule).toMatch(/^S\d+[a-c]?: \S/);
  for (const { rules: ids } of taken)
    for (const id of ids) expect(rules.some((rule) => rule.startsWith(`${id}: `))).toBe(true);
});

test("the divisor latch says which register an input has reached", () => {
  const serial = new Serial();
  serial.write(3, 0x83);
  serial.write(0, 0x05);
  serial.write(3, 0x03);
  expect(serial.explain("DLL").text).toContain("since #1, tick 0: DLL <- 0x05");
});

test("what happened long before is found, through what the journal keeps at its chunks", () => {
  const serial = new Serial({ journal: "all" });
  serial.write(7, 0x42);
  for (let i = 0; i < 40_000; i++) serial.read(5);
  expect(serial.explain("SCR").since?.index).toBe(0);
  expect(serial.explain("MSR").text).toBe("MSR is 0xB0 CTS|DSR|DCD, as at #0");
});

test("a state that was restored interrupts, and is told as that", () => {
  const first = new Serial();
  first.write(1, 0x02);
  const serial = new Serial();
  serial.apply({ type: "restore", state: first.state() });
  expect(serial.explain("interrupt")).toMatchObject({ cause: "THRE", taken: [], rules: [] });
  expect(serial.explain("interrupt").text).toBe(
    "The last interrupt was THRE at #0, tick 0: a state is restored; IIR is 0x02 THRE now",
  );
});

test("of an interrupt line with a level: since when it is high, and since when low", () => {
  const uart = new Uart16550();
  uart.write(1, 0x02);
  expect(uart.explain("interrupt").text).toMatch(
    /^The interrupt line is high for THRE since #0, tick 0: IER <- 0x02 ETBEI; LSR is 0x60 THRE\|TEMT, IIR is 0x02 THRE\. /,
  );
  uart.read(2);
  expect(uart.explain("interrupt").text).toMatch(
    /^The interrupt line is low since #1, tick 0: IIR ->; IIR is 0x01 none\. /,
  );
});

test("on a PC the line rises when OUT2 lets it through, though IIR reported it before", () => {
  const uart = new Uart16550({ preset: { board: "pc" } });
  uart.write(1, 0x02);
  uart.write(4, 0x08);
  uart.read(5);
  expect(uart.explain("interrupt").since?.index).toBe(1);
});
