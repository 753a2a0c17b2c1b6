import { expect, test } from "vitest";
import { bitNames, registerAt } from "./register-words.js";
import { REGISTERS } from "./registers.js";

test("DLAB chooses between two registers at offsets 0 and 1 only", () => {
  const namesAt = (direction: "read" | "write", dlab: boolean) =>
    Array.from({ length: 9 }, (_, offset) => registerAt(direction, offset, dlab));
  expect(namesAt("read", false)).toEqual(["RBR", "IER", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR", undefined]);
  expect(namesAt("read", true)).toEqual(["DLL", "DLM", "IIR", "LCR", "MCR", "LSR", "MSR", "SCR", undefined]);
  expect(namesAt("write", false)).toEqual([
    "THR",
    "IER",
    "FCR",
    "LCR",
    "MCR",
    "LSR",
    "MSR",
    "SCR",
    undefined,
  ]);
  expect(namesAt("write", true)).toEqual(["DLL", "DLM", "FCR", "LCR", "MCR", "LSR", "MSR", "SCR", undefined]);
});

test("registerAt and REGISTERS agree on where every register stands", () => {
  for (const [name, { offset, dlab, access }] of Object.entries(REGISTERS)) {
    if (access !== "write") expect(registerAt("read", offset, dlab === 1)).toBe(name);
    if (access !== "read") expect(registerAt("write", offset, dlab === 1)).toBe(name);
  }
});

test("the bits of a register do not overlap", () => {
  for (const { bits } of Object.values(REGISTERS)) {
    const masks = Object.values(bits);
    expect(masks.reduce((sum, mask) => sum + mask, 0)).toBe(masks.reduce((union, mask) => union | mask, 0));
  }
});

test.each([
  ["IER", 0x05, "ERBFI|ELSI"],
  ["LSR", 0x61, "DR|THRE|TEMT"],
  ["LCR", 0x93, "WLS=3|EPS|DLAB"],
  ["FCR", 0xc1, "FIFO_ENABLE|TRIGGER=3"],
  ["IIR", 0xc2, "THRE|FIFOS"],
  ["IIR", 0xc6, "THRE|RDA|FIFOS"],
  ["SCR", 0xff, ""],
] as const)("%s %i reads %s", (name, value, words) => {
  expect(bitNames(name, value)).toBe(words);
});
