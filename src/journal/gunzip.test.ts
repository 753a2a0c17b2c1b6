import * as zlib from "node:zlib";
import fc from "fast-check";
import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import { entry } from "./arbitrary.test-helper.js";
import type { Entry } from "./entry.js";
import { JournalError } from "./journal-error.js";
import { concatenate, journalOf, journalText, piecesOf, readEverything } from "./text.test-helper.js";

test("damage to a compressed file is found, unless it changes no entry", async () => {
  const entries = Array.from({ length: 200 }, (_, i): Entry => ({ type: "read", offset: i % 8 }));
  const expected = [...journalOf(entries).entries()];
  const text = await journalText(journalOf(entries), true);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 10, max: text.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (damagedOffset, bits) => {
        const damaged = text.slice();
        damaged[damagedOffset] = (damaged[damagedOffset] as number) ^ bits;
        const got = await readEverything(damaged).catch((error: unknown) => ({
          error,
          cut: undefined,
          recorded: [],
        }));
        if (got.error) expect(got.error).toBeInstanceOf(JournalError);
        else if (got.cut === undefined) expect(got.recorded).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test("any gzip program understands what is written, and what it writes is understood", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { minLength: 1 }),
      fc.integer({ min: 1, max: 3000 }),
      async (some, times) => {
        const journal = journalOf(
          Array.from({ length: times }, () => some)
            .flat()
            .slice(0, 4000),
        );
        const text = await journalText(journal, false);
        const decompressed = zlib.gunzipSync(await journalText(journal, true));
        expect((await readEverything(decompressed)).recorded).toEqual([...journal.entries()]);
        const { cut, error, recorded } = await readEverything(
          piecesOf(zlib.gzipSync(text) as Uint8Array, [1000, 1, 7000]),
        );
        expect({ cut, error, length: recorded.length }).toEqual({ length: journal.length });
      },
    ),
    { numRuns: 8 },
  );
});

test("members of a compressed file follow one another", async () => {
  const text = await journalText(
    journalOf(Array.from({ length: 50 }, () => ({ type: "read", offset: 5 }))),
    false,
  );
  const first = gzipSync(text.slice(0, 300), { filename: "a" });
  const members = concatenate([first, gzipSync(text.slice(300))]);
  for (const size of [1, 10_000]) {
    expect(await readEverything(piecesOf(members, [size]))).toMatchObject({
      cut: undefined,
      error: undefined,
    });
  }
  const wrong = members.slice();
  wrong[first.length - 8] = (first.at(-8) as number) ^ 1;
  const { error } = await readEverything(wrong);
  expect(error).toMatchObject({ message: expect.stringContaining("the checksum differs") });
});
