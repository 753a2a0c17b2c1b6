import { expect, test } from "vitest";
import type { Entry } from "./entry.js";
import { JournalError } from "./journal-error.js";
import { decodeText, journalOf, journalText, readEverything } from "./text.test-helper.js";
import { loadJournal } from "./text-read.js";

test.each([false, true])(
  "a file cut off anywhere gives what comes before and says so (gzip: %s)",
  async (gzip) => {
    const entries: Entry[] = [
      { type: "read", offset: 5 },
      { type: "mark", text: "Grüße, 世界 \u{1f600}" },
      { type: "advance", ticks: 70_000 },
      { type: "receive", characters: [1, { value: 2, parity: true }] },
      ...Array.from(
        { length: 30 },
        (_, i): Entry => ({ type: "write", offset: i % 8, value: (i * 77) % 256 }),
      ),
    ];
    const journal = journalOf(entries);
    const expected = [...journal.entries()];
    const fileText = await journalText(journal, gzip);
    const plainText = await journalText(journal, false);
    const headerEnd = plainText.indexOf(10) + 1;
    let longestSoFar = 0;
    let headerless = 0;
    for (let length = 0; length < fileText.length; length++) {
      const cutText = fileText.slice(0, length);
      try {
        const { recorded, cut, error } = await readEverything([cutText]);
        expect(error).toBeUndefined();
        expect(cut).toMatch(/^the file ends (in the middle of|after) line \d+/);
        expect(recorded).toEqual(expected.slice(0, recorded.length));
        // A longer file never gives less.
        expect(recorded.length).toBeGreaterThanOrEqual(longestSoFar);
        if (!gzip) {
          const lineCount = plainText.slice(0, length).filter((byte) => byte === 10).length;
          expect(cut).toContain(
            plainText[length - 1] === 10
              ? `after line ${lineCount},`
              : `in the middle of line ${lineCount + 1}`,
          );
          // The entries of a block come with its check.
          const hasCheck = /^\{"type":"check".*"\}$/m.test(decodeText(cutText));
          expect(recorded.length).toBe(hasCheck ? entries.length : 0);
        }
        longestSoFar = recorded.length;
        const loaded = await loadJournal(cutText);
        expect(loaded.cut).toBe(cut);
        expect(loaded.journal.length).toBe(recorded.length);
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        expect(error.message).toMatch(/^line 1: the file (is empty|ends in the middle of its header)$/);
        headerless++;
      }
    }
    expect(longestSoFar).toBe(entries.length);
    if (!gzip) expect(headerless).toBe(headerEnd - 1);
  },
);
