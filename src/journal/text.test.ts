import * as zlib from "node:zlib";
import fc from "fast-check";
import { gunzipSync } from "fflate";
import { expect, test } from "vitest";
import { entry } from "./arbitrary.test-helper.js";
import type { Entry, Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import {
  concatenate,
  decodeText,
  header,
  journalOf,
  journalText,
  piecesOf,
  readEverything,
} from "./text.test-helper.js";
import { loadJournal, readJournal } from "./text-read.js";
import { journalSink } from "./text-sink.js";
import { writeJournal } from "./text-write.js";

/** The CRC-32 that zlib writes into the trailer of a gzip member. */
const nodeCrc32 = (text: string): string =>
  zlib.gzipSync(text).subarray(-8).readUInt32LE(0).toString(16).padStart(8, "0");

const pieceSizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

test("what was written is read, plain or gzip, in whatever chunks it comes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry), fc.boolean(), pieceSizes, async (entries, gzip, cuts) => {
      const journal = journalOf(entries);
      const fileText = await journalText(journal, gzip);
      const readBack = await readEverything(piecesOf(fileText, cuts));
      expect(readBack).toEqual({
        header,
        recorded: [...journal.entries()],
        cut: undefined,
        error: undefined,
      });
      const { journal: loaded, ...more } = await loadJournal(fileText);
      expect(more).toEqual({});
      expect([...loaded.entries()]).toEqual(readBack.recorded);
      expect(loaded.header).toEqual(header);
    }),
  );
});

test("a text may come as strings, cut within a character", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry), pieceSizes, async (entries, cuts) => {
      const journal = journalOf(entries);
      const fileText = decodeText(await journalText(journal, false));
      expect((await readEverything(piecesOf(fileText, cuts))).recorded).toEqual([...journal.entries()]);
      expect((await readEverything(fileText)).recorded).toEqual([...journal.entries()]);
    }),
    { numRuns: 30 },
  );
  const journal = journalOf([{ type: "mark", text: "\u{1f600}\u{1f601}" }]);
  const text = decodeText(await journalText(journal, false));
  expect((await readEverything(piecesOf(text, [1]))).recorded).toEqual([...journal.entries()]);
});

test("the text is JSON Lines, the same each time; gzip's is the same text", async () => {
  const journal = journalOf([
    { type: "read", offset: 5 },
    { type: "advance", ticks: 3 },
    { type: "receive", characters: [65, 66] },
  ]);
  const fileText = await journalText(journal, false);
  const lines = decodeText(fileText).split("\n");
  // Node's own CRC-32, of the lines before the checksum.
  const checksumOf = (firstLine: number, lastLine: number): string =>
    nodeCrc32(
      lines
        .slice(firstLine, lastLine + 1)
        .join("\n")
        .replace(/,"crc":"\w+"\}$/, ""),
    );
  expect(lines).toEqual([
    `{"format":"vm-superio-journal","version":4,"chart":"serial","options":{"revision":"0.8.2"},"definition":"0123456789abcdef","package":"0.1.0","first":40,"tick":9,"state":{"baudDivisorLow":12},"crc":"${checksumOf(0, 0)}"}`,
    `{"type":"read","offset":5}`,
    `{"type":"advance","ticks":3}`,
    `{"type":"receive","characters":[65,66]}`,
    `{"type":"check","entries":3,"next":43,"tick":12,"crc":"${checksumOf(1, 4)}"}`,
    `{"type":"end","entries":3,"crc":"${checksumOf(5, 5)}"}`,
    "",
  ]);
  const compressed = await journalText(journal, true);
  expect(gunzipSync(compressed)).toEqual(fileText);
  expect(await journalText(journal, true)).toEqual(compressed);
});

test("advances that follow one another share a line, and each keeps its index", async () => {
  const advances = [300, 0, 7].map((ticks): Entry => ({ type: "advance", ticks }));
  const read: Entry = { type: "read", offset: 5 };
  const journal = journalOf([...advances, read, ...advances.slice(0, 1), read]);
  const lines = decodeText(await journalText(journal, false)).split("\n");
  expect(lines.slice(1, 5)).toEqual([
    `{"type":"advance","ticks":[300,0,7]}`,
    `{"type":"read","offset":5}`,
    `{"type":"advance","ticks":300}`,
    `{"type":"read","offset":5}`,
  ]);
  const { entries, lineOf } = await readJournal(lines.join("\n"));
  const numbers: number[] = [];
  for await (const { index } of entries) numbers.push(lineOf(index));
  expect(numbers).toEqual([2, 2, 2, 3, 4, 5]);
});

test("a sink takes back an advance of a line, and joins advances between which an entry was taken back", async () => {
  const step = fc.record({
    entry: fc.constantFrom<Entry>(
      { type: "read", offset: 5 },
      { type: "advance", ticks: 1200 },
      { type: "advance", ticks: 7 },
    ),
    isTakenBack: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 700 }), fc.boolean(), async (steps, gzip) => {
      const chunks: Uint8Array[] = [];
      const sink = journalSink((chunk) => chunks.push(chunk), { gzip });
      sink.header(header);
      let [index, tick] = [header.first, header.tick];
      for (const { entry: next, isTakenBack } of steps) {
        sink.append({ index, tick, entry: next });
        if (isTakenBack) sink.takeBack?.();
        else {
          index++;
          if (next.type === "advance") tick += next.ticks;
        }
      }
      sink.close?.();
      const entries = steps.filter(({ isTakenBack }) => !isTakenBack).map(({ entry: next }) => next);
      const { recorded, cut } = await readEverything(chunks);
      expect([recorded, cut]).toEqual([[...journalOf(entries).entries()], undefined]);
      // A block may end before an entry that is taken back, so only a short text is the same.
      if (steps.length < 40)
        expect(concatenatedText(chunks, gzip)).toBe(
          concatenatedText([await journalText(journalOf(entries), gzip)], gzip),
        );
    }),
    { numRuns: 50 },
  );
});

const concatenatedText = (chunks: readonly Uint8Array[], gzip: boolean): string =>
  decodeText(gzip ? zlib.gunzipSync(concatenate(chunks)) : concatenate(chunks));

test("a sink writes what writeJournal writes; what was flushed can be read without the rest", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry), fc.nat(), fc.boolean(), async (entries, draw, gzip) => {
      const chunks: Uint8Array[] = [];
      const sink = journalSink((chunk) => chunks.push(chunk), { gzip });
      const journal = new Journal(header, { sink, checkpoint: () => 0 });
      const flushed = draw % (entries.length + 1);
      for (const one of entries.slice(0, flushed)) journal.append(one);
      sink.flush();
      const expected = [...journalOf(entries).entries()];
      const flushedReading = await readEverything(chunks.slice());
      expect(flushedReading.recorded).toEqual(expected.slice(0, flushed));
      const lineCount = concatenatedText(chunks, gzip).split("\n").length - 1;
      expect(flushedReading.cut).toBe(`the file ends after line ${lineCount}, without its last line`);
      for (const one of entries.slice(flushed)) journal.append(one);
      journal.close();
      expect(await readEverything(chunks)).toEqual({
        header,
        recorded: expected,
        cut: undefined,
        error: undefined,
      });
      if (flushed === 0 || flushed === entries.length)
        expect(concatenatedText(chunks, gzip)).toBe(
          concatenatedText([await journalText(journalOf(entries), gzip)], gzip),
        );
    }),
    { numRuns: 50 },
  );
});

test("only entries that follow one another are written, and only lines that can be read", async () => {
  const writeEntries = async (entries: Recorded[]): Promise<void> => {
    for await (const _ of writeJournal(header, entries));
  };
  const entry: Entry = { type: "read", offset: 5 };
  await writeEntries([{ index: 40, tick: 9, entry }]);
  await expect(writeEntries([{ index: 41, tick: 9, entry }])).rejects.toThrow(
    /entry: expected index 40 at tick 9, got index 41 at tick 9/,
  );
  await expect(writeEntries([{ index: 40, tick: 8, entry }])).rejects.toThrow(RangeError);
  const longEntry: Entry = { type: "mark", text: "ü".repeat(9_000_000) };
  await expect(writeEntries([{ index: 40, tick: 9, entry: longEntry }])).rejects.toThrow(
    /entry 40: expected at most 16777216 bytes/,
  );
  await expect(writeEntries([{ index: 40, tick: 9, entry: { type: "read", offset: 300 } }])).rejects.toThrow(
    /offset/,
  );
});
