import fc from "fast-check";
import { expect, test } from "vitest";
import { entry } from "./arbitrary.test-helper.js";
import { Cursor, encode } from "./codec.js";
import type { Entry } from "./entry.js";

const sizeOf = (one: Entry): number => -encode(one, new Uint8Array(0), 0);

test("entries that were written come back, one after the other", () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const bytes = new Uint8Array(entries.reduce((sum, one) => sum + sizeOf(one), 0));
      let at = 0;
      for (const one of entries) {
        const end = encode(one, bytes, at);
        expect(end - at).toBe(sizeOf(one));
        at = end;
      }
      const cursor = new Cursor(bytes);
      expect(entries.map(() => cursor.next())).toEqual(entries);
    }),
  );
});

test("ticks up to 2^53 - 1 come back", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.maxSafeNat(),
        fc.nat(53).map((bits) => 2 ** bits - 1),
      ),
      (ticks) => {
        const bytes = new Uint8Array(16);
        encode({ type: "advance", ticks }, bytes, 0);
        expect(new Cursor(bytes).next()).toEqual({ type: "advance", ticks });
      },
    ),
  );
});

test("an entry that does not fit writes nothing", () => {
  fc.assert(
    fc.property(entry, fc.nat(), (one, draw) => {
      const size = sizeOf(one);
      const bytes = new Uint8Array(draw % size).fill(0xaa);
      expect(encode(one, bytes, 0)).toBe(-size);
      expect(bytes.every((byte) => byte === 0xaa)).toBe(true);
    }),
  );
});

test("a driver's accesses take one and two bytes, whatever else is frequent not more", () => {
  for (let offset = 0; offset < 8; offset++) {
    expect(sizeOf({ type: "read", offset })).toBe(1);
    expect(sizeOf({ type: "write", offset, value: 255 })).toBe(2);
  }
  expect(sizeOf({ type: "receive", characters: [65] })).toBe(2);
  expect(sizeOf({ type: "advance", ticks: 127 })).toBe(1);
  expect(sizeOf({ type: "line", level: 1 })).toBe(1);
});

test("bytes that are given as an array come back as a Uint8Array", () => {
  const bytes = new Uint8Array(8);
  encode({ type: "receive", characters: [1, 2, 3] }, bytes, 0);
  expect(new Cursor(bytes).next()).toEqual({ type: "receive", characters: Uint8Array.of(1, 2, 3) });
});
