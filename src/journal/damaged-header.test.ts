/** A damaged header costs no entry, where another header replaces it. */
import { expect, test } from "vitest";
import { invalid } from "../invalid.test-helper.js";
import { crc32, formatChecksum } from "./crc32.js";
import type { Entry } from "./entry.js";
import { header, journalOf, journalText } from "./text.test-helper.js";
import { loadJournal, readJournal } from "./text-read.js";

const entries: readonly Entry[] = Array.from({ length: 300 }, (_, index) =>
  index % 5 === 0
    ? { type: "advance", ticks: index }
    : { type: "write", offset: index % 8, value: index % 256 },
);
const journal = journalOf(entries);
const options = { salvage: true, header } as const;
const withoutIndexes = (loaded: { journal: ReturnType<typeof journalOf> }) =>
  [...loaded.journal.entries()].map(({ entry }) => entry);

test("each bit of the header may flip: all entries are there, and the damage is told", async () => {
  const text = await journalText(journal, false);
  const end = text.indexOf(10);
  for (let bit = 0; bit < end * 8; bit += 3) {
    const damaged = text.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    const loaded = await loadJournal(damaged, options);
    expect(loaded.damagedHeader).toMatch(/^(header|version|\w+): |no UTF-8/);
    expect(withoutIndexes(loaded)).toEqual(entries);
    expect(loaded).toMatchObject({ missing: [], journal: { header, tick: journal.tick } });
  }
});

test("a header that is gone, in two pieces, or joined with the first entry costs the block of that entry at most", async () => {
  const text = new TextDecoder().decode(await journalText(journal, false));
  const end = text.indexOf("\n");
  for (const [damaged, lost] of [
    [text.slice(end + 1), 0],
    [`${text.slice(0, 30)}\n${text.slice(30)}`, 0],
    [`x${text.slice(end + 1)}`, 60],
    [text.slice(0, end) + text.slice(end + 1), 60],
  ] as const) {
    const { parts, missing, damagedHeader } = await loadJournal(damaged, options);
    const found = parts.flatMap((part) => [...part.entries()]);
    expect(found.map(({ entry }) => entry)).toEqual(entries.slice(entries.length - found.length));
    expect(found.at(0)?.index).toBe(header.first + entries.length - found.length);
    expect(entries.length - found.length).toBeLessThanOrEqual(lost);
    expect(missing.length).toBe(lost === 0 ? 0 : 1);
    expect(damagedHeader).toBeDefined();
  }
});

test("a compressed text whose first member is lost gives the later ones", async () => {
  const long = journalOf(
    Array.from({ length: 60_000 }, (_, i) => ({ type: "write", offset: 0, value: i & 255 })),
  );
  const text = await journalText(long, true);
  text.fill(0, 10, 200);
  const { parts, missing, damagedHeader } = await loadJournal(text, options);
  expect(damagedHeader).toBeDefined();
  expect(parts.at(-1)?.next).toBe(header.first + 60_000);
  expect(parts[0]?.first).toBeGreaterThan(header.first);
  expect(missing).toMatchObject([{ first: header.first, next: parts[0]?.first }]);
});

test("without another header the error names the way out; a whole header is not replaced", async () => {
  const text = await journalText(journal, false);
  const damaged = text.slice();
  damaged[20] = 0x20;
  await expect(loadJournal(damaged, { salvage: true })).rejects.toThrow(
    /^line 1: header: .*; to read the entries after it, give \{ salvage: true, header \} with the header of a journal of the same device/,
  );
  const loaded = await loadJournal(text, { ...options, header: { ...header, first: 7 } });
  expect(loaded.damagedHeader).toBeUndefined();
  expect(loaded.journal.header).toEqual(header);
  expect((await readJournal(damaged, options)).damagedHeader).toBeDefined();
});

test.each([
  [{ header }, "header: expected salvage: true beside it, got it alone"],
  [{ salvage: true, header: 5 }, "header: expected an object, got 5"],
  [{ salvage: true, header: { ...header, first: -1 } }, "first: expected"],
])("%j is refused", async (wrong, message) => {
  await expect(loadJournal("", invalid(wrong))).rejects.toThrow(message);
});

test("an entry that is not known though its check is right was written by another version, which is named", async () => {
  const [firstLine] = new TextDecoder().decode(await journalText(journalOf([]), false)).split("\n");
  const block =
    '{"type":"write","offset":7,"value":1,"zork":2}\n{"type":"check","entries":1,"next":41,"tick":9';
  const checksum = formatChecksum(crc32(new TextEncoder().encode(block)));
  const text = `${firstLine}\n${block},"crc":"${checksum}"}\n`;
  await expect(loadJournal(text)).rejects.toThrow(
    `line 2: write: expected no field but type, offset, value, got "zork"; as its check is right, another version of this package wrote it: the header names "${header.package}"`,
  );
});
