import fc from "fast-check";
import { expect, it, test } from "vitest";
import { LiveMemory } from "./live-memory.js";

const SIZE = 64;
const memoryOf = (words: Readonly<Record<number, number>> = {}): Uint8Array => {
  const bytes = new Uint8Array(SIZE);
  for (const [address, value] of Object.entries(words))
    new DataView(bytes.buffer).setUint32(Number(address), value, true);
  return bytes;
};
const NO_LAYOUT = { dataEnd: undefined, heapBase: undefined };
const bytes = fc.uint8Array({ minLength: SIZE, maxLength: SIZE });

it("tells memories apart exactly if their bytes differ, and brings each back", () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, (initial, one, other) => {
      const live = new LiveMemory(initial, undefined, NO_LAYOUT);
      const saved = live.checkpoint(one);
      expect(saved.key === live.checkpoint(other).key).toBe(one.every((byte, i) => byte === other[i]));
      expect(saved.key).toBe(live.checkpoint(one.slice()).key);
      const target = other.slice();
      saved.writeTo(target);
      expect(target).toEqual(one);
    }),
  );
});

test("bytes that are forgotten make no difference, whatever they were at the start", () => {
  fc.assert(
    fc.property(bytes, bytes, fc.nat(SIZE - 1), fc.nat(9), (initial, one, address, length) => {
      const live = new LiveMemory(initial, undefined, NO_LAYOUT);
      live.forget(address, Math.min(length, SIZE - address));
      const other = one.slice();
      for (let i = address; i < Math.min(SIZE, address + length); i++) other[i] = (initial[i] ?? 0) ^ 0xff;
      expect(live.checkpoint(other).key).toBe(live.checkpoint(one).key);
      other[(address + length) % SIZE] = ((one[(address + length) % SIZE] as number) + 1) & 0xff;
      if (length < SIZE - address) expect(live.checkpoint(other).key).not.toBe(live.checkpoint(one).key);
    }),
  );
});

test("counters that run together are equal a multiple of their modulus later, past 32 bits as well", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.nat(3), fc.nat(1000), (tail, count, turns) => {
      const live = new LiveMemory(memoryOf(), undefined, NO_LAYOUT);
      live.addCounters(8, 8, 4);
      const keyOf = (head: number, end: number) =>
        live.checkpoint(memoryOf({ 8: head >>> 0, 12: end >>> 0 })).key;
      const key = keyOf(tail + count, tail);
      expect(keyOf(tail + count + 4 * turns, tail + 4 * turns)).toBe(key);
      expect(keyOf(tail + count + 1, tail + 1)).not.toBe(key);
      expect(keyOf(tail + count + 4, tail)).not.toBe(key);
    }),
  );
});

test("the dead part of the stack makes no difference: first in memory, or behind the variables", () => {
  const dead = { 4: 1, 12: 2 };
  const first = new LiveMemory(memoryOf({ 40: 7 }), 16, NO_LAYOUT);
  expect(first.checkpoint(memoryOf({ ...dead, 40: 7 })).key).toBe(first.checkpoint(memoryOf({ 40: 7 })).key);
  expect(first.checkpoint(memoryOf({ 16: 1, 40: 7 })).key).not.toBe(
    first.checkpoint(memoryOf({ 40: 7 })).key,
  );
  const onlyZeros = new LiveMemory(memoryOf(), 16, { dataEnd: undefined, heapBase: 48 });
  expect(onlyZeros.checkpoint(memoryOf(dead)).key).toBe(onlyZeros.checkpoint(memoryOf()).key);
  const behind = new LiveMemory(memoryOf({ 4: 7 }), 48, { dataEnd: 8, heapBase: 48 });
  expect(behind.checkpoint(memoryOf({ 4: 7, 12: 1 })).key).toBe(behind.checkpoint(memoryOf({ 4: 7 })).key);
  expect(behind.checkpoint(memoryOf({ 4: 8 })).key).not.toBe(behind.checkpoint(memoryOf({ 4: 7 })).key);
});

test("where the stack ends is not guessed: all bytes count", () => {
  const unknown = new LiveMemory(memoryOf(), 16, NO_LAYOUT);
  expect(unknown.checkpoint(memoryOf({ 4: 1 })).key).not.toBe(unknown.checkpoint(memoryOf()).key);
});

test.each([
  [[8, 6, 4], "vm_superio_counter: expected uint32_t counters, got 6 bytes at 8"],
  [[6, 8, 4], "vm_superio_counter: expected uint32_t counters, got 8 bytes at 6"],
  [[8, 8, 6], "vm_superio_counter: expected a power of two as modulus"],
  [[8, 8, 0], "vm_superio_counter: expected a power of two as modulus"],
] as const)("counters %j are refused", ([address, length, modulus], message) => {
  const live = new LiveMemory(memoryOf(), undefined, NO_LAYOUT);
  expect(() => live.addCounters(address, length, modulus)).toThrow(message);
});
