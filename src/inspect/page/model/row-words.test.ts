import { expect, test } from "vitest";
import { IER } from "../../../../machines/index.js";
import { Serial } from "../../../device/index.js";
import { rowAsText, rowsInWords } from "./row-words.js";
import { sessionOf } from "./session.test-helper.js";

test("a row as text says what followed in words of their own", () => {
  const serial = new Serial();
  serial.write(1, IER.ETBEI | IER.ERBFI); // 0
  serial.write(0, 0x41); // 1
  serial.apply({ type: "receive", characters: [0x42] }); // 2
  serial.read(0); // 3
  const session = sessionOf(serial);
  session.takeFindings({
    differences: [{ index: 1, kind: "triggers", recorded: "0", ours: "1" }],
    warnings: [],
  });
  session.markDifferences();
  expect(rowsInWords(session, 0, session.length).map(rowAsText)).toEqual([
    "#0  IER ← 0x03 ERBFI|ETBEI  [interrupts for THRE]",
    "#1  THR ← 0x41 'A'  [sent; differs from the recording]",
    "#2  arrives 'B'  [interrupts for RDA]",
    "#3  RBR → 0x42 'B'  [the read changed something]",
  ]);
  expect(rowsInWords(session, 3, 9)).toHaveLength(1);
  expect(rowsInWords(session, 4, 9)).toEqual([]);
});
