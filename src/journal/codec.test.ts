import fc from "fast-check";
import { expect, test } from "vitest";
import { entry } from "./arbitrary.test-helper.js";
import { EntryCursor, encode } from "./codec.js";
import type { Entry } from "./entry.js";

const encodedSize = (sampleEntry: Entry): number => -encode(sampleEntry, new Uint8Array(0), 0);

test("entries that were written come back, one after the other", () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const buffer = new Uint8Array(entries.reduce((sum, sampleEntry) => sum + encodedSize(sampleEntry), 0));
      let byteOffset = 0;
      for (const sampleEntry of entries) {
        const endOffset = encode(sampleEntry, buffer, byteOffset);
        expect(endOffset - byteOffset).toBe(encodedSize(sampleEntry));
        byteOffset = endOffset;
      }
      const cursor = new EntryCursor(buffer);
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
        const buffer = new Uint8Array(16);
        encode({ type: "advance", ticks }, buffer, 0);
        expect(new EntryCursor(buffer).next()).toEqual({ type: "advance", ticks });
      },
    ),
  );
});

test("an entry that does not fit writes nothing", () => {
  fc.assert(
    fc.property(entry, fc.nat(), (sampleEntry, draw) => {
      const size = encodedSize(sampleEntry);
      const buffer = new Uint8Array(draw % size).fill(0xaa);
      expect(encode(sampleEntry, buffer, 0)).toBe(-size);
      expect(buffer.every((byte) => byte === 0xaa)).toBe(true);
    }),
  );
});

test("a driver's accesses take one and two bytes, whatever else is frequent not more", () => {
  for (let offset = 0; offset < 8; offset++) {
    expect(encodedSize({ type: "read", offset })).toBe(1);
    expect(encodedSize({ type: "write", offset, value: 255 })).toBe(2);
  }
  expect(encodedSize({ type: "receive", characters: [65] })).toBe(2);
  expect(encodedSize({ type: "advance", ticks: 127 })).toBe(1);
  expect(encodedSize({ type: "line", level: 1 })).toBe(1);
});

test("bytes that are given as an array come back as a Uint8Array", () => {
  const buffer = new Uint8Array(8);
  encode({ type: "receive", characters: [1, 2, 3] }, buffer, 0);
  expect(new EntryCursor(buffer).next()).toEqual({ type: "receive", characters: Uint8Array.of(1, 2, 3) });
});
