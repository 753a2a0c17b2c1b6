import fc from "fast-check";
import { expect, it } from "vitest";
import { EdgeList, IntegerList, TargetList } from "./integer-list.js";

const target = fc.oneof(fc.integer({ min: -4, max: 70_000 }), fc.integer({ min: -4, max: 2 ** 31 - 1 }));

it("keeps targets in 3 bytes while they have 24 bits, and in 4 from the first greater one on", () => {
  fc.assert(
    fc.property(fc.array(target, { minLength: 1 }), (targets) => {
      const list = new TargetList();
      for (const item of targets) list.push(item);
      expect([...list]).toEqual(targets);
      expect(list.at(targets.length - 1)).toBe(targets.at(-1));
      expect(list.byteLength / targets.length).toBe(targets.some((item) => item >= 2 ** 23) ? 4 : 3);
    }),
  );
});

it("goes on over the ends of its arrays, and fills up what is missing", () => {
  const targets = new TargetList();
  const edges = new EdgeList();
  const integers = new IntegerList();
  for (let index = 0; index < 10_000; index++) {
    targets.push(index === 9_000 ? 2 ** 24 : index);
    edges.push(2 ** 40 + index);
  }
  integers.set(9_000, 7, -1);
  expect([0, 4095, 4096, 9_000, 9_999].map((index) => targets.at(index))).toEqual([
    0,
    4095,
    4096,
    2 ** 24,
    9_999,
  ]);
  expect([0, 4095, 4096, 9_999].map((index) => edges.at(index) - 2 ** 40)).toEqual([0, 4095, 4096, 9_999]);
  expect([integers.length, integers.at(0), integers.at(8_999), integers.at(9_000)]).toEqual([
    9_001, -1, -1, 7,
  ]);
});
