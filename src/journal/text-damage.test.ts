/** Every flipped bit and every cut of a journal's text is found, nothing unchecked is handed on, and what is whole is salvaged. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { entry as anyEntry } from "./arbitrary.test-helper.js";
import type { Entry, Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import { JournalError } from "./journal-error.js";
import { concatenate, journalText } from "./text.test-helper.js";
import { loadJournal, readJournal, type SalvagedJournal } from "./text-read.js";
import { journalSink } from "./text-sink.js";

/** A journal with a short header: each of its bits costs a reading. */
function journalOf(entries: readonly Entry[]): Journal {
  const start = { chart: "c", options: {}, definition: "d", package: "p", first: 40, tick: 9, state: 0 };
  const journal = new Journal(start, { keep: "all" });
  for (const nextEntry of entries) journal.append(nextEntry);
  return journal;
}

const FEW: readonly Entry[] = [
  { type: "write", offset: 1, value: 3 },
  { type: "advance", ticks: 70_000 },
  { type: "advance", ticks: 0 },
  { type: "advance", ticks: 12 },
  { type: "receive", characters: [65, { value: 66, parity: true }] },
  { type: "mark", text: "ü\n" },
  { type: "modem", cts: true, dsr: false, ri: false, dcd: true },
  { type: "read", offset: 0 },
];

/** The text as a sink writes it that is flushed after so many entries. */
function flushedText(journal: Journal, flushAfter: number, gzip: boolean): Uint8Array {
  const chunks: Uint8Array[] = [];
  const sink = journalSink((chunk) => void chunks.push(chunk), { gzip });
  sink.header(journal.header);
  for (const recorded of journal.entries()) {
    sink.append(recorded);
    if ((recorded.index + 1) % flushAfter === 0) sink.flush();
  }
  sink.close();
  return concatenate(chunks);
}

/** Returns true for the same entries; much faster than the assertion, which says how they differ. */
const isSame = (one: Recorded, other: Recorded | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Reads a damaged text. The entries that come must be the recorded ones, before any error or cut. */
async function read(text: Uint8Array, expected: readonly Recorded[], context: string) {
  let count = 0;
  const check = (recorded: Recorded): void => {
    if (!isSame(recorded, expected[count++])) expect(recorded, context).toEqual(expected[count - 1]);
  };
  try {
    const reading = await readJournal(text);
    for await (const recorded of reading.entries) check(recorded);
    return { count, isFound: reading.cut !== undefined };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return { count, isFound: true };
  }
}

/** Everything that is salvaged must be right, and with what is missing it must be all. */
async function salvage(
  text: Uint8Array,
  journal: Journal,
  context: string,
): Promise<SalvagedJournal | undefined> {
  let salvaged: SalvagedJournal;
  try {
    salvaged = await loadJournal(text, { salvage: true });
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    expect(error.line, context).toBe(1);
    return undefined;
  }
  const expected = [...journal.entries()];
  const { first } = journal.header;
  const covered = new Array<number>(expected.length).fill(0);
  for (const part of salvaged.parts)
    for (const recorded of part.entries()) {
      if (!isSame(recorded, expected[recorded.index - first]))
        expect(recorded, context).toEqual(expected[recorded.index - first]);
      covered[recorded.index - first] = (covered[recorded.index - first] ?? 0) + 1;
    }
  for (const missing of salvaged.missing)
    for (let index = missing.first; index < (missing.next ?? journal.next); index++)
      covered[index - first] = (covered[index - first] ?? 0) + 1;
  if (salvaged.cut === undefined) expect(covered, context).toEqual(covered.map(() => 1));
  else
    expect(
      covered.every((count) => count <= 1),
      context,
    ).toBe(true);
  return salvaged;
}

/** The formats, each with a step from bit to bit: all bits are tried where it is 1. */
const FORMATS = [
  ["plain, one block", (journal: Journal) => journalText(journal, false), 7],
  ["plain, a block for two entries", async (journal: Journal) => flushedText(journal, 2, false), 1],
  ["gzip, one member", (journal: Journal) => journalText(journal, true), 1],
  ["gzip, a member for three entries", async (journal: Journal) => flushedText(journal, 3, true), 7],
] as const;

test.each(FORMATS)("%s: every flipped bit and every cut is found", async (name, textOf, step) => {
  const journal = journalOf(FEW);
  const expected = [...journal.entries()];
  const text = await textOf(journal);
  const isCompressed = name.startsWith("gzip");
  let harmless = 0;
  for (let bit = 0; bit < 8 * text.length; bit += step) {
    const damaged = text.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    const { count, isFound } = await read(damaged, expected, `bit ${bit}`);
    if (isFound) continue;
    // Gzip has bits that mean nothing, such as those of its time.
    expect({ bit, isCompressed, count }).toEqual({ bit, isCompressed: true, count: expected.length });
    harmless++;
  }
  const members = text.filter((byte, offset) => byte === 31 && text[offset + 1] === 139).length;
  expect(harmless).toBeLessThanOrEqual(60 * members);
  for (let length = 0; length < text.length; length++) {
    const { isFound } = await read(text.slice(0, length), expected, `cut at ${length}`);
    if (!isFound) expect.fail(`the cut at ${length} is not found`);
  }
  expect(await read(text, expected, "whole")).toEqual({ count: expected.length, isFound: false });
});

test.each(FORMATS)("%s: what is whole is salvaged, and what is missing is said", async (name, textOf) => {
  const journal = journalOf(FEW);
  const text = await textOf(journal);
  const end = journal.next;
  let afterDamage = 0;
  // A prime step: all bits of a byte, in some of the bytes.
  for (let bit = 0; bit < 8 * text.length; bit += 13) {
    const damaged = text.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    const salvaged = await salvage(damaged, journal, `bit ${bit}`);
    if (salvaged?.missing.some(({ next = 0 }) => salvaged.parts.at(-1)?.first === next)) afterDamage++;
    if (salvaged && name.startsWith("plain")) {
      const missing = salvaged.missing.reduce((sum, { first, next = end }) => sum + next - first, 0);
      // Damage to a line end makes two blocks one.
      expect(missing, `bit ${bit}`).toBeLessThanOrEqual(name.includes("two") ? 4 : FEW.length);
    }
  }
  expect(afterDamage > 0).toBe(!name.includes("one"));
  for (let length = 0; length < text.length; length += 3)
    await salvage(text.slice(0, length), journal, `cut at ${length}`);
});

test("damage to larger journals is found, and only its blocks are missing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEntry, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 100, max: 900 }),
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }),
      async (some, length, gzip, damages) => {
        const journal = journalOf(Array.from({ length }, (_, i) => some[i % some.length] as Entry));
        const text = gzip ? flushedText(journal, 200, true) : await journalText(journal, false);
        const damaged = text.slice();
        for (const [where, bits] of damages) {
          const offset = where % text.length;
          damaged[offset] = (damaged[offset] as number) ^ bits;
        }
        if (damaged.every((byte, offset) => byte === text[offset])) return;
        const expected = [...journal.entries()];
        const { count, isFound } = await read(damaged, expected, "damaged");
        if (!gzip) expect(isFound).toBe(true);
        else if (!isFound) expect(count).toBe(length);
        await salvage(damaged, journal, "salvaged");
      },
    ),
    { numRuns: 25 },
  );
});

test("a hole is found, even between whole blocks, and what follows it is salvaged", async () => {
  const journal = journalOf(
    Array.from(
      { length: 900 },
      (_, i): Entry =>
        i % 5 === 0 ? { type: "advance", ticks: 7 } : { type: "write", offset: 7, value: i & 0xff },
    ),
  );
  const lines = new TextDecoder().decode(await journalText(journal, false)).split("\n");
  const checks = lines.flatMap((line, index) => (line.startsWith('{"type":"check"') ? [index] : []));
  const [, second = 0, third = 0] = checks;
  const withHole = [...lines.slice(0, second + 1), ...lines.slice(third + 1)].join("\n");
  const nextOf = (line: number): number => JSON.parse(lines[line] ?? "").next;
  await expect(loadJournal(withHole)).rejects.toThrow(
    `line ${second + 2}: entries: expected them from ${nextOf(second)} on, got them from ${nextOf(third)} on`,
  );
  const { missing, parts } = await loadJournal(withHole, { salvage: true });
  expect(missing).toMatchObject([{ first: nextOf(second), next: nextOf(third), line: second + 2 }]);
  expect(parts.map(({ first, next, length, tick }) => ({ first, next, length, tick }))).toEqual([
    { first: 40, next: nextOf(second), length: nextOf(second) - 40, tick: 9 },
    {
      first: nextOf(third),
      next: 940,
      length: 940 - nextOf(third),
      tick: [...journal.entries({ from: nextOf(third) })][0]?.tick,
    },
  ]);
});

test("the state after a hole is not known: a part after it has no header", async () => {
  const { parts, journal } = await loadJournal(await journalText(journalOf(FEW), false), { salvage: true });
  expect(parts).toHaveLength(1);
  expect([...(parts[0]?.entries() ?? [])]).toEqual([...journal.entries()]);
  expect(Object.keys(parts[0] ?? {}).sort()).toEqual(["entries", "first", "length", "next", "tick"]);
});

test("checks add 5 % at most, and no block is long", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 12 }), async (some) => {
      const journal = journalOf(Array.from({ length: 2000 }, (_, i) => some[i % some.length] as Entry));
      const lines = new TextDecoder()
        .decode(await journalText(journal, false))
        .split("\n")
        .slice(1, -2);
      const size = (isCheck: boolean): number =>
        lines
          .filter((line) => line.startsWith('{"type":"check"') === isCheck)
          .reduce((sum, line) => sum + new TextEncoder().encode(line).length + 1, 0);
      expect(size(true) / size(false)).toBeLessThan(0.05);
    }),
    { numRuns: 8 },
  );
});

test("versions without checks are salvaged line by line", async () => {
  const { format: _, ...header } = { format: "", ...journalOf([]).header };
  const text = (lines: readonly string[]): string =>
    [JSON.stringify({ format: "vm-superio-journal", version: 2, ...header }), ...lines, ""].join("\n");
  const broken = text([
    '{"type":"read","offset":5}',
    '{"type":"raed"}',
    '{"type":"read","offset":6}',
    '{"type":"end","entries":3}',
  ]);
  await expect(loadJournal(broken)).rejects.toThrow("line 3: type: expected one of");
  const { parts, missing, cut } = await loadJournal(broken, { salvage: true });
  expect(cut).toBeUndefined();
  expect(parts.map(({ first, next }) => [first, next])).toEqual([
    [40, 41],
    [42, 43],
  ]);
  expect(missing).toMatchObject([{ first: 41, next: 42, line: 3 }]);
});

test("a reader has one option", async () => {
  const text = await journalText(journalOf(FEW), false);
  await expect(loadJournal(text, invalid({ savlage: true }))).rejects.toThrow("did you mean salvage?");
  await expect(readJournal(text, invalid({ salvage: 1 }))).rejects.toThrow("salvage: expected true or false");
  await expect(readJournal(text, invalid(null))).rejects.toThrow("options: expected an object, got null");
});
