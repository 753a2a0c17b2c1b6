import { expect, test } from "vitest";
import type { Entry } from "./entry.js";
import { JournalError } from "./journal-error.js";
import { decoded, journalOf, read, textOf } from "./text.test-helper.js";
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
    const text = await textOf(journal, gzip);
    const whole = await textOf(journal, false);
    const headerEnd = whole.indexOf(10) + 1;
    let most = 0;
    let headerless = 0;
    // Without its last line end, a plain file still has all.
    for (let length = 0; length < text.length - (gzip ? 0 : 1); length++) {
      const part = text.slice(0, length);
      try {
        const { recorded, cut, error } = await read([part]);
        expect(error).toBeUndefined();
        expect(cut).toMatch(/^the file ends (in the middle of|after) line \d+/);
        expect(recorded).toEqual(expected.slice(0, recorded.length));
        // A longer file never gives less.
        expect(recorded.length).toBeGreaterThanOrEqual(most);
        if (!gzip) {
          const line = whole.slice(0, length).filter((byte) => byte === 10).length;
          expect(cut).toContain(
            whole[length - 1] === 10
              ? `after line ${line},`
              : isJson(decoded(part).split("\n").at(-1))
                ? `after line ${line + 1},`
                : `line ${line + 1}`,
          );
          expect(recorded.length).toBeGreaterThanOrEqual(Math.min(line - 1, entries.length));
        }
        most = recorded.length;
        const loaded = await loadJournal(part);
        expect(loaded.cut).toBe(cut);
        expect(loaded.journal.length).toBe(recorded.length);
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        expect(error.message).toMatch(/^line 1: the file (is empty|ends in the middle of its header)$/);
        headerless++;
      }
    }
    expect(most).toBe(entries.length);
    if (!gzip) expect(headerless).toBe(headerEnd - 1);
  },
);

const isJson = (line: string | undefined): boolean => {
  try {
    JSON.parse(line ?? "");
    return true;
  } catch {
    return false;
  }
};
