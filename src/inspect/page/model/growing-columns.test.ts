import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockSummary } from "./block-summary.js";
import { ByteColumn, NumberColumn } from "./growing-columns.js";

const stepArbitrary = fc.oneof(
  fc.record({ append: fc.integer({ min: 1, max: 1500 }), value: fc.constantFrom(0, 1, 6) }),
  fc.record({ drop: fc.integer({ min: 1, max: 3 }) }),
);

test("a column and its summary agree with a list, as rows are appended and dropped", () => {
  fc.assert(
    fc.property(
      fc.array(stepArbitrary, { maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, share) => {
        const column = new ByteColumn();
        const summary = new BlockSummary(column);
        let list: number[] = [];
        for (const step of steps) {
          if ("append" in step)
            for (let i = 0; i < step.append; i++) {
              column.append(step.value);
              list.push(step.value);
            }
          else if (list.length > 256 * step.drop) {
            column.dropFirst(256 * step.drop);
            list = list.slice(256 * step.drop);
          }
          if (list.length === 0) continue;
          const row = Math.floor(share * (list.length - 1));
          expect(column.contents).toEqual(Uint8Array.from(list));
          expect(summary.lastOtherRow(row, 1)).toBe(list.slice(0, row + 1).findLastIndex((it) => it !== 1));
          expect(summary.lastRowWith(row, 2)).toBe(
            list.slice(0, row + 1).findLastIndex((it) => (it & 2) !== 0),
          );
          expect(summary.summarise(row, list.length).maximum).toBe(Math.max(...list.slice(row)));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("rows of a list of rows move with the rows that they name", () => {
  const rows = new NumberColumn();
  for (const row of [3, 255, 256, 700]) rows.append(row);
  expect(rows.shiftRows(256)).toBe(2);
  expect([rows.valueAt(0), rows.valueAt(1), rows.length]).toEqual([0, 444, 2]);
});
