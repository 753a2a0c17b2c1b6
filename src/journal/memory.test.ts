import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { journalStart } from "./arbitrary.test-helper.js";
import type { Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import { readJournal } from "./text-read.js";
import { writeJournal } from "./text-write.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MiB = 1024 * 1024;

/** Memory in use, garbage excluded: objects and the bytes of arrays. */
function memoryInUse(): number {
  collect();
  // Freed arrays are counted off only by a second round.
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test("a guest that polls LSR for ever leaves memory where it was", () => {
  const journal = new Journal(journalStart, { checkpoint: () => ({ baudDivisorLow: 12 }) });
  const poll = (times: number): void => {
    for (let i = 0; i < times; i++) journal.read(5);
  };
  poll(1_100_000);
  const memoryBefore = memoryInUse();
  const bytes = journal.bytes;
  poll(5_000_000);
  expect(journal.next).toBe(6_100_000);
  expect(journal.length).toBeGreaterThanOrEqual(1_000_000);
  expect(journal.length).toBeLessThan(1_040_000);
  expect(journal.bytes).toBeLessThanOrEqual(bytes + 16_384);
  expect(journal.bytes).toBeLessThan(1.1 * MiB);
  expect(memoryInUse() - memoryBefore).toBeLessThan(2 * MiB);
});

test("a host that floods the device with long inputs cannot fill memory either", () => {
  const journal = new Journal(journalStart, { keep: 10_000, checkpoint: () => 0 });
  for (let i = 0; i < 20_000; i++) {
    journal.append({ type: "receive", characters: new Uint8Array(i % 3 === 0 ? 16_380 : 100) });
    journal.read(5);
  }
  expect(journal.bytes).toBeLessThanOrEqual(16 * 10_000);
  expect([...journal.entries()].at(-1)).toMatchObject({ index: 39_999 });
});

test("a million entries go through gzip and back in little memory", async () => {
  const totalEntries = 1_000_000;
  function* entries(): Generator<Recorded> {
    for (let index = 0; index < totalEntries; index++) {
      const entry =
        index % 3 === 2
          ? { type: "write" as const, offset: 0, value: index & 0xff }
          : { type: "read" as const, offset: 5 };
      yield { index, tick: 0, entry };
    }
  }
  const memoryBefore = memoryInUse();
  let peakMemory = 0;
  let entryCount = 0;
  let valueSum = 0;
  const written = writeJournal({ ...journalStart, first: 0, tick: 0 }, entries(), { gzip: true });
  const reading = await readJournal(written);
  for await (const { index, entry } of reading.entries) {
    if (entry.type === "write") valueSum += entry.value;
    if (index % 250_000 === 249_999) peakMemory = Math.max(peakMemory, memoryInUse() - memoryBefore);
    entryCount++;
  }
  expect(reading.cut).toBeUndefined();
  expect(entryCount).toBe(totalEntries);
  expect(valueSum).toBe(
    Array.from({ length: totalEntries }, (_, i) => (i % 3 === 2 ? i & 0xff : 0)).reduce((a, b) => a + b),
  );
  // All of them as objects would be some 60 MiB.
  expect(peakMemory).toBeLessThan(12 * MiB);
});

test("a gzip bomb is an error before it fills memory", async () => {
  const bomb = gzipSync(new Uint8Array(40 * MiB).fill(0x20));
  const memoryBefore = memoryInUse();
  await expect(readJournal(bomb)).rejects.toThrow(/line 1: text: expected a line end within 16777216 bytes/);
  expect(memoryInUse() - memoryBefore).toBeLessThan(8 * MiB);
});
