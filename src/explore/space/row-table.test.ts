import fc from "fast-check";
import { expect, it } from "vitest";
import { RowTable } from "./row-table.js";

const cell = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 300 }), fc.nat({ max: 2 ** 32 - 1 }));
const table = fc
  .integer({ min: 1, max: 12 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }));

it("gives equal rows one id and different rows different ones, however wide their cells turn out to be", () => {
  fc.assert(
    fc.property(table, (rows) => {
      const rowTable = new RowTable(rows[0]?.length ?? 0);
      const idsByText = new Map<string, number>();
      for (const row of rows) {
        const rowId = rowTable.internRow(row);
        expect(rowId).toBe(idsByText.get(row.join()) ?? idsByText.size);
        idsByText.set(row.join(), rowId);
      }
      for (const row of rows)
        expect(row.map((_, column) => rowTable.cellAt(idsByText.get(row.join()) ?? -1, column))).toEqual(row);
      expect(rowTable.rowCount).toBe(idsByText.size);
    }),
  );
});

it("changes a draft cell by cell, and returns it to the row that it began with", () => {
  fc.assert(
    fc.property(table, fc.array(fc.tuple(fc.nat(), cell)), (rows, changes) => {
      const width = rows[0]?.length ?? 0;
      const rowTable = new RowTable(width);
      const [first = []] = rows;
      for (const row of rows) rowTable.internRow(row);
      rowTable.beginDraft(0);
      const changed = [...first];
      for (const [column, cellValue] of changes) {
        changed[column % width] = cellValue;
        rowTable.setDraftCell(column % width, cellValue);
      }
      expect(changed.map((_, column) => rowTable.draftCell(column))).toEqual(changed);
      const isKnown = rows.some((row) => row.join() === changed.join());
      expect(rowTable.findDraft() >= 0).toBe(isKnown);
      rowTable.resetDraft();
      expect(rowTable.findDraft()).toBe(0);
    }),
  );
});

it("keeps a hundred thousand rows in few bytes each", () => {
  const rowTable = new RowTable(3);
  for (let row = 0; row < 100_000; row++) expect(rowTable.internRow([row >> 10, row & 1023, 7])).toBe(row);
  expect(rowTable.byteLength / rowTable.rowCount).toBeLessThan(16);
  expect([0, 1, 2].map((column) => rowTable.cellAt(99_999, column))).toEqual([97, 671, 7]);
});
