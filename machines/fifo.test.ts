import fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "./fifo.js";

type Step = { readonly queueIndex: number } & (
  | { readonly push: number }
  | { readonly pushAll: number[] }
  | { readonly shift: true }
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ queueIndex: fc.nat(), push: fc.nat(0xffff) }),
  fc.record({ queueIndex: fc.nat(), pushAll: fc.array(fc.nat(0xffff), { maxLength: 80, size: "max" }) }),
  fc.record({ queueIndex: fc.nat(), shift: fc.constant(true as const) }),
);

test("every queue ever made keeps its characters, whatever is grown from it or from its kin", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const queues: { fifo: Fifo; expected: number[] }[] = [{ fifo: Fifo.EMPTY, expected: [] }];
      for (const step of steps) {
        const { fifo, expected } = queues[step.queueIndex % queues.length] as (typeof queues)[number];
        if ("push" in step) queues.push({ fifo: fifo.push(step.push), expected: [...expected, step.push] });
        else if ("pushAll" in step) {
          queues.push({ fifo: fifo.pushAll(step.pushAll), expected: [...expected, ...step.pushAll] });
        } else queues.push({ fifo: fifo.shift(), expected: expected.slice(1) });
      }
      for (const { fifo, expected } of queues) {
        expect(fifo.toArray()).toEqual(expected);
        expect(fifo.length).toBe(expected.length);
        if (expected.length > 0) expect(fifo.front).toBe(expected[0]);
      }
    }),
  );
});

test("pushAll takes as many as it is told, from the front", () => {
  expect(Fifo.of([1]).pushAll([2, 3, 4], 2).toArray()).toEqual([1, 2, 3]);
});

test("a queue that is filled and emptied again and again takes no memory when it is empty", () => {
  const empty = Fifo.of([1]).shift();
  expect(Fifo.of([1]).shift()).not.toBe(empty);
  const grown = empty.push(2);
  expect(grown.shift()).toBe(empty);
  expect(grown.withoutLast()).toBe(empty);
  // Two that grow from it do not share a cell.
  expect([grown, empty.push(3), empty.pushAll([4, 5])].map((fifo) => fifo.toArray())).toEqual([
    [2],
    [3],
    [4, 5],
  ]);
});

test("an empty queue has no front", () => {
  expect(() => Fifo.EMPTY.front).toThrow(RangeError);
  expect(() => Fifo.of([1]).shift().front).toThrow(RangeError);
});

test("it is JSON as a list, oldest first", () => {
  expect(JSON.stringify(Fifo.of([3, 1, 2]))).toBe("[3,1,2]");
});

test("what JSON made of it is a queue again, and a queue stays itself", () => {
  const fifo = Fifo.of([3, 1, 2]);
  expect(Fifo.of(fifo)).toBe(fifo);
  expect(Fifo.of(JSON.parse(JSON.stringify(fifo))).toArray()).toEqual([3, 1, 2]);
});

test.each([70_000, -1, 1.5, Number.NaN, "7" as unknown as number])("%j is no character", (character) => {
  expect(() => Fifo.of([0, 0xffff, character])).toThrow(
    new RangeError(`characters[2]: expected a character from 0 to 65535, got ${character}`),
  );
});
