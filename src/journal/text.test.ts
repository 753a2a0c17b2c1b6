import fc from "fast-check";
import { gunzipSync, gzipSync, strToU8 } from "fflate";
import { expect, test } from "vitest";
import { entry, start } from "./arbitrary.js";
import type { Entry, JournalHeader, Recorded } from "./entry.js";
import { Journal } from "./journal.js";
import { JournalError } from "./journal-error.js";
import { type JournalSource, loadJournal, readJournal } from "./text-read.js";
import { journalSink, writeJournal } from "./text-write.js";

const header: JournalHeader = { ...start, first: 40, tick: 9 };

const journalOf = (entries: readonly Entry[]): Journal => {
  const journal = new Journal(header, { keep: "all" });
  for (const one of entries) journal.append(one);
  return journal;
};

const concat = (chunks: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));

async function textOf(journal: Journal, gzip: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeJournal(journal.header, journal.entries(), { gzip })) chunks.push(chunk);
  return concat(chunks);
}

/** Everything that a reading gives, until its end or an error. */
async function read(source: JournalSource) {
  const recorded: Recorded[] = [];
  const reading = await readJournal(source);
  let error: unknown;
  try {
    for await (const one of reading.entries) recorded.push(one);
  } catch (thrown) {
    error = thrown;
  }
  return { header: reading.header, recorded, cut: reading.cut, error };
}

/** Cuts a text into pieces of the sizes given, over and over. */
function* pieces<T extends Uint8Array | string>(text: T, sizes: readonly number[]): Generator<T> {
  for (let at = 0, i = 0; at < text.length; i++) {
    const end = at + (sizes[i % sizes.length] as number);
    yield text.slice(at, end) as T;
    at = end;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

test("what was written is read, plain or gzip, in whatever chunks it comes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry), fc.boolean(), sizes, async (entries, gzip, cuts) => {
      const journal = journalOf(entries);
      const text = await textOf(journal, gzip);
      const got = await read(pieces(text, cuts));
      expect(got).toEqual({ header, recorded: [...journal.entries()], cut: undefined, error: undefined });
      const { journal: loaded, ...more } = await loadJournal(text);
      expect(more).toEqual({});
      expect([...loaded.entries()]).toEqual(got.recorded);
      expect(loaded.header).toEqual(header);
    }),
  );
});

test("a text may come as strings, cut within a character", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry), sizes, async (entries, cuts) => {
      const journal = journalOf(entries);
      const text = new TextDecoder().decode(await textOf(journal, false));
      expect((await read(pieces(text, cuts))).recorded).toEqual([...journal.entries()]);
      expect((await read(text)).recorded).toEqual([...journal.entries()]);
    }),
    { numRuns: 30 },
  );
});

test("the text is JSON Lines, the same each time; gzip's is the same text", async () => {
  const journal = journalOf([
    { type: "read", offset: 5 },
    { type: "receive", characters: [65, 66] },
  ]);
  const text = await textOf(journal, false);
  expect(new TextDecoder().decode(text).split("\n")).toEqual([
    `{"format":"vm-superio-journal","version":1,"chart":"serial","options":{"revision":"0.8.2"},"definition":"0123456789abcdef","package":"0.1.0","first":40,"tick":9,"state":{"baudDivisorLow":12}}`,
    `{"type":"read","offset":5}`,
    `{"type":"receive","characters":[65,66]}`,
    `{"type":"end","entries":2}`,
    "",
  ]);
  const compressed = await textOf(journal, true);
  expect(gunzipSync(compressed)).toEqual(text);
  expect(await textOf(journal, true)).toEqual(compressed);
});

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
      const some = await read(chunks.slice());
      expect(some.recorded).toEqual(expected.slice(0, flushed));
      expect(some.cut).toBe(`the file ends after line ${flushed + 1}, without its last line`);
      for (const one of entries.slice(flushed)) journal.append(one);
      journal.close();
      expect(await read(chunks)).toEqual({ header, recorded: expected, cut: undefined, error: undefined });
    }),
    { numRuns: 50 },
  );
});

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
              : /}$/.test(decoded(part))
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

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const HEADER = JSON.stringify({ format: "vm-superio-journal", version: 1, ...header });
const READ = `{"type":"read","offset":5}`;
const END = (entries: number): string => `{"type":"end","entries":${entries}}`;

test("a broken line is an error with its number; what comes before it is given", async () => {
  const broken: readonly [line: string, message: RegExp][] = [
    ["", /expected an entry, got an empty line/],
    [`{"type":"read"`, /expected an entry, got /],
    ["5", /an entry, an object, got 5/],
    ["null", /an object, got null/],
    [`{"offset":5}`, /type, one of read, write, receive, .*mark, got nothing/],
    [`{"type":"raed","offset":5}`, /one of read, .*got "raed"/],
    [`{"type":"toString"}`, /one of read/],
    [`{"type":"read","offset":256}`, /offset, a whole number from 0 to 255, got 256/],
    [`{"type":"read","offset":-1}`, /offset.*got -1/],
    [`{"type":"read","offset":0.5}`, /offset.*got 0.5/],
    [`{"type":"read","offset":"5"}`, /offset.*got "5"/],
    [`{"type":"read","offset":5,"value":1}`, /type, offset and no more of "read", got "value"/],
    [`{"type":"write","offset":5}`, /value.*got nothing/],
    [`{"type":"write","offset":5,"value":1e3}`, /value.*got 1000/],
    [`{"type":"receive","characters":5}`, /characters, an array, got 5/],
    [`{"type":"receive","characters":[1,300]}`, /characters\[1\].*got 300/],
    [
      `{"type":"receive","characters":[{"value":1,"parity":false}]}`,
      /characters\[0\].parity, true, got false/,
    ],
    [`{"type":"receive","characters":[{"value":1,"party":true}]}`, /parity.*got "party"/],
    [`{"type":"receive","characters":[{"parity":true}]}`, /characters\[0\].value.*got nothing/],
    [`{"type":"line","level":2}`, /level, 0 or 1, got 2/],
    [`{"type":"break","on":1}`, /on, true or false, got 1/],
    [`{"type":"modem","cts":true,"dsr":true,"ri":true}`, /dcd.*got nothing/],
    [`{"type":"advance","ticks":1e16}`, /ticks.*got 1/],
    [`{"type":"advance","ticks":9007199254740991}`, /ticks, at most 9007199254740982 after tick 9/],
    [`{"type":"restore"}`, /state.*got nothing/],
    [`{"type":"failed","what":"in"}`, /"out" or "trigger", got "in"/],
    [`{"type":"mark","text":5}`, /text, a string, got 5/],
    [END(3), /expected 2 entries.*got 3/],
    [HEADER, /type, one of/],
  ];
  for (const [line, message] of broken) {
    for (const gzip of [false, true]) {
      const text = strToU8([HEADER, READ, READ, line, READ, END(4), ""].join("\n"));
      const { recorded, error, cut } = await read(gzip ? gzipSync(text) : text);
      expect(error).toBeInstanceOf(JournalError);
      expect(error).toMatchObject({ line: 4, message: expect.stringMatching(message) });
      expect((error as Error).message).toMatch(/^line 4: /);
      expect(recorded.map(({ index }) => index)).toEqual([40, 41]);
      expect(cut).toBeUndefined();
      await expect(loadJournal(text)).rejects.toMatchObject({ line: 4 });
    }
  }
});

test("what comes after the end is an error, empty lines apart", async () => {
  expect(await read([HEADER, END(0), "", " ", ""].join("\r\n"))).toMatchObject({
    cut: undefined,
    error: undefined,
  });
  const { error } = await read([HEADER, READ, END(1), READ, ""].join("\n"));
  expect(error).toMatchObject({ line: 4, message: expect.stringContaining("nothing after the end") });
});

test("a first line that is no header is an error that says what can be read", async () => {
  const change = (more: object): string => JSON.stringify({ ...JSON.parse(HEADER), ...more });
  const wrong: readonly [line: string, message: RegExp][] = [
    [
      "hello",
      /expected the header of a journal, {"format":"vm-superio-journal","version":1,\.\.\.}, got "hello"/,
    ],
    [READ, /expected the header of a journal.*got {"type":"read"/],
    [change({ version: 2 }), /expected version 1, the only one readable here, got 2/],
    [change({ chart: 5 }), /chart, a string, got 5/],
    [change({ options: [] }), /options, an object/],
    [change({ first: -1 }), /first.*got -1/],
    [change({ tick: "9" }), /tick.*got "9"/],
    [change({ state: undefined }), /state.*got nothing/],
  ];
  for (const [line, message] of wrong) {
    let closed = false;
    const source = (function* () {
      try {
        yield `${line}\n`;
        yield `${READ}\n`;
      } finally {
        closed = true;
      }
    })();
    await expect(readJournal(source)).rejects.toMatchObject({
      line: 1,
      message: expect.stringMatching(message),
    });
    expect(closed).toBe(true);
  }
});

test("bytes that are no UTF-8 are an error with their line", async () => {
  const text = strToU8([HEADER, READ, `{"type":"mark","text":"x"}`, READ, END(3), ""].join("\n"));
  text[text.indexOf(strToU8("x")[0] as number, HEADER.length + READ.length)] = 0xff;
  for (const size of [7, 10_000]) {
    const { recorded, error } = await read(pieces(text, [size]));
    expect(recorded).toHaveLength(1);
    expect(error).toMatchObject({ message: "line 3: expected UTF-8, got other bytes" });
  }
});

test("damage to a compressed file is found", async () => {
  const text = await textOf(
    journalOf(Array.from({ length: 200 }, (_, i) => ({ type: "read", offset: i % 8 }))),
    true,
  );
  fc.assert(
    await fc
      .check(
        fc.asyncProperty(
          fc.integer({ min: 10, max: text.length - 1 }),
          fc.integer({ min: 1, max: 255 }),
          async (at, bits) => {
            const damaged = text.slice();
            damaged[at] = (damaged[at] as number) ^ bits;
            const found = await read(damaged).then(
              ({ error, cut }) => error instanceof JournalError || cut !== undefined,
              (error) => error instanceof JournalError,
            );
            expect(found).toBe(true);
          },
        ),
        { numRuns: 200 },
      )
      .then(({ failed }) => fc.property(fc.constant(failed), (any) => !any)),
  );
});

test("members of a compressed file follow one another", async () => {
  const text = await textOf(
    journalOf(Array.from({ length: 50 }, () => ({ type: "read", offset: 5 }))),
    false,
  );
  const members = concat([gzipSync(text.slice(0, 300), { filename: "a" }), gzipSync(text.slice(300))]);
  for (const size of [1, 10_000]) {
    expect(await read(pieces(members, [size]))).toMatchObject({ cut: undefined, error: undefined });
  }
  const wrong = members.slice();
  wrong[gzipSync(text.slice(0, 300), { filename: "a" }).length - 8] ^= 1;
  const { error } = await read(wrong);
  expect(error).toMatchObject({ message: expect.stringContaining("the checksum differs") });
});

test("only entries that follow one another are written, and only lines that can be read", async () => {
  const write = async (entries: Recorded[]): Promise<void> => {
    for await (const _ of writeJournal(header, entries));
  };
  const entry: Entry = { type: "read", offset: 5 };
  await write([{ index: 40, tick: 9, entry }]);
  await expect(write([{ index: 41, tick: 9, entry }])).rejects.toThrow(
    /expected entry 40 at tick 9, got entry 41/,
  );
  await expect(write([{ index: 40, tick: 8, entry }])).rejects.toThrow(RangeError);
  const long: Entry = { type: "mark", text: "ü".repeat(9_000_000) };
  await expect(write([{ index: 40, tick: 9, entry: long }])).rejects.toThrow(/entry 40 takes more than/);
  await expect(write([{ index: 40, tick: 9, entry: { type: "read", offset: 300 } }])).rejects.toThrow(
    /offset/,
  );
});

test("the source is closed when a reader stops early", async () => {
  let closed = false;
  const source = (async function* () {
    try {
      yield `${HEADER}\n${READ}\n`;
      for (;;) yield `${READ}\n`;
    } finally {
      closed = true;
    }
  })();
  const { entries } = await readJournal(source);
  for await (const { index } of entries) if (index > 50) break;
  expect(closed).toBe(true);
});
