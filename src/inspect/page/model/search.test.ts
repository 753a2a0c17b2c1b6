import { expect, test } from "vitest";
import { FCR, IER, LCR } from "../../../../machines/index.js";
import { Serial, Uart16550 } from "../../../device/index.js";
import { findRow, parseQuery, QueryError } from "./search.js";
import type { Session } from "./session.js";
import { sessionOf } from "./session.test-helper.js";

const serial = new Serial();
serial.write(1, IER.ERBFI); // 0
serial.apply({ type: "receive", characters: [0x41] }); // 1: interrupts
serial.read(2); // 2
serial.read(0); // 3
serial.mark("here"); // 4
serial.write(1, 0); // 5
serial.apply({ type: "receive", characters: [0x42] }); // 6
serial.write(0, 0x68); // 7
serial.write(0, 0x69); // 8
const session = sessionOf(serial);

/** Returns all rows that a query matches, one after the other. */
function allRows(inSession: Session, query: string): number[] {
  const rows: number[] = [];
  const parsedQuery = parseQuery(inSession, query);
  for (let row = findRow(inSession, parsedQuery, -1); row !== undefined; ) {
    rows.push(row);
    row = findRow(inSession, parsedQuery, row);
  }
  return rows;
}

test.each<[string, number[]]>([
  ["DR", [1, 6]],
  ["!DR", [3]],
  ["RBF", [0]],
  ["irq", [1]],
  ["irq RDA", [1]],
  ["ERBFI && DR", [1]],
  ["DR && !ERBFI", [6]],
  ["(read IIR || write IER) && ERBFI", [0, 2]],
  ["receive && !ERBFI", [6]],
  ["mark", [4]],
  ["receiveFifo.holding", [1, 6]],
  ["receiveFifo.holding > empty", [3]],
  ["rule S26", [1]],
  ['"hi"', [7]],
  ["IER = 0x00", [5]],
  ["THR <- 0x69", [8]],
])("%s", (query, rows) => {
  expect(allRows(session, query)).toEqual(rows);
});

test.each<[string, number]>([
  ["irqnonsense", 1],
  ["irq nonsense", 1],
  ["DR && nonsense", 7],
  ["DR &&", 6],
  ["(DR || OE", 10],
  ["DR OE", 1],
  ["IER = 0x1FF", 7],
  ["receiveFifo.nowhere", 1],
  ["rule X99", 1],
  ["", 1],
  ['""', 1],
  ["#99", 1],
])("the mistake in %s is at character %i", (query, character) => {
  expect(() => parseQuery(session, query)).toThrow(QueryError);
  expect(() => parseQuery(session, query)).toThrow(new RegExp(`at character ${character}$`));
});

test("an edge of a cause is found while the line was high", () => {
  const uart = new Uart16550();
  uart.write(3, LCR.WLS);
  uart.write(2, FCR.FIFO_ENABLE);
  uart.write(1, IER.ERBFI | IER.ETBEI); // THRE raises the line
  uart.apply({ type: "receive", characters: [0x41] }); // RDA takes over
  uart.read(0); // and THRE again
  const found = sessionOf(uart);
  expect(allRows(found, "irq RDA")).toEqual([3]);
  expect(allRows(found, "irq THRE")).toEqual([2, 4]);
  expect(allRows(found, "irq")).toEqual([2]);
});

test("every name of a bit that the page shows can be searched for", () => {
  const uart = sessionOf(new Uart16550());
  for (const name of ["RBF", "TBE", "LSI", "SSI", "ERR", "BRK", "STK", "OE", "LSR.BI", "MSR.CTS"])
    expect(() => parseQuery(uart, name)).not.toThrow();
});

test.each<[string, string]>([
  ["!irq", "the interrupt line falls"],
  ["DR && !irq", "LSR.DR is set and the interrupt line is low"],
  ["!(DR && OE)", "LSR.DR is clear or LSR.OE is clear"],
  ["!!OE", "LSR.OE becomes 1"],
  ["!!!OE", "LSR.OE becomes 0"],
  ["(DR || !OE) && IER = 0x01", "(LSR.DR is set or LSR.OE is clear) and IER = 0x01"],
  ["!(DR || !OE) && !IER = 0x01", "LSR.DR is clear and LSR.OE is set and IER is not 0x01"],
  ["DR && (OE || BI)", "LSR.DR and (LSR.OE or LSR.BI)"],
  ["receive && !ERBFI", "receive and IER.ERBFI is clear"],
  ["!lost", "no lost character"],
  ["!receiveFifo.triggered && OE", "receiveFifo.triggered is not active and LSR.OE is set"],
])("%s in words: %s", (query, words) => {
  const uart = sessionOf(new Uart16550());
  expect(parseQuery(uart, query).description).toBe(words);
  expect(parseQuery(uart, query).absent).not.toMatch(/not (not|the|an?|no) /);
});

test("what is not there is a sentence, also of bits alone", () => {
  expect(parseQuery(session, "ERBFI && ETBEI").absent).toBe(
    "entry where IER.ERBFI is set and IER.ETBEI is set",
  );
});

test("a line that pulses is never high or low", () => {
  expect(parseQuery(session, "!irq").description).toBe("nothing interrupts");
  expect(parseQuery(session, "ERBFI && irq").description).toBe("IER.ERBFI is set and the device interrupts");
  expect(parseQuery(session, "ERBFI && !irq").absent).toBe(
    "entry where IER.ERBFI is set and nothing interrupts",
  );
  expect(allRows(session, "!!DR")).toEqual(allRows(session, "DR"));
  expect(allRows(session, "!(DR || irq)")).toEqual([0, 3, 4, 5]);
});

test.each(["(", "!", "DR && "])("a query of ten thousand %j is refused with its position", (operator) => {
  const session = sessionOf(new Serial());
  expect(() => parseQuery(session, `${operator.repeat(10_000)}DR`)).toThrow(
    "expected at most 256 conditions and operators",
  );
});
