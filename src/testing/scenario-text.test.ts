import { expect, test } from "vitest";
import type { Happening } from "./happening-log.js";
import { happeningsInWords } from "./scenario-text.js";

const accesses = (...texts: readonly string[]): Happening[] =>
  texts.map((text, index) => ({
    ...{ number: index + 1, by: "driver", text, effects: [], start: false, handler: false, index },
  }));

const turn = (byte: string) => ["LSR -> 0x60 THRE|TEMT", `THR <- ${byte}`];

test("a loop is folded, and the last turn remains where its data differ from those of the first", () => {
  const lines = (text: string) => text.split("\n").map((line) => line.trim());
  expect(lines(happeningsInWords(accesses(...["0x41", "0x42", "0x43"].flatMap(turn))))).toEqual([
    "1  driver       LSR -> 0x60 THRE|TEMT",
    "2  driver       THR <- 0x41",
    "these 2 lines, 2 times",
    "5  driver       LSR -> 0x60 THRE|TEMT",
    "6  driver       THR <- 0x43",
  ]);
  expect(lines(happeningsInWords(accesses(...["0x41", "0x41", "0x41"].flatMap(turn))))).toEqual([
    "1  driver       LSR -> 0x60 THRE|TEMT",
    "2  driver       THR <- 0x41",
    "these 2 lines, 3 times",
  ]);
  expect(lines(happeningsInWords(accesses("THR <- 0x41", "THR <- 0x42", "THR <- 0x43")))).toEqual([
    "1  driver       THR <- 0x41 (2 times)",
    "3  driver       THR <- 0x43",
  ]);
  const before = accesses(...["0x41", "0x42", "0x43"].flatMap(turn), "IER <- 0x01 ERBFI");
  expect(lines(happeningsInWords(before)).slice(2)).toEqual([
    "these 2 lines, 3 times",
    "7  driver       IER <- 0x01 ERBFI",
  ]);
});
