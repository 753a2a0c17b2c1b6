import { expect, test } from "vitest";
import { Serial } from "../../../device/index.js";
import type { StoryRow } from "../../../journal/index.js";
import { DisplayRows } from "./display-rows.js";
import { Session } from "./session.js";
import { sessionOf } from "./session.test-helper.js";

/** Eight reads of LSR and SCR, and a mark as the sixth entry. */
function recordedSerial(): Serial {
  const serial = new Serial();
  for (const offset of [5, 5, 7, 7, 5]) serial.read(offset);
  serial.mark("here");
  for (const offset of [7, 7, 7]) serial.read(offset);
  return serial;
}

const storyRow = (index: number, by: string, text: string, functionName?: string): StoryRow => ({
  ...{ number: index + 1, by, text, effects: [], index, handler: false },
  ...(functionName === undefined ? {} : { function: functionName }),
});

const ROWS: readonly StoryRow[] = [
  storyRow(0, "driver", "LSR -> 0x60", "probe"),
  storyRow(2, "user", "sends 'a'"),
  storyRow(2, "driver", "SCR -> 0x00", "send"),
  storyRow(3, "driver", "SCR -> 0x00", "send"),
  storyRow(4, "driver", "LSR -> 0x60", "wait"),
  storyRow(9, "processor", "goes on"),
];

function storySession(): Session {
  const { journal } = recordedSerial();
  const session = new Session({
    ...{ name: "test", live: false, header: journal.header, differences: [], warnings: [] },
    story: {
      ...{ format: "vm-superio-story", version: 1, subject: "serial", rows: ROWS },
      claim: { id: "x", sentence: "x", detail: "x" },
    },
  });
  for (const { entry } of journal.entries()) session.appendEntry(entry);
  return session;
}

const itemsOf = (displayRows: DisplayRows) =>
  Array.from({ length: displayRows.length }, (_, position) => {
    const item = displayRows.itemAt(position);
    return "between" in item ? item.between.text : item.rowIndex;
  });

test("a story's rows stand between the entries, those after the last entry too", () => {
  const displayRows = new DisplayRows(storySession(), "all");
  expect(itemsOf(displayRows)).toEqual([0, 1, "sends 'a'", 2, 3, 4, 5, 6, 7, 8, "goes on"]);
  expect(displayRows.itemAt(10).rowIndex).toBe(8);
});

test("grouped by call, each call, function and mark is one row with its number of entries", () => {
  const displayRows = new DisplayRows(storySession(), "calls");
  expect(itemsOf(displayRows)).toEqual([0, "sends 'a'", 4, 5, "goes on"]);
  expect([0, 1, 2, 3].map((position) => displayRows.entriesAfter(position))).toEqual([2, 2, 1, 4]);
  // An entry belongs to the call before it.
  expect([0, 1, 2, 3, 4, 5, 8].map((row) => displayRows.positionOf(row))).toEqual([0, 0, 1, 1, 2, 3, 3]);
  expect(displayRows.stepFrom(0, 1)).toBe(2);
  expect(displayRows.stepFrom(4, -1)).toBe(2);
});

test("a recording without a story is grouped by its marks, and says so where there are none", () => {
  const marked = new DisplayRows(sessionOf(recordedSerial()), "calls");
  expect(itemsOf(marked)).toEqual([5]);
  expect(marked.emptyReason).toBeUndefined();
  const unmarked = new Serial();
  unmarked.read(5);
  const { emptyReason } = new DisplayRows(sessionOf(unmarked), "calls");
  expect(emptyReason).toContain("holds no calls");
  expect(new DisplayRows(sessionOf(unmarked), "interrupts").emptyReason).toBe("Nothing has interrupted.");
});
